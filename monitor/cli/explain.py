"""How a matcher's explanation looks on a terminal."""

import sys

from rich.console import Console
from rich.text import Text

from monitor.domain.matching import Explanation
from monitor.domain.matching.explanation import Attempt, ConceptFound, Verdict

GRADES = {"digest": "bold green", "review": "yellow", "none": "dim"}


def print_explanation(explanation: Explanation, *, everything: bool) -> None:
    """Print what was read, found, tried and decided; in colour where that is a terminal.

    Unless `everything` is asked for, narratives without points and doubled finds are left out.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    console.print(Text.assemble(("read as  ", "dim"), " ".join(explanation.tokens)))
    console.print(Text.assemble(("family   ", "dim"), explanation.family or "unknown"))
    shown = [one for one in explanation.verdicts if everything or one.score > 0]
    for found in _concepts(explanation, {verdict.narrative for verdict in shown}):
        piece = found.evidence
        console.print(
            Text.assemble(
                ("concept  ", "dim"),
                (found.concept, "cyan"),
                f"  “{piece.quote}” fits {piece.phrase} by {piece.score:g} ({piece.field})",
            )
        )
    if not shown:
        console.print("No narrative gets a point for this text; --all shows what was tried.")
    for verdict in shown:
        _print_verdict(console, verdict)


def _concepts(explanation: Explanation, narratives: set[str]) -> list[ConceptFound]:
    """Return the best find of each concept at each place, of what is shown."""
    best: dict[tuple[str, str, int], ConceptFound] = {}
    for found in explanation.concepts:
        owner, own, _ = found.concept.rpartition("/")
        if own and owner not in narratives:
            continue
        key = (found.concept, found.evidence.field, found.evidence.start)
        if key not in best or found.evidence.score > best[key].evidence.score:
            best[key] = found
    return list(best.values())


def _print_verdict(console: Console, verdict: Verdict) -> None:
    lines = f"digest from {verdict.digest_threshold:g}, review from {verdict.review_threshold:g}"
    console.print()
    console.print(
        Text.assemble(
            (verdict.narrative, "bold"),
            f"  {verdict.score:g} points: ",
            ({"none": "no hit"}.get(verdict.grade, verdict.grade), GRADES[verdict.grade]),
            (f"  ({lines})", "dim"),
        )
    )
    if verdict.reason:
        console.print(f"  does not apply: {verdict.reason}")
    for attempt in sorted(verdict.attempts, key=lambda one: (-abs(one.points), one.kind, one.name)):
        _print_attempt(console, attempt)


def _print_attempt(console: Console, attempt: Attempt) -> None:
    if not attempt.passed:
        line = (
            f"  –  {attempt.kind} {attempt.name}: {attempt.reason} (would bring {attempt.weight:g})"
        )
        console.print(Text(line, "dim"))
        return
    quotes = " … ".join(f"“{piece.quote}”" for piece in attempt.evidence)
    console.print(
        Text.assemble(
            (f"  {attempt.points:+g}  ", "green" if attempt.points > 0 else "red"),
            f"{attempt.kind} {attempt.name}  {quotes}",
        )
    )
