import pytest

from monitor.adapters.langid import LanguageDetector
from monitor.domain.language import family


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
