"""Print how good the shipped catalogue is, the worst first: `make quality`.

`--errors N` shows wrong pairs of the texts that rule writers may read; those held out are only
counted. `--raise` lifts the floors to what was measured, less a margin; nothing ever lowers them.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from monitor.adapters import catalogue
from monitor.adapters.compiled import matcher_of
from monitor.domain.stance import StanceHints
from quality import crossed
from quality.scoring import (
    HERE,
    SHARED,
    Judged,
    Labelled,
    Score,
    by,
    false_alarms,
    independent_corpus,
    judge,
    language_family,
    macro_f1,
    own_corpus,
    read,
    score,
    stances,
    wilson,
)

FLOORS: Final = HERE / "floors.json"
MARGIN: Final = 0.02  # floors stand a little below what was measured: a rule may be reworded


def sets() -> dict[str, list[Judged]]:
    """Return what is scored: our own texts, those held out, and the real ones where present."""
    matcher = matcher_of(catalogue.PACKAGED)
    own = judge(own_corpus(), matcher)
    scored = {
        "own": [one for one in own if not one.text.held_out],
        "own, held out": [one for one in own if one.text.held_out and not one.text.fresh],
        "fresh, held out": [one for one in own if one.text.fresh],
        "independent, held out": judge(independent_corpus(), matcher),
    }
    if SHARED.exists():
        scored["dev"] = judge(read([SHARED]), matcher)
    return scored


def measured(scored: Mapping[str, Sequence[Judged]]) -> dict[str, float]:
    """Return the numbers that have floors."""
    numbers = {}
    for name, judged in scored.items():
        for grade in ("digest", "all"):
            total = score(judged, grade)
            numbers[f"{name}: {grade} precision"] = total.precision
            numbers[f"{name}: {grade} recall"] = total.recall
        numbers[f"{name}: digest macro F1"] = macro_f1(judged, "digest")
        given, right, of = stances(judged)
        numbers[f"{name}: stance given"] = given / of if of else 0.0
        numbers[f"{name}: stance right of given"] = right / given if given else 0.0
    return numbers


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--only", default="", help="narratives whose errors to show, by comma")
    parser.add_argument("--raise", dest="lift", action="store_true")
    parser.add_argument("--labels", type=Path, nargs="+", help="files of `monitor review export`")
    asked = parser.parse_args()
    scored = sets()
    if asked.labels:
        mine = read(asked.labels)
        scored["reviewed"] = judge(mine, matcher_of(catalogue.PACKAGED))
    for name, judged in scored.items():
        _print_set(name, judged)
        if not name.endswith("held out"):
            _print_errors(judged, asked.errors, set(filter(None, asked.only.split(","))))
    _print_crossed([*scored["own"], *scored.get("dev", [])])
    if asked.lift:
        _lift(measured(scored))


def _print_set(name: str, judged: Sequence[Judged]) -> None:
    _say(f"\n{name}: {len(judged)} texts")
    for grade in ("digest", "all"):
        total = score(judged, grade)
        alarms, calm = false_alarms(judged, grade)
        low, high = wilson(total.right, total.right + total.missed)
        exact = wilson(total.right, total.right + total.wrong)
        _say(
            f"  {grade:6}  P {total.precision:.3f} [{exact[0]:.2f} {exact[1]:.2f}]"
            f"  R {total.recall:.3f} [{low:.2f} {high:.2f}]  F1 {total.f1:.3f}"
            f"  macro F1 {macro_f1(judged, grade):.3f}  false alarms {alarms}/{calm}"
        )
    given, right, of = stances(judged)
    _say(f"  stance  given {given}/{of}, right {right}/{given}")
    _print_groups("language", judged, lambda text, _: text.passage.lang)
    _print_groups("family", judged, language_family)
    _print_groups("stance", judged, lambda text, _: text.stance or "none")
    _print_groups("narrative", judged, lambda _, name: name)


def _print_crossed(judged: Sequence[Judged]) -> None:
    """Say what the tuned numbers flatter themselves by, on the texts they were tuned on."""
    given, right, of = stances(judged)
    hints = StanceHints(catalogue.load(catalogue.PACKAGED).stance_cues)
    again = crossed.stance(judged, hints, given / of)
    _say(f"\ncross-validated, {crossed.FOLDS} folds of {len(judged)} texts that may be read")
    _say(f"  digest thresholds, shipped               {_line(score(judged, 'digest'))}")
    _say(f"  digest thresholds, chosen on other folds {_line(crossed.thresholds(judged))}")
    _say(f"  stance weights, shipped                  right {right}/{given} of {of}")
    _say(f"  stance weights, fitted on other folds    right {again[1]}/{again[0]} of {again[2]}")


def _print_groups(
    title: str, judged: Sequence[Judged], group: Callable[[Labelled, str], str]
) -> None:
    every = by(judged, "all", group)
    _say(f"  by {title}, worst first")
    for name, one in sorted(by(judged, "digest", group).items(), key=lambda pair: pair[1].f1):
        _say(f"    {name:26} {_line(one)}   all {_line(every[name])}   n {one.right + one.missed}")


def _line(total: Score) -> str:
    return f"P {total.precision:.2f} R {total.recall:.2f} F1 {total.f1:.2f}"


def _print_errors(judged: Sequence[Judged], limit: int, only: AbstractSet[str]) -> None:
    shown = 0
    for one in judged:
        wrong = sorted(one.found("digest") - one.text.labels)
        missed = sorted(one.text.labels - one.found("all"))
        low = sorted(one.text.labels - one.found("digest") - set(missed))
        review = sorted(one.found("all") - one.found("digest") - one.text.labels)
        kinds = ("missed", missed), ("too low", low), ("false", wrong), ("review", review)
        for kind, names in kinds:
            for name in names:
                if shown < limit and (not only or name in only):
                    shown += 1
                    passage = one.text.passage
                    _say(f"  {kind:8}{name:24}{one.text.id}: {passage.title} | {passage.summary}")


def _lift(numbers: Mapping[str, float]) -> None:
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8"))
    for name, value in numbers.items():
        floors[name] = max(floors.get(name, 0.0), round(value - MARGIN, 3))
    FLOORS.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
