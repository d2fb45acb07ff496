"""What the queue and the quality report read: hits with all that was said of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import tables
from monitor.adapters.database import Database
from monitor.adapters.movement_rows import seen_in
from monitor.adapters.review_rows import review_of
from monitor.domain.cases import LEARNED, Case, Opinion, RandomItem, ReadSample, rule_of
from monitor.domain.digest import Window
from monitor.domain.estimate import CYCLE, PRIME, SHUFFLE
from monitor.domain.hit import Grade, Source
from monitor.domain.review import Review, Verdict

_HIT, _ITEM = tables.hit.c, tables.item.c
_STANDING, _READING = tables.standing_review.c, tables.reading.c
_PLACE: Final = _ITEM.id % PRIME * SHUFFLE % CYCLE  # as `domain.estimate.place` has it
_STORY: Final = sa.func.coalesce(_ITEM.story_id, _ITEM.id)
_READ: Final = sa.exists().where(_READING.item_id == _ITEM.id)


class SqlCases:
    """Keeps the port `Cases`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cases(self, window: Window) -> Sequence[Case]:
        """Return the hits of the present catalogue whose item was first seen in the window."""
        query = (
            sa.select(
                _HIT.id,
                _HIT.item_id,
                _HIT.narrative,
                _HIT.score,
                _HIT.grade,
                _HIT.evidence,
                _HIT.source,
                _HIT.probability,
                *(tables.item.c[name] for name in _OF_ITEM),
                _STANDING.verdict,
                _STANDING.reason,
                _STORY.label("story"),
            )
            .select_from(tables.hit.join(tables.item).outerjoin(tables.standing_review))
            .where(_HIT.retired_at.is_(None), *_within(window))
            .order_by(_HIT.id)
        )
        with self._database.reading() as connection:
            said = _opinions(connection, window)
            sizes = _story_sizes(connection, window)
            rows: Iterable[sa.Row[Any]] = connection.execute(query)
            return [_case(row, said.get(row.id, ()), sizes.get(row.story, 1)) for row in rows]

    def has_items(self, window: Window) -> bool:
        """Say whether any item was first seen in the window."""
        with self._database.reading() as connection:
            query = sa.select(sa.exists().where(*_within(window)))
            return bool(connection.execute(query).scalar())

    def rules_alive(self, window: Window) -> set[tuple[str, str]]:
        """Return (narrative, rule) of whatever made a hit of the present catalogue."""
        query = (
            sa.select(_HIT.narrative, _HIT.evidence, _HIT.source)
            .select_from(tables.hit.join(tables.item))
            .where(_HIT.retired_at.is_(None), *_within(window))
        )
        with self._database.reading() as connection:
            rows: Iterable[sa.Row[Any]] = connection.execute(query)
            return {(row.narrative, rule) for row in rows for rule in _rules(row)}

    def random_items(self, window: Window, limit: int) -> Sequence[RandomItem]:
        """Return the items to be read next, in the shuffled order: hits or not."""
        query = (
            sa.select(_ITEM.id, *(tables.item.c[name] for name in _SHOWN))
            .where(*_within(window), ~_READ)
            .order_by(_PLACE, _ITEM.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            carried: dict[int, list[str]] = defaultdict(list)
            found = sa.select(_HIT.item_id, _HIT.narrative).where(
                _HIT.item_id.in_([row.id for row in rows]), _HIT.retired_at.is_(None)
            )
            for row in connection.execute(found.order_by(_HIT.item_id, _HIT.narrative)):
                carried[row.item_id].append(row.narrative)
        return [
            RandomItem(
                item_id=row.id,
                **{name: getattr(row, name) for name in _SHOWN},
                narratives=tuple(carried[row.id]),
            )
            for row in rows
        ]

    def read_samples(self, window: Window) -> Sequence[ReadSample]:
        """Return, by language, how many items there are and those read at random."""
        total = sa.select(_ITEM.lang, sa.func.count()).where(*_within(window)).group_by(_ITEM.lang)
        unread = (
            sa.select(_ITEM.lang, sa.func.min(_PLACE))
            .where(*_within(window), ~_READ)
            .group_by(_ITEM.lang)
        )
        last = sa.select(sa.func.max(_READING.id)).group_by(_READING.item_id)
        read = (
            sa.select(_ITEM.id, _ITEM.lang, _PLACE.label("place"), _READING.narratives)
            .select_from(tables.reading.join(tables.item))
            .where(*_within(window), _READING.id.in_(last))
            .order_by(_PLACE)
        )
        with self._database.reading() as connection:
            ends = {row[0]: row[1] for row in connection.execute(unread)}
            found: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
            for row in connection.execute(read):
                if row.place < ends.get(row.lang, CYCLE):
                    found[row.lang].append((row.id, tuple(row.narratives)))
            counts = connection.execute(total.order_by(_ITEM.lang)).all()
        return [ReadSample(lang, items, tuple(found[lang])) for lang, items in counts]

    def items_by_feed(self, window: Window) -> Mapping[str, int]:
        """Return how many items each feed brought in the window."""
        query = sa.select(_ITEM.feed_id, sa.func.count()).where(*_within(window))
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(_ITEM.feed_id))
            return {row[0]: row[1] for row in rows}


_OF_ITEM: Final = (
    "title",
    "summary",
    "outlet_id",
    "feed_id",
    "country",
    "lang",
    "first_seen_at",
)
_SHOWN: Final = ("title", "summary", "url", "outlet_id", "lang", "first_seen_at")


def _within(window: Window) -> list[sa.ColumnElement[bool]]:
    return seen_in(window.since, window.until)


def _opinions(connection: Connection, window: Window) -> Mapping[int, tuple[Opinion, ...]]:
    """Return what each person said last of each hit, where it stands."""
    query = (
        sa.select(tables.review)
        .select_from(tables.review.join(tables.hit).join(tables.item))
        .where(*_within(window))
        .order_by(tables.review.c.id)
    )
    histories: dict[int, list[Review]] = defaultdict(list)
    for row in connection.execute(query):
        histories[row.hit_id].append(review_of(row))
    return {hit_id: _last_said(history) for hit_id, history in histories.items()}


def _last_said(history: Sequence[Review]) -> tuple[Opinion, ...]:
    undone = {row.undoes for row in history}
    said: dict[str, Opinion] = {}
    for row in history:
        if row.decision is not None and row.id not in undone:
            said[row.by] = Opinion(row.by, row.decision.verdict, row.decision.stance)
    return tuple(said.values())


def _story_sizes(connection: Connection, window: Window) -> Mapping[int, int]:
    """Return how many items of the window tell each story that more than one tells."""
    query = sa.select(_STORY, sa.func.count()).where(*_within(window)).group_by(_STORY)
    rows = connection.execute(query.having(sa.func.count() > 1))
    return {row[0]: row[1] for row in rows}


def _rules(row: sa.Row[Any]) -> tuple[str, ...]:
    if row.source == Source.LEARNED:
        return (LEARNED,)
    return tuple(dict.fromkeys(rule_of(one["phrase"]) for one in row.evidence))


def _case(row: sa.Row[Any], opinions: tuple[Opinion, ...], story_size: int) -> Case:
    return Case(
        hit_id=row.id,
        item_id=row.item_id,
        narrative=row.narrative,
        score=row.score,
        grade=Grade(row.grade),
        rules=_rules(row),
        probability=row.probability,
        **{name: getattr(row, name) for name in _OF_ITEM},
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=row.reason or "",
        opinions=opinions,
        story_id=str(row.story),
        story_size=story_size,
    )
