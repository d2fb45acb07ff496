"""Who gets digests, kept in the database."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database
from monitor.adapters.outbox_rows import WAITING, cancel, put
from monitor.adapters.subscription_rows import subscription_of, values_of
from monitor.domain.delivery import Planned
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.subscription import Alerts, Standing, Subscription

_TABLE: Final = tables.subscription


class SqlSubscribers:
    """Keeps the port `Subscribers`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subscription: Subscription, token_hash: str = "") -> Subscription:
        """Keep a subscription and return it with its id. Raises ConfigError for a double."""
        with self._database.writing() as connection:
            same = sa.select(_TABLE).where(_TABLE.c.address == subscription.address)
            for row in connection.execute(same):
                if subscription_of(row).order == subscription.order:
                    what = f"{subscription.address} has this subscription already"
                    raise ConfigError(f"{what} (id {row.id}); see `monitor subscribers list`")
            return _kept(connection, subscription, token_hash)

    def ask(self, subscription: Subscription, token_hash: str, letter: Planned) -> Subscription:
        """Keep a subscription that waits for its confirmation, with the letter that asks for it.

        Raises ConfigError where the address has an unanswered letter: nobody gets two.
        """
        with self._database.writing() as connection:
            asked = sa.select(_TABLE.c.id).where(
                _TABLE.c.address == subscription.address, _TABLE.c.standing == Standing.PENDING
            )
            if connection.execute(asked).first():
                what = f"{subscription.address} was asked already and has not answered yet"
                raise ConfigError(f"{what}; remove it to ask anew")
            kept = _kept(connection, subscription, token_hash)
            put(connection, replace(letter, subscription_id=kept.id), subscription.started_at)
            return kept

    def all(self, standing: Standing | None = None) -> Sequence[Subscription]:
        """Return every subscription that stands so, oldest first; None: those with an address."""
        query = sa.select(_TABLE).order_by(_TABLE.c.id)
        if standing is None:
            query = query.where(_TABLE.c.standing != Standing.UNSUBSCRIBED)
        else:
            query = query.where(_TABLE.c.standing == standing)
        with self._database.reading() as connection:
            return [subscription_of(row) for row in connection.execute(query)]

    def of(self, who: str) -> Sequence[Subscription]:
        """Return the subscriptions of an address or id. Raises NotFoundError where none is."""
        named = sa.func.lower(_TABLE.c.address) == who.lower()
        if who.isdigit():
            named = sa.or_(named, _TABLE.c.id == int(who))
        kept = _TABLE.c.standing != Standing.UNSUBSCRIBED
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_TABLE).where(named, kept).order_by(_TABLE.c.id))
            found = [subscription_of(row) for row in rows]
        if not found:
            raise NotFoundError(f"nobody subscribes as {who}; see `monitor subscribers list`")
        return found

    def stand(self, ids: Collection[int], standing: Standing, now: datetime) -> None:
        """Change how subscriptions stand; whatever waits for them is cancelled."""
        with self._database.writing() as connection:
            change(connection, ids, standing, now)

    def alert(self, ids: Collection[int], alerts: Alerts) -> None:
        """Change what subscriptions are told at once."""
        with self._database.writing() as connection:
            chosen = sa.update(_TABLE).where(_TABLE.c.id.in_(ids))
            connection.execute(chosen.values(alerts=alerts))

    def remove(self, ids: Collection[int]) -> None:
        """Remove subscriptions and all that was kept for them."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(_TABLE).where(_TABLE.c.id.in_(ids)))

    def by_token(self, token_hash: str) -> Subscription | None:
        """Return whom a token of the subscription itself or of one of its mails belongs to."""
        sent = tables.delivery.c
        mailed = sa.select(sent.subscription_id).where(sent.token_hash == token_hash)
        either = sa.or_(_TABLE.c.token_hash == token_hash, _TABLE.c.id.in_(mailed))
        with self._database.reading() as connection:
            row = (
                connection.execute(sa.select(_TABLE).where(either)).first() if token_hash else None
            )
        return subscription_of(row) if row else None


def _kept(connection: Connection, one: Subscription, token_hash: str) -> Subscription:
    values = values_of(one) | {"token_hash": token_hash}
    stored = connection.execute(sa.insert(_TABLE).values(values).returning(_TABLE))
    return subscription_of(stored.one())


def change(connection: Connection, ids: Collection[int], standing: Standing, now: datetime) -> None:
    """Change how subscriptions stand, within a transaction."""
    values: dict[str, object] = {"standing": standing}
    if standing is Standing.ACTIVE:
        values["started_at"] = now
    else:
        theirs = tables.delivery.c.subscription_id.in_(ids)
        cancel(
            connection, sa.and_(theirs, tables.delivery.c.state.in_(WAITING)), now, is_covered=False
        )
    if standing is Standing.UNSUBSCRIBED:
        values |= {"address": "", "narratives": [], "countries": [], "searches": [], "secret": ""}
        _forget(connection, ids)
    connection.execute(sa.update(_TABLE).where(_TABLE.c.id.in_(ids)).values(**values))


def _forget(connection: Connection, ids: Collection[int]) -> None:
    """Drop what was sent to a person: the frozen messages bear the address."""
    sent, told = tables.delivery, tables.delivery_hit
    connection.execute(sa.delete(told).where(told.c.subscription_id.in_(ids)))
    theirs = sent.c.subscription_id.in_(ids)
    connection.execute(sa.update(sent).where(theirs).values(payload=None, error=""))
    numbers = sa.select(sent.c.id).where(theirs)
    event = tables.delivery_event
    connection.execute(sa.delete(event).where(event.c.delivery_id.in_(numbers)))
