"""The daily count of what came in: of the days that people may still decide something about."""

from datetime import datetime
from zoneinfo import ZoneInfo

from jiesu.cases.volume import days_to_count
from jiesu.runtime.metrics import count
from jiesu.store.volume import VolumeStore


def tally_volume(store: VolumeStore, *, zone: ZoneInfo, now: datetime) -> dict[str, int]:
    """Count each of the last days that are over anew; twice gives the same twice.

    An office's figures begin with its first message: empty days before that are no days without messages.
    """
    began = store.first_day()
    days = messages = 0
    for day in days_to_count(now.astimezone(zone).date()):
        volume = store.count(day, zone=zone, now=now)
        if began is None and volume.cells:
            began = day
        if began is not None and (day >= began or volume.cells) and store.put(volume):
            days += 1
            messages += sum(one.received for one in volume.cells)
    count("VolumeTallied", days)
    return {"days": days, "messages": messages}
