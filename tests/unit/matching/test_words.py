import pytest

from monitor.domain.hit import Passage
from monitor.domain.narrative import Concept, Rule
from support.small_catalogue import rule_matcher, word


def finds(written: str, title: str, *, lang: str = "sr", family: str = "hbs") -> bool:
    rule = Rule("named", (("it",),))
    matcher = rule_matcher(rule, Concept("it", (word(written, family),)))
    return bool(matcher.match(Passage(title, lang=lang)))


@pytest.mark.parametrize(
    "title",
    [
        "Nove sankcije",
        "Нове санкције",
        "O SANKCIJAMA",
        "Sankcija?",
        "Nove sank\u00adcije",
        "Nove sаnkcije",
    ],
)
def test_a_word_is_found_in_every_form_and_script(title: str) -> None:
    assert finds("sankcija", title)


def test_a_form_of_the_catalogue_finds_the_base_form() -> None:
    assert finds("sankcijama", "Nova sankcija")


@pytest.mark.parametrize(
    ("ours", "theirs"), [("rijeka", "Duboka reko, o reci"), ("reka", "O rijeci")]
)
def test_both_dialects_are_found_by_either(ours: str, theirs: str) -> None:
    assert finds(ours, theirs)


@pytest.mark.parametrize("title", ["Nove sankcjie", "Nove sankije", "Nove sannkcije"])
def test_a_typo_in_a_long_word_is_forgiven(title: str) -> None:
    assert finds("sankcija", title)


@pytest.mark.parametrize("title", ["Nova vladda", "Nove stanice", "Sankcionisati treba"])
def test_short_words_and_real_words_are_never_taken_for_typos(title: str) -> None:
    assert not finds("vlada", title)
    assert not finds("tanica", title)
    assert not finds("sankcija", title)


def test_a_preposition_beside_a_single_word_must_be_met() -> None:
    assert finds("iz Srbije", "Оружје из Србије")
    assert not finds("iz Srbije", "Oružje za Srbiju")
    assert not finds("iz Srbije", "Srbija, i oružje iz Moskve")


def test_each_word_of_an_exact_form_must_be_met() -> None:
    assert finds("=nuk e do BE", "Beogradi nuk e do BE-në", lang="sq", family="sq")
    assert not finds("=nuk e do BE", "Serbia nuk është anëtare e BE-së", lang="sq", family="sq")


def test_two_typos_need_a_very_long_word() -> None:
    assert finds("dezinformacija", "Nova dezinfomracjia")
    assert not finds("sankcija", "Nova sakncjia")


def test_a_word_the_dictionary_lacks_is_inflected_by_endings() -> None:
    assert finds("migrant", "Priča o migrantima")
    assert finds("mercenar", "Për mercenarët", lang="sq", family="sq")


def test_a_beginning_finds_every_word_that_begins_so() -> None:
    assert finds("secesij*", "Secesijom protiv svih")
    assert finds("secesij*", "Secesijski rat")
    assert not finds("secesij*", "Recesija")


def test_an_exact_form_is_neither_inflected_nor_misspelt() -> None:
    assert finds("=sankcije", "Санкције")
    assert not finds("=sankcije", "Sankcijama")
    assert not finds("=sankcije", "Sankcjie")


@pytest.mark.parametrize(
    "title", ["Kupuju NIS", "Купују НИС", "Odluka NIS-a", "Одлука НИС-а", "Odluka NISa"]
)
def test_capitals_are_found_as_capitals(title: str) -> None:
    assert finds("NIS", title)


@pytest.mark.parametrize(
    "title", ["Grad Nis", "Grad Niš", "GRAD NIŠ", "Град Ниш", "ГРАД НИШ", "nis", "NISKE CENE"]
)
def test_capitals_never_match_what_looks_like_them(title: str) -> None:
    assert not finds("NIS", title)


def test_capitals_count_in_every_language() -> None:
    assert finds("KFOR", "KFOR-i në veri", lang="sq")


@pytest.mark.parametrize(
    ("title", "found"),
    [("BiH i svet", True), ("BIH I SVET", True), ("БиХ", True), ("Rado bih", False)],
)
def test_an_abbreviation_of_mixed_case_matches_as_written_or_in_capitals(
    title: str,
    found: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert finds("BiH", title) is found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Republika Srpska", True),
        ("U Republici Srpskoj", True),
        ("Republika je Srpska", True),
        ("Republika nije više srpska", False),
        ("Srpska republika", False),
    ],
)
def test_words_of_a_concept_stand_in_order_with_one_word_between_at_most(
    title: str,
    found: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert finds("republika srpska", title) is found


def test_words_of_a_concept_do_not_span_fields() -> None:
    matcher = rule_matcher(Rule("named", (("it",),)), Concept("it", (word("republika srpska"),)))

    assert not matcher.match(Passage("Republika", "Srpska", lang="sr"))


def test_a_kindred_language_counts_only_where_the_word_is_the_same() -> None:
    assert finds("secesija", "Сецесија", lang="mk")
    assert not finds("secesija", "Секоја сецесију", lang="mk")
    assert not finds("brana", "О брани", lang="ru")


def test_another_language_does_not_count() -> None:
    assert not finds("dam", "Dam ti reč", lang="sr", family="en")


def test_every_language_counts_where_none_is_known() -> None:
    assert finds("dam", "Two dams", lang="", family="en")
    assert finds("brana", "O brani", lang="xx")
