"""Which month a page is about: that of its address, or the one that runs."""

from datetime import date, datetime, tzinfo

from jiesu.cases.issues import month_before, month_text, read_month
from jiesu.pages.http import BadRequestError
from jiesu.pages.visit import Visit

MONTHS_OFFERED = 13


def running_month(visit: Visit, zone: tzinfo) -> date:
    """The first day of the office's month."""
    return visit.now.astimezone(zone).date().replace(day=1)


def month_asked(visit: Visit, zone: tzinfo) -> date:
    """The first day of the month that the address names, or of the one that runs. Raises `BadRequestError` for anything else."""
    asked = visit.request.query.get("month")
    month = running_month(visit, zone) if asked is None else read_month(asked)
    if month is None:
        raise BadRequestError(400)
    return month


def months_offered(visit: Visit, zone: tzinfo) -> list[str]:
    """A year back and the month that runs, which comes first."""
    return [month_text(month_before(running_month(visit, zone), back)) for back in range(MONTHS_OFFERED)]


def span_of(month: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When the office's `month` begins and when the next one does."""
    first, end = (datetime(one.year, one.month, 1, tzinfo=zone) for one in (month, month_before(month, -1)))
    return first, end
