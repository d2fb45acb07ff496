from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.excerpt import CONTEXT, TITLE_LIMIT, marked_title, plain, quotes
from monitor.domain.hit import Evidence


def evidence(text: str, words: str, field: str = "summary") -> Evidence:
    start = text.index(words)
    return Evidence(field, start, start + len(words), words, "phrase", 90.0)


def test_a_title_keeps_its_letters_and_shows_where_the_words_stand() -> None:
    title = "Разговори о Отвореном Балкану настављени"

    marked = marked_title(title, [evidence(title, "Отвореном Балкану", "title")])

    assert marked.parts == (
        ("Разговори о ", False),
        ("Отвореном Балкану", True),
        (" настављени", False),
    )


def test_a_quotation_has_some_words_around_the_match() -> None:
    text = "prva rečenica " * 20 + "Otvoreni Balkan" + " poslednja rečenica" * 20

    (quote,) = quotes((("summary", text),), [evidence(text, "Otvoreni Balkan")])

    assert ("Otvoreni Balkan", True) in quote.parts
    assert quote.plain.startswith("… ")
    assert quote.plain.endswith(" …")
    assert len(quote.plain) < 2 * CONTEXT + 40


def test_a_quotation_does_not_cut_words() -> None:
    text = "abcdefghi " * 30 + "Otvoreni Balkan" + " jklmnopqr" * 30

    (quote,) = quotes((("summary", text),), [evidence(text, "Otvoreni Balkan")])

    assert set(quote.plain.split()) == {"…", "abcdefghi", "Otvoreni", "Balkan", "jklmnopqr"}


def test_overlapping_evidence_is_marked_once() -> None:
    text = "novi Otvoreni Balkan danas"

    (quote,) = quotes(
        (("summary", text),), [evidence(text, "Otvoreni Balkan"), evidence(text, "Balkan danas")]
    )

    assert quote.parts == (("novi ", False), ("Otvoreni Balkan danas", True))


def test_places_far_apart_are_joined_by_a_gap() -> None:
    text = "Otvoreni Balkan " + "reč " * 100 + "mini šengen"

    (quote,) = quotes(
        (("summary", text),), [evidence(text, "Otvoreni Balkan"), evidence(text, "mini šengen")]
    )

    assert " … " in quote.plain
    assert [words for words, is_match in quote.parts if is_match] == [
        "Otvoreni Balkan",
        "mini šengen",
    ]


def test_words_of_a_field_that_is_not_at_hand_are_quoted_alone() -> None:
    found = Evidence("text", 900, 911, "mini šengen", "phrase", 90.0)

    assert [quote.plain for quote in quotes((("text", ""),), [found])] == ["mini šengen"]


def test_words_of_an_edited_field_are_found_where_they_stand_now() -> None:
    old = evidence("Otvoreni Balkan se širi", "Otvoreni Balkan")

    (quote,) = quotes((("summary", "Juče: Otvoreni Balkan se širi"),), [old])

    assert quote.parts[1] == ("Otvoreni Balkan", True)


def test_a_very_long_title_is_cut_between_words() -> None:
    marked = marked_title("reč " * 200, [])

    assert len(marked.plain) <= TITLE_LIMIT + 2
    assert marked.plain.endswith("reč …")


def test_line_breaks_and_direction_marks_never_reach_a_reader() -> None:
    assert plain("\u200b \u200ba \u200b") == " a "
    assert plain("a\r\nb\u2028c\u202ed\u2066e\x1b[31mf\u200f") == "a b cde[31mf"


@given(before=st.text(), words=st.text(min_size=1), after=st.text())
def test_what_is_marked_are_the_matched_words_and_nothing_is_lost(
    before: str, words: str, after: str
) -> None:
    title = f"{before}{words}{after}"[:TITLE_LIMIT]
    end = min(len(before) + len(words), len(title))
    found = Evidence("title", len(before), end, title[len(before) : end], "phrase", 90.0)

    marked = marked_title(title, [found])

    assert marked.plain.split() == "".join(map(plain, _cut(title, len(before), end))).split()
    assert all(text for text, _ in marked.parts)


def _cut(title: str, start: int, end: int) -> tuple[str, str, str]:
    return title[:start], title[start:end], title[end:]
