"""Add to the operator's feed list: one feed, or many that come from another program."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, FeedType, Outlet, OutletKind
from monitor.domain.outlines import ImportPlan, Outline, plan_import
from monitor.domain.slugs import Names, is_slug, slug
from monitor.domain.urls import canonical, without_userinfo
from monitor.ports import FeedBook


@dataclass(frozen=True, slots=True)
class NewFeed:
    """What an operator says of a feed to add. The outlet's facts are needed if it is not listed."""

    url: str
    outlet: str
    id: str = ""
    type: FeedType = FeedType.FEED
    name: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    kind: str = ""
    homepage: str = ""


@dataclass(frozen=True, slots=True)
class EditFeeds:
    """The use case."""

    book: FeedBook

    def add(self, new: NewFeed) -> Feed:
        """Add one feed and return it. Raises ConfigError, also where it is listed already."""
        feeds, outlets = self.book.feeds(), self.book.outlets()
        identity = checked_address(new.url)
        for flag, name in (("--outlet", new.outlet), ("--feed-id", new.id or new.outlet)):
            if not is_slug(name):
                what = f"{name[:80]!r} is not a short name; use a-z, 0-9 and hyphens"
                raise ConfigError(what, where=flag)
        for feed in feeds:
            if canonical(feed.url) == identity:
                raise self._listed(feed, f"lists this address already, as {feed.id}")
            if feed.id == new.id:
                raise self._listed(feed, f"has a feed called {feed.id}; choose another --feed-id")
        outlet = _outlet(new, outlets, self.book.shown)
        names = Names([*(one.id for one in outlets), *(feed.id for feed in feeds), outlet.id])
        feed = Feed(new.id or names.give(_feed_id(new)), new.url.strip(), outlet, new.type)
        self.book.append([feed])
        return feed

    def readdress(self, feed_id: str, url: str) -> Feed:
        """Give a listed feed another address; return it as it was. Raises ConfigError."""
        feeds, url = self.book.feeds(), url.strip()
        known = next((feed for feed in feeds if feed.id == feed_id), None)
        if known is None:
            raise ConfigError(f"has no feed called {feed_id[:60]}", file=self.book.shown)
        identity = checked_address(url)
        for feed in feeds:
            if feed.id != feed_id and canonical(feed.url) == identity:
                raise self._listed(feed, f"lists this address already, as {feed.id}")
        self.book.readdress(feed_id, url)
        return known

    def take_in(self, outlines: Iterable[Outline]) -> ImportPlan:
        """Add every outline that is new and fit, all or none. Raises ConfigError."""
        plan = plan_import(outlines, self.book.feeds(), self.book.outlets())
        if plan.added:
            self.book.append([one.feed for one in plan.added])
        return plan

    def _listed(self, feed: Feed, what: str) -> ConfigError:
        return ConfigError(what, file=self.book.shown, line=self.book.line(feed.id))


def checked_address(url: str) -> str:
    """Return the address in its canonical form. Raises ConfigError for one that cannot be listed."""
    identity = canonical(url)
    if not identity:
        raise ConfigError(f"{url[:200]!r} is not an http or https address", where="URL")
    if "@" in urlsplit(url).netloc:
        what = "bears a name or password, and the list is public; leave it out of the address"
        raise ConfigError(what, where="URL")
    return identity


def _outlet(new: NewFeed, outlets: Sequence[Outlet], shown: str) -> Outlet:
    """Return the listed outlet, unless what is said of it differs, or a new one."""
    listed = next((outlet for outlet in outlets if outlet.id == new.outlet), None)
    if listed is None:
        return _new_outlet(new, shown)
    facts = (
        ("--name", new.name, listed.name),
        ("--country", new.country, listed.country),
        ("--languages", ",".join(new.languages), ",".join(listed.languages)),
        ("--kind", new.kind, listed.kind.value),
    )
    for flag, given, present in facts:
        if given and given != present:
            what = f"{shown} says {present} of {listed.id}; leave {flag} out, or edit the list"
            raise ConfigError(what, where=flag)
    return listed


def _new_outlet(new: NewFeed, shown: str) -> Outlet:
    needed = (("--country", new.country), ("--languages", ",".join(new.languages)))
    missing = [flag for flag, given in needed if not given]
    if missing:
        what = f"{shown} has no outlet called {new.outlet}; to add it, say {' and '.join(missing)}"
        raise ConfigError(what, where="--outlet")
    parts = urlsplit(without_userinfo(new.url))
    return Outlet(
        id=new.outlet,
        name=new.name or new.outlet,
        country=new.country,
        languages=new.languages,
        kind=OutletKind(new.kind or OutletKind.PRIVATE),
        homepage=new.homepage or f"{parts.scheme}://{parts.netloc}/",
    )


def _feed_id(new: NewFeed) -> str:
    steps = [step for step in urlsplit(new.url).path.split("/") if step]
    last = slug(steps[-1].partition(".")[0], 20) if steps else ""
    return f"{new.outlet[:55].strip('-')}-{last or 'feed'}"
