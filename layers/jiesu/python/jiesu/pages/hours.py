"""An hour as a form's field has it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jiesu.model.errors import CommandRefusedError


def local_hour(typed: str, zone: ZoneInfo) -> datetime | None:
    """The hour that was typed, in the office's time unless it says otherwise; None where nothing was.

    Raises `CommandRefusedError` ("time_unknown").
    """
    if not typed:
        return None
    try:
        at = datetime.fromisoformat(typed)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CommandRefusedError("time_unknown", "时间不完整，请按「年-月-日 时:分」填写") from error


def as_typed(at: datetime, zone: ZoneInfo) -> str:
    """`at` as a field for date and time is filled."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
