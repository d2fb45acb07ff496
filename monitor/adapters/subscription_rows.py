"""From a subscription to its row and back."""

from datetime import time
from typing import Any

import sqlalchemy as sa

from monitor.domain.subscription import Alerts, Channel, Policy, Shape, Standing, Subscription


def subscription_of(row: sa.Row[Any]) -> Subscription:
    """Return the subscription of a row of its table."""
    return Subscription(
        id=row.id,
        address=row.address,
        lang=row.lang,
        at=time.fromisoformat(row.at),
        zone=row.zone,
        channel=Channel(row.channel),
        weekday=row.weekday,
        narratives=tuple(row.narratives),
        countries=tuple(row.countries),
        quiet_note=row.quiet_note,
        reviewer=row.reviewer,
        policy=Policy(row.policy),
        shape=Shape(row.shape),
        standing=Standing(row.standing),
        started_at=row.started_at,
        secret=row.secret,
        alerts=Alerts(row.alerts),
        searches=tuple(row.searches),
    )


def values_of(one: Subscription) -> dict[str, object]:
    """Return the columns of a subscription; its id and token are not among them."""
    return {
        "channel": one.channel,
        "address": one.address,
        "lang": one.lang,
        "at": f"{one.at:%H:%M}",
        "zone": one.zone,
        "weekday": one.weekday,
        "narratives": list(one.narratives),
        "countries": list(one.countries),
        "quiet_note": one.quiet_note,
        "reviewer": one.reviewer,
        "policy": one.policy,
        "shape": one.shape,
        "standing": one.standing,
        "started_at": one.started_at,
        "secret": one.secret,
        "alerts": one.alerts,
        "searches": list(one.searches),
    }
