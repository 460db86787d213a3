"""How anything that the office sets is changed at the desk: a form, what is wrong or what will change, and only then the change.

What can be set is a `Topic`: it knows its rules, its store and its words. The steps are the same for all of them. To go back
to an earlier version is to fill the form with it: what was right then is checked by the rules of now, and is a change like any.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiesu.model.errors import ConflictError
from jiesu.model.revision import ChangeNote, Difference, Revision, differences
from jiesu.office.reasons import Reason
from jiesu.pages.forms import Typed, value
from jiesu.pages.http import BadRequestError, Response
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render
from jiesu.runtime.logging import logger

MAX_REASON = 200
NEW = "new"
"""What stands in an address for an item that is not there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One thing that follows from what is set, with what it comes to, a line each."""

    title: str
    lines: tuple[str, ...]


def _nothing_foreseen(_: str, __: Any, ___: datetime) -> Sequence[Foreseen]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic[T]:
    """One kind of thing that is set.

    `name` stands in addresses. `standing` gives an item by its name with its revision, None and 0 where there is none;
    `read` what a form says, or None after problems, which it reports; `save` writes the item in the place of what was
    read at that revision. `parse` reads a body of the history. Where several forms set parts of one whole, `kept_as` is the
    item whose form has all of it and whose history is everybody's. `foresee` says what an item would do, as it stands or
    before it is saved; `effect_note` what the change touches. `first_step` is the page of a new item that follows.
    """

    name: str
    title: str
    list_template: str
    form_template: str
    listed: Callable[[Visit], Mapping[str, Any]]
    standing: Callable[[str], tuple[T | None, int]]
    read: Callable[[Typed, str, T | None, list[Reason]], T | None]
    typed: Callable[[str, T | None], Typed]
    in_words: Callable[[T], Mapping[str, str]]
    name_of: Callable[[T], str]
    save: Callable[[T, T | None, int, ChangeNote], None]
    history: Callable[[str], tuple[Revision, ...]]
    parse: Callable[[str], T]
    choices: Callable[[str, Typed], Mapping[str, Any]]
    foresee: Callable[[str, T, datetime], Sequence[Foreseen]] = _nothing_foreseen
    effect_note: str = "只影响以后签发的通报单；正在办理的按签发时的联系人和时限办理。"
    may_add: bool = False
    first_step: str = "history"
    kept_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change in the history, as a person reads it."""

    revision: Revision
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationPages:
    """Reading needs `Right.INSPECT`, changing `Right.ADMINISTER`."""

    topics: Sequence[Topic[Any]]
    view: View

    def contents(self, visit: Visit) -> Response:
        return render(self.view, visit, "admin.html", topics=self.topics)

    def configured(self, visit: Visit) -> Response:
        """What is set under one topic."""
        topic = self._topic(visit)
        return render(self.view, visit, topic.list_template, topic=topic, **topic.listed(visit))

    def form(self, visit: Visit) -> Response:
        """The form as things stand, or with the version that `?revision` asks for."""
        topic, name = self._topic(visit), visit.segments["item"]
        standing, revision = self._standing(topic, name)
        wanted = visit.request.query.get("revision")
        if wanted is None:
            foreseen = () if standing is None else topic.foresee(name, standing, visit.now)
            return self._form(visit, topic, topic.typed(name, standing), revision, foreseen=foreseen)
        body = body_at(topic.history(name), _whole(wanted))
        if body is None:
            raise BadRequestError(404)
        typed = {**topic.typed(name, topic.parse(body)), "reason": (f"恢复到第 {wanted} 版",)}
        return self._form(visit, topic, typed, revision)

    def change(self, visit: Visit) -> Response:
        """The form again with what is wrong, or what will change; from there back to the form, or the change itself."""
        topic, name, typed = self._topic(visit), visit.segments["item"], visit.request.form
        seen = _whole(value(typed, "revision"))
        step = value(typed, "step")
        if step == "edit":
            return self._form(visit, topic, typed, seen)
        standing, revision = self._standing(topic, name)
        problems: list[Reason] = []
        wanted = topic.read(typed, name, standing, problems)
        reason = read_reason(typed, problems)
        if wanted is not None and name == NEW:
            standing, revision = topic.standing(topic.name_of(wanted))
            if standing is not None:
                problems.append(Reason("it is there already", f"{topic.name_of(wanted)} 已经存在，请在列表中更改"))
        if wanted is None or problems:
            return self._form(visit, topic, typed, seen, problems=[one.zh for one in problems])
        if revision != seen:
            return self._form(visit, topic, typed, revision, problems=[_CHANGED_MEANWHILE])
        told = differences({} if standing is None else topic.in_words(standing), topic.in_words(wanted))
        if wanted == standing:
            return self._form(visit, topic, typed, seen, problems=["内容与现在的完全相同，没有需要更改的。"])
        if step != "save":
            return self._preview(visit, topic, typed, told, topic.foresee(name, wanted, visit.now))
        note = ChangeNote(by=visit.actor, at=visit.now, reason=reason)
        try:
            topic.save(wanted, standing, revision, note)
        except ConflictError:
            return self._form(visit, topic, typed, topic.standing(topic.name_of(wanted))[1], problems=[_CHANGED_MEANWHILE])
        item = topic.name_of(wanted)
        page = "history" if revision else topic.first_step
        logger.info("configuration changed", extra={"topic": topic.name, "item": item, "revision": revision + 1})
        return done(visit, f"已更改为第 {revision + 1} 版，一分钟内生效。", f"{visit.base}/admin/{topic.name}/{item}/{page}")

    def history(self, visit: Visit) -> Response:
        """How one item came to be as it is."""
        topic = self._topic(visit)
        name = topic.kept_as or visit.segments["item"]
        revisions = topic.history(name)
        told = [Told(revision=one, differences=_differing(topic, one)) for one in revisions]
        earliest = revisions[-1] if revisions else None
        return render(
            self.view,
            visit,
            "admin_history.html",
            topic=topic,
            item=name,
            told=told,
            newest=revisions[0].number if revisions else 0,
            earlier=earliest.number - 1 if earliest is not None and earliest.before else 0,
        )

    def _topic(self, visit: Visit) -> Topic[Any]:
        found = next((one for one in self.topics if one.name == visit.segments["topic"]), None)
        if found is None:
            raise BadRequestError(404)
        return found

    def _standing(self, topic: Topic[Any], name: str) -> tuple[Any, int]:
        if name == NEW and topic.may_add:
            return None, 0
        standing, revision = topic.standing(name)
        if standing is None:
            raise BadRequestError(404)
        return standing, revision

    def _form(
        self,
        visit: Visit,
        topic: Topic[Any],
        typed: Typed,
        revision: int,
        *,
        problems: Sequence[str] = (),
        foreseen: Sequence[Foreseen] = (),
    ) -> Response:
        return render(
            self.view,
            visit,
            topic.form_template,
            http_status=422 if problems else 200,
            topic=topic,
            item=visit.segments["item"],
            typed=typed,
            revision=revision,
            problems=problems,
            foreseen=foreseen,
            max_reason=MAX_REASON,
            **topic.choices(visit.segments["item"], typed),
        )

    def _preview(
        self, visit: Visit, topic: Topic[Any], typed: Typed, told: Sequence[Difference], foreseen: Sequence[Foreseen]
    ) -> Response:
        kept = [(name, one) for name, values in typed.items() if name not in ("csrf_token", "step") for one in values]
        return render(
            self.view,
            visit,
            "admin_preview.html",
            topic=topic,
            item=visit.segments["item"],
            differences=told,
            foreseen=foreseen,
            kept=kept,
            reason=value(typed, "reason"),
        )


_CHANGED_MEANWHILE = "别人刚刚改过这一项。请核对现在的内容（见历史）后再提交一次。"


def read_reason(typed: Typed, problems: list[Reason]) -> str:
    """Why something is changed; a problem where it is not one line of text."""
    reason = value(typed, "reason")
    if not reason or len(reason) > MAX_REASON or not reason.isprintable():
        problems.append(
            Reason(
                f"the reason must be one line of at most {MAX_REASON} characters",
                f"请用一行文字写明更改的原因，不超过 {MAX_REASON} 字",
            )
        )
    return reason


def body_at(revisions: Sequence[Revision], number: int) -> str | None:
    """The item as it was after change `number`; None where the history does not know."""
    for one in revisions:
        if one.number == number:
            return one.after
        if one.number == number + 1 and one.before:
            return one.before
    return None


def _differing(topic: Topic[Any], one: Revision) -> tuple[Difference, ...]:
    before = topic.in_words(topic.parse(one.before)) if one.before else {}
    return differences(before, topic.in_words(topic.parse(one.after)))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 8:
        raise BadRequestError(400)
    return int(text)
