"""Attach to hits the fact-checks that stand nearest to what they claim."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.domain.factcheck import REACH, Checks, claimed, nearest, newest
from monitor.domain.hit import ArchivedHit, FactCheck
from monitor.ports import Archive


def with_fact_checks(archive: Archive, hits: Sequence[ArchivedHit]) -> tuple[ArchivedHit, ...]:
    """Return the hits, each with its nearest fact-checks of the year before and since."""
    if not hits:
        return ()
    known = archive.fact_checks(min(hit.first_seen_at for hit in hits) - REACH)
    return tuple(_answered(hit, known) for hit in hits)


def each_with_fact_checks(archive: Archive, hits: Iterable[ArchivedHit]) -> Iterator[ArchivedHit]:
    """Yield hits as they come, each with its fact-checks."""
    known: Mapping[str, Checks] | None = None
    for hit in hits:
        if known is None:
            known = archive.fact_checks()
        yield _answered(hit, known)


def answers_to(hits: Sequence[ArchivedHit]) -> tuple[FactCheck, ...]:
    """Return the fact-checks of these hits, each item once."""
    return tuple({one.item_id: one for hit in hits for one in hit.fact_checks}.values())


def latest_answers(
    archive: Archive, narrative: str, now: datetime, most: int
) -> tuple[FactCheck, ...]:
    """Return the newest fact-checks of a narrative in the year until now."""
    since = now - REACH
    checks = archive.fact_checks(since).get(narrative, ())
    return newest((one for one in checks if one.shown.first_seen_at >= since), most)


def _answered(hit: ArchivedHit, known: Mapping[str, Checks]) -> ArchivedHit:
    checks = known.get(hit.hit.narrative)
    if checks is None:
        return hit
    near = nearest([claimed(hit)], checks, hit.first_seen_at - REACH)
    return replace(hit, fact_checks=near)
