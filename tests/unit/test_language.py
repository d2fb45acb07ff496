from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.language import family, normalise_tag, script, settle


def never(text: str) -> str:
    raise AssertionError(f"asked for {text}")


def always(lang: str) -> Callable[[str], str]:
    return lambda _: lang


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("sr", "sr"),
        ("sr-RS", "sr"),
        ("sr_Cyrl_RS", "sr-Cyrl"),
        ("SR-latn", "sr-Latn"),
        ("sr-ME", "sr"),
        ("sh", "sr"),
        ("me", "cnr"),
        ("cnr-Latn", "cnr"),
        ("bs-ba", "bs"),
        ("hrv", "hr"),
        ("sqi", "sq"),
        ("mk-MK", "mk"),
        ("en-us", "en"),
        ("de", "de"),
        (" ru ", "ru"),
        ("", ""),
        ("x", ""),
        ("xx", ""),
        ("klingon", ""),
        ("sr;DROP", ""),
    ],
)
def test_tags_of_every_fashion_are_understood(tag: str, lang: str) -> None:
    assert normalise_tag(tag) == lang


@pytest.mark.parametrize(
    ("lang", "name"),
    [("sr-Cyrl", "hbs"), ("me", "hbs"), ("hr", "hbs"), ("sq", "sq"), ("de", ""), ("und", "")],
)
def test_the_varieties_of_one_language_are_one_family(lang: str, name: str) -> None:
    assert family(lang) == name


def test_a_script_is_that_of_most_letters() -> None:
    assert script("Влада Србије (EU)") == "Cyrl"
    assert script("Vlada Srbije (ЕУ)") == "Latn"
    assert script("2026: 5 %") == ""


@pytest.mark.parametrize(
    ("outlet", "text", "lang"),
    [
        (("sr",), "Влада је усвојила закон", "sr-Cyrl"),
        (("sr",), "Vlada je usvojila zakon", "sr-Latn"),
        (("sr-Cyrl",), "Vlada je usvojila zakon", "sr-Latn"),
        (("sr",), "2026", "sr-Latn"),
        (("sr-Cyrl",), "2026", "sr-Cyrl"),
        (("bs",), "Sarajevo", "bs"),
        (("cnr",), "Спајић у Подгорици", "cnr"),
        (("hr",), "Vlada je usvojila zakon", "hr"),
        (("sr-Cyrl", "hr"), "Čović i Dodik se nisu sreli", "hr"),
        (("mk",), "Владата го усвои законот", "mk"),
        (("mk",), "Скопје", "mk"),
    ],
)
def test_the_outlets_language_is_believed(outlet: tuple[str, ...], text: str, lang: str) -> None:
    assert settle("", outlet, text, never) == lang


@pytest.mark.parametrize(
    ("outlet", "text", "lang"),
    [
        (("sq", "sr", "en"), "Kuvendi miratoi ligjin për mjedisin dhe ujërat", "sq"),
        (("sq", "sr", "en"), "The government has adopted the law on water", "en"),
        (("sq", "sr", "en"), "Vlada je usvojila zakon o vodama", "sr-Latn"),
        (("mk", "sq"), "Qeveria miratoi ligjin për ujërat", "sq"),
        (("mk",), "The government has adopted the law on water", "en"),
        (("sr",), "Правительство объявило о новых мерах", "ru"),
        (("sq",), "Vlada je usvojila zakon o vodama i šumama", "sr-Latn"),
        (("sr",), "Ќе се гради нов мост", "mk"),
    ],
)
def test_a_text_that_is_plainly_in_another_language_is_taken_at_its_word(
    outlet: tuple[str, ...], text: str, lang: str
) -> None:
    assert settle("", outlet, text, never) == lang


def test_a_feed_says_which_of_its_outlets_languages_it_is_in() -> None:
    assert settle("bs-BA", ("sr", "bs"), "Sarajevo", never) == "bs"
    assert settle("sq", ("mk", "sq"), "Rama", never) == "sq"
    assert settle("en", ("sr", "en"), "EU summit") == "en"


def test_a_feed_that_says_english_whatever_it_serves_is_not_believed() -> None:
    assert settle("en-US", ("sr-Latn",), "Izbori", never) == "sr-Latn"
    assert settle("en-US", ("sr-Latn", "en"), "Izbori", always("hr")) == "sr-Latn"


def test_a_hint_is_believed_where_no_outlet_is_known() -> None:
    assert settle("me", (), "Podgorica", never) == "cnr"
    assert settle("sr", (), "Ниш", never) == "sr-Cyrl"
    assert settle("klingon", (), "Ниш") == "und"


def test_the_detector_is_asked_only_where_nothing_else_tells() -> None:
    assert settle("", (), "Rama", always("sq")) == "sq"
    assert settle("", (), "Vesti", always("hr")) == "sr-Latn"
    assert settle("", ("sq", "sr"), "Rama", always("sr")) == "sr-Latn"
    assert settle("", ("sq", "sr"), "Rama", always("fi")) == "sq"
    assert settle("", (), "Rama", always("")) == "und"
    assert settle("", (), "", always("sq")) == "und"


@given(st.text(), st.text(max_size=8), st.lists(st.sampled_from(["sr", "sq", "mk", "xx"])))
def test_any_text_has_a_language(text: str, declared: str, outlet: list[str]) -> None:
    lang = settle(declared, outlet, text)

    assert lang == "und" or normalise_tag(lang) == lang
