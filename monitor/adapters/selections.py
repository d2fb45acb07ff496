"""Which items a page of a search shows: their numbers, newest first, read from an index's end.

Numbers grow with time, so full text, narratives, outlets, countries and languages are each read
from their newest end and only as far as a page needs. What leads is chosen here: a planner
without statistics would gather a country's every item to show fifty of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any, Final

import sqlalchemy as sa

from monitor.adapters import fulltext, tables
from monitor.domain.numbering import first_number
from monitor.domain.query import Query
from monitor.domain.review import UNREVIEWED
from monitor.ports import Filters

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_FULL_SECONDS: Final = timedelta(hours=1)  # a number is at most so much later than its item
_SCRIPTS: Final = ("", "-Latn", "-Cyrl")

Condition = sa.ColumnElement[bool]
Numbers = sa.Select[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: its filters, the query as it is to be looked up, and the kind of database."""

    filters: Filters
    query: Query | None
    is_sqlite: bool

    @property
    def is_about_hits(self) -> bool:
        """Say whether only items with certain hits are wanted."""
        asked = self.filters
        return bool(asked.narratives or asked.stances or asked.reviews or asked.grade)


def numbers(asked: Asked, limit: int, last: int | None, *, with_hits: bool) -> Numbers:
    """Return the numbers of the newest items up to `last`, this one included.

    `with_hits` leaves out items without a hit that the filters let through.
    """
    with_hits = with_hits or asked.is_about_hits
    streams = list(_streams(asked, last, with_hits=with_hits))
    if len(streams) == 1:
        (stream,) = streams
        return stream.limit(limit)
    parts = [sa.select(stream.limit(limit).subquery()) for stream in streams]
    merged = sa.union(*parts).subquery()
    number = next(iter(merged.c))
    return sa.select(number).order_by(number.desc()).limit(limit)


def all_hits(asked: Asked) -> list[Condition]:
    """Return the conditions on `hit` joined with `item`, where no page is cut."""
    filters = asked.filters
    if filters.kinds:  # of few outlets: their items first, then these items' hits
        of_kind = tables.item.alias("of_kind").c
        theirs = sa.select(of_kind.id).where(of_kind.outlet_id.in_(_outlets(filters)))
        theirs = theirs.where(*_times(filters, of_kind.id))
        hits = hit_conditions(replace(filters, narratives=()))
        conditions = [*item_conditions(replace(filters, kinds=())), *hits, _HIT.item_id.in_(theirs)]
        if filters.narratives:  # by no index: a narrative's hits of all outlets are many
            conditions.append(sa.func.coalesce(_HIT.narrative, "").in_(filters.narratives))
    else:
        conditions = [*item_conditions(filters), *hit_conditions(filters)]
    if asked.query is not None:
        found = fulltext.found(asked.query, is_sqlite=asked.is_sqlite)
        conditions.append(_ITEM.id.in_(sa.select(found.c.rowid)))
    return conditions


def hit_conditions(filters: Filters) -> list[Condition]:
    """Return what a hit must meet."""
    conditions: list[Condition] = [_HIT.retired_at.is_(None)]
    if filters.narratives:
        conditions.append(_HIT.narrative.in_(filters.narratives))
    if filters.stances:
        said = sa.func.coalesce(sa.func.nullif(_standing("stance"), ""), _HIT.stance_hint)
        conditions.append(said.in_(filters.stances))
    if filters.reviews:
        verdict = sa.func.coalesce(_standing("verdict"), UNREVIEWED)
        conditions.append(verdict.in_(filters.reviews))
    if filters.grade:
        conditions.append(_HIT.grade == filters.grade)
    return conditions


def _standing(column: str) -> sa.ScalarSelect[str]:
    """Return a column of a hit's standing review, NULL where nobody reviewed it."""
    standing = tables.standing_review.alias("stands").c
    query = sa.select(standing[column]).where(standing.hit_id == _HIT.id)
    return query.correlate(tables.hit).scalar_subquery()


def item_conditions(filters: Filters) -> list[Condition]:
    """Return what an item must meet, its time as by `_times` included."""
    conditions = [_ITEM.content_hash != "erased", *_times(filters, _ITEM.id)]
    if filters.since:
        conditions.append(_ITEM.first_seen_at >= filters.since)
    if filters.until:
        conditions.append(_ITEM.first_seen_at < filters.until)
    return [*conditions, *place_conditions(filters)]


def place_conditions(filters: Filters) -> list[Condition]:
    """Return what an item must meet besides its time."""
    conditions: list[Condition] = []
    if filters.countries:
        conditions.append(_ITEM.country.in_(filters.countries))
    if filters.langs:
        conditions.append(_ITEM.lang.in_(_varieties(filters.langs)))
    if filters.outlets:
        conditions.append(_ITEM.outlet_id.in_(filters.outlets))
    if filters.kinds:
        conditions.append(_ITEM.outlet_id.in_(_outlets(filters)))
    return conditions


def _outlets(filters: Filters) -> sa.Select[Any]:
    return sa.select(tables.outlet.c.id).where(tables.outlet.c.kind.in_(filters.kinds))


def _streams(asked: Asked, last: int | None, *, with_hits: bool) -> Iterator[Numbers]:
    filters = asked.filters
    if asked.query is not None:
        found = fulltext.found(asked.query, is_sqlite=asked.is_sqlite)
        yield _stream(found.c.rowid, asked, last, with_hits=with_hits)
    elif filters.narratives:
        for narrative in filters.narratives:
            lead = sa.select(_HIT.item_id).where(_HIT.narrative == narrative)
            lead = lead.where(*hit_conditions(filters), _is_item(filters, _HIT.item_id))
            yield _newest(lead, _HIT.item_id, filters, last)
    elif filters.outlets or (filters.countries and filters.langs) or not with_hits:
        for lead_by in _leads(filters):
            yield _stream(_ITEM.id, asked, last, *lead_by, with_hits=with_hits)
    else:  # few items have hits: looking through these is quicker than through a country's items
        lead = sa.select(_HIT.item_id).where(*hit_conditions(filters)).distinct()
        yield _newest(lead.where(_is_item(filters, _HIT.item_id)), _HIT.item_id, filters, last)


def _leads(filters: Filters) -> Iterator[tuple[Condition, ...]]:
    """Yield conditions with one value each, which an index serves in the order of numbers."""
    if filters.outlets:
        for outlet in filters.outlets:
            yield (_ITEM.outlet_id == outlet,)
    elif filters.countries and filters.langs:
        for country, lang in product(filters.countries, _varieties(filters.langs)):
            yield (_ITEM.country == country, _ITEM.lang == lang)
    elif filters.countries:
        for country in filters.countries:
            yield (_ITEM.country == country,)
    elif filters.langs:
        for lang in _varieties(filters.langs):
            yield (_ITEM.lang == lang,)
    else:
        yield ()


def _stream(
    number: sa.ColumnElement[int],
    asked: Asked,
    last: int | None,
    *lead: Condition,
    with_hits: bool,
) -> Numbers:
    query = sa.select(number).where(*lead)
    if number is _ITEM.id:
        query = query.where(*item_conditions(asked.filters))
    else:
        query = query.where(_is_item(asked.filters, number))
    if with_hits:
        query = query.where(
            sa.exists().where(_HIT.item_id == number, *hit_conditions(asked.filters))
        )
    return _newest(query, number, asked.filters, last)


def _newest(
    query: Numbers, number: sa.ColumnElement[int], filters: Filters, last: int | None
) -> Numbers:
    query = query.where(*_times(filters, number))
    if last is not None:
        query = query.where(number <= last)
    return query.order_by(number.desc())


def _is_item(filters: Filters, number: sa.ColumnElement[int]) -> Condition:
    """Ask the item itself."""
    return (
        sa.exists()
        .where(_ITEM.id == number, *item_conditions(filters))
        .correlate_except(tables.item)
    )


def _times(filters: Filters, number: sa.ColumnElement[int]) -> list[Condition]:
    conditions: list[Condition] = []
    if filters.since:
        conditions.append(number >= first_number(filters.since))
    if filters.until:
        conditions.append(number < first_number(filters.until + _FULL_SECONDS))
    return conditions


def _varieties(langs: Iterable[str]) -> list[str]:
    """Return the tags that languages stand for: `sr` is both scripts of it."""
    return sorted({lang + script for lang in langs for script in _SCRIPTS})
