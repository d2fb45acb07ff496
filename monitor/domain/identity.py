"""Which entries are the same item: keys, and what a document brings that the store has not.

A key is a kind and 128 bits of BLAKE2b (RFC 7693), scoped so that strangers cannot collide:

    g:  the feed's GUID; of the outlet where it is an address or a URI, else of the feed
    a:  link and title together, where there is no GUID
    l:  the link, folded over mobile, AMP and http variants; of the outlet
    t:  title and day of publication, where there is no link; of the feed

An entry's best key means one item. The others are weak: they count only where one entry of a
document bears them, and no other entry bears a `g:` or `a:` of the item that they point to.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from monitor.domain.feed import Feed
from monitor.domain.item import Item, KnownItem
from monitor.domain.polling import MAX_VERSIONS
from monitor.domain.text import collapse
from monitor.domain.urls import canonical, is_root, same_article

DUPLICATE: Final = "duplicate"
NO_IDENTITY: Final = "no_identity"
ERASED: Final = "erased"  # the content hash of an item whose words were taken out
MAX_KEYS: Final = 32  # of one item: a feed whose GUIDs change at every poll must not grow it
_STRONG: Final = ("g:", "a:")
_URI: Final = re.compile(r"(?:https?://|urn:|tag:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Revision:
    """Another version of a stored item: its number and the item as it reads now."""

    item_id: int
    version: int
    item: Item


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a document's items are to the store.

    `known_count` counts edited ones and frozen ones too, so that new + known + skips is what was
    given. `skips` and `learned_keys` are as in `Poll`. Keys of `new` are free in the store.
    """

    new: tuple[Item, ...] = ()
    edited: tuple[Revision, ...] = ()
    known_count: int = 0
    learned_keys: tuple[tuple[int, tuple[str, ...]], ...] = ()
    skips: tuple[tuple[str, int], ...] = ()


def keys_of(feed: Feed, guid: str, url: str, title: str, day: datetime | None) -> tuple[str, ...]:
    """Return the keys of an entry, best first; none where nothing identifies it.

    `url` is canonical. An address of a whole site identifies nothing.
    """
    outlet = feed.outlet.id
    link = "" if not url or is_root(url) else same_article(url)
    link = "" if link in {_plain(feed.outlet.homepage), _plain(feed.url)} else link
    name = "" if is_root(guid) and _URI.match(guid) else guid.strip()
    heading = collapse(title).casefold()
    keys = []
    if name:
        keys.append(_key("g", outlet if _URI.match(name) else feed.id, name))
    elif link:
        keys.append(_key("a", outlet, link, heading))
    if link:
        keys.append(_key("l", outlet, link))
    elif heading:
        keys.append(_key("t", feed.id, heading, day.date().isoformat() if day else ""))
    return tuple(keys)


def content_hash(title: str, summary: str, text: str) -> str:
    """Return the hash that changes when the words of an item do."""
    return _digest(title, summary, text)


def sort_out(items: Sequence[Item], known: Mapping[str, KnownItem]) -> Sorted:
    """Decide which items of one document are new, edited, known, or there twice.

    `known` has the stored items of the outlet by each of their keys. Pure, linear.
    """
    return _Desk(items, known).sort_out()


@dataclass(slots=True)
class _Desk:
    """The sorting of one document: what it bears, and what was already claimed in it."""

    items: Sequence[Item]
    known: Mapping[str, KnownItem]
    borne: Counter[str] = field(default_factory=Counter)
    claimed: set[int] = field(default_factory=set)

    def sort_out(self) -> Sorted:
        firsts = self._firsts()
        self.borne.update(key for item in firsts for key in item.keys)
        pairs = [(item, self._stored(item)) for item in firsts]
        new = tuple(
            replace(item, keys=self._free(item)) for item, stored in pairs if stored is None
        )
        edited, learned, known_count = [], [], 0
        for item, stored in pairs:
            if stored is None or stored.item_id in self.claimed:
                continue
            self.claimed.add(stored.item_id)
            known_count += 1
            edited += _revision(item, stored)
            fresh = self._free(item)[: max(MAX_KEYS - len(stored.keys), 0)]
            learned += [(stored.item_id, fresh)] if fresh else []
        twice = len(self.items) - len(new) - known_count
        return Sorted(
            new=new,
            edited=tuple(edited),
            known_count=known_count,
            learned_keys=tuple(learned),
            skips=((DUPLICATE, twice),) if twice else (),
        )

    def _firsts(self) -> list[Item]:
        """Keep the first item of each best key."""
        firsts: dict[str, Item] = {}
        for item in self.items:
            firsts.setdefault(item.keys[0] if item.keys else "", item)
        return list(firsts.values())

    def _stored(self, item: Item) -> KnownItem | None:
        for key in item.keys:
            stored = self.known.get(key)
            if stored and (key == item.keys[0] or self._may_be(item, stored, key)):
                return stored
        return None

    def _may_be(self, item: Item, stored: KnownItem, weak: str) -> bool:
        """Say whether a weak key means the stored item: no other entry may bear its names."""
        elsewhere = (k for k in stored.keys if k.startswith(_STRONG) and k not in item.keys)
        is_one = self.borne[weak] == 1 or (stored.content_hash == ERASED and self._is_alike(weak))
        return is_one and not any(k in self.borne for k in elsewhere)

    def _is_alike(self, weak: str) -> bool:
        """Say whether all that bear a key have one title: an erased item, written twice."""
        titles = (collapse(item.title).casefold() for item in self.items if weak in item.keys)
        return len(set(titles)) == 1

    def _free(self, item: Item) -> tuple[str, ...]:
        """Return the keys that no other item bears; the best key is an item's own."""
        return tuple(
            key
            for key in item.keys
            if key not in self.known and (key == item.keys[0] or self.borne[key] == 1)
        )


def _revision(item: Item, stored: KnownItem) -> list[Revision]:
    """Return the next version, if the words changed, its own feed says so, and it may change."""
    foreign = stored.feed_id not in {"", item.feed_id}  # else two feeds would edit in turns
    if foreign or item.content_hash == stored.content_hash or stored.versions >= MAX_VERSIONS:
        return []
    return [Revision(stored.item_id, stored.versions + 1, item)]


@lru_cache(maxsize=4096)
def _plain(home: str) -> str:
    return same_article(canonical(home))


def _key(kind: str, *parts: str) -> str:
    return f"{kind}:{_digest(*parts)}"


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "replace")
    return blake2b(joined, digest_size=16).hexdigest()
