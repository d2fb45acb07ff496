"""Past items that somebody brings: rows of a file, each with its own time of first sight."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, filterfalse
from typing import Final

from monitor.domain.dates import parse
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, Outlet, OutletKind
from monitor.domain.hit import Hit
from monitor.domain.imprint import Imprint
from monitor.domain.item import Entry, Item
from monitor.domain.language import normalise_tag
from monitor.domain.normalise import normalise
from monitor.domain.numbering import EARLIEST
from monitor.domain.slugs import slug
from monitor.domain.text import collapse, strip_illegal

Row = Mapping[str, object]
# Its number, and what stands there: as it is, as what was read, or why nothing was.
Line = tuple[int, bytes | Row | ConfigError]
SUFFIX: Final = "-import"  # of the feed that an outlet's imported items belong to
_REMEMBERED: Final = 300_000  # words: some 30 MB
EXPORTED: Final = "item_id"  # a column of our own exports, which have a row for each hit
ELSEWHERE: Final = "INT"  # the country of an outlet of which nothing is known
_COUNTRY: Final = re.compile("[A-Z]{2}|INT")


@dataclass(frozen=True, slots=True)
class Imported:
    """An item to store, with when it was first seen and what was found in it.

    Without an `imprint` it is made when the item is stored.
    """

    item: Item
    first_seen_at: datetime
    hits: tuple[Hit, ...] = ()
    imprint: Imprint | None = None

    def __reduce__(self) -> tuple[type["Imported"], tuple[object, ...]]:
        """Pickle as one call: a third of the time of setting field by field."""
        return Imported, (self.item, self.first_seen_at, self.hits, self.imprint)


class Vocabulary:
    """Words that one process met before, so that the one that stores need not look at them again.

    Only for as long as nobody else empties the archive: for an import, not for a service.
    """

    def __init__(self) -> None:
        self._met: set[str] = set()

    def unmet(self, imprints: Iterable[Imprint]) -> frozenset[str]:
        """Return the words that come for the first time, and remember them."""
        if len(self._met) > _REMEMBERED:
            self._met.clear()
        words = chain.from_iterable(one.words.split() for one in imprints)
        new = frozenset(filterfalse(self._met.__contains__, words))
        self._met |= new
        return new


def feed_of(row: Row, default: str, known: Mapping[str, Outlet]) -> Feed:
    """Return the feed that stands for the imports of a row's outlet. Raises ConfigError.

    An outlet that is not known is named by the row: `outlet`, and if it says so `outlet_name` and
    `country`.
    """
    name = _text(row, "outlet") or default
    return _feed(known.get(name) or known.get(slug(name)) or _named(name, row))


def item_of(row: Row, feed: Feed, now: datetime, detect: Callable[[str], str] | None) -> Imported:
    """Return the item of a row. Raises ConfigError that says what is wrong with it."""
    entry = Entry(
        guid="" if row.get(EXPORTED) else _text(row, "id"),  # there, `id` is that of a hit
        link=_text(row, "url"),
        title=collapse(_text(row, "title")),
        summary=_text(row, "summary"),
        text=_text(row, "text"),
        published_raw=_text(row, "published_at"),
        language=normalise_tag(_text(row, "lang")),
    )
    if not (entry.title or entry.summary or entry.text):
        raise ConfigError("has no text; give one of title, summary, text")
    item = normalise(entry, feed, now, "", detect)
    if isinstance(item, str):
        raise ConfigError("nothing identifies it; give a url, an id or a title")
    return Imported(item, _first_seen(row, item, feed.timezone, now))


@lru_cache(maxsize=4096)
def _feed(outlet: Outlet) -> Feed:
    return Feed(f"{outlet.id}{SUFFIX}", outlet.homepage or "https://import.invalid/", outlet)


def _named(name: str, row: Row) -> Outlet:
    if not name or not slug(name):
        raise ConfigError("has no outlet; name it in the row or with --outlet", where="outlet")
    country = _text(row, "country").upper() or ELSEWHERE
    if not _COUNTRY.fullmatch(country):
        what = f"{country!r} is not a country's code; write for example RS, XK or INT"
        raise ConfigError(what, where="country")
    title = _text(row, "outlet_name") or name
    return Outlet(slug(name), title, country, (), OutletKind.PRIVATE)


def _first_seen(row: Row, item: Item, zone: str, now: datetime) -> datetime:
    text = _text(row, "first_seen_at")
    if not text:
        published = item.published_at or parse(item.published_raw, zone)
        return min(published, now) if published and published >= EARLIEST else now
    try:
        at = datetime.fromisoformat(text)
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        what = f"{text!r} is not a time; write for example 2026-11-22T06:00:00Z"
        raise ConfigError(what, where="first_seen_at") from error
    if at > now:
        raise ConfigError("lies in the future", where="first_seen_at")
    if at < EARLIEST:
        what = "lies before the year 1000"
        raise ConfigError(what, where="first_seen_at")
    return at


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise ConfigError("must be text; put it in quotes, or write null", where=name)
    return strip_illegal(value).strip()
