"""Which items a page of a search shows: their numbers, newest first, read from an index's end.

Numbers grow with time, so full text, narratives, outlets, countries and languages are each read
from their newest end and only as far as a page needs. What leads is chosen here: a planner
without statistics would gather a country's every item to show fifty of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, tables
from monitor.adapters.asked import (
    BEYOND,
    FIRST,
    LARGEST,
    LAST,
    LEAST,
    LIMIT,
    SHAPES,
    SINCE,
    UNTIL,
    WORDS,
    Asked,
)
from monitor.domain.identity import ERASED
from monitor.domain.review import UNREVIEWED
from monitor.ports import Filters

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
_SCRIPTS: Final = ("", "-Latn", "-Cyrl")
GATHERED: Final = 30_000  # items: some milliseconds of an index

Condition = sa.ColumnElement[bool]
Numbers = sa.Select[Any]


def few(connection: Connection, filters: Filters, most: int) -> bool:
    """Say whether items of the wanted outlets, else countries and languages, are at most so many.

    A page of what is rare is found by gathering it; of what is not, by reading on until it is full.
    """
    if not (filters.outlets or filters.countries or filters.langs):
        return False
    asked = Asked(filters, None, is_sqlite=True)
    count = connection.scalar(_counted(asked.shape.filters), asked.given | {"limit": most + 1})
    return bool(count <= most)


def numbers(
    asked: Asked, limit: int, last: int | None, *, with_hits: bool
) -> tuple[Numbers, Mapping[str, Any]]:
    """Return the query of the numbers of the newest items up to `last`, and what is given to it.

    `last` is included. `with_hits` leaves out items without a hit that the filters let through.
    """
    with_hits = with_hits or asked.is_about_hits
    query = _numbers(asked.shape, goes_on=last is not None, with_hits=with_hits)
    return query, asked.given | {"limit": limit, "last": last}


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
        found = fulltext.found(WORDS) if asked.is_sqlite else fulltext.gathered(WORDS)
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
    conditions = [_ITEM.content_hash != ERASED, *_times(filters, _ITEM.id)]
    return [*conditions, *_exact_times(filters), *place_conditions(filters)]


def _exact_times(filters: Filters) -> list[Condition]:
    conditions: list[Condition] = []
    if filters.since:
        conditions.append(_ITEM.first_seen_at >= SINCE)
    if filters.until:
        conditions.append(_ITEM.first_seen_at < UNTIL)
    return conditions


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


@lru_cache(SHAPES)
def _counted(filters: Filters) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(_gathered(filters).limit(LIMIT).subquery())


@lru_cache(SHAPES)
def _numbers(asked: Asked, *, goes_on: bool, with_hits: bool) -> Numbers:
    streams = list(_streams(asked, goes_on=goes_on, with_hits=with_hits))
    if len(streams) == 1:
        (stream,) = streams
        return stream.limit(LIMIT)
    parts = [sa.select(stream.limit(LIMIT).subquery()) for stream in streams]
    merged = sa.union(*parts).subquery()
    number = next(iter(merged.c))
    return sa.select(number).order_by(number.desc()).limit(LIMIT)


def _streams(asked: Asked, *, goes_on: bool, with_hits: bool) -> Iterator[Numbers]:
    filters = asked.filters
    if asked.query is not None:
        yield _of_words(asked, goes_on=goes_on, with_hits=with_hits)
    elif filters.narratives:
        for narrative in filters.narratives:
            lead = sa.select(_HIT.item_id).where(_HIT.narrative == narrative)
            yield _of_hits(lead, asked, goes_on=goes_on)
    elif not with_hits:
        for lead_by, rest in _leads(filters):
            query = sa.select(_ITEM.id).where(*lead_by, *item_conditions(rest))
            yield _newest(query, _ITEM.id, asked, goes_on=goes_on)
    elif filters.outlets or (filters.countries and filters.langs):
        for lead_by, rest in _leads(filters):  # by indexes alone, if nothing is left to ask
            query = sa.select(_ITEM.id).where(*lead_by, _has_hit(filters, _ITEM.id))
            query = query.where(*_exact_times(filters), *place_conditions(rest))
            yield _newest(query, _ITEM.id, asked, goes_on=goes_on)
    else:  # few items have hits: looking through these is quicker than through a country's items
        yield _of_hits(sa.select(_HIT.item_id).distinct(), asked, goes_on=goes_on)


def _of_words(asked: Asked, *, goes_on: bool, with_hits: bool) -> Numbers:
    if asked.by_walk and with_hits:
        hits, between = sa.select(_HIT.item_id).distinct(), within(fulltext.NUMBER, asked)
        if asked.filters.outlets:
            return fulltext.held_against(WORDS, _of_hits(hits, asked, goes_on=goes_on), between)
        hits = hits.where(fulltext.one_of(WORDS, _HIT.item_id, between))
        return _of_hits(hits, asked, goes_on=goes_on)
    if asked.is_sqlite:
        found = fulltext.found(WORDS).c.rowid
        chosen = sa.select(found).where(*_besides_words(asked, found, with_hits=with_hits))
        return _newest(chosen, found, asked, goes_on=goes_on)
    conditions = _besides_words(asked, fulltext.NUMBER, with_hits=with_hits)
    conditions += [*_times(asked.filters, fulltext.NUMBER), *within(fulltext.NUMBER, asked)]
    found = fulltext.gathered(WORDS, conditions).c.rowid
    return _newest(sa.select(found), found, asked, goes_on=goes_on)


def _besides_words(
    asked: Asked, found: sa.ColumnElement[int], *, with_hits: bool
) -> list[Condition]:
    filters = asked.filters
    conditions = [*_of_places(asked, found), *_as_item(asked, found)]
    if filters.narratives:
        theirs = sa.select(_HIT.item_id).where(*hit_conditions(filters))
        conditions.append((found + 0).in_(theirs) if asked.is_sqlite else found.in_(theirs))
    elif with_hits:
        conditions.append(_has_hit(filters, found))
    return conditions


def _leads(filters: Filters) -> Iterator[tuple[tuple[Condition, ...], Filters]]:
    """Yield conditions with one value each, which an index serves in the order of numbers.

    With each come the filters that are left to meet.
    """
    if filters.outlets:
        for outlet in filters.outlets:
            yield (_ITEM.outlet_id == outlet,), replace(filters, outlets=())
        return
    rest = replace(filters, countries=(), langs=())
    if filters.countries and filters.langs:
        for country, lang in product(filters.countries, _varieties(filters.langs)):
            yield (_ITEM.country == country, _ITEM.lang == lang), rest
    elif filters.countries:
        for country in filters.countries:
            yield (_ITEM.country == country,), rest
    elif filters.langs:
        for lang in _varieties(filters.langs):
            yield (_ITEM.lang == lang,), rest
    else:
        yield (), rest


def _of_hits(lead: Numbers, asked: Asked, *, goes_on: bool) -> Numbers:
    number = _HIT.item_id
    hits = [*_of_places(asked, number), *hit_conditions(asked.filters)]
    return _newest(lead.where(*hits, *_as_item(asked, number)), number, asked, goes_on=goes_on)


def _has_hit(filters: Filters, number: sa.ColumnElement[int]) -> Condition:
    return sa.exists(_HIT.item_id).where(_HIT.item_id == number, *hit_conditions(filters))


def _gathered(filters: Filters) -> Numbers:
    """Return the items of the wanted outlets, else countries and languages, by an index alone."""
    by = replace(filters, countries=(), langs=()) if filters.outlets else filters
    return sa.select(_ITEM.id).where(
        *place_conditions(replace(by, kinds=())), *_times(by, _ITEM.id)
    )


def _of_places(asked: Asked, number: sa.ColumnElement[int]) -> list[Condition]:
    """Ask the gathered items, where these are few; `+ 0` keeps them from being looked up singly."""
    if not asked.few:
        return []
    return [(number + 0).in_(_gathered(asked.filters).where(*within(_ITEM.id, asked)))]


def _as_item(asked: Asked, number: sa.ColumnElement[int]) -> list[Condition]:
    """Ask the item itself what the gathered ones do not tell.

    Erased items have no words in the index, and no hits.
    """
    filters = asked.filters
    if asked.few:
        filters = replace(filters, outlets=())
        if not asked.filters.outlets:
            filters = replace(filters, countries=(), langs=())
    conditions = [*_exact_times(filters), *place_conditions(filters)]
    if not conditions:
        return []
    itself = sa.exists(_ITEM.id).where(_ITEM.id == number, *conditions)
    itself = itself.where(*within(_ITEM.id, asked))
    return [itself.correlate_except(tables.item)]


def within(number: sa.ColumnElement[int], asked: Asked) -> list[Condition]:
    """Say between which numbers one is; PostgreSQL then looks at the tables of their months."""
    return [number.between(LEAST, LARGEST)] if asked.among else []


def _newest(
    query: Numbers, number: sa.ColumnElement[int], asked: Asked, *, goes_on: bool
) -> Numbers:
    query = query.where(*_times(asked.filters, number), *within(number, asked))
    if goes_on:
        query = query.where(number <= LAST)
    return query.order_by(number.desc())


def _times(filters: Filters, number: sa.ColumnElement[int]) -> list[Condition]:
    conditions = [number >= FIRST] if filters.since else []
    return [*conditions, number < BEYOND] if filters.until else conditions


def _varieties(langs: Iterable[str]) -> list[str]:
    """Return the tags that languages stand for: `sr` is both scripts of it."""
    return sorted({lang + script for lang in langs for script in _SCRIPTS})
