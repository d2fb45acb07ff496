"""The coverage of a digest in words, as every readable format shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitor.adapters.render.labels import reason
from monitor.adapters.render.language import Language
from monitor.adapters.render.sight import coverage_lines, sight
from monitor.domain.sight import CountryCoverage, Coverage, FeedNote

NBSP: Final = "\u00a0"
MAX_NOTES: Final = 12  # failing or silent feeds that are listed; the rest is counted


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The coverage in words. `sight_code` is clear, partial or blind."""

    sight_code: str
    sight: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str, str, str], ...]  # country … items, how blind if it is
    failing: tuple[str, ...]
    failing_more: str
    silent: tuple[str, ...]
    silent_more: str
    langs: tuple[str, ...]


def coverage_view(seen: Coverage, lang: Language) -> CoverageView:
    """Put the coverage into words."""
    code = "blind" if seen.blind else "partial" if seen.poor or seen.blind_countries else "clear"
    return CoverageView(
        sight_code=code,
        sight=sight(seen, lang),
        lines=coverage_lines(seen, lang),
        rows=tuple(
            (
                lang.country(one.country),
                lang.number(one.feeds),
                lang.number(one.ok),
                lang.number(one.silent),
                lang.number(one.items),
                _blindness(one, lang),
            )
            for one in seen.countries
        ),
        failing=tuple(_failing(note, lang) for note in seen.failing[:MAX_NOTES]),
        failing_more=_more(seen.failing, lang),
        silent=tuple(_silent(note, lang) for note in seen.silent[:MAX_NOTES]),
        silent_more=_more(seen.silent, lang),
        langs=tuple(
            f"{lang.language(name)}{NBSP}{lang.number(count)}" for name, count in seen.langs
        ),
    )


def _blindness(one: CountryCoverage, lang: Language) -> str:
    if not one.blind:
        return ""
    return lang.text("nearly blind") if one.ok else lang.text("blind")


def _more(notes: tuple[FeedNote, ...], lang: Language) -> str:
    more = len(notes) - MAX_NOTES
    return lang.text("and {n} more", n=lang.number(more)) if more > 0 else ""


def _failing(note: FeedNote, lang: Language) -> str:
    words = f"{_place(note, lang)}: {reason(note.reason, lang)}"
    if note.since is None:
        return words
    answered = lang.text("last answered {time}", time=_stamp(note.since, lang))
    return f"{words}, {answered}"


def _silent(note: FeedNote, lang: Language) -> str:
    if note.since is None:
        return _place(note, lang)
    since = lang.text("nothing new since {time}", time=_stamp(note.since, lang))
    return f"{_place(note, lang)}: {since}"


def _place(note: FeedNote, lang: Language) -> str:
    return f"{note.outlet} ({note.feed_id}), {lang.country(note.country)}"


def _stamp(instant: datetime, lang: Language) -> str:
    return f"{lang.short_day(instant)} {lang.time(instant)}"
