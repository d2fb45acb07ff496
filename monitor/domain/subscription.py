"""Who gets which digest, when, in which language, and by what way."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from monitor.domain.errors import ConfigError

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)  # before every slot
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
UNCONFIRMED_KEPT: Final = timedelta(days=7)  # how long an address may take to confirm
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Channel(StrEnum):
    """The ways in which a digest reaches people."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    ATOM = "atom"


class Policy(StrEnum):
    """What to do where nobody can know whether a mail arrived."""

    AT_LEAST_ONCE = "at-least-once"  # send the same message again
    AT_MOST_ONCE = "at-most-once"  # leave it to the operator


class Standing(StrEnum):
    """Whether a subscription is served, and if not, why."""

    PENDING = "pending"  # the address has not been confirmed
    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"  # mail bounced, or the webhook is gone
    UNSUBSCRIBED = "unsubscribed"  # nothing about the person is kept


class Shape(StrEnum):
    """What a webhook's body looks like."""

    JSON = "json"
    SLACK = "slack"
    MATTERMOST = "mattermost"


class Alerts(StrEnum):
    """Whether somebody is told at once of what surges."""

    NONE = "none"
    ALSO = "also"  # besides digests
    ONLY = "only"  # and no digests


@dataclass(frozen=True, slots=True)
class Subscription:
    """One person's or channel's standing order.

    `at` is a time on the clocks of `zone`; `weekday` 0 is Monday, None every day. Empty narratives
    or countries mean all. Only slots due after `started_at` are served. `secret` signs webhooks.
    `searches` are watched for alerts, each written `person/name`.
    """

    id: int
    address: str
    lang: str
    at: time
    zone: str
    channel: Channel = Channel.EMAIL
    weekday: int | None = None
    narratives: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    quiet_note: bool = True
    reviewer: bool = False
    policy: Policy = Policy.AT_LEAST_ONCE
    shape: Shape = Shape.JSON
    standing: Standing = Standing.ACTIVE
    started_at: datetime = BEGINNING
    secret: str = ""
    alerts: Alerts = Alerts.NONE
    searches: tuple[str, ...] = ()

    @property
    def period(self) -> timedelta:
        """How long an ordinary window is."""
        return DAY if self.weekday is None else WEEK

    @property
    def rhythm(self) -> str:
        """When it is served, for people: `daily 07:00 Europe/Belgrade`."""
        day = "daily" if self.weekday is None else WEEKDAYS[self.weekday]
        return f"{day} {self.at:%H:%M} {self.zone}"

    @property
    def order(self) -> tuple[object, ...]:
        """What two subscriptions must not have in common."""
        chosen = tuple(sorted(self.narratives)), tuple(sorted(self.countries))
        is_alert = self.alerts is Alerts.ONLY, tuple(sorted(self.searches))
        return self.channel, self.address, self.lang, self.rhythm, *chosen, *is_alert


def clock_time(text: str) -> time:
    """Read `HH:MM`. Raises ConfigError."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        what = f"{text!r} is not a time of day; write for example 07:00"
        raise ConfigError(what, where="--at")
    return time(int(found[1]), int(found[2]))


def weekday(text: str) -> int:
    """Read a day of the week, whole or its first three letters. Raises ConfigError."""
    name = text.strip().lower()
    days = [n for n, day in enumerate(WEEKDAYS) if name in {day, day[:3]}]
    if not days:
        what = f"{text!r} is not a day of the week; write for example monday"
        raise ConfigError(what, where="--weekly")
    return days[0]


def zone_of(subscription: Subscription) -> ZoneInfo:
    """Return the zone whose clocks count."""
    return ZoneInfo(subscription.zone)
