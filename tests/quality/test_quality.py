"""The catalogue's measured quality may rise and never fall: `make quality` shows the numbers."""

import json
from collections import Counter

import pytest

from monitor.domain.narrative import FAMILIES
from quality.report import FLOORS, measured, sets
from quality.scoring import Judged, language_family, own_corpus

VARIETIES = {"sr-Latn", "sr-Cyrl", "bs", "hr", "me", "sq", "mk", "ru", "en"}


@pytest.fixture(scope="module")
def scored() -> dict[str, list[Judged]]:
    return sets()


def test_the_corpus_is_wide_enough() -> None:
    texts = own_corpus()
    carrying = Counter(text.id.rpartition("-")[0] for text in texts if text.labels)
    bare = Counter(text.id.rpartition("-")[0] for text in texts if not text.labels)
    narratives = {name for text in texts for name in text.labels}
    held = sum(text.held_out for text in texts) / len(texts)

    assert set(carrying) == set(bare) == VARIETIES
    assert min(carrying.values()) >= 40
    assert min(bare.values()) >= 40
    assert len(narratives) == 27
    assert {language_family(text, "") for text in texts} == set(FAMILIES)
    assert 0.3 <= held <= 0.37
    assert len({text.id for text in texts}) == len(texts)


def test_no_number_is_below_its_floor(scored: dict[str, list[Judged]]) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    numbers = measured(scored)

    low = {name: (value, floors.get(name)) for name, value in numbers.items()
           if value < floors.get(name, 1.0)}  # fmt: skip

    assert low == {}
