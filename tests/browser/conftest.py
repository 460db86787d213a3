"""The deployed office looked at in headless Chromium, with cases in every state that the main pages show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser

from jiesu.model.words import CaseStatus, UserRole
from local import browsing
from local.browsing import Person
from tests import builders as build
from tests.eventually import eventually
from tests.stack.town import WITHIN_SECONDS, Town


class SignedIn(Protocol):
    """Brings somebody of a role; `screen` is as Playwright's contexts take it, a desk's where nothing is said."""

    def __call__(self, role: UserRole, **screen: Any) -> Person: ...


DUTY_OFFICER, _ = build.bureau_contacts()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if browsing.executable() is None:
        pytest.skip(browsing.ABSENT)
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def sessions(chromium: Browser, town: Town) -> SignedIn:
    """Signs in once for each role; whoever asks has a window of their own."""
    kept: dict[UserRole, Any] = {}

    def signed_in(role: UserRole, **screen: Any) -> Person:
        if role not in kept:
            first = Person.at(chromium, town.door_url)
            first.sign_in(town.demo.user(role))
            kept[role] = first.context.storage_state()
            first.context.close()
        return Person.at(chromium, town.door_url, storage_state=kept[role], **(screen or browsing.DESK))

    return signed_in


@pytest.fixture
def signed_in(sessions: SignedIn, town: Town) -> Iterator[SignedIn]:
    """Somebody of a role at the desk, who goes when the test is over; nothing their browser may complain of happened."""
    people: list[Person] = []

    def come(role: UserRole, **screen: Any) -> Person:
        people.append(sessions(role, **screen))
        return people[-1]

    yield come
    for one in people:
        one.context.close()
    assert [one.complaints for one in people if one.complaints] == []
    assert [url for one in people for url in one.elsewhere if not is_thumbnail(url, town)] == []


def is_thumbnail(url: str, town: Town) -> bool:
    """Whether it is one of the office's own bucket, by a signed address: all that a page may fetch from elsewhere."""
    return f"/{town.deployment.outputs['EvidenceBucketName']}/thumbnails/" in url and "X-Amz-Signature=" in url


@dataclass(frozen=True, slots=True)
class Assigned:
    """A case with a bureau, and what its duty officer was sent."""

    case_id: str
    link: str
    code: str

    @property
    def path(self) -> str:
        return self.link[self.link.index("/bureau/") :]


def assign(town: Town, text: str, words: str, **typed: str) -> Assigned:
    """A citizen writes `text`, an editor dispatches it to Fengtai without a browser; the case's title holds `words`."""
    assert town.deliver(town.push(text, via="weibo.mention.status", who=f"网民{words}")) == (200, "")
    case = town.case_titled(words)
    given = {"title": words, "facts": text, "lead": "FT", "urgency": "routine"}
    town.act(town.signed_in(), case.id, "dispatch", **(given | typed))
    case = town.case(case.id)
    assert case.status is CaseStatus.DISPATCHED
    number = case.bulletins[-1].number
    (mail,) = eventually(lambda: town.mails_to(DUTY_OFFICER.email, number), within_seconds=WITHIN_SECONDS)
    (sms,) = eventually(lambda: town.texts_to(DUTY_OFFICER.phone, number), within_seconds=WITHIN_SECONDS)
    link, code = re.search(r"http://\S+/bureau/\S+", mail.text), re.search(r"(?<!\d)\d{4}(?![\d-])", sms)
    assert link
    assert code
    return Assigned(case_id=case.id, link=link.group(), code=code.group())
