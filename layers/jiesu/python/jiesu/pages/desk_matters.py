"""Cases by twos at the desk: merging and its undoing, parting and moving messages, and saying that two are never the same.

Each form shows what would happen before it happens; what the rules refuse is said there already, with what to do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from jiesu.cases import matters
from jiesu.cases.matters import Told
from jiesu.cases.refusals import refuse
from jiesu.cases.undo import UNDO_FOR
from jiesu.cases.voices import MOST_VOICES
from jiesu.model.case import CarriedMessage, Case
from jiesu.model.errors import CaseChangedError, CommandRefusedError, ConflictError
from jiesu.model.numbers import is_bulletin_number, is_case_id, readable_number
from jiesu.model.timeline import Change
from jiesu.office.city_book import CityBook
from jiesu.pages.desk_reading import not_found
from jiesu.pages.forms import Typed, value
from jiesu.pages.http import Response
from jiesu.pages.session import Offer
from jiesu.pages.view import View
from jiesu.pages.visit import Visit, done, render, version_seen
from jiesu.runtime.logging import logger
from jiesu.store.case_pairs import CasePairStore
from jiesu.store.cases import CaseStore
from jiesu.store.messages import MessageStore, StoredMessage

MESSAGES_SHOWN = 100
CHANGED = "您打开之后，本件有了变化，刚才的提交没有生效。请看过下面的内容后决定是否仍然提交。"
BUSY = "此刻有多人同时提交，请再提交一次。"

What = Literal["merge", "undo-merge", "move-messages", "never-same"]
Decide = Callable[[Told, Told], tuple[Change, Change] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """How much would go from one case to another; `unanswered` of the people have had no answer yet."""

    messages: int
    people: int
    unanswered: int

    @classmethod
    def of(cls, case: Case, messages: tuple[CarriedMessage, ...]) -> "Moving":
        people = {one.message.conversation for one in messages}
        answered = {reply.to.conversation for reply in case.replies if reply.state != "failed"}
        return cls(messages=len(messages), people=len(people), unanswered=len(people - answered))


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPages:
    """The pages that need `Right.ACT` and are about two cases."""

    cases: CaseStore
    pairs: CasePairStore
    cities: CityBook
    messages: MessageStore
    view: View

    # --- merging -----------------------------------------------------------------------------

    def merge_form(self, visit: Visit) -> Response:
        """First which case, then what would happen."""
        return self._form(visit, "merge", {"other": (visit.request.query.get("other", ""),)})

    def merge(self, visit: Visit) -> Response:
        def decide(one: Told, other: Told) -> tuple[Change, Change]:
            return matters.merge(one, other.case, value(visit.request.form, "reason"))

        return self._act(visit, "merge", decide, "已并案，留言正在移入本件。如并错，可在「同一件事」中撤销。", to_other=True)

    def undo_form(self, visit: Visit) -> Response:
        return self._form(visit, "undo-merge", {"other": (visit.segments["other"],)})

    def undo_merge(self, visit: Visit) -> Response:
        """From the page of either case."""

        def decide(one: Told, other: Told) -> tuple[Change, Change]:
            return matters.undo_either(one, other, value(visit.request.form, "reason"))

        return self._act(visit, "undo-merge", decide, "已撤销并案，留言正在移回。")

    # --- never the same ----------------------------------------------------------------------

    def different_form(self, visit: Visit) -> Response:
        return self._form(visit, "never-same", {"other": (visit.request.query.get("other", ""),)})

    def call_different(self, visit: Visit) -> Response:
        def decide(one: Told, other: Told) -> tuple[Change, Change] | None:
            return matters.call_different(one.case, other.case, value(visit.request.form, "reason"))

        return self._act(visit, "never-same", decide, "已记为不是同一件事，系统不再提示这两件。如有误，可在「同一件事」中撤销。")

    def revoke_difference(self, visit: Visit) -> Response:
        def decide(one: Told, other: Told) -> tuple[Change, Change]:
            return matters.revoke_difference(one.case, other.case, "")

        return self._act(visit, "never-same", decide, "已撤销「不是同一件事」的认定。")

    # --- parting -----------------------------------------------------------------------------

    def move_form(self, visit: Visit) -> Response:
        """The messages to choose from, and where they go."""
        return self._form(visit, "move-messages", {"to": ("new",)})

    def move(self, visit: Visit) -> Response:
        """Some messages to another case, or into one of their own."""
        typed = visit.request.form
        chosen = typed.get("message", ())
        if value(typed, "to") != "new":

            def decide(one: Told, other: Told) -> tuple[Change, Change]:
                return matters.move_messages(one, other.case, chosen, value(typed, "reason"))

            return self._act(visit, "move-messages", decide, "留言已移出，正在移入另一件。")
        try:
            made = self._split(visit, chosen, value(typed, "reason"))
        except CommandRefusedError as error:
            return self._form(visit, "move-messages", typed, refused=error.label, status=422)
        except CaseChangedError:
            return self._form(visit, "move-messages", typed, refused=CHANGED, status=409)
        return done(visit, "已拆分，这是新建立的诉求件，留言正在移入。", visit.case_address(made))

    def _split(self, visit: Visit, chosen: tuple[str, ...], reason: str) -> str:
        source = self.pairs.told(visit.segments["case_id"])
        if source.case.version != version_seen(visit):
            raise CaseChangedError(source.case.id, version_seen(visit))
        return self.pairs.part(
            source,
            chosen,
            reason,
            shown=self._shown(source.case.id),
            opened_on=visit.now.astimezone(self.view.zone).date(),
            actor=visit.actor,
            now=visit.now,
            city=self.cities.city(visit.now),
        )

    # --- what all of them do -----------------------------------------------------------------

    def _act(self, visit: Visit, what: What, decide: Decide, said: str, *, to_other: bool = False) -> Response:
        typed = visit.request.form
        case_id = visit.segments["case_id"]
        try:
            other_id = self._named(visit.segments.get("other") or value(typed, "other"))
            changed = self.pairs.decide_both(
                case_id, other_id, decide, actor=visit.actor, now=visit.now, expected=(case_id, version_seen(visit))
            )
        except CommandRefusedError as error:
            return self._form(visit, what, typed, refused=error.label, status=422)
        except CaseChangedError:
            return self._form(visit, what, typed, refused=CHANGED, status=409)
        except ConflictError:
            return self._form(visit, what, typed, refused=BUSY, status=409)
        logger.info("two cases changed at the desk", extra={"case_id": case_id, "act": what, "subject": visit.person.subject})
        if not changed:
            return done(visit, "没有需要改动的内容。", visit.case_address(case_id))
        # The entry behind the version that the page was read at: the store would have refused another.
        entries = ((case_id, version_seen(visit) + 1),)
        offered = Offer(said=said, entries=entries, until=visit.now + UNDO_FOR) if what == "merge" else None
        return done(visit, said, visit.case_address(other_id if to_other else case_id), offer=offered)

    def _form(self, visit: Visit, what: What, typed: Typed, *, refused: str = "", status: int = 200) -> Response:
        one = self.cases.told(visit.segments["case_id"])
        if one is None:
            return not_found(self.view, visit, "没有这个诉求件。")
        other: Told | None = None
        unknown = ""
        if number := visit.segments.get("other") or value(typed, "other"):
            try:
                other = self.pairs.told(self._named(number))
            except CommandRefusedError as error:
                unknown = error.label
        moving, forbidden = None, ""
        if other is not None:
            try:
                moving = _moving(what, one, other)
            except CommandRefusedError as error:
                forbidden = error.label
        return render(
            self.view,
            visit,
            "matter.html",
            http_status=status,
            what=what,
            case=one.case,
            other=None if other is None else other.case,
            moving=moving,
            refused=refused or unknown,
            forbidden=forbidden,
            # What one case may not, the other may: its bureaus go on.
            turned=what == "merge" and other is not None and bool(forbidden) and _may_merge(other, one.case),
            typed=typed,
            messages=self._shown(one.case.id) if what == "move-messages" else (),
        )

    def _shown(self, case_id: str) -> tuple[StoredMessage, ...]:
        # As many more as there can be citizens: the ledger of each comes before the messages.
        return self.messages.correspondence(case_id, limit=MESSAGES_SHOWN, voices=MOST_VOICES).messages

    def _named(self, typed: str) -> str:
        """The case of a number as people write it, a case's or a bulletin's."""
        number = readable_number(typed)
        if is_case_id(number):
            return number
        found = self.cases.find_bulletin(number) if is_bulletin_number(number) else None
        if found is None:
            raise refuse("other_missing")
        return found


def _moving(what: What, one: Told, other: Told) -> Moving | None:
    """What would go from one to the other. Raises `CommandRefusedError` where nothing may."""
    match what:
        case "merge":
            _, absorbed = matters.merge(one, other.case, "预览")
            return Moving.of(one.case, absorbed.messages)
        case "undo-merge":
            source, target = (one, other) if one.case.merged_into == other.case.id else (other, one)
            back, _ = matters.undo_merge(source, target, "")
            return Moving.of(target.case, back.messages)
        case "never-same":
            matters.call_different(one.case, other.case, "")
            return None
        case "move-messages":
            return None


def _may_merge(source: Told, target: Case) -> bool:
    try:
        matters.merge(source, target, "预览")
    except CommandRefusedError:
        return False
    return True
