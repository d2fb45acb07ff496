"""A hint how a text stands to a claim, from cues near the evidence. Never a verdict or filter."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.domain.errors import ConfigError
from monitor.domain.feed import OutletKind
from monitor.domain.hit import Evidence, Passage, Stance
from monitor.domain.language import family
from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.fold import tokens
from monitor.domain.narrative import Word

REACH: Final = 250  # code points that are read on either side of the evidence below the title
NEAR: Final = 8  # words between a cue and the evidence: near enough to speak of it
LONGEST: Final = 3000  # code points of a field that are read at all
CACHED_WORDS: Final = 50_000
DEFAULT: Final = 0.7  # for `reports`: most of what feeds carry is plain news
LEAD: Final = 0.6  # points by which a stance must lead the next, else the hint is `unclear`

# Points by kind of cue, in the title and below it; each counts once. Fitted by hand to a
# regularised regression on 239 labelled headlines (2026-11): which kind speaks for what, and
# roughly how loudly.
POINTS: Final[Mapping[str, tuple[Stance, float, float]]] = {
    "denial": (Stance.REBUTS, 2.0, 2.0),
    "debunk": (Stance.REBUTS, 2.5, 2.0),
    "negation": (Stance.REBUTS, 2.0, 0.3),
    "doubt": (Stance.REBUTS, 0.8, 0.0),
    "opinion": (Stance.ASSERTS, 1.4, 2.0),
    "advocacy": (Stance.ASSERTS, 2.0, 1.0),
    "commentator": (Stance.ASSERTS, 0.3, 0.3),
    "exclamation": (Stance.ASSERTS, 0.4, 0.0),
    "attribution": (Stance.REPORTS, 0.5, 0.0),
    "event": (Stance.REPORTS, 1.3, 0.8),
    "quote": (Stance.REPORTS, 0.2, 0.0),
}
FAR: Final = 0.5  # what a cue is worth that stands away from the evidence
NEAR_ONLY: Final = frozenset({"negation", "doubt"})  # says nothing from afar
SAYS_NO: Final = frozenset({"denial", "debunk", "negation", "doubt"})  # a claim may itself say no
FACT_CHECKER: Final = 2.0  # points for `rebuts`: what its outlet is there for

# The claim of this narrative is that an identity is denied. Who denies the identity rebuts it,
# though the denial is part of the evidence; who speaks of denial makes the claim.
REVERSED: Final = "identity-denial"

_WORD: Final = re.compile(r"[^\W_]+")
_QUOTE: Final = re.compile(r"[\"„“”«»]|(?<!\w)['‘‚]")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that speak of stance: folded, side by side; the last may be only a beginning."""

    kind: str
    family: str
    words: tuple[str, ...]
    open_end: bool

    def stands(self, words: Sequence["Known"], at: int) -> bool:
        """Say whether the words from here on are this cue's; the first is known to be."""
        last = len(self.words) - 1
        if not last:
            return True
        if at + last >= len(words):
            return False
        end, wanted = words[at + last].folded, self.words[last]
        if not (end.startswith(wanted) if self.open_end else end == wanted):
            return False
        return all(words[at + n].folded == self.words[n] for n in range(1, last))


@dataclass(frozen=True, slots=True)
class Known:
    """A word of a text, folded, and the cues that may begin with it."""

    folded: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of one field around the evidence; `hot` has the places of the evidence's own."""

    words: Sequence[Known]
    hot: Sequence[int] = ()

    def worth(self, kind: str, place: int, *, own_counts: bool) -> float:
        """Return how much a cue counts here, 0 to 1: by its distance from the evidence."""
        distance = min((abs(place - hot) for hot in self.hot), default=NEAR)
        if distance == 0 and kind in SAYS_NO and not own_counts:
            return 0.0
        if distance <= NEAR:
            return 1.0
        return 0.0 if kind in NEAR_ONLY else FAR


class StanceHints:
    """Called with a passage and the evidence of one hit. Remembers words, within bounds."""

    def __init__(self, cues: Iterable[tuple[str, Sequence[Word]]]) -> None:
        self._whole: dict[str, list[Cue]] = {}
        self._begun: dict[str, list[Cue]] = {}
        self._known: dict[str, Known] = {}
        for cue in _read(cues):
            table = self._begun if cue.open_end and len(cue.words) == 1 else self._whole
            table.setdefault(cue.words[0], []).append(cue)
        self._lengths = sorted({len(beginning) for beginning in self._begun})

    def __call__(
        self, passage: Passage, evidence: Sequence[Evidence], narrative: str = ""
    ) -> Stance:
        """Return the stance whose cues lead clearly, else `unclear`.

        A no within the evidence is the claim's own and doesn't count, except for the narrative
        whose claim is a denial.
        """
        points = {Stance.ASSERTS: 0.0, Stance.REPORTS: DEFAULT, Stance.REBUTS: 0.0}
        if passage.outlet_kind is OutletKind.FACT_CHECKER:
            points[Stance.REBUTS] = FACT_CHECKER
        spoken, turned = family(passage.lang), narrative == REVERSED
        worths = dict.fromkeys(_marks(passage.title), (1.0, 0.0))
        for title, reading in self._readings(passage, evidence):
            for kind, worth in _sightings(reading, spoken, own_counts=turned):
                above, below = worths.get(kind, (0.0, 0.0))
                worths[kind] = (max(above, worth), below) if title else (above, max(below, worth))
        for kind, (above, below) in worths.items():
            stance, title_points, other_points = POINTS[kind]
            stance = Stance.ASSERTS if turned and kind == "denial" else stance
            points[stance] += max(above * title_points, below * other_points)
        first, second, _ = sorted(points, key=points.__getitem__, reverse=True)
        return first if points[first] - points[second] >= LEAD else Stance.UNCLEAR

    def _readings(
        self, passage: Passage, evidence: Sequence[Evidence]
    ) -> Iterator[tuple[bool, Reading]]:
        """Yield the title whole, the summary's begin, and what surrounds evidence elsewhere."""
        fields = (("title", passage.title), ("summary", passage.summary), ("text", passage.text))
        for name, value in fields:
            spans = [(piece.start, piece.end) for piece in evidence if piece.field == name]
            if name == "title":
                yield True, self._reading(value, spans, 0, len(value))
            elif spans:
                low, high = min(spans)[0] - REACH, max(end for _, end in spans) + REACH
                yield False, self._reading(value, spans, max(low, 0), high)
            elif name == "summary":
                yield False, self._reading(value, spans, 0, REACH)

    def _reading(
        self, value: str, spans: Sequence[tuple[int, int]], low: int, high: int
    ) -> Reading:
        words: list[Known] = []
        hot: list[int] = []
        for place, found in enumerate(_WORD.finditer(value, low, min(high, low + LONGEST))):
            words.append(self._resolve(found[0]))
            at = found.start()
            if spans and any(start <= at < end for start, end in spans):
                hot.append(place)
        return Reading(words, hot)

    def _resolve(self, word: str) -> Known:
        known = self._known.get(word)
        if known is None:
            folded = "".join(_folded(word))
            cues = [*self._whole.get(folded, ())]
            for length in self._lengths:
                if length <= len(folded):
                    cues += self._begun.get(folded[:length], ())
            if len(self._known) >= CACHED_WORDS:
                self._known.clear()
            known = self._known[word] = Known(folded, tuple(cues))
        return known


def _sightings(reading: Reading, spoken: str, *, own_counts: bool) -> Iterator[tuple[str, float]]:
    for place, word in enumerate(reading.words):
        for cue in word.cues:
            if (not spoken or cue.family == spoken) and cue.stands(reading.words, place):
                yield cue.kind, reading.worth(cue.kind, place, own_counts=own_counts)


def _marks(title: str) -> Iterator[str]:
    if _QUOTE.search(title):
        yield "quote"
    if "!" in title:
        yield "exclamation"


def _read(cues: Iterable[tuple[str, Sequence[Word]]]) -> Iterator[Cue]:
    for kind, words in cues:
        if kind not in POINTS:
            raise ConfigError(f"`{kind}` is no kind of cue; use one of {', '.join(POINTS)}")
        for word in words:
            yield Cue(kind, word.lang, _folded(word.text), word.text.endswith("*"))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(map(ekavian, tokens(text)))
