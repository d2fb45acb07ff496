"""Make values for tests, naming only what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.domain.feed import Feed, FeedState, Outlet, OutletKind
from monitor.domain.hit import Evidence, Grade, Hit, Stance
from monitor.domain.identity import content_hash, keys_of
from monitor.domain.item import Item
from monitor.domain.polling import FetchEvent, NewItem, Outcome, Poll

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def outlet(**given: Any) -> Outlet:
    """An outlet in Serbia unless told otherwise."""
    values: dict[str, Any] = {
        "id": "primer",
        "name": "Primer",
        "country": "RS",
        "languages": ("sr-Latn",),
        "kind": OutletKind.PRIVATE,
        "homepage": "https://primer.example/",
    }
    return Outlet(**values | given)


def feed(**given: Any) -> Feed:
    """A feed of that outlet."""
    values: dict[str, Any] = {
        "id": "primer-vesti",
        "url": "https://primer.example/rss",
        "outlet": outlet(),
        "host_delay": timedelta(0),
    }
    return Feed(**values | given)


def item(title: str = "Naslov vesti", *, of: Feed | None = None, **given: Any) -> Item:
    """An item with a link made of its title."""
    source = of or feed()
    url = given.pop("url", f"{source.outlet.homepage}{title.lower().replace(' ', '-')}")
    summary, text = given.pop("summary", ""), given.pop("text", "")
    values: dict[str, Any] = {
        "keys": keys_of(source, given.pop("guid", url), url, title, None),
        "feed_id": source.id,
        "outlet_id": source.outlet.id,
        "country": source.outlet.country,
        "url": url,
        "title": title,
        "summary": summary,
        "text": text,
        "lang": "sr-Latn",
        "published_at": None,
        "published_raw": "",
        "content_hash": content_hash(title, summary, text),
    }
    return Item(**values | given)


def hit(narrative: str = "open-balkan", **given: Any) -> Hit:
    """A hit of grade digest whose evidence is the first word of the title."""
    values: dict[str, Any] = {
        "narrative": narrative,
        "score": 87.5,
        "grade": Grade.DIGEST,
        "stance_hint": Stance.REPORTS,
        "evidence": (Evidence("title", 0, 6, "Naslov", "naslov", 96.0),),
    }
    return Hit(**values | given)


def poll(*items: Item, of: Feed | None = None, at: datetime = NOW, **given: Any) -> Poll:
    """A poll that brings these items, each with the hits given as `hits=(…)`."""
    source = of or feed()
    hits: tuple[Hit, ...] = given.pop("hits", ())
    values: dict[str, Any] = {
        "event": FetchEvent(source.id, at, Outcome.OK, new=len(items)),
        "state": FeedState(source.id, last_poll_at=at, last_ok_at=at, last_new_at=at),
        "new": tuple(NewItem(one, hits) for one in items),
        "catalogue_version": "c1",
        "matcher_version": "m1",
    }
    return Poll(**values | given)
