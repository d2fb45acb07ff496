"""The sentences of a digest: what its values mean, in the reader's language."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from monitor.adapters.render.language import Language, mark
from monitor.domain.digest import (
    INTERNATIONAL,
    Coverage,
    Day,
    Digest,
    Direction,
    Entry,
    FeedNote,
    Section,
    Trend,
    Window,
)
from monitor.domain.hit import DISCLAIMER

NAMED_IN_HEADLINE: Final = 2
MAX_OUTLETS: Final = 6  # named as newly failing, or as recovered

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
        return _blind(seen, lang, counts(digest, lang) if found else "")
    if digest.day is Day.QUIET:
        return lang.text(
            "Quiet: {answered}, {read}, and no narrative was found.",
            answered=answered(seen, lang),
            read=_read(seen, lang),
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


def _blind(seen: Coverage, lang: Language, found: str) -> str:
    if not seen.polled and not found:
        return lang.text("Blind: no feed was polled, so nothing can be said.")
    if not seen.polled:
        return lang.text("Blind: no feed was polled; in the archive: {counts}.", counts=found)
    if not found:
        return lang.text(
            "Blind, not quiet: only {answered}, so finding nothing means little.",
            answered=answered(seen, lang),
        )
    return lang.text(
        "Mostly blind: only {answered}; found all the same: {counts}.",
        answered=answered(seen, lang),
        counts=found,
    )


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
    """Say how many items, outlets, countries and languages a section spans."""
    return (
        lang.plural("{n} item", "{n} items", section.items),
        lang.plural("{n} outlet", "{n} outlets", section.outlets),
        *_countries((country for country, _ in section.countries), lang),
        lang.plural("{n} language", "{n} languages", len(section.langs)),
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


def answered(seen: Coverage, lang: Language) -> str:
    """Say how many of the polled feeds answered."""
    return lang.plural(
        "{ok} of {n} feed answered",
        "{ok} of {n} feeds answered",
        seen.polled,
        ok=lang.number(seen.ok),
    )


def _read(seen: Coverage, lang: Language) -> str:
    return lang.plural("{n} item read", "{n} items read", seen.items)


def sight(seen: Coverage, lang: Language) -> str:
    """Say in a word or two how far the coverage can be trusted."""
    if seen.blind:
        return lang.text("Blind")
    if seen.poor or seen.blind_countries:
        return lang.text("Partial view")
    return lang.text("Clear view")


def coverage_lines(seen: Coverage, lang: Language) -> tuple[str, ...]:
    """Say how well the window could be seen: one line, and one more for what was not seen."""
    parts = [answered(seen, lang) if seen.polled else lang.text("no feed was polled")]
    if seen.failing:
        parts.append(lang.plural("{n} failing", "{n} failing", len(seen.failing)))
    if seen.silent:
        parts.append(lang.plural("{n} silent", "{n} silent", len(seen.silent)))
    if seen.feeds > seen.polled > 0:
        unpolled = seen.feeds - seen.polled
        parts.append(lang.plural("{n} not polled", "{n} not polled", unpolled))
    parts.append(_read(seen, lang))
    lines = [f"{', '.join(parts)}."]
    if seen.polled and seen.blind_countries:
        where = names(map(lang.country, seen.blind_countries))
        lines.append(lang.text("Blind in: {countries}.", countries=where))
    newly, recovered = (_outlets(notes, lang) for notes in (seen.newly, seen.recovered))
    lines += [lang.text("Newly failing or silent: {feeds}.", feeds=newly)] if newly else []
    lines += [lang.text("Recovered: {feeds}.", feeds=recovered)] if recovered else []
    return tuple(lines)


def _outlets(notes: Sequence[FeedNote], lang: Language) -> str:
    found = list(dict.fromkeys(note.outlet for note in notes))
    more = len(found) - MAX_OUTLETS
    rest = [lang.text("and {n} more", n=lang.number(more))] if more > 0 else []
    return names(found[:MAX_OUTLETS] + rest)


def names(words: Iterable[str]) -> str:
    """List words."""
    return ", ".join(words)


def stance_word(code: str, lang: Language) -> str:
    """Name a stance."""
    return lang.text(_STANCES.get(code, _STANCES["unclear"]))


def stance(code: str, *, is_reviewed: bool, lang: Language) -> str:
    """Say how the item stands to the claim, and who says so."""
    words = stance_word(code, lang)
    if is_reviewed:
        return lang.text("reviewer: {stance}", stance=words)
    return lang.text("hint: {stance}", stance=words)


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
