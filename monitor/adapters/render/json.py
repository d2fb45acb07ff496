"""The digest as JSON: the whole value, in a stable shape (docs/digest.md)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from monitor.adapters.render import wording
from monitor.adapters.render.labels import method
from monitor.adapters.render.language import Language
from monitor.adapters.render.sight import coverage_lines
from monitor.domain.digest import (
    Digest,
    Entry,
    Lead,
    Marked,
    Section,
    Trend,
)
from monitor.domain.hit import FactCheck
from monitor.domain.sight import Coverage, FeedNote
from monitor.domain.surge import Surge

SHAPE: Final = 1  # raised when something here is renamed or goes; additions don't raise it

Json = dict[str, object]


def render_json(digest: Digest, lang: Language, base_url: str = "") -> str:
    """Return one JSON object and a line break. Instants are UTC; words follow the language."""
    window = {"since": _instant(digest.window.since), "until": _instant(digest.window.until)}
    body: Json = {
        "shape": SHAPE,
        "lang": lang.code,
        "window": window,
        "day": digest.day.value,
        "headline": wording.headline(digest, lang),
        "surge": _surge(digest.surge) if digest.surge else None,
        "items": digest.items,
        "outlets": digest.outlets,
        "countries": list(digest.countries),
        "hits": digest.hits,
        "reviewed": digest.reviewed,
        "reviewer_edition": digest.reviewer_edition,
        "leading": list(digest.leading),
        "overall": _trend(digest.overall, "") if digest.overall else None,
        "retracted": [
            {"narrative": one.narrative.id} | _lead(one.lead) for one in digest.retracted
        ],
        "narratives": [_section(one, digest, lang) for one in digest.sections],
        "coverage": _coverage(digest.coverage, lang),
        "method": list(method(lang)),
        "disclaimer": wording.disclaimer(lang),
        "base_url": base_url,
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _surge(surge: Surge) -> Json:
    return {
        "narrative": surge.watch.narrative or None,
        "search": surge.watch.search or None,
        "began_at": _instant(surge.began_at),
        "now": surge.now,
        "usual": surge.usual,
        "outlets": surge.outlets,
    }


def _section(section: Section, digest: Digest, lang: Language) -> Json:
    return {
        "id": section.narrative.id,
        "title": wording.title(section, lang),
        "summary": section.narrative.summary,
        "trend": _trend(section.trend, wording.trend_note(section.trend, digest.window, lang)),
        "items": section.items,
        "outlets": section.outlets,
        "countries": _counts("country", section.countries),
        "langs": _counts("lang", section.langs),
        "entries": [_entry(one) for one in section.entries],
        "stories": section.stories,
        "rest": section.rest,
        "below": [_entry(one) for one in section.below],
        "fact_checks": [_fact_check(one) for one in section.fact_checks],
    }


def _trend(trend: Trend, note: str) -> Json:
    return {
        "direction": trend.direction.value,
        "now": trend.now,
        "usual": trend.usual,
        "past": list(trend.past),
        "note": note,
    }


def _entry(entry: Entry) -> Json:
    return {
        "outlets": entry.outlets,
        "countries": entry.countries,
        "first": {
            "outlet": entry.first.outlet,
            "first_seen_at": _instant(entry.first.first_seen_at),
        },
        "lead": _lead(entry.lead),
        "others": [_lead(one) for one in entry.others],
        "fact_checks": [_fact_check(one) for one in entry.fact_checks],
    }


def _fact_check(check: FactCheck) -> Json:
    return {
        "hit_id": check.hit_id,
        "item_id": check.item_id,
        "title": check.title,
        "url": check.url,
        "outlet_id": check.outlet_id,
        "outlet": check.outlet,
        "country": check.country,
        "lang": check.lang,
        "published_at": _instant(check.published_at),
        "first_seen_at": _instant(check.first_seen_at),
        "near": check.near.value,
    }


def _lead(lead: Lead) -> Json:
    return {
        "hit_id": lead.hit_id,
        "item_id": lead.item_id,
        "title": lead.title.plain,
        "title_parts": _parts(lead.title),
        "quotes": [{"text": one.plain, "parts": _parts(one)} for one in lead.quotes],
        "words": list(lead.words),
        "url": lead.url,
        "outlet_id": lead.outlet_id,
        "outlet": lead.outlet,
        "outlet_kind": lead.outlet_kind.value if lead.outlet_kind else None,
        "country": lead.country,
        "lang": lead.lang,
        "published_at": _instant(lead.published_at),
        "first_seen_at": _instant(lead.first_seen_at),
        "score": lead.score,
        "stance": lead.stance,
        "stance_by": "reviewer" if lead.stance_reviewed else "hint",
        "review": lead.review,
    }


def _parts(text: Marked) -> list[Json]:
    return [{"text": part, "match": is_match} for part, is_match in text.parts]


def _coverage(seen: Coverage, lang: Language) -> Json:
    return {
        "blind": seen.blind,
        "poor": seen.poor,
        "blind_countries": list(seen.blind_countries),
        "note": " ".join(coverage_lines(seen, lang)),
        "feeds": {
            "enabled": seen.feeds,
            "polled": seen.polled,
            "ok": seen.ok,
            "failing": len(seen.failing),
            "silent": len(seen.silent),
        },
        "items": seen.items,
        "countries": [
            {
                "country": one.country,
                "feeds": one.feeds,
                "polled": one.polled,
                "ok": one.ok,
                "silent": one.silent,
                "items": one.items,
                "blind": one.blind,
            }
            for one in seen.countries
        ],
        "langs": _counts("lang", seen.langs),
        "failing": [_note(one, "last_answered_at") for one in seen.failing],
        "silent": [_note(one, "last_new_at") for one in seen.silent],
    }


def _note(note: FeedNote, since: str) -> Json:
    return {
        "feed": note.feed_id,
        "outlet": note.outlet,
        "country": note.country,
        "reason": note.reason,
        since: _instant(note.since),
    }


def _counts(name: str, pairs: Sequence[tuple[str, int]]) -> list[Json]:
    return [{name: code, "items": count} for code, count in pairs]


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat().replace("+00:00", "Z") if instant else None
