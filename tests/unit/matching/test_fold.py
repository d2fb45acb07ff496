from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.matching.fold import fold, locate, shapes, spans, spans_of, tokens

TRICKY = "абСсРрьъйиЌѓђљњџщюяčćšžđëçABab019 \n-'’„“…½№ǆﬁß👇\u0300\u0301\u0306\u00ad\u200b\u200e\u0000\ufffe"
texts = st.text() | st.text(st.sampled_from(TRICKY))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ђинђић", "Đinđić"),
        ("Đinđić", "Djindjic"),
        ("Љубов Њива Џеп", "Ljubov Njiva Džep"),
        ("ǆep ǈubav Ǌiva", "džep ljubav njiva"),
        ("çështja", "ceshtja"),
        ("съезд", "сезд"),
        ("ёлка", "елка"),
        ("санкције", "sankcije"),
        ("Ѓорѓи Ќосиќ", "Đorđi Ćosić"),
        ("и\u0306ога", "йога"),
        ("c\u030cas", "čas"),
        ("Ｋosovo", "Kosovo"),
        ("N\u00adA\u200bT\u200eO", "NATO"),
        ("l’Union", "lunion"),
        ("Kоcово", "Косово"),
        ("Srbijа", "Srbija"),
        ("НАТO", "НАТО"),
        ("NIS-a", "NIS a"),
    ],
)
def test_spellings_of_one_word_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("text", "key"), [("Щука", "scuka"), ("№ 5", "5"), ("Ⅳ½", "iv1 2")])
def test_rare_letters_and_signs_are_spelled_out(text: str, key: str) -> None:
    assert fold(text) == key


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_a_key_has_only_plain_letters_digits_and_single_spaces(text: str) -> None:
    key = fold(text)

    assert key.isascii()
    assert all(char.islower() or char.isdigit() or char == " " for char in key)
    assert key == " ".join(key.split())


@given(texts)
def test_the_fast_and_the_clear_way_agree(text: str) -> None:
    assert tokens(text) == [token.text for token in locate(text)]


@given(texts)
def test_places_are_the_same_either_way(text: str) -> None:
    places = [(token.start, token.end) for token in locate(text)]
    some = range(len(places) - 1, -1, -2)
    assert spans(text) == places
    assert spans_of(text, some) == {number: places[number] for number in some}


@given(texts)
def test_every_word_has_its_shape(text: str) -> None:
    assert len(shapes(text)) == len(tokens(text))


@given(texts)
def test_places_follow_one_another_and_lie_in_the_text(text: str) -> None:
    places = [place for token in locate(text) for place in (token.start, token.end)]

    assert all(0 <= place <= len(text) for place in places)
    assert all(token.start < token.end for token in locate(text))


@given(st.lists(st.sampled_from(["Србија", "đak", "НИС-а", "çështja", "N\u00adATO", "ок\u0301о"])))
def test_a_place_holds_the_word_itself(words: list[str]) -> None:
    text = " „".join(words)

    assert [fold(text[token.start : token.end]) for token in locate(text)] == tokens(text)


@pytest.mark.parametrize("text", ["власть.", "и\u0306", "c\u030c!"])
def test_a_place_ends_after_silent_letters_and_accents(text: str) -> None:
    token = locate(text)[0]

    assert text[token.start : token.end] == text.rstrip(".!")


def written(words: Iterable[bytes]) -> list[str]:
    return [word.decode("latin-1") for word in words]


def test_shapes_keep_case_and_diacritics_but_not_the_script() -> None:
    assert shapes("НИС Ниш niš") == shapes("NIS Niš niš")
    assert len(set(written(shapes("NIS NIŠ Nis nis niš")))) == 5
