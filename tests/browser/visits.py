"""Which pages are looked at in the browser: every one of the desk and of bureaus whose people sign in.

`tests/architecture/test_pages_are_visited.py` finds a page that stands in `pages/rights.py` and not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jiesu.model.words import UserRole


@dataclass(frozen=True, slots=True)
class Visit:
    """Where somebody of a role goes; a name in braces is one of `shown.Shown.places`. `status` is what the page answers."""

    address: str
    role: UserRole = UserRole.SUPERVISOR
    status: int = 200


OPEN, BUSY = "/desk/cases/{open}", "/desk/cases/{busy}"
ADMIN = UserRole.ADMIN

VISITS: Mapping[str, Visit] = {
    "queue": Visit("/desk"),
    "queue-narrowed": Visit("/desk?platform=weibo&mine=1"),
    "queue-at-bureaus": Visit("/desk?status=dispatched"),
    "queue-closed": Visit("/desk?status=closed"),
    "case": Visit(OPEN),
    "case-at-a-bureau": Visit("/desk/cases/{fresh}"),
    "case-with-everything": Visit(BUSY),
    "case-given-back": Visit("/desk/cases/{returned}"),
    "evidence": Visit(f"{OPEN}/evidence"),
    "bulletin-versions": Visit(f"{BUSY}/bulletins/{{bulletin}}/versions"),
    "source": Visit(f"{BUSY}/source"),
    "spread": Visit(f"{OPEN}/spread"),
    "similar": Visit(f"{OPEN}/similar"),
    "coverage": Visit(f"{BUSY}/coverage"),
    "merge": Visit(f"{OPEN}/merge?other={{fresh}}"),
    "undo-merge": Visit("/desk/cases/{kept}/undo-merge/{absorbed}"),
    "move-messages": Visit("/desk/cases/{kept}/move-messages"),
    "never-same": Visit(f"{OPEN}/never-same"),
    "note": Visit(f"{OPEN}/note"),
    "correct": Visit(f"{OPEN}/correct"),
    "dispatch": Visit(f"{OPEN}/dispatch"),
    "reply": Visit(f"{OPEN}/reply"),
    "reply-to-many": Visit("/desk/cases/{kept}/reply"),
    "close": Visit(f"{OPEN}/close"),
    "reopen": Visit(f"{OPEN}/reopen"),
    "disclose": Visit(f"{OPEN}/disclose"),
    "conceal": Visit(f"{OPEN}/conceal"),
    "publish": Visit(f"{OPEN}/publish"),
    "lower-heat": Visit(f"{OPEN}/lower-heat"),
    "start-coverage": Visit(f"{OPEN}/start-coverage"),
    "statement": Visit(f"{BUSY}/statement"),
    "brief-coverage": Visit(f"{BUSY}/brief-coverage"),
    "next-statement": Visit(f"{BUSY}/next-statement"),
    "end-coverage": Visit(f"{BUSY}/end-coverage"),
    "ask": Visit(f"{OPEN}/ask"),
    "take": Visit(f"{OPEN}/take"),
    "release": Visit(f"{OPEN}/release"),
    "assign-owner": Visit(f"{OPEN}/assign-owner"),
    "set-urgency": Visit(f"{OPEN}/set-urgency"),
    "consult": Visit(f"{OPEN}/consult"),
    "accept": Visit(f"{BUSY}/accept/{{assignment}}"),
    "send-back": Visit(f"{BUSY}/send-back/{{assignment}}"),
    "withdraw": Visit(f"{BUSY}/withdraw/{{assignment}}"),
    "excuse": Visit(f"{BUSY}/excuse/{{assignment}}"),
    "correct-bulletin": Visit(f"{BUSY}/correct-bulletin/{{bulletin}}"),
    "grant-extension": Visit(f"{BUSY}/grant-extension/{{assignment}}"),
    "refuse-extension": Visit(f"{BUSY}/refuse-extension/{{assignment}}"),
    "decide-return": Visit("/desk/cases/{returned}/decide-return/{returned_assignment}"),
    "arbitrate": Visit("/desk/cases/{returned}/arbitrate/{returned_assignment}"),
    "finish-task": Visit(f"{BUSY}/finish-task/{{task}}"),
    "accept-mail": Visit(f"{BUSY}/accept-mail/{{mail}}"),
    "report-mail": Visit(f"{BUSY}/report-mail/{{mail}}"),
    "approve-publication": Visit(f"{BUSY}/approve-publication/{{publication}}"),
    "withdraw-publication": Visit(f"{BUSY}/withdraw-publication/{{publication}}"),
    "settle-question": Visit(f"{BUSY}/settle-question/{{asking}}.0"),
    "stop-asking": Visit(f"{BUSY}/stop-asking/{{asking}}"),
    "accept-answer": Visit(f"{BUSY}/accept-answer/{{question}}"),
    "ask-again": Visit(f"{BUSY}/ask-again/{{question}}"),
    "keep-answer": Visit(f"{BUSY}/keep-answer/{{question}}"),
    "withdraw-consultation": Visit(f"{BUSY}/withdraw-consultation/{{question}}"),
    "unmask": Visit(f"{OPEN}/unmask/{{alias}}"),
    "search": Visit("/desk/search?q={open}"),
    "search-in-vain": Visit("/desk/search?q=991231-0000000", status=404),
    "find": Visit("/desk/find?q=青塔西路"),
    "find-in-vain": Visit("/desk/find?q=没有这样的词&since=2025-01-01"),
    "find-citizen": Visit("/desk/find/citizen"),
    "lookups": Visit("/desk/lookups", ADMIN),
    "hot": Visit("/desk/hot"),
    "duty": Visit("/desk/duty"),
    "late": Visit("/desk/late"),
    "wall": Visit("/desk/wall"),
    "decisions": Visit("/desk/decisions"),
    "replan": Visit("/desk/replan"),
    "figures": Visit("/desk/figures"),
    "figure-messages": Visit("/desk/figures/messages?part=work"),
    "figure-cases": Visit("/desk/figures/cases?bureau=FT"),
    "issues": Visit("/desk/issues"),
    "issue-cases": Visit("/desk/issues/cases?category=public_order.gambling&district=丰台区"),
    "answers": Visit("/desk/answers"),
    "enter": Visit("/desk/enter"),
    "entered": Visit("/desk/enter/{entered}"),
    "resting": Visit("/desk/resting"),
    "resting-form": Visit("/desk/resting/{resting}"),
    "sample": Visit("/desk/sample"),
    "miss-rate": Visit("/desk/miss-rate"),
    "sample-day": Visit("/desk/miss-rate/{sampled_day}"),
    "parked": Visit("/desk/parked"),
    "admin": Visit("/desk/admin", ADMIN),
    "admin-roles": Visit("/desk/admin/roles", ADMIN),
    "admin-jurisdictions": Visit("/desk/admin/jurisdictions", ADMIN),
    "admin-bureaus": Visit("/desk/admin/bureaus", ADMIN),
    "admin-bureau": Visit("/desk/admin/bureaus/FT", ADMIN),
    "admin-bureau-history": Visit("/desk/admin/bureaus/FT/history", ADMIN),
    "admin-accounts": Visit("/desk/admin/accounts", ADMIN),
    "admin-own-jurisdictions": Visit("/desk/admin/own-jurisdictions", ADMIN),
    "admin-own-jurisdictions-form": Visit("/desk/admin/own-jurisdictions/rules", ADMIN),
    "admin-rosters": Visit("/desk/admin/rosters", ADMIN),
    "admin-roster": Visit("/desk/admin/rosters/FT", ADMIN),
    "admin-account": Visit("/desk/admin/accounts/{account}", ADMIN),
    "admin-account-new": Visit("/desk/admin/accounts/new", ADMIN),
    "admin-secrets": Visit("/desk/admin/accounts/{account}/secrets", ADMIN),
    "admin-office": Visit("/desk/admin/office", ADMIN),
    "admin-contacts": Visit("/desk/admin/office/contacts", ADMIN),
    "admin-ladder": Visit("/desk/admin/office/routine.acknowledgement", ADMIN),
    "admin-forms": Visit("/desk/admin/forms", ADMIN),
    "bureau": Visit("/bureau", UserRole.BUREAU),
    "bureau-narrowed": Visit("/bureau?stage=to_answer", UserRole.BUREAU),
    "bureau-ended": Visit("/bureau/ended", UserRole.BUREAU),
    "bureau-find": Visit("/bureau/find?q={bulletin}", UserRole.BUREAU),
    "bureau-figures": Visit("/bureau/figures", UserRole.BUREAU),
    "bureau-assignment": Visit("/bureau/assignments/{busy}/{assignment}", UserRole.BUREAU),
    "admin-form-sample": Visit("/desk/admin/forms/bulletin/uploaded?template=shipped", ADMIN),
    "sign-in": Visit("/desk/sign-in"),
    "signed-out": Visit("/desk/signed-out"),
    "forbidden": Visit("/desk/admin", UserRole.EDITOR, status=403),
    "no-such-page": Visit("/desk/nowhere", status=404),
}

NO_PAGES = frozenset(
    {
        "start_sign_in",
        "finish_sign_in",
        "original",
        "bulletin",
        "template_sample",
        "figures_export",
        "figures_workbook",
        "queue_rows",
        "wall_now",
    }
)
"""Endpoints whose GET leads elsewhere, is a file, or is fetched into a page that stands open."""
