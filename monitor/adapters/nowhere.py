"""A store that keeps nothing, to try feeds without a database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.domain.feed import Feed, FeedState
from monitor.domain.item import KnownItem
from monitor.domain.memory import Memory
from monitor.domain.polling import Poll


class ForgetfulStore:
    """Keeps the port `Store`, and nothing else."""

    def states(self, feed_ids: Iterable[str]) -> Mapping[str, FeedState]:
        """Remember no feed."""
        del feed_ids
        return {}

    def moved(self) -> Mapping[str, FeedState]:
        """Remember no feed."""
        return {}

    def known(self, outlet_id: str, keys: Sequence[str]) -> Mapping[str, KnownItem]:
        """Know no item."""
        del outlet_id, keys
        return {}

    def memory(self, feed_id: str) -> Memory:
        """Remember no entry."""
        del feed_id
        return Memory()

    def postpone(self, feed_ids: Sequence[str], until: datetime) -> None:
        """Postpone nothing."""
        del feed_ids, until

    def record(self, poll: Poll, feed: Feed) -> int:
        """Forget the poll; its hits would have been these."""
        del feed
        return sum(len(entry.hits) for entry in poll.new)

    def record_unchanged(self, polls: Sequence[tuple[Poll, Feed]]) -> None:
        """Forget them."""
        del polls
