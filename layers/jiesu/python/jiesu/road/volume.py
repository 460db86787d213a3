"""The daily count of what came in: of the days that people may still decide something about."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from jiesu.cases.volume import days_to_count
from jiesu.runtime.metrics import count
from jiesu.store.volume import VolumeStore


def tally_volume(store: VolumeStore, *, zone: tzinfo, now: datetime) -> dict[str, int]:
    """Count each of the last days that are over anew; twice gives the same twice.

    An office's figures begin with its first message: empty days before that are no days without messages.
    """
    counted = tally_days(store, days_to_count(now.astimezone(zone).date()), zone=zone, now=now)
    count("VolumeTallied", counted["days"])
    return counted


def tally_days(store: VolumeStore, wanted: Iterable[date], *, zone: tzinfo, now: datetime) -> dict[str, int]:
    """Count the `wanted` days, the oldest first, and keep the counts; how many days and messages that were."""
    began = store.first_day()
    days = messages = 0
    for day in wanted:
        volume = store.count(day, zone=zone, now=now)
        if began is None and volume.cells:
            began = day
        if began is not None and (day >= began or volume.cells) and store.put(volume):
            days += 1
            messages += sum(one.received for one in volume.cells)
    return {"days": days, "messages": messages}
