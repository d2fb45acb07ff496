"""Poll feeds: fetch, parse, normalise, match, and commit each feed's answer in one transaction."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from monitor.domain import schedule
from monitor.domain.errors import ReasonedError
from monitor.domain.feed import Document, Feed, FeedState, Validators
from monitor.domain.hit import Hit, Passage
from monitor.domain.hosts import by_host
from monitor.domain.item import Item
from monitor.domain.polling import EditedItem, FetchEvent, NewItem, Outcome, Poll
from monitor.ports import Clock, Fetcher, Matcher, Parser, Store
from monitor.services.boundary import boundary
from monitor.services.ledger import Ledger
from monitor.services.reading import DocumentReader, Reading

log = logging.getLogger(__name__)
FETCHES_AT_ONCE: Final = 50

Seen = Callable[[Feed, FetchEvent], None]


@dataclass(frozen=True, slots=True)
class Polled:
    """What came of polling some feeds."""

    events: tuple[FetchEvent, ...]
    new_hits: int
    took: timedelta

    def count(self, outcome: Outcome) -> int:
        """Return how many polls ended so."""
        return sum(event.outcome is outcome for event in self.events)

    @property
    def reached_nothing(self) -> bool:
        """Say whether feeds were polled and none of them answered."""
        return bool(self.events) and self.count(Outcome.FAILED) == len(self.events)


@dataclass(frozen=True, slots=True)
class _Done:
    poll: Poll
    new_hits: int


@dataclass(frozen=True, slots=True)
class PollFeeds:
    """The use case.

    `detect` names a text's language where nothing else tells it; `listed` are all addresses of
    the feed list: no feed moves to another one's.
    """

    fetcher: Fetcher
    parser: Parser
    matcher: Matcher
    store: Store
    clock: Clock
    detect: Callable[[str], str] | None = None
    listed: frozenset[str] = frozenset()
    offline: Callable[[Sequence[FetchEvent], int], bool] = schedule.we_are_offline
    is_over: Callable[[], bool] = lambda: False  # asked before each feed: the rest stays due
    reading: Lock = field(default_factory=Lock, repr=False)  # a matcher has one reader

    def poll(
        self,
        feeds: Sequence[Feed],
        seen: Seen = lambda _feed, _event: None,
        states: Mapping[str, FeedState] | None = None,
    ) -> Polled:
        """Poll each feed once: hosts side by side, one request at a time to a host.

        `seen` is called after each feed, from its host's thread; `states` are read unless the
        caller has just done so. Raises StorageError.
        """
        started = self.clock.now()
        if states is None:
            states = self.store.states(feed.id for feed in feeds)
        hosts = list(by_host(feeds, states).values())
        polls = self._poll_hosts(hosts, states, seen)
        events = self._settled(polls, {feed.id: feed for feed in feeds}, states, len(hosts))
        hits = sum(poll.new_hits for poll in polls)
        return Polled(events, hits, self.clock.now() - started)

    def _settled(
        self,
        polls: Sequence[_Done],
        feeds: Mapping[str, Feed],
        states: Mapping[str, FeedState],
        hosts: int,
    ) -> tuple[FetchEvent, ...]:
        """Record the polls that reached nobody, now that it is known whose fault that was."""
        ours = self.offline([done.poll.event for done in polls], hosts)
        events = []
        for done in polls:
            poll, feed = done.poll, feeds[done.poll.event.feed_id]
            if _waits_for_the_others(poll):
                if ours:
                    before = states.get(feed.id) or FeedState(feed.id)
                    event = replace(poll.event, reason="offline")
                    poll = Poll(event, schedule.offline(feed, before, event.at))
                self.store.record(poll, feed)
            events.append(poll.event)
        return tuple(events)

    def _poll_hosts(
        self, hosts: Sequence[Sequence[Feed]], states: Mapping[str, FeedState], seen: Seen
    ) -> list[_Done]:
        ledger = Ledger(self.store, self.clock)
        if len(hosts) == 1:  # as every job of the service: no thread is started for it
            polls = self._poll_host(hosts[0], states, ledger, seen)
        else:
            with ThreadPoolExecutor(min(FETCHES_AT_ONCE, max(len(hosts), 1))) as threads:
                jobs = [
                    threads.submit(self._poll_host, host, states, ledger, seen) for host in hosts
                ]
                polls = [poll for job in jobs for poll in job.result()]
        ledger.close()
        return polls

    def _poll_host(
        self, feeds: Sequence[Feed], states: Mapping[str, FeedState], ledger: Ledger, seen: Seen
    ) -> list[_Done]:
        done: list[_Done] = []
        polled = [state.last_poll_at for feed in feeds if (state := states.get(feed.id))]
        last = max((at for at in polled if at), default=None)
        for place, feed in enumerate(feeds):
            if self.is_over():
                break
            if last:
                wait = last + feed.host_delay - self.clock.now()
                self.clock.sleep(min(wait, feed.host_delay))  # a clock may have jumped back
            last = self.clock.now()
            poll = self._poll(feed, states.get(feed.id) or FeedState(feed.id))
            hits = self._recorded(poll, feed, ledger)
            seen(feed, poll.event)
            done.append(_Done(poll, hits))
            if poll.event.reason == "too_many_requests" and poll.state.next_poll_at:
                rest = [other.id for other in feeds[place + 1 :]]
                self.store.postpone(rest, poll.state.next_poll_at)
                break
        return done

    def _recorded(self, poll: Poll, feed: Feed, ledger: Ledger) -> int:
        """Record a poll, now or a little later; return the number of new hits."""
        if poll.event.outcome is Outcome.UNCHANGED:
            ledger.add(poll, feed)
            return 0
        return 0 if _waits_for_the_others(poll) else self.store.record(poll, feed)

    def _poll(self, feed: Feed, state: FeedState) -> Poll:
        """Return all that this attempt changes, whatever happens."""
        now = self.clock.now()
        try:
            with boundary(f"feed {feed.id}"):
                return self._attempt(feed, state, now)
        except ReasonedError as error:
            wait = error.retry_after or timedelta(0)
            return self._failed(feed, state, now, (error.reason, error.detail), wait)
        return self._failed(feed, state, now, ("program_fault", "see the log"), timedelta(0))

    def _attempt(self, feed: Feed, state: FeedState, now: datetime) -> Poll:
        ask = state.validators if schedule.conditional(state, now) else Validators()
        url = schedule.address(feed, state)
        document = self.fetcher.fetch(url, ask, feed.headers, allow_http=feed.allow_http)
        if document is None:
            return self._unchanged(feed, schedule.unchanged(feed, state, now), now)
        body_hash = hashlib.blake2b(document.body, digest_size=16).hexdigest()
        state = schedule.moved(state, feed, document, self.listed)
        notes = ("duplicate_feed",) if document.moved_to in self.listed else ()
        if body_hash == state.body_hash:
            same = FetchEvent(feed.id, now, Outcome.UNCHANGED)
            return self._unchanged(feed, schedule.fetched(feed, state, same, document), now)
        reading = DocumentReader(self.parser, self.store, self.detect).read(feed, document, now)
        reading = replace(reading, notes=reading.notes + notes)
        document = schedule.wished(feed, document, reading.min_interval_s)
        return self._ok(feed, replace(state, body_hash=body_hash), document, reading, now)

    def _ok(
        self, feed: Feed, state: FeedState, document: Document, reading: Reading, now: datetime
    ) -> Poll:
        found = reading.found
        event = FetchEvent(
            feed_id=feed.id,
            at=now,
            outcome=Outcome.OK,
            new=len(found.new),
            known=found.known_count,
            skips=_added(reading.skips),
            notes=reading.notes,
            took=self.clock.now() - now,
        )
        return Poll(
            event=event,
            state=schedule.fetched(feed, state, event, document),
            new=tuple(NewItem(item, self._hits(item, feed)) for item in found.new),
            edited=tuple(
                EditedItem(edit.item_id, edit.version, edit.item, self._hits(edit.item, feed))
                for edit in found.edited
            ),
            learned_keys=found.learned_keys,
            memory=reading.memory,
            catalogue_version=self.matcher.catalogue_version,
            matcher_version=self.matcher.matcher_version,
        )

    def _hits(self, item: Item, feed: Feed) -> tuple[Hit, ...]:
        passage = Passage(
            title=item.title,
            summary=item.summary,
            text=item.text,
            lang=item.lang,
            country=item.country,
            outlet_kind=feed.outlet.kind,
        )
        with boundary(f"matching {item.url or item.title!r}"), self.reading:
            return tuple(self.matcher.match(passage))
        return ()

    def _unchanged(self, feed: Feed, state: FeedState, now: datetime) -> Poll:
        took = self.clock.now() - now
        return Poll(FetchEvent(feed.id, now, Outcome.UNCHANGED, took=took), state)

    def _failed(
        self, feed: Feed, state: FeedState, now: datetime, why: tuple[str, str], wait: timedelta
    ) -> Poll:
        reason, detail = why
        log.info("feed %s failed: %s", feed.id, detail or reason, extra={"reason": reason})
        event = FetchEvent(
            feed_id=feed.id,
            at=now,
            outcome=Outcome.FAILED,
            reason=reason,
            detail=detail,
            took=self.clock.now() - now,
        )
        return Poll(event, schedule.failed(feed, state, now, reason=reason, wait=wait))


def _waits_for_the_others(poll: Poll) -> bool:
    """Say whether only the whole round can tell if this failure is the feed's or ours."""
    return poll.event.reason in schedule.UNREACHED


def _added(skips: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    total: dict[str, int] = defaultdict(int)
    for reason, count in skips:
        total[reason] += count
    return tuple(sorted(total.items()))
