"""Statements of searches are made once, and what is asked is given to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import make
from monitor.adapters.asked import Asked
from monitor.adapters.selections import numbers
from monitor.domain.numbering import first_number
from monitor.domain.query import parse_query
from monitor.ports import Filters

WEEK = timedelta(days=7)


def asked(filters: Filters, *, is_sqlite: bool = True) -> Asked:
    return Asked(filters, parse_query(filters.query), is_sqlite)


def test_other_words_times_and_pages_are_given_to_the_same_statement() -> None:
    filters = Filters("vlada", countries=("RS",), since=make.NOW - WEEK, until=make.NOW)
    later = replace(filters, query="novi zakon", since=make.NOW, until=make.NOW + WEEK)

    one, first = numbers(asked(filters), 51, 7, with_hits=True)
    other, second = numbers(asked(later), 21, 8, with_hits=True)

    assert one is other
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)


def test_whatever_changes_what_is_asked_for_makes_another_statement() -> None:
    filters = Filters("vlada", countries=("RS",), since=make.NOW - WEEK)
    others = [
        replace(filters, countries=("RS", "BA")),
        replace(filters, countries=("BA",)),
        replace(filters, since=None),
        replace(filters, until=make.NOW),
        replace(filters, narratives=("open-balkan",)),
    ]

    statement, _ = numbers(asked(filters), 51, None, with_hits=False)
    rest = [numbers(asked(other), 51, None, with_hits=False)[0] for other in others]
    rest += [numbers(asked(filters), 51, last, with_hits=True)[0] for last in (None, 7)]
    rest += [numbers(replace(asked(filters), few=True), 51, None, with_hits=False)[0]]
    rest += [numbers(asked(filters, is_sqlite=False), 51, None, with_hits=False)[0]]

    assert len({id(one) for one in (statement, *rest)}) == len(rest) + 1


def test_a_window_may_end_with_the_last_second_of_all() -> None:
    filters = Filters(until=datetime.max.replace(tzinfo=UTC))

    _, given = numbers(Asked(filters, None, is_sqlite=True), 51, None, with_hits=False)

    assert given["beyond"] > first_number(make.NOW)
