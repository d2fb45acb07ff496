from pathlib import Path

import pytest

from monitor.adapters.langid import LanguageDetector, provide
from monitor.domain.language import family
from quality.scoring import own_corpus


@pytest.fixture(scope="module")
def detect() -> LanguageDetector:
    return LanguageDetector()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Skupština večeras raspravlja o prijedlogu budžeta za narednu godinu", "hbs"),
        ("Скупштина вечерас расправља о предлогу буџета за наредну годину", "hbs"),
        ("Kuvendi diskuton sonte për projektbuxhetin e vitit të ardhshëm", "sq"),
        ("Собранието вечерва расправа за предлог буџетот за следната година", "mk"),
        ("Парламент сегодня вечером обсуждает проект бюджета на будущий год", "ru"),
        ("Parliament debates the draft budget for next year this evening", "en"),
        ("Der Bundestag berät heute über den Haushalt für das kommende Jahr", ""),
        ("Народното събрание обсъжда проекта за бюджет за следващата година", ""),
    ],
)
def test_the_family_of_a_headline_is_told(
    detect: LanguageDetector, text: str, expected: str
) -> None:
    assert family(detect(text)) == expected


@pytest.mark.parametrize("text", ["", "  ", "2026: 1:0!", "…"])
def test_a_text_without_words_has_no_language(detect: LanguageDetector, text: str) -> None:
    assert detect(text) == ""


def test_half_a_surrogate_pair_is_no_obstacle(detect: LanguageDetector) -> None:
    assert family(detect("\ud800 Skupština večeras raspravlja o budžetu")) == "hbs"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return provide(tmp_path_factory.mktemp("model"))


def test_the_model_of_our_languages_says_what_the_whole_one_says(
    model: Path, tmp_path: Path
) -> None:
    ours, whole = LanguageDetector(model.parent), LanguageDetector(tmp_path)
    texts = [text.passage.summary or text.passage.title for text in own_corpus()]

    assert len(texts) > 500
    assert [ours(text) for text in texts] == [whole(text) for text in texts]


def test_a_model_that_is_damaged_costs_only_time(model: Path, tmp_path: Path) -> None:
    (tmp_path / model.name).write_bytes(model.read_bytes()[:-1000])

    assert family(LanguageDetector(tmp_path)("Skupština večeras raspravlja o budžetu")) == "hbs"
