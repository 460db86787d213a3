"""The one table of the platforms' error codes, line by line, and the same table in the documentation."""

import json
import re
from pathlib import Path

import pytest

from jiesu.channels import douyin, wechat, weibo
from jiesu.channels.outgoing import PlatformAnswer, SendOutcome, SendResult, known_reasons
from jiesu.channels.provider_errors import MEANINGS, Meaning, outcome_by_code
from jiesu.model.words import Platform

DOCS = Path(__file__).parents[3] / "docs" / "channels.md"
LINES = [(platform, code, meaning) for platform, meanings in MEANINGS.items() for meaning in meanings for code in meaning.codes]
DOCUMENTED = re.compile(r"^\| (weibo|wechat|douyin) \| ([-\d, ]+) \| `(\w+)` \| `(\w+)` \|$", re.MULTILINE)


def answer_with(platform: Platform, code: str) -> SendOutcome:
    """What the platform's module reads out of an answer that carries `code` as the platform writes it."""
    match platform:
        case Platform.WEIBO:
            return weibo.read_answer(PlatformAnswer(status=403, body=json.dumps({"error_code": code, "error": "…"}).encode()))
        case Platform.WECHAT:
            return wechat.read_answer(PlatformAnswer(status=200, body=json.dumps({"errcode": int(code)}).encode()))
        case _:
            return douyin.read_answer(PlatformAnswer(status=200, body=json.dumps({"data": {"error_code": int(code)}}).encode()))


@pytest.mark.parametrize(("platform", "code", "meaning"), LINES, ids=[f"{platform}-{code}" for platform, code, _ in LINES])
def test_answer_with_the_code_asks_for_what_the_table_says(platform: Platform, code: str, meaning: Meaning) -> None:
    assert answer_with(platform, code) == SendOutcome(result=meaning.result, reason=meaning.reason)
    assert meaning.result is not SendResult.SENT
    assert meaning.reason in known_reasons()


@pytest.mark.parametrize("platform", MEANINGS)
def test_no_code_has_two_meanings(platform: Platform) -> None:
    codes = [code for known, code, _ in LINES if known is platform]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("platform", Platform)
def test_unknown_code_goes_to_a_person_with_its_number(platform: Platform) -> None:
    assert outcome_by_code(platform, "77777") == SendOutcome(result=SendResult.GIVE_TO_PERSON, reason="refused:77777")


def test_the_documentation_prints_the_same_table() -> None:
    printed = {
        (platform, tuple(codes.split(", ")), result, reason)
        for platform, codes, result, reason in DOCUMENTED.findall(DOCS.read_text(encoding="utf-8"))
    }
    assert printed == {
        (platform.value, meaning.codes, meaning.result.value, meaning.reason)
        for platform, meanings in MEANINGS.items()
        for meaning in meanings
    }


@pytest.mark.parametrize("result", [result for result in SendResult if result is not SendResult.SENT])
def test_the_documentation_says_what_each_result_does(result: SendResult) -> None:
    assert f"| `{result.value}` |" in DOCS.read_text(encoding="utf-8")
