import pytest

from monitor.domain.slugs import Names, is_slug, slug


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Vardarski glas", "vardarski-glas"),
        ("Ђердапске новине 24", "djerdapske-novine-24"),
        ("Zëri i Drinit!", "zeri-i-drinit"),
        ("  --Šćepan-- ", "scepan"),
        ("***", ""),
        ("日本", ""),
    ],
)
def test_a_name_becomes_lower_case_ascii(text: str, name: str) -> None:
    assert slug(text) == name


def test_a_long_name_is_cut_and_remains_an_id() -> None:
    name = slug("duga " * 100)

    assert len(name) <= 60
    assert is_slug(name)


def test_a_name_that_is_taken_gets_the_lowest_free_number() -> None:
    names = Names(["primer", "primer-3"])

    assert [names.give("primer") for _ in range(3)] == ["primer-2", "primer-4", "primer-5"]
    assert names.give("drugi") == "drugi"


def test_a_number_does_not_make_an_id_too_long() -> None:
    names = Names(["a" * 80])

    assert is_slug(names.give("a" * 80))
