"""Rows of the items and hits that people read. Each statement is made once and kept: see `asked`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import selections, tables
from monitor.adapters.asked import LARGEST, LEAST, LIMIT, SHAPES
from monitor.adapters.bulk import as_list, listed
from monitor.adapters.story_rows import SPAN
from monitor.domain.review import UNREVIEWED, Verdict
from monitor.ports import Filters

STANDING: Final = tables.standing_review.c
_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_STORY: Final = sa.func.coalesce(_ITEM.story_id, _ITEM.id).label("story")
_HITS: Final = tables.hit.outerjoin(tables.standing_review, STANDING.hit_id == _HIT.id)
REVIEWED: Final = tables.hit.join(tables.item).outerjoin(
    tables.standing_review, STANDING.hit_id == _HIT.id
)
_VERDICT: Final = sa.func.coalesce(STANDING.verdict, UNREVIEWED)
COUNTED: Final = (_HIT.retired_at.is_(None), _VERDICT != Verdict.DISMISSED)
_SHOWN: Final = (
    _ITEM.title, _ITEM.summary, _ITEM.url, _ITEM.outlet_id, _ITEM.feed_id, _ITEM.country,
    _ITEM.lang, _ITEM.published_at, _ITEM.first_seen_at, _STORY,
)  # fmt: skip

_NUMBERS: Final = sa.bindparam("numbers", type_=sa.Text)
_ITEM_ID: Final = sa.bindparam("item_id", type_=sa.BigInteger)
_NARRATIVE: Final = sa.bindparam("narrative", type_=sa.Text)

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
    """Return the query of hits with all that `archived_hit` reads, and `Snippets` if asked for."""
    return sa.select(
        tables.hit,
        *_shown(with_text=with_text),
        tables.outlet.c.name.label("outlet_name"),
        _VERDICT.label("verdict"),
        STANDING.stance.label("stance"),
        STANDING.at.label("reviewed_at"),
    ).select_from(REVIEWED.join(tables.outlet, tables.outlet.c.id == _ITEM.outlet_id))


def hits_of_items(
    connection: Connection, shown: Shown, items: Sequence[int], place: Place, limit: int
) -> Sequence[sa.Row[Any]]:
    """Return hits of these items after a place, if the page goes on there, newest item first."""
    dialect, (item_id, narrative) = connection.dialect.name, place
    given = _among(dialect, items) | {"limit": limit}
    given |= {"item_id": item_id, "narrative": narrative}
    return connection.execute(_hits_of_items(dialect, shown), given).all()


@lru_cache(SHAPES)
def _hits_of_items(dialect: str, shown: Shown) -> sa.Select[Any]:
    """Order hits letter by letter where they are of one item."""
    letters = sa.collate(_HIT.narrative, "BINARY" if dialect == "sqlite" else "C")
    query = hits_query(with_text=shown.with_text).where(
        _is_among(dialect, _HIT.item_id),
        _ITEM.id.between(LEAST, LARGEST),
        *selections.hit_conditions(shown.filters),
    )
    if shown.goes_on:
        after = sa.and_(_HIT.item_id == _ITEM_ID, letters < _NARRATIVE)
        query = query.where(sa.or_(_HIT.item_id < _ITEM_ID, after))
    return query.order_by(_HIT.item_id.desc(), letters.desc()).limit(LIMIT)


def rows_of_items(
    connection: Connection, items: Sequence[int], *, with_text: bool = False
) -> Sequence[sa.Row[Any]]:
    """Return these items in any order with all that `archived_item` reads, as `hits_query` does."""
    dialect = connection.dialect.name
    query = _rows_of_items(dialect, with_text=with_text)
    return connection.execute(query, _among(dialect, items)).all()


@cache
def _rows_of_items(dialect: str, *, with_text: bool) -> sa.Select[Any]:
    query = sa.select(_ITEM.id, *_shown(with_text=with_text))
    return query.where(_is_among(dialect, _ITEM.id), _ITEM.id.between(LEAST, LARGEST))


def story_sizes(connection: Connection, rows: Iterable[sa.Row[Any]]) -> dict[int, int]:
    """Return how many items there are in the stories of these rows."""
    sizes = {row.story: 1 for row in rows}
    dialect = connection.dialect.name
    counted = connection.execute(_sizes(dialect), _among(dialect, sizes, SPAN))
    return sizes | {story: 1 + others for story, others in counted.all()}


@cache
def _sizes(dialect: str) -> sa.Select[Any]:
    return (
        sa.select(_ITEM.story_id, sa.func.count())
        .where(_is_among(dialect, _ITEM.story_id), _ITEM.id.between(LEAST, LARGEST))
        .group_by(_ITEM.story_id)
    )


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


def _shown(*, with_text: bool) -> tuple[sa.ColumnElement[Any], ...]:
    return (*_SHOWN, _ITEM.text) if with_text else _SHOWN


def _is_among(dialect: str, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return column.in_(sa.select(listed(dialect, _NUMBERS)))


def _among(dialect: str, numbers: Collection[int], around: int = 0) -> dict[str, Any]:
    """Return these numbers, and between which they are: who keeps items by month looks there."""
    least, largest = (min(numbers), max(numbers)) if numbers else (0, -1)
    written = as_list(dialect, numbers)
    return {"numbers": written, "least": least - around, "largest": largest + around}
