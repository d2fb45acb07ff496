"""A worker's knowledge of which feeds a host has."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import make
from monitor.adapters.nowhere import ForgetfulStore
from monitor.domain.feed import FeedState
from monitor.services.roster import Parts, Roster

if TYPE_CHECKING:
    from monitor.ports.service import Leases
    from monitor.services.poll import PollFeeds

LATER = make.NOW + timedelta(minutes=1)
FEEDS = tuple(make.feed(id=name, url=f"https://{name}.example/rss") for name in ("a", "b"))


class Remembered(ForgetfulStore):
    """Knows feeds that have moved."""

    def __init__(self) -> None:
        self.states_: dict[str, FeedState] = {}

    def moved(self) -> Mapping[str, FeedState]:
        return dict(self.states_)


def roster(store: Remembered) -> Roster:
    poller = cast("PollFeeds", None)
    made = Roster(Parts(FEEDS, poller), store, cast("Leases", None), follows=True)
    made.plan(make.NOW)
    return made


def names(of: Roster, host: str) -> list[str]:
    return [feed.id for feed in of.of(f"{host}.example:443")]


def test_who_follows_hears_of_a_feed_that_moves_and_moves_on() -> None:
    store = Remembered()
    mine = roster(store)
    seen = [(names(mine, "a"), names(mine, "b"))]

    for host in ("b", "c"):
        address = f"https://{host}.example/news"
        store.states_["a"] = FeedState("a", address=address, listed_url=FEEDS[0].url)
        mine.plan(LATER)
        seen.append((names(mine, "a"), names(mine, "b")))

    assert seen == [(["a"], ["b"]), ([], ["a", "b"]), ([], ["b"])]
    assert names(mine, "c") == ["a"]


def test_who_follows_hears_of_new_parts() -> None:
    mine = roster(Remembered())

    off = (FEEDS[0], replace(FEEDS[1], enabled=False), make.feed(id="c", url="https://c.example/"))
    mine.swap(replace(mine.parts, feeds=off))
    mine.plan(LATER)

    assert [names(mine, host) for host in "abc"] == [["a"], [], ["c"]]


def test_what_has_not_changed_is_not_grouped_again() -> None:
    mine = roster(Remembered())
    before = mine.of("a.example:443")

    mine.plan(LATER)

    assert mine.of("a.example:443") is before
