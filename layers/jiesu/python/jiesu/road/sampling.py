"""The daily sample of what was called noise, drawn for the days that have none yet."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jiesu.runtime.metrics import count
from jiesu.store.resting import RestingStore
from jiesu.store.samples import SampleStore

DAYS_BACK = 7
"""How many days are made up for, where the drawing had failed."""


def draw_due(resting: RestingStore, samples: SampleStore, *, zone: ZoneInfo, now: datetime) -> dict[str, int]:
    """Draw a sample of each of the last days of the office that are over; a day that has one keeps it.

    A message of yesterday that is ingested only after this is in no sample.
    """
    today = now.astimezone(zone).date()
    days = messages = 0
    for back in range(DAYS_BACK, 0, -1):
        day = today - timedelta(days=back)
        if samples.is_drawn(day):
            continue
        drawn = samples.draw(day, resting.places(day), now)
        if drawn is not None:
            days += 1
            messages += drawn
    count("NoiseSampled", messages)
    return {"days_drawn": days, "messages_drawn": messages}
