"""Hold a candidate catalogue against the present one, on everything that was ever read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from monitor.domain.backtest import Difference, Pair, differences
from monitor.domain.rematch import Slice, Stored
from monitor.ports import Matcher
from monitor.services.parallel import in_order
from monitor.services.rematch import Rows


@dataclass(frozen=True, slots=True)
class Weighed:
    """What came of a slice."""

    items: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Scales:
    """Builds the work of one process: rows, the present matcher, the candidate's."""

    build: Callable[[], tuple[Rows, Matcher, Matcher]]

    def __call__(self) -> Callable[[Slice], Weighed]:
        """Return what weighs a slice."""
        rows, present, candidate = self.build()
        return lambda part: weigh(rows.stored(part), present, candidate)


def weigh(items: Iterable[Stored], present: Matcher, candidate: Matcher) -> Weighed:
    """Match items with both catalogues and return where these do not agree."""
    count = 0
    found: list[Difference] = []
    for item in items:
        count += 1
        before, after = present.match(item.passage), candidate.match(item.passage)
        if before or after:
            found += _differences(item, differences(before, after))
    return Weighed(count, tuple(found))


def backtest(
    scales: Scales, slices: Iterable[Slice], jobs: int, told: Callable[[int], None]
) -> Iterator[Difference]:
    """Yield every difference in the slices; `told` hears how many items were read."""
    done = 0
    for weighed in in_order(scales, slices, jobs):
        done += weighed.items
        told(done)
        yield from weighed.differences


def _differences(item: Stored, pairs: Iterable[Pair]) -> Iterator[Difference]:
    for before, after in pairs:
        hit = before or after
        if hit is not None:
            yield Difference(
                item_id=item.item_id,
                narrative=hit.narrative,
                before=before,
                after=after,
                title=item.passage.title,
                url=item.url,
                outlet_id=item.outlet_id,
                lang=item.passage.lang,
                first_seen_at=item.first_seen_at,
            )
