"""Stored hits and items as the flat objects of the public contract."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from monitor.domain.hit import DISCLAIMER, ArchivedHit, ArchivedItem
from monitor.domain.sharing import SharedHit
from monitor.domain.text import ELLIPSIS, truncate

HIT_COLUMNS: Final = (
    "id", "item_id", "narrative", "score", "grade", "stance_hint", "evidence", "catalogue_version",
    "matcher_version", "title", "summary", "url", "outlet", "outlet_name", "feed_id", "country",
    "lang", "published_at", "first_seen_at", "review", "stance", "story_id", "story_size",
    "fact_checks", "retracted", "retracted_at", "disclaimer", "source", "probability",
)  # fmt: skip
EXPORT_COLUMNS: Final = (*HIT_COLUMNS, "uri", "disarm", "story_uri")

ITEM_COLUMNS: Final = (
    "item_id", "title", "summary", "url", "outlet", "country", "lang", "published_at",
    "first_seen_at", "feed_id", "story_id", "story_size", "narratives", "snippet",
)  # fmt: skip

_SECONDS: Final = len("2026-11-22T05:00:00")


def hit_row(hit: ArchivedHit, excerpt: int | None = None) -> dict[str, object]:
    """Return the hit in the contract's words and order; instants are ISO 8601 in UTC.

    `excerpt` is how many characters of the summary may go out, if that is limited.
    """
    return {
        "id": str(hit.hit_id),
        "item_id": str(hit.item_id),
        "narrative": hit.hit.narrative,
        "score": hit.hit.score,
        "grade": hit.hit.grade.value,
        "stance_hint": hit.hit.stance_hint.value,
        "evidence": [evidence.as_row() for evidence in hit.hit.evidence],
        "catalogue_version": hit.catalogue_version,
        "matcher_version": hit.matcher_version,
        "title": hit.title,
        "summary": hit.summary if excerpt is None else truncate(hit.summary, excerpt, ELLIPSIS),
        "url": hit.url,
        "outlet": hit.outlet_id,
        "outlet_name": hit.outlet_name,
        "feed_id": hit.feed_id,
        "country": hit.country,
        "lang": hit.lang,
        "published_at": _instant(hit.published_at),
        "first_seen_at": _instant(hit.first_seen_at),
        "review": hit.review,
        "stance": hit.stance or None,
        "story_id": hit.story_id or None,
        "story_size": hit.story_size,
        "fact_checks": [
            {
                "item_id": str(one.item_id),
                "title": one.title,
                "url": one.url,
                "outlet": one.outlet_id,
                "lang": one.lang,
                "published_at": _instant(one.published_at),
                "near": one.near.value,
            }
            for one in hit.fact_checks
        ],
        "retracted": hit.retracted or None,
        "retracted_at": _instant(hit.retracted_at),
        "disclaimer": DISCLAIMER,
        "source": hit.hit.source.value,
        "probability": hit.hit.probability,
    }


def export_row(
    one: SharedHit, excerpt: int, disarm: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """Return the hit as it leaves: with its permanent name, and its narrative's techniques."""
    techniques = list(disarm.get(one.found.hit.narrative, ()))
    story = f"urn:uuid:{one.story_uuid}" if one.story_uuid else None
    named = {"uri": one.uri, "disarm": techniques, "story_uri": story}
    return hit_row(one.found, excerpt) | named


def feed_row(one: SharedHit, excerpt: int) -> dict[str, object]:
    """Return the hit as an entry of a feed: with when it last said something new."""
    found = one.found
    known = (found.first_seen_at, found.reviewed_at, found.retired_at)
    changed = max(at for at in known if at)
    return {**export_row(one, excerpt, {}), "updated_at": _instant(changed)}


def item_row(item: ArchivedItem) -> dict[str, object]:
    """Return the item in the contract's words and order."""
    return {
        "item_id": str(item.item_id),
        "title": item.title,
        "summary": item.summary,
        "url": item.url,
        "outlet": item.outlet_id,
        "country": item.country,
        "lang": item.lang,
        "published_at": _instant(item.published_at),
        "first_seen_at": _instant(item.first_seen_at),
        "feed_id": item.feed_id,
        "story_id": item.story_id or None,
        "story_size": item.story_size,
        "narratives": list(item.narratives),
        "snippet": item.snippet.plain if item.snippet else None,
    }


def _instant(at: datetime | None) -> str | None:
    return f"{at.isoformat()[:_SECONDS]}Z" if at else None
