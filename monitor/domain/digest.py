"""The digest: what surfaced in a window, where, how it moved, and how well we could see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from monitor.domain.feed import OutletKind
from monitor.domain.hit import FactCheck
from monitor.domain.sight import Coverage
from monitor.domain.surge import Surge

INTERNATIONAL: Final = "INT"  # the place of outlets that belong to no country


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open span `[since, until)` of first-seen times, aware UTC."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long the window is."""
        return self.until - self.since

    @property
    def last(self) -> datetime:
        """An instant within, at its very end: a window up to midnight belongs to the day before."""
        return self.until - timedelta(microseconds=1)

    def holds(self, instant: datetime) -> bool:
        """Say whether the instant falls into the window."""
        return self.since <= instant < self.until


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the same feeds tell a narrative now, and how often they would by their past.

    `past` has the oldest window first, those left out in which they could not be seen. `items`
    is what these `feeds` brought now. `poor`: too few of the usual feeds answer to compare;
    `changed`: many came or went since the window before.
    """

    now: int
    expected: float
    past: tuple[int, ...]
    outlets: int
    feeds: int
    items: int
    poor: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """Digest-grade hits of one narrative, in the window and in equal windows before it.

    Neither what was dismissed nor what fact-checkers wrote is counted. `before` has the most
    recent window first. `first_seen_at` is when the archive first saw the narrative anywhere,
    `here` when first and last in the countries asked about.
    """

    narrative: str
    now: int
    before: tuple[int, ...]
    first_seen_at: datetime | None = None
    here: tuple[datetime, datetime] | None = None
    pace: Pace | None = None


class Direction(StrEnum):
    """How a narrative moved. `untold_*`: no claim is made, and why."""

    NEW = "new"
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"
    UNTOLD_COVERAGE = "untold-coverage"  # too few feeds answered
    UNTOLD_HISTORY = "untold-history"  # too few windows before this one
    UNTOLD_CATALOGUE = "untold-catalogue"  # they were matched with unlike rules


@dataclass(frozen=True, slots=True)
class Trend:
    """This window against those before. `usual` is their median, None where nothing is claimed.

    `past` has the oldest window first and never the present one.
    """

    direction: Direction
    now: int
    usual: float | None = None
    past: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """Text in its original letters, cut where the matched words (True) begin and end.

    Safe to print: no control or direction characters, no line breaks.
    """

    parts: tuple[tuple[str, bool], ...]

    @property
    def plain(self) -> str:
        """The text without marks."""
        return "".join(text for text, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Lead:
    """One hit as a reader meets it. `url` is http(s) or empty; `quotes` are beyond the title.

    `stance` is the reviewer's where `stance_reviewed`, else the machine's hint.
    """

    hit_id: int
    item_id: int
    title: Marked
    quotes: tuple[Marked, ...]
    words: tuple[str, ...]  # the matched words, as published
    url: str
    outlet_id: str
    outlet: str
    outlet_kind: OutletKind | None
    country: str
    lang: str
    published_at: datetime | None
    first_seen_at: datetime
    score: float
    stance: str
    stance_reviewed: bool
    review: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Near-identical items of one narrative: the one to show, and the others, first seen first.

    `first` is the copy that our feeds brought first, which need not be the one shown.
    """

    lead: Lead
    others: tuple[Lead, ...] = ()
    fact_checks: tuple[FactCheck, ...] = ()  # of this story or in like words

    @property
    def leads(self) -> tuple[Lead, ...]:
        """All copies, the one shown first."""
        return (self.lead, *self.others)

    @property
    def first(self) -> Lead:
        """The copy that our feeds brought first."""
        return min(self.leads, key=lambda lead: (lead.first_seen_at, lead.item_id))

    @property
    def outlets(self) -> int:
        """How many outlets carried it."""
        return len({lead.outlet_id for lead in self.leads})

    @property
    def countries(self) -> int:
        """In how many countries those outlets are; international ones are in none."""
        return len({lead.country for lead in self.leads} - {INTERNATIONAL})


@dataclass(frozen=True, slots=True)
class NarrativeName:
    """What a narrative is called: `titles` by interface language, besides the English title."""

    id: str
    title: str
    summary: str = ""
    titles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One narrative's part. Counts cover all its items, shown or not; commonest first.

    `fact_checks` answer the narrative and are counted nowhere; a section may have nothing else.
    `stories` counts what syndication tells several times once. `rest` is the number of items that
    no entry shows. `below` has entries of grade `review`,
    and is empty outside the reviewers' edition.
    """

    narrative: NarrativeName
    trend: Trend
    items: int
    outlets: int
    countries: tuple[tuple[str, int], ...]
    langs: tuple[tuple[str, int], ...]
    entries: tuple[Entry, ...]
    stories: int = 0
    rest: int = 0
    below: tuple[Entry, ...] = ()
    fact_checks: tuple[FactCheck, ...] = ()


class Day(StrEnum):
    """What kind of window it was, in one word: the headline follows from it."""

    BLIND = "blind"  # feeds down: finding nothing means nothing
    QUIET = "quiet"  # feeds fine, nothing found
    MOVED = "moved"  # some narrative is new or rising
    ORDINARY = "ordinary"  # found, nothing stands out
    UNCOMPARED = "uncompared"  # found, and no past to compare with


@dataclass(frozen=True, slots=True)
class Retraction:
    """A hit that an earlier digest told and a reviewer has dismissed since."""

    lead: Lead
    narrative: NarrativeName


@dataclass(frozen=True, slots=True)
class Digest:
    """All that one digest says. Counts are of digest-grade items that nobody dismissed.

    `leading` names the sections that make the headline. An item that carries two narratives
    counts once in `items`.
    """

    window: Window
    day: Day
    leading: tuple[str, ...]
    sections: tuple[Section, ...]
    coverage: Coverage
    items: int
    outlets: int
    countries: tuple[str, ...]
    hits: int
    reviewed: int  # of `hits`
    reviewer_edition: bool = False
    retracted: tuple[Retraction, ...] = ()
    overall: Trend | None = None  # of all narratives together: the sum of their hits
    surge: Surge | None = None  # what it alerts to: no digest then
