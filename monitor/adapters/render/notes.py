"""What stands beside the entries: fact-checks, and hits that are taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.adapters.render.language import Language
from monitor.domain.digest import Retraction
from monitor.domain.hit import FactCheck


@dataclass(frozen=True, slots=True)
class NoteView:
    """One line that leads somewhere; `url` is empty or http(s), `lang` that of the title."""

    title: str
    url: str
    lang: str
    meta: tuple[str, ...]


def fact_checks(checks: Iterable[FactCheck], lang: Language, today: date) -> tuple[NoteView, ...]:
    """Put fact-checks into words."""
    return tuple(
        NoteView(
            title=one.title or lang.text("(no title)"),
            url=one.url,
            lang=one.lang if one.lang != "und" else "",
            meta=(
                one.outlet,
                lang.country(one.country),
                lang.language(one.lang),
                lang.moment(one.published_at or one.first_seen_at, today),
            ),
        )
        for one in checks
    )


def retractions(all_of: Iterable[Retraction], lang: Language, today: date) -> tuple[NoteView, ...]:
    """Put what was told before and has been dismissed since into words."""
    return tuple(
        NoteView(
            title=one.lead.title.plain or lang.text("(no title)"),
            url=one.lead.url,
            lang=one.lead.lang if one.lead.lang != "und" else "",
            meta=(
                lang.narrative(dict(one.narrative.titles), one.narrative.title),
                one.lead.outlet,
                lang.text("first seen {time}", time=lang.moment(one.lead.first_seen_at, today)),
            ),
        )
        for one in all_of
    )
