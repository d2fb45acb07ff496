"""The sentences on coverage: who answered, where hardly anything was seen, what broke."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from monitor.adapters.render.language import Language
from monitor.domain.sight import CountryCoverage, Coverage, FeedNote

MAX_OUTLETS: Final = 6  # named as newly failing, or as recovered


def sight(seen: Coverage, lang: Language) -> str:
    """Say in a word or two how far the coverage can be trusted."""
    if seen.blind:
        return lang.text("Blind")
    if seen.poor or seen.blind_countries:
        return lang.text("Partial view")
    return lang.text("Clear view")


def blind(seen: Coverage, lang: Language, found: str) -> str:
    """Say the day on which hardly any feed answered; `found` counts what was found, if anything."""
    if not seen.polled and not found:
        return lang.text("Blind: no feed was polled, so nothing can be said.")
    if not seen.polled:
        return lang.text("Blind: no feed was polled; in the archive: {counts}.", counts=found)
    answered = _answered(seen.ok, seen.polled, lang, only=True)
    if not found:
        return lang.text(
            "Blind, not quiet: {answered}, so finding nothing means little.", answered=answered
        )
    return lang.text(
        "Mostly blind: {answered}; found all the same: {counts}.", answered=answered, counts=found
    )


def coverage_lines(seen: Coverage, lang: Language) -> tuple[str, ...]:
    """Say how well the window could be seen: one line, and one more for what was not seen."""
    parts = [_first(seen, lang)]
    if seen.failing:
        parts.append(lang.plural("{n} failing", "{n} failing", len(seen.failing)))
    if seen.feeds > seen.polled > 0:
        unpolled = seen.feeds - seen.polled
        parts.append(lang.plural("{n} not polled", "{n} not polled", unpolled))
    parts.append(lang.plural("{n} item read", "{n} items read", seen.items))
    lines = [f"{', '.join(parts)}."]
    if seen.polled and seen.blind_countries:
        where = ", ".join(_hardly_seen(one, lang) for one in seen.countries if one.blind)
        lines.append(lang.text("Blind or nearly so: {countries}.", countries=where))
    newly, recovered = (_outlets(notes, lang) for notes in (seen.newly, seen.recovered))
    lines += [lang.text("Newly failing or silent: {feeds}.", feeds=newly)] if newly else []
    lines += [lang.text("Recovered: {feeds}.", feeds=recovered)] if recovered else []
    return tuple(lines)


def _first(seen: Coverage, lang: Language) -> str:
    """Say who answered: a silent feed is one that answers, and counts once."""
    if not seen.polled:
        return lang.text("no feed was polled")
    answered = _answered(seen.ok, seen.polled, lang)
    if not seen.silent:
        return answered
    return lang.text(
        "{answered} ({n} of them with nothing new for long)",
        answered=answered,
        n=lang.number(len(seen.silent)),
    )


def _answered(ok: int, polled: int, lang: Language, *, only: bool = False) -> str:
    """Say how many of the polled feeds answered; the verb follows those, the noun the polled."""
    feeds = _of_feeds(polled, lang)
    if not ok:
        return lang.text("none {of_feeds} answered", of_feeds=feeds)
    if only:
        return lang.plural(
            "only {n} {of_feeds} answered", "only {n} {of_feeds} answered", ok, of_feeds=feeds
        )
    return lang.plural("{n} {of_feeds} answered", "{n} {of_feeds} answered", ok, of_feeds=feeds)


def _of_feeds(count: int, lang: Language) -> str:
    return lang.plural("of {n} feed", "of {n} feeds", count)


def _hardly_seen(one: CountryCoverage, lang: Language) -> str:
    name = lang.country(one.country)
    return f"{name} ({_answered(one.ok, one.polled, lang)})" if one.polled else name


def _outlets(notes: Sequence[FeedNote], lang: Language) -> str:
    """Name the outlets; of one with several feeds also say how many of them are meant."""
    feeds = Counter((note.outlet, note.siblings) for note in notes)
    found = [
        f"{name} ({lang.number(count)} {_of_feeds(of, lang)})" if of > 1 else name
        for (name, of), count in feeds.items()
    ]
    more = len(found) - MAX_OUTLETS
    rest = [lang.text("and {n} more", n=lang.number(more))] if more > 0 else []
    return names(found[:MAX_OUTLETS] + rest)


def names(words: Iterable[str]) -> str:
    """List words."""
    return ", ".join(words)
