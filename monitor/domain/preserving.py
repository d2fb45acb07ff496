"""Pages that were kept as evidence: what is kept of each, and when to ask for one again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.domain.hit import ArchivedHit

MOST_TRIES: Final = 4
FIRST_WAIT: Final = timedelta(hours=6)  # then four times as long after each failure
SPACING: Final = timedelta(seconds=5)  # between two requests to a host, at the least


class Outcome(StrEnum):
    """What became of a page."""

    KEPT = "kept"
    FAILED = "failed"
    ERASED = "erased"  # it was kept, and taken away on request


@dataclass(frozen=True, slots=True)
class PageWanted:
    """The page of an item, and the hits for whose sake it is kept. `url` may be anything."""

    item_id: int
    url: str
    outlet_id: str
    hits: tuple[int, ...]
    narratives: tuple[str, ...]
    catalogue_version: str
    matcher_version: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as they went over the wire; a redirect is one of its own."""

    url: str
    at: datetime
    request: bytes
    response: bytes


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of records. Digests are SHA-256 in hexadecimal; `content` is that of the replay."""

    name: str
    sha256: str
    content_sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest. `reason` says why there is no `file`."""

    item_id: int
    url: str
    outcome: Outcome
    at: datetime
    hits: tuple[str, ...] = ()  # permanent names
    narratives: tuple[str, ...] = ()
    catalogue_version: str = ""
    matcher_version: str = ""
    final_url: str = ""
    file: KeptFile | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What the manifest says of one item."""

    tries: int = 0
    last: Entry | None = None

    def is_due(self, now: datetime) -> bool:
        """Say whether the page is to be asked for: it was not kept, and not asked for lately."""
        if self.last is None:
            return True
        if self.last.outcome is not Outcome.FAILED or self.tries >= MOST_TRIES:
            return False
        return now >= self.last.at + FIRST_WAIT * (1 << 2 * (self.tries - 1))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as the manifest says."""

    file: str
    what: str


@dataclass(slots=True)
class Preserved:
    """What a run came to."""

    entries: list[Entry] = field(default_factory=list)
    known: int = 0  # pages that were kept before, or are not to be asked for yet
    busy: int = 0  # pages whose host was being polled

    def count(self, outcome: Outcome) -> int:
        """Return how many pages came to this."""
        return sum(one.outcome is outcome for one in self.entries)


def histories(entries: Iterable[Entry]) -> Mapping[int, History]:
    """Return what the lines of a manifest say, by item."""
    found: dict[int, History] = {}
    for one in entries:
        before = found.get(one.item_id, History())
        found[one.item_id] = History(before.tries + 1, one)
    return found


def pages_of(hits: Iterable[ArchivedHit]) -> Iterable[PageWanted]:
    """Yield the page of each item once, with all its hits; those of an item follow each other."""
    gathered: list[ArchivedHit] = []
    for hit in hits:
        if gathered and hit.item_id != gathered[0].item_id:
            yield _page(gathered)
            gathered = []
        gathered.append(hit)
    if gathered:
        yield _page(gathered)


def _page(hits: list[ArchivedHit]) -> PageWanted:
    first = hits[0]
    return PageWanted(
        item_id=first.item_id,
        url=first.url,
        outlet_id=first.outlet_id,
        hits=tuple(one.hit_id for one in hits),
        narratives=tuple(one.hit.narrative for one in hits),
        catalogue_version=first.catalogue_version,
        matcher_version=first.matcher_version,
    )
