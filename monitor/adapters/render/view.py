"""The digest in words: what every readable format shows, in the order in which it is shown."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import quote

from monitor.adapters.render import wording
from monitor.adapters.render.coverage_view import NBSP, CoverageView, coverage_view
from monitor.adapters.render.labels import Labels, labels, method
from monitor.adapters.render.language import Language
from monitor.adapters.render.notes import NoteView, fact_checks, retractions
from monitor.adapters.render.subject import chart_key, chart_note, days, overall
from monitor.domain.digest import (
    INTERNATIONAL,
    Digest,
    Entry,
    Lead,
    Marked,
    Section,
)
from monitor.domain.feed import OutletKind

BAR_STEPS: Final = 8
MAX_BARS: Final = 15
LIMITS: Final = (15, 10, 7, 5, 3, 2, 1)  # entries a narrative, until a body fits
MAX_OTHERS: Final = 6  # further outlets of one entry that are named


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry in words. `meta` stands in reading order; `url` is empty or http(s)."""

    title: Marked
    quotes: tuple[Marked, ...]
    url: str
    lang: str
    outlet: str
    meta: tuple[str, ...]
    stance: str
    stance_code: str
    spread: str
    others: tuple[tuple[str, str], ...]  # (outlet, url)
    others_more: str
    review: str
    is_confirmed: bool
    fact_checks: tuple[NoteView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One narrative in words. `bars` run from 0 to BAR_STEPS, oldest first."""

    id: str
    title: str
    summary: str
    direction_code: str
    direction: str
    note: str
    number: str
    counts: tuple[str, ...]
    places: tuple[str, ...]
    langs: tuple[str, ...]
    bars: tuple[int, ...]
    bars_note: str
    entries: tuple[EntryView, ...]
    rest: str
    rest_url: str
    below: tuple[EntryView, ...]
    fact_checks: tuple[NoteView, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A whole digest in words."""

    lang: str
    labels: Labels
    name: str
    day: str
    span: str
    headline: str
    sections: tuple[SectionView, ...]
    coverage: CoverageView
    disclaimer: str
    reviewed: str
    method: tuple[str, str, str]
    base_url: str
    retracted: tuple[NoteView, ...] = ()
    unsubscribe: str = ""
    overall: str = ""  # what is said of all narratives together …
    chart_note: str = ""  # … and the chart of it, read out …
    chart_key: str = ""  # … and explained


def build_view(digest: Digest, lang: Language, base_url: str = "", unsubscribe: str = "") -> View:
    """Put the digest into words."""
    return View(
        lang=lang.code,
        labels=labels(lang),
        name=lang.text("Western Balkans narrative monitor"),
        day=days(digest.window, lang),
        span=_span(digest, lang),
        headline=wording.headline(digest, lang),
        sections=tuple(_section(one, digest, lang, base_url) for one in digest.sections),
        coverage=coverage_view(digest.coverage, lang),
        disclaimer=wording.disclaimer(lang),
        reviewed=wording.reviewed(digest, lang) if digest.hits else "",
        method=method(lang),
        base_url=base_url,
        retracted=retractions(digest.retracted, lang, lang.local_date(digest.window.last)),
        unsubscribe=unsubscribe,
        overall=overall(digest, lang),
        chart_note=chart_note(digest, lang),
        chart_key=chart_key(digest, lang),
    )


def shortened(digest: Digest, limit: int) -> Digest:
    """Return the digest with at most `limit` entries a section; the rest is counted as such."""
    return replace(digest, sections=tuple(_shorter(one, limit) for one in digest.sections))


def _shorter(section: Section, limit: int) -> Section:
    cut = sum(len(entry.leads) for entry in section.entries[limit:])
    return replace(
        section,
        entries=section.entries[:limit],
        rest=section.rest + cut,
        below=section.below[:limit],
    )


def _span(digest: Digest, lang: Language) -> str:
    since, until = digest.window.since, digest.window.until
    return lang.text(
        "first seen {since} – {until} ({zone})",
        since=f"{lang.short_day(since)} {lang.time(since)}",
        until=f"{lang.short_day(until)} {lang.time(until)}",
        zone=lang.place(),
    )


def _section(section: Section, digest: Digest, lang: Language, base_url: str) -> SectionView:
    today = lang.local_date(digest.window.last)
    trend = section.trend
    bars = _bars(section)
    return SectionView(
        id=section.narrative.id,
        title=wording.title(section, lang),
        summary=section.narrative.summary if lang.code == "en" else "",
        direction_code=trend.direction.value,
        direction=_direction(section, lang),
        note=_note(section, digest, lang),
        number=lang.number(section.items),
        counts=wording.section_counts(section, lang) if section.items else (),
        places=tuple(
            f"{lang.country(code)}{NBSP}{lang.number(n)}"
            for code, n in sorted(section.countries, key=lambda one: one[0] == INTERNATIONAL)
        ),
        langs=tuple(f"{lang.language(code)}{NBSP}{lang.number(n)}" for code, n in section.langs),
        bars=bars,
        bars_note=wording.bars_note(trend, digest.window, lang) if bars else "",
        entries=tuple(_entry(one, lang, today) for one in section.entries),
        rest=_rest(section, lang),
        rest_url=f"{base_url}/narratives/{quote(section.narrative.id)}" if base_url else "",
        below=tuple(_entry(one, lang, today) for one in section.below),
        fact_checks=fact_checks(section.fact_checks, lang, today),
    )


def _direction(section: Section, lang: Language) -> str:
    if section.items:
        return wording.direction(section.trend, lang)
    return lang.text("For reviewers") if section.below else lang.text("Fact-checks")


def _note(section: Section, digest: Digest, lang: Language) -> str:
    if section.items:
        return wording.trend_note(section.trend, digest.window, lang)
    if section.below:
        return lang.text("nothing certain enough for readers")
    return lang.text("no other item")


def _rest(section: Section, lang: Language) -> str:
    if not section.rest:
        return ""
    return lang.plural("{n} more item not shown", "{n} more items not shown", section.rest)


def _bars(section: Section) -> tuple[int, ...]:
    """Scale the counts; whatever is not zero stays visible. Empty where nothing is told."""
    if section.trend.usual is None:
        return ()
    values = (*section.trend.past, section.trend.now)[-MAX_BARS:]
    top = max(*values, 1)
    return tuple(-(-value * BAR_STEPS // top) for value in values)


def _entry(entry: Entry, lang: Language, today: date) -> EntryView:
    lead = entry.lead
    others = [(one.outlet, one.url) for one in entry.others if one.outlet_id != lead.outlet_id]
    more = len(others) - MAX_OTHERS
    return EntryView(
        title=lead.title if lead.title.plain else Marked(((lang.text("(no title)"), False),)),
        quotes=lead.quotes,
        url=lead.url,
        lang=lead.lang if lead.lang != "und" else "",
        outlet=lead.outlet,
        meta=_meta(lead, lang, today),
        stance=wording.stance(lead.stance, is_reviewed=lead.stance_reviewed, lang=lang),
        stance_code=lead.stance,
        spread=wording.spread(entry, lang, lang.moment(entry.first.first_seen_at, today)),
        others=tuple(others[:MAX_OTHERS]),
        others_more=lang.text("and {n} more", n=lang.number(more)) if more > 0 else "",
        review=_review(lead, lang),
        is_confirmed=lead.review == "confirmed",
        fact_checks=fact_checks(entry.fact_checks, lang, today),
    )


def _meta(lead: Lead, lang: Language, today: date) -> tuple[str, ...]:
    kind = lead.outlet_kind is OutletKind.FACT_CHECKER
    published = lead.published_at
    return (
        *([lang.text("fact-checker")] if kind else []),
        lang.country(lead.country),
        lang.language(lead.lang),
        lang.text("first seen {time}", time=lang.moment(lead.first_seen_at, today)),
        *([lang.text("published {time}", time=lang.moment(published, today))] if published else []),
    )


def _review(lead: Lead, lang: Language) -> str:
    if lead.review == "confirmed":
        return lang.text("confirmed by a reviewer")
    return lang.text("a reviewer is unsure") if lead.review == "unsure" else ""
