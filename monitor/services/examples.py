"""Run the examples that each narrative carries: what must be found, and what must not be."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.domain.hit import Grade, Passage
from monitor.domain.narrative import Catalogue, Example, Narrative
from monitor.ports import Matcher


@dataclass(frozen=True, slots=True)
class Unmet:
    """An example that does not do what it says. `what` names the fault and its mend."""

    narrative: Narrative
    example: Example
    what: str

    def __str__(self) -> str:
        """Say it as one line: `file:line: where: what`."""
        where = "examples.no-match" if self.example.grade == "none" else "examples.match"
        return f"{self.narrative.file}:{self.example.line}: {where}: {self.what}"


def unmet(catalogue: Catalogue, matcher: Matcher) -> Iterator[Unmet]:
    """Yield every example that fails, in the catalogue's order."""
    for narrative in catalogue.narratives:
        for example in narrative.examples:
            what = _fault(narrative, example, matcher)
            if what:
                yield Unmet(narrative, example, what)


def _fault(narrative: Narrative, example: Example, matcher: Matcher) -> str:
    country = narrative.countries[0] if narrative.countries else ""
    passage = Passage(example.title, example.summary, lang=example.lang, country=country)
    hits = {hit.narrative: hit for hit in matcher.match(passage)}
    hit = hits.get(narrative.id)
    if example.grade == "none":
        if hit is None:
            return ""
        words = ", ".join(sorted({evidence.quote for evidence in hit.evidence}))
        return f"is found (score {hit.score:g}: {words}); narrow the rule or phrase that finds it"
    if hit is None:
        return "is not found; widen a rule or add a phrase"
    if example.grade == Grade.DIGEST and hit.grade is not Grade.DIGEST:
        needed = narrative.digest_threshold
        return f"reaches {hit.score:g} of {needed:g} points; raise a weight or write grade: review"
    if example.stance and hit.stance_hint != example.stance:
        return f"has the stance {hit.stance_hint}, not {example.stance}; mend stance.yaml or this"
    return ""
