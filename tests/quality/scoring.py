"""Score hits against labelled items: pairs of (item, narrative), for both grades."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Final

from monitor.domain.hit import Hit, Passage, Stance
from monitor.domain.language import family
from monitor.ports import Matcher

HERE: Final = Path(__file__).parent
SHARED: Final = HERE.parents[2] / "shared" / "data" / "labels" / "dev.jsonl"
Z90: Final = 1.645
ENOUGH: Final = 5  # pairs from which a narrative counts in a macro average


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text and what a careful reader says it carries. `group` holds near-identical texts.

    `fresh`: held out too, and written after the rules had been tuned on all others.
    """

    id: str
    passage: Passage
    labels: frozenset[str]
    stance: str
    held_out: bool = False
    fresh: bool = False
    sampling: str = "written"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled text and the hits that the matcher made of it, by narrative."""

    text: Labelled
    hits: dict[str, Hit]

    def found(self, grade: str) -> frozenset[str]:
        """Return the narratives found: digest grade only, or all."""
        hits = self.hits.values()
        return frozenset(hit.narrative for hit in hits if grade in {"all", hit.grade})


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of found pairs that are right; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that were found; 1 where there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 90 % interval of a share. Source: E. B. Wilson, JASA 22 (1927), 209-212."""
    if not of:
        return 0.0, 1.0
    share, square = right / of, Z90 * Z90
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = Z90 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, centre - half), min(1.0, centre + half)


def read(paths: Iterable[Path]) -> list[Labelled]:
    """Return every labelled text of these files; of a group of near-identical ones the first."""
    seen: set[str] = set()
    texts = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            text = _labelled(json.loads(line))
            if text.group and text.group in seen:
                continue
            seen.add(text.group)
            texts.append(text)
    return texts


def own_corpus() -> list[Labelled]:
    """Return the project's own labelled texts, held-out ones included."""
    return read(sorted((HERE / "corpus").glob("*.jsonl")))


def independent_corpus() -> list[Labelled]:
    """Return texts by a writer who had seen neither the rules nor the other texts; all held out."""
    return read(sorted((HERE / "independent").glob("*.jsonl")))


def judge(texts: Iterable[Labelled], matcher: Matcher) -> list[Judged]:
    """Match every text."""
    return [
        Judged(text, {hit.narrative: hit for hit in matcher.match(text.passage)}) for text in texts
    ]


def score(
    judged: Iterable[Judged],
    grade: str,
    keep: Callable[[Labelled, str], bool] = lambda _t, _n: True,
) -> Score:
    """Add up the pairs that `keep` wants, by text and narrative."""
    right = wrong = missed = 0
    for one in judged:
        want = {name for name in one.text.labels if keep(one.text, name)}
        got = {name for name in one.found(grade) if keep(one.text, name)}
        right += len(want & got)
        wrong += len(got - want)
        missed += len(want - got)
    return Score(right, wrong, missed)


def by(
    judged: Sequence[Judged], grade: str, group: Callable[[Labelled, str], str]
) -> dict[str, Score]:
    """Score each group of pairs by itself."""
    names = {group(one.text, name) for one in judged for name in one.text.labels | one.found("all")}

    def only(name: str) -> Callable[[Labelled, str], bool]:
        return lambda text, pair: group(text, pair) == name

    return {name: score(judged, grade, only(name)) for name in sorted(names)}


def macro_f1(judged: Sequence[Judged], grade: str) -> float:
    """Return the mean F1 of the narratives with enough pairs."""
    often: dict[str, int] = defaultdict(int)
    for one in judged:
        for name in one.text.labels:
            often[name] += 1
    scores = by(judged, grade, lambda _text, name: name)
    values = [scores[name].f1 for name, count in often.items() if count >= ENOUGH]
    return sum(values) / len(values) if values else 0.0


def stances(judged: Iterable[Judged]) -> tuple[int, int, int]:
    """Return of how many true hits a stance was given, rightly given, and how many there are."""
    given = right = total = 0
    for one in judged:
        if not one.text.stance:  # nobody said it
            continue
        for name in one.text.labels & one.found("all"):
            hint = one.hits[name].stance_hint
            total += 1
            given += hint is not Stance.UNCLEAR
            right += hint == one.text.stance
    return given, right, total


def false_alarms(judged: Iterable[Judged], grade: str) -> tuple[int, int]:
    """Return how many texts without a narrative were hit all the same, and how many there are."""
    calm = [one for one in judged if not one.text.labels]
    return sum(bool(one.found(grade)) for one in calm), len(calm)


def language_family(text: Labelled, _narrative: str) -> str:
    """Group pairs by the family of languages."""
    return family(text.passage.lang)


def _labelled(row: dict[str, object]) -> Labelled:
    passage = Passage(
        title=str(row.get("title") or ""),
        summary=str(row.get("summary") or ""),
        text=str(row.get("text") or ""),
        lang=str(row.get("lang") or ""),
    )
    labels = row["labels"]
    if not isinstance(labels, list):
        raise TypeError(f"{row['id']}: labels must be a list")
    return Labelled(
        id=str(row["id"]),
        passage=passage,
        labels=frozenset(map(str, labels)),
        stance=str(row.get("stance") or ""),
        held_out=bool(row.get("held_out")),
        fresh=bool(row.get("fresh")),
        sampling=str(row.get("sampling") or "written"),
        group=str(row.get("dup_group") or ""),
    )
