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
from sqlalchemy.engine import Connection

from monitor.adapters import fulltext, tables
from monitor.domain.numbering import first_number
from monitor.domain.query import Query
from monitor.domain.review import UNREVIEWED
from monitor.ports import Filters

_HIT: Final = tables.hit.c
_ITEM: Final = tables.item.c
FULL_SECONDS: Final = timedelta(hours=1)  # a number is at most so much later than its item
_SCRIPTS: Final = ("", "-Latn", "-Cyrl")
GATHERED: Final = 30_000  # items: some milliseconds of an index

Condition = sa.ColumnElement[bool]
Numbers = sa.Select[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: its filters, the query as it is to be looked up, and the kind of database.

    `few`: so few items are of the places that all of them may be gathered (see `few`). `among`:
    the least and the largest number of the items to look at, where these are not all. `by_walk`:
    each of them is to be looked at, newest first, instead of gathering by an index of words.
    """

    filters: Filters
    query: Query | None
    is_sqlite: bool
    few: bool = False
    among: tuple[int, int] | None = None
    by_walk: bool = False

    @property
    def is_about_hits(self) -> bool:
        """Say whether only items with certain hits are wanted."""
        asked = self.filters
        return bool(asked.narratives or asked.stances or asked.reviews or asked.grade)


def few(connection: Connection, filters: Filters, most: int) -> bool:
    """Say whether items of the wanted outlets, else countries and languages, are at most so many.

    A page of what is rare is found by gathering it; of what is not, by reading on until it is full.
    """
    if not (filters.outlets or filters.countries or filters.langs):
        return False
    some = _gathered(filters).limit(most + 1).subquery()
    return bool(connection.scalar(sa.select(sa.func.count() <= most).select_from(some)))


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
        found = fulltext.found(asked.query) if asked.is_sqlite else fulltext.gathered(asked.query)
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
    return [*conditions, *_exact_times(filters), *place_conditions(filters)]


def _exact_times(filters: Filters) -> list[Condition]:
    conditions: list[Condition] = []
    if filters.since:
        conditions.append(_ITEM.first_seen_at >= filters.since)
    if filters.until:
        conditions.append(_ITEM.first_seen_at < filters.until)
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


def _streams(asked: Asked, last: int | None, *, with_hits: bool) -> Iterator[Numbers]:
    filters = asked.filters
    if asked.query is not None:
        yield _of_words(asked, asked.query, last, with_hits=with_hits)
    elif filters.narratives:
        for narrative in filters.narratives:
            lead = sa.select(_HIT.item_id).where(_HIT.narrative == narrative)
            yield _of_hits(lead, asked, last)
    elif not with_hits:
        for lead_by, rest in _leads(filters):
            query = sa.select(_ITEM.id).where(*lead_by, *item_conditions(rest))
            yield _newest(query, _ITEM.id, asked, last)
    elif filters.outlets or (filters.countries and filters.langs):
        for lead_by, rest in _leads(filters):  # by indexes alone, if nothing is left to ask
            query = sa.select(_ITEM.id).where(*lead_by, _has_hit(filters, _ITEM.id))
            query = query.where(*_exact_times(filters), *place_conditions(rest))
            yield _newest(query, _ITEM.id, asked, last)
    else:  # few items have hits: looking through these is quicker than through a country's items
        yield _of_hits(sa.select(_HIT.item_id).distinct(), asked, last)


def _of_words(asked: Asked, query: Query, last: int | None, *, with_hits: bool) -> Numbers:
    filters = asked.filters
    if asked.by_walk and with_hits:
        is_found = fulltext.one_of(query, _HIT.item_id, asked.among)
        return _of_hits(sa.select(_HIT.item_id).distinct().where(is_found), asked, last)
    if asked.is_sqlite:
        found = fulltext.found(query).c.rowid
        chosen = sa.select(found).where(*_besides_words(asked, found, with_hits=with_hits))
        return _newest(chosen, found, asked, last)
    conditions = _besides_words(asked, fulltext.NUMBER, with_hits=with_hits)
    conditions += [*_times(filters, fulltext.NUMBER), *within(fulltext.NUMBER, asked.among)]
    found = fulltext.gathered(query, conditions).c.rowid
    return _newest(sa.select(found), found, asked, last)


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


def _of_hits(lead: Numbers, asked: Asked, last: int | None) -> Numbers:
    number = _HIT.item_id
    hits = [*_of_places(asked, number), *hit_conditions(asked.filters)]
    return _newest(lead.where(*hits, *_as_item(asked, number)), number, asked, last)


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
    return [(number + 0).in_(_gathered(asked.filters).where(*within(_ITEM.id, asked.among)))]


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
    itself = itself.where(*within(_ITEM.id, asked.among))
    return [itself.correlate_except(tables.item)]


def within(number: sa.ColumnElement[int], among: tuple[int, int] | None) -> list[Condition]:
    """Say between which numbers one is; PostgreSQL then looks at the tables of their months."""
    return [number.between(*among)] if among else []


def _newest(
    query: Numbers, number: sa.ColumnElement[int], asked: Asked, last: int | None
) -> Numbers:
    query = query.where(*_times(asked.filters, number), *within(number, asked.among))
    if last is not None:
        query = query.where(number <= last)
    return query.order_by(number.desc())


def _times(filters: Filters, number: sa.ColumnElement[int]) -> list[Condition]:
    conditions: list[Condition] = []
    if filters.since:
        conditions.append(number >= first_number(filters.since))
    if filters.until:
        conditions.append(number < first_number(filters.until + FULL_SECONDS))
    return conditions


def _varieties(langs: Iterable[str]) -> list[str]:
    """Return the tags that languages stand for: `sr` is both scripts of it."""
    return sorted({lang + script for lang in langs for script in _SCRIPTS})
