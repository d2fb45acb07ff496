"""From finds in a stream to quotes of the fields as published."""

from collections.abc import Iterable
from typing import Final

from monitor.domain.hit import Evidence
from monitor.domain.matching.compiled import CompiledCatalogue
from monitor.domain.matching.finds import Find
from monitor.domain.matching.stream import Stream
from monitor.domain.matching.trial import Trial

MOST: Final = 8  # quotes of one hit
_FIELDS: Final = ("title", "summary", "text")


class Quoter:
    """Quotes finds of one stream."""

    def __init__(self, stream: Stream, catalogue: CompiledCatalogue) -> None:
        self._stream = stream
        self._catalogue = catalogue

    def quote(self, find: Find, label: str) -> Evidence:
        """Return the evidence of one find; its quote is the slice of the field."""
        field, first = self._stream.place(find.start)
        spans = self._stream.spans(field)
        start, end = spans[first][0], spans[first + find.end - find.start - 1][1]
        text: str = getattr(self._stream.passage, field)
        return Evidence(field, start, end, text[start:end], label, _percent(find.fit))

    def evidence(self, trials: Iterable[Trial]) -> tuple[Evidence, ...]:
        """Return the quotes of these trials, those of most points first, in reading order."""
        chosen: dict[tuple[str, int, int], Evidence] = {}
        for trial in sorted(trials, key=lambda trial: -trial.points):
            for quote in self._quotes(trial):
                chosen.setdefault((quote.field, quote.start, quote.end), quote)
            if len(chosen) >= MOST:
                break
        best = list(chosen.values())[:MOST]
        return tuple(sorted(best, key=_reading_order))

    def _quotes(self, trial: Trial) -> list[Evidence]:
        if trial.rule is None:
            return [self.quote(f, self._catalogue.patterns[f.pattern].text) for f in trial.finds]
        quotes: list[Evidence] = []
        for find in trial.finds:
            quote = self.quote(find, f"{trial.rule.id}: {self.label(find, trial)}")
            before = quotes[-1] if quotes else None
            if before and self._adjoin(before, quote):
                quotes[-1] = self._joined(before, quote)
            else:
                quotes.append(quote)
        return quotes

    def label(self, find: Find, trial: Trial) -> str:
        """Name a find by the rule's concept it is of, and the word as the catalogue has it."""
        groups = trial.rule.groups if trial.rule else ()
        names = (
            name
            for group in groups
            for concept in group
            for name, patterns in [self._catalogue.concepts[concept]]
            if find.pattern in patterns
        )
        concept = next(names, "").rpartition("/")[2]
        return f"{concept} ({self._catalogue.patterns[find.pattern].text})"

    def _adjoin(self, one: Evidence, other: Evidence) -> bool:
        text: str = getattr(self._stream.passage, one.field)
        return one.field == other.field and not text[one.end : other.start].strip()

    def _joined(self, one: Evidence, other: Evidence) -> Evidence:
        text: str = getattr(self._stream.passage, one.field)
        end = max(one.end, other.end)
        label = f"{one.phrase} + {other.phrase.partition(': ')[2]}"
        fit = round((one.score + other.score) / 2, 1)
        return Evidence(one.field, one.start, end, text[one.start : end], label, fit)


def _percent(fit: float) -> float:
    return round(100 * fit, 1)


def _reading_order(evidence: Evidence) -> tuple[int, int, int]:
    return _FIELDS.index(evidence.field), evidence.start, evidence.end
