"""Rows of the items and hits that people read. Each statement is made once and kept: see `asked`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import selections, tables
from monitor.adapters.archived import HitRow, ItemRow
from monitor.adapters.asked import LARGEST, LEAST, LIMIT, SHAPES
from monitor.adapters.bulk import as_list, listed
from monitor.adapters.story_rows import SPAN
from monitor.domain.review import UNREVIEWED, Verdict
from monitor.ports import Filters

STANDING: Final = tables.standing_review.c
_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_HITS: Final = tables.hit.outerjoin(tables.standing_review, STANDING.hit_id == _HIT.id)
REVIEWED: Final = tables.hit.join(tables.item).outerjoin(
    tables.standing_review, STANDING.hit_id == _HIT.id
)
_VERDICT: Final = sa.func.coalesce(STANDING.verdict, UNREVIEWED)
COUNTED: Final = (_HIT.retired_at.is_(None), _VERDICT != Verdict.DISMISSED)
_NUMBERS: Final = sa.bindparam("numbers", type_=sa.Text)
_ITEM_ID: Final = sa.bindparam("item_id", type_=sa.BigInteger)
_NARRATIVE: Final = sa.bindparam("narrative", type_=sa.Text)

# The numbers given to PostgreSQL, each to be looked up by itself.
_GIVEN: Final = (
    sa.func.unnest(sa.cast(_NUMBERS, sa.ARRAY(sa.BigInteger)))
    .table_valued(sa.column("value", sa.BigInteger), name="given")
    .render_derived()
)

Columns = dict[str, sa.ColumnElement[Any]]
Place = tuple[int, str]  # an item and a narrative
NOWHERE: Final[Place] = (0, "")


@dataclass(frozen=True, slots=True)
class Shown:
    """What of their hits a page shows. `with_text`: to look for words in it."""

    filters: Filters
    goes_on: bool
    with_text: bool


@cache
def hits_query(*, with_text: bool = False) -> sa.Select[Any]:
    """Return the query of `HitRow`s, with the text of their items if that is asked for."""
    outlets = REVIEWED.join(tables.outlet, tables.outlet.c.id == _ITEM.outlet_id)
    return _hit_rows(tables.item, tables.hit, with_text=with_text).select_from(outlets)


def _hit_rows(item: sa.FromClause, hit: sa.FromClause, *, with_text: bool) -> sa.Select[Any]:
    columns = {
        **_of_items(item, with_text=with_text),
        **{column.name: column for column in hit.c},
        "outlet_name": tables.outlet.c.name,
        "verdict": _VERDICT,
        "stance": STANDING.stance,
        "reviewed_at": STANDING.at,
    }
    return sa.select(*(columns[name] for name in HitRow._fields))


def _of_items(item: sa.FromClause, *, with_text: bool) -> Columns:
    columns: Columns = {column.name: column for column in item.c}
    columns["story"] = sa.func.coalesce(item.c.story_id, item.c.id).label("story")
    return columns if with_text else columns | {"text": sa.literal_column("''", sa.Text)}


def read_hits(rows: Iterable[sa.Row[Any]]) -> list[HitRow]:
    """Return the rows of `hits_query`."""
    return [HitRow._make(row) for row in rows]


def hits_of_items(
    connection: Connection, shown: Shown, items: Sequence[int], place: Place, limit: int
) -> list[HitRow]:
    """Return hits of these items after a place, if the page goes on there, newest item first."""
    dialect, (item_id, narrative) = connection.dialect.name, place
    given = _among(dialect, items) | {"limit": limit}
    given |= {"item_id": item_id, "narrative": narrative}
    return read_hits(connection.execute(_hits_of_items(dialect, shown), given).all())


@lru_cache(SHAPES)
def _hits_of_items(dialect: str, shown: Shown) -> sa.Select[Any]:
    """Order hits letter by letter where they are of one item."""
    letters = sa.collate(_HIT.narrative, "BINARY" if dialect == "sqlite" else "C")
    conditions = selections.hit_conditions(shown.filters)
    if shown.goes_on:
        after = sa.and_(_HIT.item_id == _ITEM_ID, letters < _NARRATIVE)
        conditions.append(sa.or_(_HIT.item_id < _ITEM_ID, after))
    if dialect == "postgresql":
        hits = sa.select(tables.hit).where(_HIT.item_id == _GIVEN.c.value, *conditions)
        hit = hits.offset(0).lateral("hit")
        item = _item_of(hit.c.item_id)
        query = _hit_rows(item, hit, with_text=shown.with_text).select_from(
            _GIVEN.join(hit, sa.true())
            .join(item, sa.true())
            .outerjoin(tables.standing_review, STANDING.hit_id == hit.c.id)
            .join(tables.outlet, tables.outlet.c.id == item.c.outlet_id)
        )
        letters = sa.collate(hit.c.narrative, "C")
        return query.order_by(hit.c.item_id.desc(), letters.desc()).limit(LIMIT)
    query = hits_query(with_text=shown.with_text)
    query = query.where(_is_among(dialect, _HIT.item_id), *conditions)
    return query.order_by(_HIT.item_id.desc(), letters.desc()).limit(LIMIT)


def rows_of_items(
    connection: Connection, items: Sequence[int], *, with_text: bool = False
) -> list[ItemRow]:
    """Return these items in any order, with their text if that is asked for."""
    dialect = connection.dialect.name
    query = _rows_of_items(dialect, with_text=with_text)
    return [ItemRow._make(row) for row in connection.execute(query, _among(dialect, items)).all()]


@cache
def _rows_of_items(dialect: str, *, with_text: bool) -> sa.Select[Any]:
    if dialect == "postgresql":
        item = _item_of(_GIVEN.c.value)
        columns, source = _of_items(item, with_text=with_text), _GIVEN.join(item, sa.true())
        return sa.select(*(columns[name] for name in ItemRow._fields)).select_from(source)
    columns = _of_items(tables.item, with_text=with_text)
    query = sa.select(*(columns[name] for name in ItemRow._fields))
    return query.where(_is_among(dialect, _ITEM.id))


def story_sizes(connection: Connection, rows: Iterable[HitRow | ItemRow]) -> dict[int, int]:
    """Return how many items there are in the stories of these rows, erased ones left out."""
    sizes = {row.story: 1 for row in rows}
    dialect = connection.dialect.name
    counted = connection.execute(_sizes(dialect), _among(dialect, sizes, SPAN))
    return sizes | {story: 1 + others for story, others in counted.all()}


@cache
def _sizes(dialect: str) -> sa.Select[Any]:
    erased, first = tables.erased.c, tables.erased.alias("first").c
    gone = sa.select(sa.func.count()).where(first.item_id == _ITEM.story_id).scalar_subquery()
    count = sa.func.count() - sa.func.count(erased.item_id) - gone.correlate(tables.item)
    others = (
        sa.select(_ITEM.story_id, count.label("others"))
        .select_from(tables.item.outerjoin(tables.erased, erased.item_id == _ITEM.id))
        .group_by(_ITEM.story_id)
    )
    if dialect == "postgresql":
        near = _ITEM.id.between(_GIVEN.c.value - SPAN, _GIVEN.c.value + SPAN)
        its = others.where(_ITEM.story_id == _GIVEN.c.value, near, _ITEM.id.between(LEAST, LARGEST))
        story = its.offset(0).lateral("story")
        return sa.select(story).select_from(_GIVEN.join(story, sa.true()))
    return others.where(_is_among(dialect, _ITEM.story_id))


def narratives_of(connection: Connection, items: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return what these items carry, the strongest first."""
    dialect = connection.dialect.name
    carried: dict[int, tuple[str, ...]] = {}
    given = {"numbers": as_list(dialect, items)}
    for item_id, narrative in connection.execute(_narratives(dialect), given).all():
        carried[item_id] = (*carried.get(item_id, ()), narrative)
    return carried


@cache
def _narratives(dialect: str) -> sa.Select[Any]:
    return (
        sa.select(_HIT.item_id, _HIT.narrative)
        .select_from(_HITS)
        .where(_is_among(dialect, _HIT.item_id), *COUNTED)
        .order_by(_HIT.item_id, _HIT.score.desc(), _HIT.narrative)
    )


def _item_of(number: sa.ColumnElement[int]) -> sa.FromClause:
    """Return one item, looked up in its month alone.

    `OFFSET 0` has PostgreSQL do so one by one, as it takes them for dearer than reading all months.
    """
    one = sa.select(tables.item).where(_ITEM.id == number, _ITEM.id.between(LEAST, LARGEST))
    return one.offset(0).lateral("item")


def _is_among(dialect: str, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return column.in_(sa.select(listed(dialect, _NUMBERS)))


def _among(dialect: str, numbers: Collection[int], around: int = 0) -> dict[str, Any]:
    """Return these numbers, and between which they are: who keeps items by month looks there."""
    least, largest = (min(numbers), max(numbers)) if numbers else (0, -1)
    written = as_list(dialect, numbers)
    return {"numbers": written, "least": least - around, "largest": largest + around}
