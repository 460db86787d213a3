"""The city as the office sees it: what ships, and who answers for what by the office's own word."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from jiesu.model.jurisdiction import OwnJurisdictions
from jiesu.places.city import City, beijing
from jiesu.runtime.batch import said_safely
from jiesu.runtime.logging import logger

LOOK_EVERY = timedelta(minutes=1)


def city_with(own: OwnJurisdictions) -> City:
    """The city that ships, with what the office says of it."""
    city = beijing()
    return replace(city, jurisdictions=city.jurisdictions.with_own(own))


@dataclass(slots=True)
class CityBook:
    """One a worker. `read` (`DirectoryStore.own_jurisdictions`) is asked once a minute.

    A bureau is only suggested, so what cannot be read stops nothing: the last known goes on counting.
    """

    read: Callable[[], OwnJurisdictions]
    _city: City | None = field(default=None, init=False)
    _own: OwnJurisdictions | None = field(default=None, init=False)
    _look_at: datetime | None = field(default=None, init=False)

    def city(self, now: datetime) -> City:
        """Who answers for what now."""
        if self._look_at is None or now >= self._look_at:
            self._look_at = now + LOOK_EVERY
            try:
                own = self.read()
            except (BotoCoreError, ClientError) as error:
                logger.error("the office's jurisdictions not read, the last known are used", extra=said_safely(error))
            else:
                if own != self._own:
                    self._own, self._city = own, city_with(own)
        return self._city or beijing()
