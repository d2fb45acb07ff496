import pytest

from monitor.domain.matching.dialect import ekavian
from monitor.domain.matching.fold import fold


@pytest.mark.parametrize(
    ("ijekavian", "other"),
    [
        ("mlijeko", "mleko"),
        ("rijeka", "reka"),
        ("vijesti", "vesti"),
        ("otcjepljenje", "otcepljenje"),
        ("Сјевер", "Север"),
        ("rješenje", "rešenje"),
        ("predsjednik", "predsednik"),
        ("djeca", "deca"),
        ("prijetnja", "pretnja"),
    ],
)
def test_both_dialects_have_one_key(ijekavian: str, other: str) -> None:
    assert ekavian(fold(ijekavian)) == ekavian(fold(other))


@pytest.mark.parametrize(
    "word", ["srbije", "partije", "sankcije", "ljeto", "polje", "njega", "moje"]
)
def test_endings_and_double_letters_are_left_alone(word: str) -> None:
    assert ekavian(word) == word
