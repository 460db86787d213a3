"""What a platform says of a post that it examined: by an event of its own, or when it is asked."""

from datetime import datetime

from jiesu.cases.publishing import RecordPublicationFailed, RecordPublicationPosted
from jiesu.channels.outgoing import SendOutcome
from jiesu.channels.public_post import JobEnd
from jiesu.channels.wechat_publishing import job_of_event
from jiesu.model.message import Message
from jiesu.model.people import Actor
from jiesu.model.words import ActorKind, Platform
from jiesu.store.cases import CaseStore, PublicationJob

_SYSTEM = Actor(kind=ActorKind.SYSTEM, id="publication_jobs")


def note_job_event(cases: CaseStore, message: Message, now: datetime) -> None:
    """Note what `message` reports, if it is such an event.

    An event that comes before its job is known finds nothing, and is not needed: the job is asked for as well.
    """
    if message.platform is not Platform.WECHAT or message.event is None:
        return
    reported = job_of_event(message.event)
    if reported is None:
        return
    number, end = reported
    found = cases.find_publication_job(message.account_id, number)
    if found is not None and not isinstance(end, SendOutcome):
        note_job_end(cases, found, end, now)


def note_job_end(cases: CaseStore, job: PublicationJob, end: JobEnd, now: datetime) -> None:
    """Bring the case to where `end` leaves it; told twice, it changes nothing."""
    publication_id, account_id = job.publication_id, job.account_id
    command: RecordPublicationPosted | RecordPublicationFailed
    if end.refusal:
        command = RecordPublicationFailed(publication_id=publication_id, account_id=account_id, reason=end.refusal)
    else:
        command = RecordPublicationPosted(
            publication_id=publication_id, account_id=account_id, platform_ref=end.platform_ref, link=end.link
        )
    cases.execute(job.case_id, command, actor=_SYSTEM, now=now)
