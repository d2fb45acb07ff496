"""A hint how a text stands to a claim, from cues near the evidence. Never a verdict or filter."""

import re
from bisect import bisect_left
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
NAME: Final = 2  # words before a colon that are a name or an office, rather than a phrase
LONGEST: Final = 3000  # code points of a field that are read at all
CACHED_WORDS: Final = 50_000
FAR: Final = 0.5  # what a cue is worth that stands away from the evidence
TWICE: Final = frozenset({"argument", "advocacy", "attribution", "event"})  # other cues count once
NEAR_ONLY: Final = frozenset({"negation", "doubt"})  # says nothing from afar
SAYS_NO: Final = frozenset({"rejection", "debunk", "negation", "doubt"})  # as a claim itself may

# `reports` rests at 0, since most of what feeds carry is plain news; the others start below it.
ASSERTS: Final = -1.2
REBUTS: Final = -1.7
LEAD: Final = 0.8  # points by which a stance must lead the next, else the hint is `unclear`

# Points for `asserts` and for `rebuts`, by kind of cue: in the title, in a title that gives
# somebody's words, and below the title. Rounded from a ridge regression on 480 labelled headlines
# and summaries (2026-11); kinds too rare to fit are set by hand.
POINTS: Final[Mapping[str, tuple[float, float]]] = {
    "denial": (0.3, 3.5),
    "denial/below": (0.1, 1.8),
    "rejection": (0.2, 2.6),
    "rejection/below": (0.4, 1.5),
    "debunk": (0.6, 1.7),
    "debunk/quoted": (0.5, 2.8),
    "debunk/below": (0.4, 1.6),
    "negation": (0.4, 1.6),
    "negation/quoted": (0.5, 2.0),
    "negation/below": (0.0, 0.4),
    "doubt": (0.6, 0.2),
    "doubt/quoted": (0.1, 1.3),
    "doubt/below": (0.2, 0.5),
    "allegation": (0.0, 0.9),
    "allegation/below": (-0.1, 1.3),
    "encircled": (0.3, 1.8),
    "encircled/below": (0.2, 1.0),
    "opinion": (2.0, 0.0),
    "opinion/below": (1.3, 0.0),
    "study": (0.0, -0.4),
    "study/below": (0.5, -0.3),
    "why": (1.5, 0.1),
    "argument": (2.2, 1.0),
    "argument/quoted": (0.2, 0.0),
    "argument/below": (1.0, 0.0),
    "advocacy": (2.2, 0.7),
    "advocacy/quoted": (0.4, 0.1),
    "advocacy/below": (1.4, 0.4),
    "commentator": (0.0, 0.0),
    "claim": (1.0, 0.6),
    "claim/below": (0.0, 0.4),
    "attribution": (-0.5, -0.2),
    "attribution/below": (0.0, -0.2),
    "event": (-1.2, -0.9),
    "event/below": (-0.1, -0.7),
}
# Points by what the text looks like.
LOOKS: Final[Mapping[str, tuple[float, float]]] = {
    "speaker": (0.1, 0.8),  # "Somebody: What they said"
    "speech": (0.1, -0.3),  # three words or more in quotation marks
    "question": (-0.3, -0.6),
    "fact-checker": (0.0, 2.5),  # the outlet: what it is there for
    "testimony": (1.6, 0.5),  # a commentator claims it
    "outcry": (2.5, 0.0),  # decries a denial that is the claim itself
    "own voice": (1.2, 0.0),  # nobody is quoted and nothing happened
    "bare": (0.7, 0.9),  # the same, and there is only a headline: says little
}
KINDS: Final = tuple(kind for kind in POINTS if "/" not in kind)
QUOTABLE: Final = ("debunk", "negation", "doubt", "argument", "advocacy")  # not the outlet's own
QUOTING: Final = frozenset({"speaker", "speech", "attribution", "claim"})
TELLING: Final = frozenset({"claim", "speaker"})
TESTIMONY: Final = 0.5  # what a commentator counts who is only named, or merely says
NEWS: Final = frozenset({"attribution", "claim", "denial", "event", "rejection", "speaker"})

# The claim of this narrative is that an identity is denied. Who denies the identity rebuts it,
# though the denial is part of the evidence; who speaks of denial makes the claim.
REVERSED: Final = "identity-denial"
# Who feels encircled answers one of these; of the last three, lies are the subject.
ENCIRCLING: Final = frozenset({"common-front", "neighbours-rearm"})
ABOUT_LIES: Final = frozenset({"belgrade-disinfo", "counter-disinfo", "russian-infowar"})

OPENERS: Final = ":?!–—|/"
_WORD: Final = re.compile(r"[^\W_]+")
_SPEECH: Final = re.compile(r"(?:[\"„“«‘]|(?<!\w)['‚])(?:[^\W_]+[\s,:;-]+){2}[^\W_]+")
_SPEAKER: Final = re.compile(r"([^:!?.,]{2,60}):\s+[\W_]*([^\W\d_])")


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
    """The words of one field around the evidence.

    `hot` has the places of the evidence's own, `openings` those where a clause begins.
    """

    words: Sequence[Known]
    hot: Sequence[int]
    openings: Sequence[int]

    def worth(self, kind: str, place: int, *, own_counts: bool) -> float:
        """Return how much a cue counts here, 0 to 1: by its distance from the evidence."""
        if kind == "why" and place not in self.openings:
            return 0.0
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
        """Return the stance whose signs lead clearly, else `unclear`.

        A no within the evidence is the claim's own and doesn't count, except for the narrative
        whose claim is a denial.
        """
        points = {Stance.ASSERTS: ASSERTS, Stance.REPORTS: 0.0, Stance.REBUTS: REBUTS}
        for sign, worth in self.signs(passage, evidence, narrative).items():
            asserts, rebuts = POINTS.get(sign) or LOOKS.get(sign, (0.0, 0.0))
            points[Stance.ASSERTS] += worth * asserts
            points[Stance.REBUTS] += worth * rebuts
        first, second, _ = sorted(points, key=points.__getitem__, reverse=True)
        return first if points[first] - points[second] >= LEAD else Stance.UNCLEAR

    def signs(
        self, passage: Passage, evidence: Sequence[Evidence], narrative: str
    ) -> dict[str, float]:
        """Return every sign and how often it counts."""
        spoken, turned = family(passage.lang), narrative == REVERSED
        signs = dict.fromkeys(_looks(passage), 1.0)
        for title, reading in self._readings(passage, evidence):
            for kind, worth in _sightings(reading, spoken, own_counts=turned):
                if kind == "encircled" and narrative not in ENCIRCLING:
                    continue
                if kind == "debunk" and narrative in ABOUT_LIES:
                    continue
                sign = "outcry" if turned and kind == "denial" else kind
                sign = sign if title else f"{sign}/below"
                signs[sign] = min(2.0 if kind in TWICE else 1.0, signs.get(sign, 0.0) + worth)
        if not QUOTING.isdisjoint(signs):
            for kind in QUOTABLE:
                if kind in signs:
                    signs[f"{kind}/quoted"] = signs.pop(kind)
        denied = "negation/quoted" in signs or "doubt/quoted" in signs
        said = {sign.removesuffix("/below") for sign in signs}
        if "commentator" in said and not denied:
            signs["testimony"] = TESTIMONY if TELLING.isdisjoint(said) else 1.0
        if NEWS.isdisjoint(said):
            signs["own voice" if passage.summary else "bare"] = 1.0
        return signs

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
        known = self._known
        found = list(_WORD.finditer(value, low, min(high, low + LONGEST)))
        words = [known.get(word[0]) or self._resolve(word[0]) for word in found]
        begins = [word.start() for word in found]
        openings = [n for n, at in enumerate(begins) if not n or value[at - 2] in OPENERS]
        hot: list[int] = []
        for start, end in spans:
            hot += range(bisect_left(begins, start), bisect_left(begins, end))
        return Reading(words, hot, openings)

    def _resolve(self, word: str) -> Known:
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
        for cue in word.cues:  # of most words none
            if (not spoken or cue.family == spoken) and cue.stands(reading.words, place):
                worth = reading.worth(cue.kind, place, own_counts=own_counts)
                if worth:
                    yield cue.kind, worth


def _looks(passage: Passage) -> Iterator[str]:
    head = _SPEAKER.match(passage.title)
    # After a long head a small letter goes on with the sentence; after a name it may be speech.
    if head and (head[2].isupper() or (len(head[1].split()) <= NAME and head[1][0].isupper())):
        yield "speaker"
    if _SPEECH.search(passage.title):
        yield "speech"
    if "?" in passage.title:
        yield "question"
    if passage.outlet_kind is OutletKind.FACT_CHECKER:
        yield "fact-checker"


def _read(cues: Iterable[tuple[str, Sequence[Word]]]) -> Iterator[Cue]:
    for kind, words in cues:
        if kind not in KINDS:
            raise ConfigError(f"`{kind}` is no kind of cue; use one of {', '.join(KINDS)}")
        for word in words:
            yield Cue(kind, word.lang, _folded(word.text), word.text.endswith("*"))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(map(ekavian, tokens(text)))
