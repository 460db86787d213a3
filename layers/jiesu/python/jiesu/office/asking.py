"""What citizens are asked about the source, as the office's file has it. What it means is in `docs/matters.md`."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from jiesu.cases.asking import AskingPlan
from jiesu.cases.public_text import names_a_person
from jiesu.channels.weibo_public import MAX_COMMENT_CHARACTERS
from jiesu.model.asking import Question, QuestionTopic
from jiesu.office.contacts import line_of_text
from jiesu.office.ladders import ReportAt, span
from jiesu.office.reasons import Reason, Report


def read_asking(raw: Any, report_at: ReportAt) -> AskingPlan | None:
    """What citizens are asked, in whose words, and how long they have. None where something of it is wrong, which is reported."""
    fields = ("questions", "reminder", "remind_after", "expire_after")
    if not isinstance(raw, Mapping) or set(raw) != set(fields):
        report_at("asking", Reason(f"must have {', '.join(fields)}, and nothing else", f"要有且只有：{'、'.join(fields)}"))
        return None
    listed = raw["questions"]
    if not isinstance(listed, list) or not listed:
        report_at("asking.questions", Reason("must be a list of at least one question", "至少要有一个问题"))
        return None
    remind_after, expire_after = span(raw["remind_after"]), span(raw["expire_after"])
    if remind_after is None or expire_after is None or not timedelta() < remind_after < expire_after:
        report_at(
            "asking.remind_after",
            Reason("must be a time like 4h, and shorter than expire_after", "要写成 4h 这样的时间，并且短于转人工的时间"),
        )
        return None
    reminder = line_of_text(raw["reminder"], "reminder", partial(report_at, "asking"), longest=MAX_COMMENT_CHARACTERS)
    read = [
        _read_question(one, len(reminder), partial(report_at, f"asking.questions[{place}]")) for place, one in enumerate(listed)
    ]
    questions = tuple(one for one in read if one is not None)
    if len(questions) < len(read):
        return None
    return AskingPlan(questions=questions, reminder=reminder, remind_after=remind_after, expire_after=expire_after)


def _read_question(raw: Any, reminder: int, report: Report) -> Question | None:
    """A question that with the `reminder` characters before it fits under a post, where everybody reads it."""
    topics = [topic.value for topic in QuestionTopic]
    if not isinstance(raw, Mapping) or set(raw) != {"about", "text"} or raw["about"] not in topics:
        report(
            Reason(
                f"must have about, which is one of {', '.join(topics)}, and text, and nothing else",
                f"要有且只有 about（{'、'.join(topics)} 之一）和 text",
            )
        )
        return None
    text = line_of_text(raw["text"], "text", report, longest=MAX_COMMENT_CHARACTERS - reminder)
    if names_a_person(text):
        report(
            Reason(
                "must not hold a telephone number: it may be posted where everybody reads it",
                "不能含电话号码：可能发在人人看得到的地方",
            )
        )
    return Question(topic=QuestionTopic(raw["about"]), text=text)
