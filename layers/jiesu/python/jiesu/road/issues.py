"""The tables of the months that are still counted anew: once a day, from the lines of the index."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from jiesu.cases.issues import MONTHS_BACK, IssueLine, month_before, months_counted, tally
from jiesu.runtime.metrics import count
from jiesu.store.issues import IssueStore


def tally_due(store: IssueStore, *, zone: ZoneInfo, now: datetime) -> dict[str, int]:
    """Count each of the open months anew; twice on one day gives the same twice.

    Every month that any of them looks back to is read once.
    """
    today = now.astimezone(zone).date()
    months = months_counted(today)
    read: dict[date, list[IssueLine]] = {}
    tables = cases = 0
    for month in months:
        window = [month_before(month, back) for back in range(MONTHS_BACK, -1, -1)]
        for one in window:
            if one not in read:
                read[one] = list(store.lines(one))
        table = tally(month, [line for one in window for line in read[one]], today=today, zone=zone)
        if table is not None and store.put_table(table):
            tables += 1
            cases += table.total
    count("IssuesTallied", tables)
    return {"tables": tables, "cases": cases}
