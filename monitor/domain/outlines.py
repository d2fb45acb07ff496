"""What to do with a list of feeds that comes from elsewhere: add, know already, or refuse."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from monitor.domain.digest import INTERNATIONAL
from monitor.domain.feed import Feed, FeedType, Outlet, OutletKind
from monitor.domain.language import UNDETERMINED, normalise_tag
from monitor.domain.slugs import Names, is_slug, slug
from monitor.domain.text import safe_line, truncate
from monitor.domain.urls import canonical, without_userinfo

MAX_NAME: Final = 200
MAX_NOTE: Final = 500
_COUNTRY: Final = re.compile(r"[A-Z]{2}|INT")
_ID_PART: Final = 38


@dataclass(frozen=True, slots=True)
class Group:
    """What an outline says of the outlet that its feeds belong to; empty where it says nothing."""

    name: str
    id: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    kind: str = ""
    homepage: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed as another program lists it: untrusted. `line` is that of its file."""

    url: str
    line: int
    title: str = ""
    language: str = ""
    homepage: str = ""
    group: Group | None = None
    id: str = ""
    type: str = ""
    enabled: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """A feed to add. `had_credentials` says that a name and password were taken off its address."""

    feed: Feed
    line: int
    had_credentials: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """An outline whose address the list has already, as `feed_id`."""

    url: str
    line: int
    feed_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An outline that is not taken, and why. `url` is fit to show: one short line, no password."""

    url: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What becomes of every outline, each in the order of the file."""

    added: tuple[Added, ...]
    known: tuple[Known, ...]
    refused: tuple[Refused, ...]


def plan_import(
    outlines: Iterable[Outline], feeds: Sequence[Feed], outlets: Sequence[Outlet]
) -> ImportPlan:
    """Decide what to add to a list of these feeds and outlets.

    A group is an outlet, and the listed one where its id or, without an id, its name agrees; a feed without a group gets
    an outlet of its own. What an outline leaves open becomes country INT, language `und` (told
    from each text) and kind `private`.
    """
    desk = _Desk(feeds, outlets)
    added: list[Added] = []
    known: list[Known] = []
    refused: list[Refused] = []
    for outline in outlines:
        match desk.judge(outline):
            case Added() as one:
                added.append(one)
            case Known() as one:
                known.append(one)
            case Refused() as one:
                refused.append(one)
    return ImportPlan(tuple(added), tuple(known), tuple(refused))


class _Desk:
    """Remembers what is listed, and what this import has added to it."""

    def __init__(self, feeds: Sequence[Feed], outlets: Sequence[Outlet]) -> None:
        self._listed: dict[str, str] = {canonical(feed.url): feed.id for feed in feeds}
        self._lines: dict[str, int] = {}
        self._by_id = {outlet.id: outlet for outlet in outlets}
        self._by_name = {outlet.name.casefold(): outlet for outlet in outlets}
        self._names = Names([*self._by_id, *(feed.id for feed in feeds)])

    def judge(self, outline: Outline) -> Added | Known | Refused:
        bare = without_userinfo(outline.url)
        identity = canonical(bare)
        if not identity:
            shown = truncate(safe_line(_shown(outline.url)), 120, "…")
            return Refused(shown, outline.line, "not an http or https address")
        if identity in self._lines:
            what = f"duplicate of line {self._lines[identity]}"
            return Refused(identity, outline.line, what)
        if identity in self._listed:
            return Known(identity, outline.line, self._listed[identity])
        self._lines[identity] = outline.line
        url = bare if bare.isprintable() and not re.search(r"\s", bare) else identity
        return Added(self._feed(outline, url), outline.line, had_credentials=bare != outline.url)

    def _feed(self, outline: Outline, url: str) -> Feed:
        title = _name(outline.title) or urlsplit(url).netloc
        group = outline.group or Group(title, homepage=outline.homepage)
        outlet = self._outlet(group, outline, url)
        wish = outline.id if is_slug(outline.id) else _feed_id(outlet, title)
        return Feed(
            id=self._names.give(wish),
            url=url,
            outlet=outlet,
            type=FeedType(outline.type) if outline.type in set(FeedType) else FeedType.FEED,
            enabled=outline.enabled,
            note=truncate(safe_line(outline.note), MAX_NOTE),
        )

    def _outlet(self, group: Group, outline: Outline, url: str) -> Outlet:
        name = _name(group.name) or urlsplit(url).netloc
        by_name = self._by_name.get(name.casefold())
        listed = self._by_id.get(group.id) if group.id else by_name
        if listed:
            return listed
        made = _made(group, name, outline, url)
        outlet = replace(made, id=self._names.give(made.id))
        if outline.group:  # else two feeds of one name would share what only one of them is
            self._by_id[group.id or outlet.id] = self._by_name[name.casefold()] = outlet
        return outlet


def _made(group: Group, name: str, outline: Outline, url: str) -> Outlet:
    wish = group.id if is_slug(group.id) else slug(name, _ID_PART)
    stated = [tag for tag in map(normalise_tag, (*group.languages, outline.language)) if tag]
    kinds: Mapping[str, OutletKind] = {kind.value: kind for kind in OutletKind}
    homepage = canonical(without_userinfo(group.homepage or outline.homepage))
    return Outlet(
        id=wish or slug(urlsplit(url).netloc, _ID_PART) or "outlet",
        name=name,
        country=group.country if _COUNTRY.fullmatch(group.country) else INTERNATIONAL,
        languages=tuple(dict.fromkeys(stated)) or (UNDETERMINED,),
        kind=kinds.get(group.kind, OutletKind.PRIVATE),
        homepage=homepage,
    )


def _feed_id(outlet: Outlet, title: str) -> str:
    own = slug(title, _ID_PART)
    if own.startswith(outlet.id):
        own = own[len(outlet.id) :].strip("-")
    return f"{outlet.id[:_ID_PART].strip('-')}-{own or 'feed'}"


def _name(text: str) -> str:
    return truncate(safe_line(text), MAX_NAME).strip()


def _shown(url: str) -> str:
    """Return an address that is none without what may be a password."""
    return url.rpartition("@")[2] if "@" in url else url
