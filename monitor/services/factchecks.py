"""Attach to hits the fact-checks that stand nearest to what they claim."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.domain.factcheck import REACH, Claimed, by_narrative, claimed, nearest, newest
from monitor.domain.feed import OutletKind
from monitor.domain.hit import ArchivedHit, FactCheck
from monitor.ports import Archive, Filters


def with_fact_checks(archive: Archive, hits: Sequence[ArchivedHit]) -> tuple[ArchivedHit, ...]:
    """Return the hits, each with its nearest fact-checks of the year before and since."""
    if not hits:
        return ()
    narratives = tuple(sorted({hit.hit.narrative for hit in hits}))
    since = min(hit.first_seen_at for hit in hits) - REACH
    asked = Filters(narratives=narratives, kinds=(OutletKind.FACT_CHECKER,), since=since)
    known = by_narrative(archive.window_hits(asked))
    return tuple(
        replace(hit, fact_checks=nearest([claimed(hit)], known[hit.hit.narrative]))
        if hit.hit.narrative in known
        else hit
        for hit in hits
    )


def each_with_fact_checks(archive: Archive, hits: Iterable[ArchivedHit]) -> Iterator[ArchivedHit]:
    """Yield hits as they come, each with its fact-checks; a narrative's are read once."""
    known: dict[str, list[tuple[ArchivedHit, Claimed]]] = {}
    for hit in hits:
        name = hit.hit.narrative
        if name not in known:
            asked = Filters(narratives=(name,), kinds=(OutletKind.FACT_CHECKER,))
            known[name] = by_narrative(archive.window_hits(asked)).get(name, [])
        since = hit.first_seen_at - REACH
        near = [one for one in known[name] if one[0].first_seen_at >= since]
        yield replace(hit, fact_checks=nearest([claimed(hit)], near)) if near else hit


def answers_to(hits: Sequence[ArchivedHit]) -> tuple[FactCheck, ...]:
    """Return the fact-checks of these hits, each item once."""
    return tuple({one.item_id: one for hit in hits for one in hit.fact_checks}.values())


def latest_answers(
    archive: Archive, narrative: str, now: datetime, most: int
) -> tuple[FactCheck, ...]:
    """Return the newest fact-checks of a narrative in the year until now."""
    kinds = (OutletKind.FACT_CHECKER,)
    asked = Filters(narratives=(narrative,), kinds=kinds, since=now - REACH)
    return newest(by_narrative(archive.window_hits(asked)).get(narrative, ()), most)
