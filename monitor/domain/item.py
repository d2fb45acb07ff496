"""An entry as a feed gives it, and the item that we keep of it."""

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of a document as parsed: text only, untrusted, sizes bounded.

    `published_raw` is the feed's own words; `link` may be relative or hostile still.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    text: str = ""  # full content, where the feed carries it
    published_raw: str = ""
    language: str = ""  # the entry's own, where it declares one


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a document held: entries in document order, and what was dropped, by reason."""

    entries: tuple[Entry, ...]
    language: str = ""  # declared by the feed
    min_interval_s: int = 0  # `ttl`, `sy:updatePeriod`: the feed's own wish; 0: none
    dropped: tuple[tuple[str, int], ...] = ()  # (reason, count): too_many, malformed …
    notes: tuple[str, ...] = ()  # "malformed", "encoding:windows-1250" …
    encoding: str = "utf-8"  # of the document's bytes, as found out


@dataclass(frozen=True, slots=True)
class Item:
    """One publication that we keep, as last published.

    `keys` identify it, best first (see `domain.identity`). `published_at` is aware UTC, or None
    where the feed's date is absent or absurd; `published_raw` keeps the feed's words.
    `lang` is BCP 47: sr-Latn, sr-Cyrl, bs, hr, cnr, sq, mk, en, ru or another ISO 639-1 code,
    "und" where nothing can be told.
    """

    keys: tuple[str, ...]
    feed_id: str
    outlet_id: str
    country: str
    url: str
    title: str
    summary: str
    text: str
    lang: str
    published_at: datetime | None
    published_raw: str
    content_hash: str  # of title, summary and text: another one is another version

    def __reduce__(self) -> tuple[type["Item"], tuple[object, ...]]:
        """Pickle as one call: a third of the time of setting field by field."""
        return Item, _all_of(self)


_all_of: Final = attrgetter(*(field.name for field in fields(Item)))


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What the store answers about an item it has: enough to decide known, edited or new."""

    item_id: int
    keys: tuple[str, ...]
    content_hash: str
    versions: int
    feed_id: str = ""  # of the feed that brought it and may edit it; empty: any of the outlet's
