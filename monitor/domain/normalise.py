"""From an entry, as its feed gives it, to an item that we keep."""

from collections.abc import Callable
from datetime import datetime

from monitor.domain.dates import MAX_RAW, parse, published
from monitor.domain.feed import Feed
from monitor.domain.identity import NO_IDENTITY, content_hash, keys_of
from monitor.domain.item import Entry, Item
from monitor.domain.language import settle
from monitor.domain.urls import canonical


def normalise(
    entry: Entry,
    feed: Feed,
    now: datetime,
    feed_language: str = "",
    detect: Callable[[str], str] | None = None,
) -> Item | str:
    """Return the item of an entry, or the reason why there is none: `no_identity`.

    `feed_language` is what the document declares; `detect` names the language of a text where
    declarations and letters do not (see `language.settle`).
    """
    url = canonical(entry.link, feed.url)
    keys = keys_of(feed, entry.guid, url, entry.title, parse(entry.published_raw, feed.timezone))
    if not keys:
        return NO_IDENTITY
    words = " ".join(part for part in (entry.title, entry.summary, entry.text) if part)
    return Item(
        keys=keys,
        feed_id=feed.id,
        outlet_id=feed.outlet.id,
        country=feed.outlet.country,
        url=url,
        title=entry.title,
        summary=entry.summary,
        text=entry.text,
        lang=settle(entry.language or feed_language, feed.outlet.languages, words, detect),
        published_at=published(entry.published_raw, feed.timezone, now),
        published_raw=entry.published_raw[:MAX_RAW],
        content_hash=content_hash(entry.title, entry.summary, entry.text),
    )
