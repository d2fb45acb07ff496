"""Composing a digest: a pure decision from the window's hits, movements and fetch events."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from monitor.domain import excerpt
from monitor.domain.coverage import coverage
from monitor.domain.digest import (
    Day,
    Digest,
    Direction,
    Entry,
    Lead,
    Marked,
    Movement,
    NarrativeName,
    Retraction,
    Section,
    Trend,
    Window,
)
from monitor.domain.factcheck import (
    Checks,
    by_narrative,
    claimed,
    fact_checkers,
    nearest,
    newest,
)
from monitor.domain.feed import Feed, OutletKind
from monitor.domain.hit import ArchivedHit, Grade, Nearness
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.fold import tokens
from monitor.domain.narrative import Narrative
from monitor.domain.polling import FetchEvent
from monitor.domain.sight import Coverage
from monitor.domain.trend import began_at, overall, trend

MAX_ENTRIES: Final = 15  # a narrative
MAX_PER_OUTLET: Final = 2  # a narrative

_CONFIRMED: Final = "confirmed"
_DISMISSED: Final = "dismissed"
_UNREVIEWED: Final = "unreviewed"


@dataclass(frozen=True, slots=True)
class Material:
    """What a digest is made of, gathered and not yet judged.

    `hits` are of any grade and review. `events` are oldest first and may begin before the window
    (see `coverage`). `items_read` has (country, language, count). `fact_checks` are fact-checkers'
    hits of the last year; `withdrawn` ones were told before and dismissed since.
    """

    hits: Sequence[ArchivedHit]
    movements: Sequence[Movement]
    events: Sequence[FetchEvent]
    items_read: Sequence[tuple[str, str, int]]
    feeds: Sequence[Feed]
    last_new: Mapping[str, datetime]
    narratives: Sequence[Narrative]
    fact_checks: Sequence[ArchivedHit] = ()
    withdrawn: Sequence[ArchivedHit] = ()


def compose(material: Material, window: Window, *, reviewer_edition: bool = False) -> Digest:
    """Decide what the digest of a window says.

    Hits that a reviewer dismissed never appear; those of grade `review` only in the reviewers'
    edition, apart from the others.
    """
    seen = coverage(material.feeds, material.events, material.last_new, material.items_read, window)
    checkers = fact_checkers(material.feeds)
    spread = [one for one in material.hits if one.outlet_id not in checkers]
    kept = [one for one in spread if one.review != _DISMISSED]
    shown = [one for one in kept if one.hit.grade is Grade.DIGEST]
    below = [one for one in kept if one.hit.grade is Grade.REVIEW] if reviewer_edition else []
    sections = _sections(material, window, seen, _by_narrative(shown), _by_narrative(below))
    leading = tuple(one.narrative.id for one in sections if _moved(one))
    return Digest(
        window=window,
        day=_day(seen, sections),
        leading=leading,
        sections=sections,
        coverage=seen,
        items=len({one.item_id for one in shown}),
        outlets=len({one.outlet_id for one in shown}),
        countries=tuple(sorted({one.country for one in shown})),
        hits=len(shown),
        reviewed=sum(one.review != _UNREVIEWED for one in shown),
        reviewer_edition=reviewer_edition,
        overall=_overall(material, window, shown, seen),
        retracted=_retracted(material),
    )


def _retracted(material: Material) -> tuple[Retraction, ...]:
    names = {one.id: _name(one) for one in material.narratives}
    return tuple(
        Retraction(_lead(one, None), names.get(one.hit.narrative, _unknown(one.hit.narrative)))
        for one in material.withdrawn
    )


def _unknown(narrative: str) -> NarrativeName:
    return NarrativeName(narrative, narrative)


def _sections(
    material: Material,
    window: Window,
    seen: Coverage,
    shown: Mapping[str, Sequence[ArchivedHit]],
    below: Mapping[str, Sequence[ArchivedHit]],
) -> tuple[Section, ...]:
    names = {one.id: _name(one) for one in material.narratives}
    moves = {one.narrative: one for one in material.movements}
    kinds = {feed.outlet.id: feed.outlet.kind for feed in material.feeds}
    began = began_at(material.movements)
    checks = by_narrative(material.fact_checks)
    answered = {
        name
        for name, some in checks.items()
        if any(window.holds(one.shown.first_seen_at) for one in some)
    }
    sections = []
    for narrative in {*shown, *below, *answered}:
        hits = shown.get(narrative, ())
        known = checks.get(narrative, Checks(()))
        outlets = len({one.outlet_id for one in hits})
        move = replace(moves.get(narrative, Movement(narrative, 0, ())), now=len(hits))
        groups = _groups(hits)
        entries = _entries(groups, kinds, known)
        sections.append(
            Section(
                narrative=names.get(narrative, _unknown(narrative)),
                trend=trend(move, window, began=began, outlets=outlets, poor=seen.poor),
                items=len(hits),
                outlets=outlets,
                countries=_tally(one.country for one in hits),
                langs=_tally(one.lang for one in hits),
                entries=entries,
                stories=len(groups),
                rest=len(hits) - sum(len(entry.leads) for entry in entries),
                below=_entries(_groups(below.get(narrative, ())), kinds, known),
                fact_checks=nearest([claimed(one) for one in hits], known) or newest(known),
            )
        )
    return tuple(sorted(sections, key=_rank))


def _overall(
    material: Material, window: Window, shown: Sequence[ArchivedHit], seen: Coverage
) -> Trend:
    outlets = len({one.outlet_id for one in shown})
    return overall(material.movements, window, len(shown), outlets=outlets, poor=seen.poor)


def _rank(section: Section) -> tuple[bool, bool, int, str]:
    return not section.items, not _moved(section), -section.items, section.narrative.id


def _moved(section: Section) -> bool:
    return section.trend.direction in {Direction.NEW, Direction.RISING} and section.items > 0


def _day(seen: Coverage, sections: Sequence[Section]) -> Day:
    found = [one for one in sections if one.items]
    if seen.blind:
        return Day.BLIND
    if not found:
        return Day.QUIET
    if any(_moved(one) for one in found):
        return Day.MOVED
    told = [one for one in found if one.trend.usual is not None]
    return Day.ORDINARY if told else Day.UNCOMPARED


def _entries(
    groups: Iterable[Sequence[ArchivedHit]],
    kinds: Mapping[str, OutletKind],
    checks: Checks,
) -> tuple[Entry, ...]:
    """Return the entries to show: confirmed first, then the widest spread, then the best."""
    room: Counter[str] = Counter()
    entries: list[Entry] = []
    for group in sorted(groups, key=_prominence):
        outlet = group[0].outlet_id
        if len(entries) == MAX_ENTRIES or room[outlet] == MAX_PER_OUTLET:
            continue
        room[outlet] += 1
        leads = [_lead(one, kinds.get(one.outlet_id)) for one in group]
        near = nearest([claimed(one) for one in group], checks)
        close = tuple(one for one in near if one.near is not Nearness.NARRATIVE)
        entries.append(Entry(leads[0], tuple(leads[1:]), close))
    return tuple(entries)


def _prominence(group: Sequence[ArchivedHit]) -> tuple[bool, int, float, float, int]:
    best = group[0]
    outlets = len({one.outlet_id for one in group})
    newest = -best.first_seen_at.timestamp()
    return best.review != _CONFIRMED, -outlets, -best.hit.score, newest, best.item_id


def _groups(hits: Sequence[ArchivedHit]) -> list[list[ArchivedHit]]:
    """Gather items of one story.

    Within a group the confirmed come first, then what our feeds brought first.
    """
    groups: defaultdict[str, list[ArchivedHit]] = defaultdict(list)
    for one in hits:
        groups[_key(one)].append(one)
    return [sorted(group, key=_precedence) for group in groups.values()]


def _precedence(one: ArchivedHit) -> tuple[bool, datetime, int]:
    return one.review != _CONFIRMED, one.first_seen_at, one.item_id


def _key(one: ArchivedHit) -> str:
    """Return what items of one story share; the same title where no story is known."""
    if one.story_id:
        return f"story {one.story_id}"
    title = " ".join(map(ekavian, tokens(one.title)))
    return f"title {title}" if title else f"item {one.item_id}"


def _lead(one: ArchivedHit, kind: OutletKind | None) -> Lead:
    evidence = one.hit.evidence
    title = excerpt.marked_title(one.title, evidence)
    return Lead(
        hit_id=one.hit_id,
        item_id=one.item_id,
        title=title,
        quotes=excerpt.quotes(_fields(one, title), evidence),
        words=tuple(dict.fromkeys(excerpt.plain(each.quote) for each in evidence)),
        url=excerpt.link(one.url),
        outlet_id=one.outlet_id,
        outlet=excerpt.plain(one.outlet_name),
        outlet_kind=kind,
        country=one.country,
        lang=one.lang,
        published_at=one.published_at,
        first_seen_at=one.first_seen_at,
        score=one.hit.score,
        stance=one.stance or one.hit.stance_hint.value,
        stance_reviewed=bool(one.stance),
        review=one.review,
    )


def _fields(one: ArchivedHit, title: Marked) -> tuple[tuple[str, str], ...]:
    """Return the fields to quote: the title only if the words it was found by don't show in it."""
    fields = (("summary", one.summary), ("text", ""))
    is_marked = any(is_match for _, is_match in title.parts)
    return fields if is_marked else (("title", ""), *fields)


def _name(narrative: Narrative) -> NarrativeName:
    return NarrativeName(narrative.id, narrative.title, narrative.summary, narrative.titles)


def _by_narrative(hits: Iterable[ArchivedHit]) -> Mapping[str, list[ArchivedHit]]:
    grouped: defaultdict[str, list[ArchivedHit]] = defaultdict(list)
    for one in hits:
        grouped[one.hit.narrative].append(one)
    return dict(grouped)


def _tally(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counted = Counter(names)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
