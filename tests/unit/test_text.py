import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.text import collapse, one_line, safe_line, strip_illegal, truncate


def test_controls_and_lone_surrogates_are_stripped() -> None:
    assert strip_illegal("a\0b\x0bc\ud800d\x9be\ufffe") == "abcde"


def test_tabs_line_breaks_and_invisible_letters_are_legal() -> None:
    assert strip_illegal("a\tb\nc\u200bd\u202e") == "a\tb\nc\u200bd\u202e"


def test_white_space_collapses() -> None:
    assert collapse(" a \n\t b\xa0\u2003c ") == "a b c"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x85", "\u2028", "\t", " \n\n  "])
def test_lines_are_joined_and_spaces_within_a_line_stay(end: str) -> None:
    assert one_line(f" a  b{end}c\xa0d{end}") == "a  b c\xa0d"


def test_a_line_to_show_has_no_controls_and_no_hidden_direction() -> None:
    assert safe_line("Ve\u00adsti\u202e\x1b[31m\r\nBcc:\u200b x") == "Vesti[31m Bcc: x"


def test_no_space_but_the_plain_one_stays_in_a_line_to_show() -> None:
    spaces = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace()]
    assert len(spaces) > 20

    for space in spaces:
        assert safe_line(f"a{space}b").split(" ") in (["a", "b"], ["ab"])
        assert safe_line(f"a{space}{space}b") in {"a b", "ab"}


def test_a_short_text_is_not_cut() -> None:
    assert truncate("abc", 3, "…") == "abc"


def test_a_long_text_is_cut_with_its_end_counted() -> None:
    assert truncate("abcdef", 4, "…") == "abc…"
    assert truncate("abcdef", 4) == "abcd"


@pytest.mark.parametrize("letter", ["s\u030c", "👩\u200d🚀", "👍\U0001f3fd", "1\ufe0f\u20e3"])
def test_a_cut_never_parts_a_letter_from_its_marks(letter: str) -> None:
    text = "ab" + letter + "cd"

    cuts = {truncate(text, limit) for limit in range(len(text) + 1)}

    assert cuts == {"", "a", "ab", "ab" + letter, "ab" + letter + "c", text}


@given(st.text(), st.integers(0, 50))
def test_a_cut_is_a_bounded_beginning(text: str, limit: int) -> None:
    cut = truncate(text, limit)

    assert text.startswith(cut)
    assert len(cut) <= limit


@given(st.text(st.characters()))
def test_a_safe_line_is_printable(text: str) -> None:
    line = safe_line(text)

    assert "\n" not in line
    assert all(unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"} for letter in line)
    assert line == safe_line(line)
