"""The sentences of a digest: what its values mean, in the reader's language."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from monitor.adapters.render.language import Language, mark
from monitor.adapters.render.sight import blind
from monitor.domain.digest import (
    INTERNATIONAL,
    Day,
    Digest,
    Direction,
    Entry,
    Section,
    Trend,
    Window,
)
from monitor.domain.hit import DISCLAIMER

NAMED_IN_HEADLINE: Final = 2

_QUOTED: Final = re.compile("„([^“”]*)[“”]|“([^“”]*)”")

_STANCES: Final = {
    "asserts": mark("asserts the claim"),
    "reports": mark("reports the claim"),
    "rebuts": mark("rebuts the claim"),
    "unclear": mark("unclear"),
}

_DIRECTIONS: Final = {
    Direction.NEW: mark("New"),
    Direction.RISING: mark("Rising"),
    Direction.STEADY: mark("Little change"),
    Direction.FALLING: mark("Falling"),
    Direction.UNTOLD_COVERAGE: mark("Not compared"),
    Direction.UNTOLD_HISTORY: mark("Not compared"),
    Direction.UNTOLD_CATALOGUE: mark("Not compared"),
}


class Period(StrEnum):
    """How a window is spoken of."""

    DAY = "day"
    WEEK = "week"
    OTHER = "other"


_FIRST_SEEN: Final = {
    Period.DAY: mark("first seen today"),
    Period.WEEK: mark("first seen this week"),
    Period.OTHER: mark("first seen in this window"),
}
_AGAINST: Final = {
    Period.DAY: mark("{now} today against the usual {usual} a day"),
    Period.WEEK: mark("{now} this week against the usual {usual} a week"),
    Period.OTHER: mark("{now} in this window against the usual {usual}"),
}
_AGAINST_NONE: Final = {
    Period.DAY: mark("{now} today, usually none"),
    Period.WEEK: mark("{now} this week, usually none"),
    Period.OTHER: mark("{now} in this window, usually none"),
}
_BARS: Final = {
    Period.DAY: mark("Items a day, oldest first: {values}"),
    Period.WEEK: mark("Items a week, oldest first: {values}"),
    Period.OTHER: mark("Items a window, oldest first: {values}"),
}


def period(window: Window) -> Period:
    """Say how to speak of the window; a day may last 23 or 25 hours."""
    if timedelta(hours=23) <= window.length <= timedelta(hours=25):
        return Period.DAY
    if timedelta(days=7, hours=-1) <= window.length <= timedelta(days=7, hours=1):
        return Period.WEEK
    return Period.OTHER


def title(section: Section, lang: Language) -> str:
    """Name the section's narrative."""
    return lang.narrative(dict(section.narrative.titles), section.narrative.title)


def headline(digest: Digest, lang: Language) -> str:
    """Say the day in one sentence."""
    if digest.surge:
        return surge(digest, lang)
    found = digest.items > 0
    seen = digest.coverage
    if digest.day is Day.BLIND:
        return blind(seen, lang, counts(digest, lang) if found else "")
    if digest.day is Day.QUIET:
        return lang.plural(
            "Quiet: no narrative was found in {n} item.",
            "Quiet: no narrative was found in {n} items.",
            seen.items,
        )
    if digest.day is Day.MOVED:
        return lang.text(
            "On the move: {titles} – {counts} in all.",
            titles=_leading(digest, lang),
            counts=counts(digest, lang),
        )
    if digest.day is Day.ORDINARY:
        return lang.text("Nothing out of the ordinary: {counts}.", counts=counts(digest, lang))
    return lang.text(
        "Found: {counts}; too little history yet to say what is unusual.",
        counts=counts(digest, lang),
    )


def surge(digest: Digest, lang: Language) -> str:
    """Say what surges, and how much."""
    found = digest.surge
    if found is None:
        return ""
    titles = [title(one, lang) for one in digest.sections]
    what = found.watch.search.partition("/")[2] if found.watch.search else titles[0]
    return lang.text(
        "{watch} surges: {told} in 24 hours, usually {usual}.",
        watch=_quoted(what, lang),
        told=surge_counts(digest, lang),
        usual=lang.number(found.usual),
    )


def surge_counts(digest: Digest, lang: Language) -> str:
    """Say in how many items and outlets a watch surges."""
    items = lang.plural("{n} item", "{n} items", digest.items)
    return f"{items} {lang.plural('in {n} outlet', 'in {n} outlets', digest.outlets)}"


def _leading(digest: Digest, lang: Language) -> str:
    moved = [one for one in digest.sections if one.narrative.id in digest.leading]
    named = [_quoted(title(one, lang), lang) for one in moved[:NAMED_IN_HEADLINE]]
    more = len(moved) - len(named)
    listed = ", ".join(named)
    if not more:
        return listed
    return lang.text("{titles} and {n} more", titles=listed, n=lang.number(more))


def _quoted(words: str, lang: Language) -> str:
    """Quote a title; what it quotes itself gets single marks of the same style."""
    single = "‚{}‘" if lang.text("“{title}”", title="").startswith("„") else "‘{}’"
    inner = _QUOTED.sub(lambda found: single.format(found[1] or found[2] or ""), words)
    return lang.text("“{title}”", title=inner)


def counts(digest: Digest, lang: Language) -> str:
    """Say how many items, narratives and countries there are."""
    narratives = sum(one.items > 0 for one in digest.sections)
    return ", ".join(
        (
            lang.plural("{n} item", "{n} items", digest.items),
            lang.plural("{n} narrative", "{n} narratives", narratives),
            *_countries(digest.countries, lang),
        )
    )


def section_counts(section: Section, lang: Language) -> tuple[str, ...]:
    """Say how many items, stories, outlets, countries and languages a section spans."""
    told = lang.plural("{n} story", "{n} stories", section.stories)
    spoken = {tag.partition("-")[0] for tag, _ in section.langs}  # whatever their scripts
    return (
        lang.plural("{n} item", "{n} items", section.items),
        *([told] if section.stories != section.items else []),
        lang.plural("{n} outlet", "{n} outlets", section.outlets),
        *_countries((country for country, _ in section.countries), lang),
        lang.plural("{n} language", "{n} languages", len(spoken)),
    )


def _countries(places: Iterable[str], lang: Language) -> list[str]:
    """Count countries; of what is international alone there is nothing to count."""
    count = len({*places} - {INTERNATIONAL})
    return [lang.plural("{n} country", "{n} countries", count)] if count else []


def direction(trend: Trend, lang: Language) -> str:
    """Say the direction in a word or two."""
    return lang.text(_DIRECTIONS[trend.direction])


def trend_note(trend: Trend, window: Window, lang: Language) -> str:
    """Say what the numbers are, or why there is no comparison."""
    if trend.direction is Direction.UNTOLD_COVERAGE:
        return lang.text("too few of the usual feeds, or too many new ones")
    if trend.usual is None:
        return lang.text("too little history yet")
    span = period(window)
    if trend.direction is Direction.NEW:
        return lang.text(_FIRST_SEEN[span])
    message = _AGAINST[span] if trend.usual else _AGAINST_NONE[span]
    return lang.text(message, now=lang.number(trend.now), usual=lang.number(trend.usual))


def bars_note(trend: Trend, window: Window, lang: Language) -> str:
    """Read the little chart out."""
    values = " ".join(lang.number(value) for value in (*trend.past, trend.now))
    return lang.text(_BARS[period(window)], values=values)


def stance_word(code: str, lang: Language) -> str:
    """Name a stance."""
    return lang.text(_STANCES.get(code, _STANCES["unclear"]))


def stance(code: str, *, is_reviewed: bool, lang: Language) -> str:
    """Say how the item stands to the claim, and who says so."""
    words = stance_word(code, lang)
    if is_reviewed:
        return lang.text("reviewer: {stance}", stance=words)
    if code not in _STANCES or code == "unclear":
        return lang.text("stance unclear")
    return lang.text("machine’s guess: {stance}", stance=words)


def spread(entry: Entry, lang: Language, when: str) -> str:
    """Say where else an entry ran and who of our feeds had it first; empty for a single outlet."""
    if entry.outlets < 2:  # noqa: PLR2004 - one outlet is no spread
        return ""
    reach = lang.plural("in {n} outlet", "in {n} outlets", entry.outlets)
    if entry.countries:
        of_countries = lang.plural("of {n} country", "of {n} countries", entry.countries)
        reach = f"{reach} {of_countries}"
    return lang.text(
        "{reach}, first in our feeds at {outlet}, {time}",
        reach=reach,
        outlet=entry.first.outlet,
        time=when,
    )


def reviewed(digest: Digest, lang: Language) -> str:
    """Say how many hits a person has looked at."""
    if not digest.reviewed:
        return lang.text("Found by a machine and reviewed by no one.")
    return lang.text(
        "Found by a machine; reviewed by a person: {reviewed} of {hits}.",
        reviewed=lang.number(digest.reviewed),
        hits=lang.number(digest.hits),
    )


def disclaimer(lang: Language) -> str:
    """Say what a hit is and is not."""
    return lang.text(DISCLAIMER)
