"""Choose feeds by name, and help with names that are misspelt."""

import difflib
from collections.abc import Iterable, Sequence

from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed


def named(listed: Sequence[Feed], ids: Sequence[str], where: str) -> list[Feed]:
    """Return the feeds of these names, each once, in the order of the names.

    Raises ConfigError for a name that is not in the list `where`, or is switched off.
    """
    known = {feed.id: feed for feed in listed}
    for feed_id in ids:
        if feed_id not in known:
            raise ConfigError(f"{where}: no feed is called {feed_id}{near(feed_id, known)}")
        if not known[feed_id].enabled:
            raise ConfigError(f"{where}: {feed_id} is switched off; set enabled: true")
    return [known[feed_id] for feed_id in dict.fromkeys(ids)]


def near(name: str, known: Iterable[str]) -> str:
    """Return a hint for a misspelt name, to be put behind a message; may be empty."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
