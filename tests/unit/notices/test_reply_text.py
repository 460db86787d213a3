"""What a bureau wrote in its answer by mail, as the mail programs of the country send it."""

import pytest

from jiesu.notices.reply_text import text_of_html, written_in

SAID = "已安排民警到场核实。"

HEAD = "\n发送时间: 2026年11月28日 9:12\n收件人: 王建国\n主题: 请签收\n\n通报单\n"

VOICES = {
    "apple": "\n\n发自我的iPhone\n\n> 在 2026年11月28日，上午9:12，平安北京 <n@example.org> 写道：\n> \n> 通报单\n",
    "apple_unquoted": "\n\n在 2026年11月28日，上午9:12，平安北京 <n@example.org> 写道：\n\n\ufeff通报单\n【紧急】\n",
    "qq": (
        "\n\n\n\n\n------------------ 原始邮件 ------------------\n"
        '发件人:                     "平安北京"          <n@example.org>;\n'
        '发送时间:&nbsp;2026年11月28日(星期六) 上午9:12\n收件人:&nbsp;"王建国"<w@example.org>;\n\n\n通报单\n'
    ),
    "netease_english": '\n\n\n\n\n\nAt 2026-11-28 09:12:00, "平安北京" <n@example.org> wrote:\n\n网民反映问题通报单\n',
    "netease": '\n\n\n\n在 2026-11-28 09:12:00，"平安北京" <n@example.org> 写道：\n\n网民反映问题通报单\n',
    "netease_master": (
        "\n\n\n\n---- 回复的原邮件 ----\n| 发件人 | 平安北京<n@example.org> |\n| 发送日期 | 2026年11月28日 09:12 |\n"
    ),
    "foxmail": f"\n\n\n\nw@example.org\n \n发件人： 平安北京{HEAD}",
    "outlook": f"\n\n发件人: 平安北京 <n@example.org> {HEAD}",
    "outlook_old": f"\n\n-----邮件原件-----\n发件人: 平安北京 [mailto:n@example.org] {HEAD}",
    "outlook_web": f"\n________________________________\n发件人: 平安北京 <n@example.org>{HEAD}",
    "original": f'\n\n-----原始邮件-----\n发件人:"平安北京" <n@example.org>{HEAD}',
    "gmail": "\n\n平安北京 <n@example.org> 于2026年11月28日周六 09:12写道：\n\n> 网民反映问题通报单\n> 【紧急】\n",
    "gmail_wrapped": "\n\n平安北京 <n@example.org>\n于2026年11月28日周六 09:12写道：\n\n> 网民反映问题通报单\n",
    "thunderbird": "\n\n在 2026/11/28 9:12, 平安北京 写道:\n> 网民反映问题通报单\n> 【紧急】\n",
    "huawei": f"\n\n发自我的华为手机\n\n\n-------- 原始邮件 --------\n发件人：平安北京 <n@example.org>{HEAD}",
    "signature": "\n\n-- \n王建国\n丰台分局\n010-55500001\n",
    "bare_heading": "\n\n网民反映问题通报单 · 请签收\n【紧急】\n北京市公安局丰台分局 王建国：\n",
}


@pytest.mark.parametrize("program", VOICES)
def test_only_what_was_written_is_left(program: str) -> None:
    assert written_in(SAID + VOICES[program]) == SAID


def test_lines_ends_of_windows_make_no_difference() -> None:
    assert written_in((SAID + VOICES["qq"]).replace("\n", "\r\n")) == SAID


@pytest.mark.parametrize(
    "text",
    [
        "当事人已写道歉信。\n发件人已找到。\n另：2026年的监控已调取。",
        "在场群众写道：\n“感谢民警”",
        "发自内心感谢群众监督。",
        "来自河北的车辆已通知离开。",
        "处置如下：\n- 已劝离\n- 已登记",
        "From now on 每天巡查两次。",
    ],
)
def test_words_that_look_like_a_quote_are_kept(text: str) -> None:
    assert written_in(text) == text


def test_what_is_written_between_quoted_lines_is_kept() -> None:
    assert written_in("> 是否到场？\n已到场。\n> 是否取证？\n已取证。") == "已到场。\n已取证。"


def test_a_mail_of_quotes_alone_says_nothing() -> None:
    assert written_in("\n\n> 网民反映问题通报单\n") == ""


def test_html_is_read_a_block_a_line_without_scripts_and_quotes() -> None:
    markup = (
        "<html><head><title>x</title><style>p{}</style></head><body><div>已到场&nbsp;核实<br>无人受伤</div><script>alert(1)</script>"
        '<blockquote><div>网民反映<blockquote>更早</blockquote></div></blockquote><div id="isReplyContent"><div>引</div>用</div>'
        "<p>明日<b>复查</b></p></body></html>"
    )
    assert text_of_html(markup).split() == ["已到场", "核实", "无人受伤", "明日复查"]
