"""Whether a rule is met: its concepts together in a window, and no barred one with them."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from monitor.domain.matching.compiled import RulePlan
from monitor.domain.matching.finds import Find

TRIED: Final = 16  # places of a rule's rarest group that are tried
WINDOWS_TRIED: Final = 16  # windows about each of them
_GOOD_ENOUGH: Final = 0.97  # a fit at which no better place is looked for

#: Where any of some concepts, by number, was found: in order, each place once.
Found = Callable[[tuple[int, ...]], list[Find]]


def meet(
    rule: RulePlan, found: Found, length: int, windows: int, barred: int
) -> tuple[tuple[Find, ...], str]:
    """Return one find for each group at the rule's best place, or none and the reason.

    The finds do not overlap. `length` is that of the stream, the window of a rule without one.
    `windows` are the words at which a window may begin, `barred` where a barred concept may.
    """
    groups: list[list[Find]] = []
    for number, group in enumerate(rule.groups):
        groups.append(found(group))
        if not groups[-1]:
            return (), f"missing:{number}"
    within = rule.within or length
    meetings = _in_order(groups, within) if rule.ordered else _together(groups, within, windows)
    best: tuple[Find, ...] = ()
    reason = "its concepts are not close enough together, or not in order"
    for meeting in meetings:
        start, end = meeting[0].start, max(find.end for find in meeting)
        if _holds(barred, end - within, start + within) and _is_barred(
            (start, end), found(rule.barred), within
        ):
            reason = "a concept that it rules out stands with them"
        elif not best or fit(meeting) > fit(best):
            best = meeting
        if best and fit(best) >= _GOOD_ENOUGH:
            break
    return best, "" if best else reason


def fit(finds: Sequence[Find]) -> float:
    """Return how closely the words fit, on average, from 0 to 1."""
    return sum(find.fit for find in finds) / len(finds)


def _together(
    groups: Sequence[list[Find]], within: int, windows: int
) -> Iterator[tuple[Find, ...]]:
    """Yield finds of each group, in any order, around the places of the rarest group."""
    rarest = min(range(len(groups)), key=lambda group: len(groups[group]))
    others = [*groups[:rarest], *groups[rarest + 1 :]]
    for centre in centres(groups[rarest], within, windows):
        near = [_around(centre, group, within) for group in others]
        if not all(near):
            continue
        for start in starts(centre, near, windows):
            meeting = _in_window(centre, near, start, start + within)
            if meeting:
                yield meeting
                break


def centres(rarest: Sequence[Find], within: int, windows: int) -> list[Find]:
    """Return the places of a rule's rarest group to look about: `TRIED` at most."""
    return [find for find in rarest[:TRIED] if _holds(windows, find.end - within, find.start + 1)]


def starts(centre: Find, near: Iterable[Sequence[Find]], windows: int) -> list[int]:
    """Return where windows about a place begin, the nearest first: `WINDOWS_TRIED` at most."""
    found = {find.start for group in near for find in group if find.start < centre.start}
    likely = (start for start in {*found, centre.start} if windows >> start & 1)
    return sorted(likely, reverse=True)[:WINDOWS_TRIED]


def _around(centre: Find, group: list[Find], within: int) -> list[Find]:
    first = bisect_left(group, (centre.end - within,))
    last = bisect_left(group, (centre.start + within,))
    return [
        find
        for find in group[first:last]
        if find.end - centre.start <= within and not _overlap(find, centre)
    ]


def _in_window(
    centre: Find, groups: Iterable[list[Find]], start: int, end: int
) -> tuple[Find, ...]:
    """Return the centre and, of each group, the find nearest to it; empty if one has none."""
    if centre.end > end:
        return ()
    chosen = [centre]
    for group in sorted(groups, key=len):
        free = [
            find
            for find in group
            if start <= find.start
            and find.end <= end
            and not any(_overlap(find, other) for other in chosen)
        ]
        if not free:
            return ()
        chosen.append(min(free, key=lambda find: (abs(find.start - centre.start), -find.fit)))
    return tuple(sorted(chosen))


def _in_order(groups: Sequence[list[Find]], within: int) -> Iterator[tuple[Find, ...]]:
    """Yield finds of each group, one after another."""
    first, *others = groups
    for start in first[: 2 * TRIED]:
        chosen = [start]
        for group in others:
            after = [find for find in group if find.start >= chosen[-1].end]
            if not after:
                return
            chosen.append(min(after, key=lambda find: (find.end, -find.fit)))
        if chosen[-1].end - start.start <= within:
            yield tuple(chosen)


def _overlap(one: Find, other: Find) -> bool:
    return one.start < other.end and other.start < one.end


def _is_barred(meeting: tuple[int, int], barred: list[Find], within: int) -> bool:
    start, end = meeting
    first = bisect_left(barred, (end - within,))
    last = bisect_left(barred, (start + within,))
    near = barred[first:last]
    return any(max(end, find.end) - min(start, find.start) <= within for find in near)


def _holds(bits: int, start: int, end: int) -> bool:
    """Say whether a word of a set is one of `[start, end)`."""
    start = max(0, start)
    return bool(bits >> start & ((1 << max(0, end - start)) - 1))
