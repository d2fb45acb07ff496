"""Texts about bridges and others: enough for a model to tell them apart."""

from dataclasses import replace

from monitor.domain.hit import Hit, Passage
from monitor.domain.lessons import Lesson

BRIDGES = "most preko rijeke gradi se novi"
CAKES = "recept za kolač sa višnjama i šlagom"


class Rules:
    """A matcher that finds nothing."""

    catalogue_version, matcher_version = "c1", "m1"

    def match(self, passage: Passage) -> tuple[Hit, ...]:
        del passage
        return ()

    def concepts(self, passage: Passage) -> frozenset[str]:
        return frozenset({"bridge"}) if "most" in passage.title else frozenset()


def lessons() -> list[Lesson]:
    made = []
    for number in range(12):
        for name, words in (("bridges", BRIDGES), ("", CAKES), ("", f"vrijeme danas {number}")):
            passage = Passage(f"{words} {number * 7}", lang="bs")
            carried = frozenset({name} if name else ())
            made.append(Lesson(f"{name}{number}", passage, carried, unseen=number % 2 == 0))
    made[0] = replace(made[0], carried=frozenset({"bridges", "rare"}))
    return made
