"""How well a window could be seen: polled, failing, silent; quiet told apart from blind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from monitor.domain.digest import Window
from monitor.domain.feed import Feed
from monitor.domain.polling import FetchEvent, Outcome
from monitor.domain.sight import CountryCoverage, Coverage, FeedNote

SILENCE_FACTOR: Final = 2  # a gap twice the longest one known is not the feed's rhythm any more
MIN_SILENCE: Final = timedelta(hours=24)  # nights are quiet everywhere
UNKNOWN_RHYTHM: Final = timedelta(days=7)
MIN_GAPS: Final = 3  # fewer make no rhythm


def allowed_silence(events: Iterable[FetchEvent]) -> timedelta:
    """Return how long one feed may bring nothing new before that is worth a line.

    `events` are those of the feed, oldest first.
    """
    brought = [event.at for event in events if event.new > 0]
    gaps = [later - earlier for earlier, later in pairwise(brought)]
    if len(gaps) < MIN_GAPS:
        return UNKNOWN_RHYTHM
    return max(SILENCE_FACTOR * max(gaps), MIN_SILENCE)


def coverage(
    feeds: Sequence[Feed],
    events: Iterable[FetchEvent],
    last_new: Mapping[str, datetime],
    items_read: Iterable[tuple[str, str, int]],
    window: Window,
) -> Coverage:
    """Sum up how well the window could be seen.

    `events` are oldest first and may begin before the window: the longer before, the better each
    feed's rhythm is known. A feed counts by its last poll in the window; disabled feeds don't.
    """
    by_feed: dict[str, list[FetchEvent]] = {}
    for event in events:
        by_feed.setdefault(event.feed_id, []).append(event)
    enabled = [feed for feed in feeds if feed.enabled]
    last = {feed.id: _last_in(by_feed.get(feed.id, ()), window) for feed in enabled}
    ok = {name for name, event in last.items() if event and event.outcome is not Outcome.FAILED}
    failing = [feed for feed in enabled if last[feed.id] and feed.id not in ok]
    since = {
        feed.id: silent_since(by_feed[feed.id], last_new.get(feed.id), window)
        for feed in enabled
        if feed.id in ok
    }
    silent = [feed for feed in enabled if since.get(feed.id)]
    before = {feed.id: _was_fine(by_feed.get(feed.id, ()), last_new, window) for feed in enabled}
    troubled = [*failing, *silent]
    well = [feed for feed in enabled if feed.id in ok and feed not in silent]
    read = list(items_read)
    notes = partial(_notes, Counter(feed.outlet.id for feed in enabled))
    return Coverage(
        feeds=len(enabled),
        polled=len(ok) + len(failing),
        ok=len(ok),
        failing=notes(failing, {feed.id: _failure(by_feed[feed.id]) for feed in failing}),
        silent=notes(silent, {feed.id: ("", since[feed.id]) for feed in silent}),
        countries=_countries(enabled, ok, failing, silent, read),
        langs=_tally((lang, count) for _, lang, count in read),
        items=sum(count for _, _, count in read),
        newly=notes([feed for feed in troubled if before[feed.id] is True]),
        recovered=notes([feed for feed in well if before[feed.id] is False]),
    )


def _was_fine(
    events: Sequence[FetchEvent], last_new: Mapping[str, datetime], window: Window
) -> bool | None:
    """Say whether a feed did well when the window began; None where nothing is known of then."""
    earlier = [event for event in events if event.at < window.since]
    if not earlier:
        return None
    if earlier[-1].outcome is Outcome.FAILED:
        return None if earlier[-1].reason == "offline" else False
    then = Window(earlier[0].at, window.since)
    return silent_since(earlier, last_new.get(earlier[0].feed_id), then) is None


def _last_in(events: Sequence[FetchEvent], window: Window) -> FetchEvent | None:
    inside = [event for event in events if window.holds(event.at)]
    return inside[-1] if inside else None


def silent_since(
    events: Sequence[FetchEvent], last_new: datetime | None, window: Window
) -> datetime | None:
    """Return when the feed last brought something, if that is too long ago, else None.

    `events` are those of the feed, oldest first, and at least one.
    """
    # What the feed brought after the window is no news of it: a past window stays as it was.
    brought = [event.at for event in events if event.new > 0 and event.at < window.until]
    known = [last_new] if last_new and last_new < window.until else []
    since = max([*known, *brought], default=events[0].at)
    return since if window.until - since > allowed_silence(events) else None


def _failure(events: Sequence[FetchEvent]) -> tuple[str, datetime | None]:
    """Return the last reason, and when the feed last answered if the events reach back so far."""
    answered = [event.at for event in events if event.outcome is not Outcome.FAILED]
    return events[-1].reason, answered[-1] if answered else None


def _notes(
    siblings: Mapping[str, int],
    feeds: Iterable[Feed],
    facts: Mapping[str, tuple[str, datetime | None]] = MappingProxyType({}),
) -> tuple[FeedNote, ...]:
    notes = [
        FeedNote(
            feed.id,
            feed.outlet.name,
            feed.outlet.country,
            *facts.get(feed.id, ("", None)),
            siblings=siblings[feed.outlet.id],
        )
        for feed in feeds
    ]
    return tuple(sorted(notes, key=lambda note: (note.country, note.outlet, note.feed_id)))


def _countries(
    enabled: Sequence[Feed],
    ok: set[str],
    failing: Sequence[Feed],
    silent: Sequence[Feed],
    read: Sequence[tuple[str, str, int]],
) -> tuple[CountryCoverage, ...]:
    feeds = Counter(feed.outlet.country for feed in enabled)
    answered = Counter(feed.outlet.country for feed in enabled if feed.id in ok)
    failed = Counter(feed.outlet.country for feed in failing)
    hushed = Counter(feed.outlet.country for feed in silent)
    items = dict(_tally((country, count) for country, _, count in read))
    rows = [
        CountryCoverage(
            country=country,
            feeds=feeds[country],
            polled=answered[country] + failed[country],
            ok=answered[country],
            silent=hushed[country],
            items=items.get(country, 0),
        )
        for country in {*feeds, *items}
    ]
    return tuple(sorted(rows, key=lambda row: (-row.feeds, -row.items, row.country)))


def _tally(pairs: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    totals: Counter[str] = Counter()
    for name, count in pairs:
        totals[name] += count
    return tuple(sorted(totals.items(), key=lambda pair: (-pair[1], pair[0])))
