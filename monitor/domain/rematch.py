"""What another catalogue changes: hits of an item held against those that are stored."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from monitor.domain.hit import Hit, Passage
from monitor.domain.matching import MATCHER_VERSION
from monitor.domain.narrative import Catalogue, Narrative, Word
from monitor.domain.numbering import BEFORE_ALL


@dataclass(frozen=True, slots=True)
class Change:
    """How the hits of one item change. `content_hash` is of the text that was matched.

    `fresh` are hits to write: `gained` ones, and others whose score or evidence is another.
    Narratives in `lost` are no longer found; their hits are retired, not deleted.
    """

    item_id: int
    content_hash: str
    fresh: tuple[Hit, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some items: those with ids in `[first, last]`, or of them only the ones named in `ids`."""

    first: int
    last: int
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored item as it is matched again; `hits` are those that are not retired."""

    item_id: int
    content_hash: str
    passage: Passage
    hits: tuple[Hit, ...]
    url: str
    outlet_id: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a slice."""

    slice: Slice
    items: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rematch is to do. `narratives` None: look for all; `since`: of first sight."""

    catalogue_version: str
    matcher_version: str
    since: datetime | None = None
    narratives: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A rematch under way: what is done up to and with the item `position`."""

    id: int
    plan: Plan
    position: int = BEFORE_ALL
    items: int = 0
    gained: int = 0
    changed: int = 0
    lost: int = 0


def compare(
    item_id: int, content_hash: str, stored: Sequence[Hit], found: Sequence[Hit]
) -> Change | None:
    """Return what has to be written, or None where the stored hits (none retired) still hold."""
    before = {hit.narrative: hit for hit in stored}
    fresh = tuple(hit for hit in found if before.get(hit.narrative) != hit)
    lost = tuple(sorted(before.keys() - {hit.narrative for hit in found}))
    if not fresh and not lost:
        return None
    gained = tuple(hit.narrative for hit in fresh if hit.narrative not in before)
    return Change(item_id, content_hash, fresh, gained, lost)


@dataclass(frozen=True, slots=True)
class Edition:
    """What can be noted of a catalogue, so that it need not be read: what a change is seen by.

    `contents` has a hash for each narrative, see `content_hashes`.
    """

    version: str
    contents: Mapping[str, str]
    stance_cues: tuple[tuple[str, tuple[Word, ...]], ...] = ()


def edition_of(catalogue: Catalogue) -> Edition:
    """Return what is noted of a catalogue."""
    return Edition(catalogue.version, content_hashes(catalogue), catalogue.stance_cues)


def content_hashes(catalogue: Catalogue) -> dict[str, str]:
    """Return a hash for each narrative that changes whenever its hits could."""
    words = {concept.id: concept.words for concept in catalogue.concepts}
    cues = [(name, _texts(some)) for name, some in catalogue.stance_cues]
    return {
        narrative.id: _hash([_content(narrative, words), cues, MATCHER_VERSION])
        for narrative in catalogue.narratives
    }


def scope(current: Mapping[str, str], used: Iterable[Mapping[str, str]]) -> frozenset[str] | None:
    """Return the narratives to look for anew, or None for all of them.

    `used` are the content hashes of every catalogue that stored hits may come from; nothing is
    known where there is none. A narrative that is gone is among those to look for: its hits end.
    """
    known = list(used)
    if not known:
        return None
    changed = {
        name
        for old in known
        for name in current.keys() | old.keys()
        if current.get(name) != old.get(name)
    }
    unchanged = current.keys() - changed
    return frozenset(changed) if unchanged else None


def _content(narrative: Narrative, words: Mapping[str, Sequence[Word]]) -> object:
    concepts = {
        name: _texts(words[known])
        for rule in narrative.rules
        for group in (*rule.all_of, rule.none_of)
        for name in group
        for known in (f"{narrative.id}/{name}", name)
        if known in words
    }
    return [
        [{k: v for k, v in asdict(rule).items() if k != "line"} for rule in narrative.rules],
        _texts(narrative.phrases),
        sorted(concepts.items()),
        [narrative.digest_threshold, narrative.review_threshold, narrative.min_words],
        [narrative.langs, narrative.countries],
    ]


def _texts(words: Iterable[Word]) -> list[tuple[str, str, float]]:
    return [(word.lang, word.text, word.weight) for word in words]


def _hash(content: object) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.blake2b(canonical, digest_size=8).hexdigest()
