import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.fulltext import fts5, tsquery
from monitor.domain.errors import ConfigError
from monitor.domain.query import AllOf, AnyOf, Query, Term, finds, parse_query, terms, widened


def word(text: str) -> Term:
    return Term((text,))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Отворени", word("otvoreni")),
        ("a1 b2", AllOf((word("a1"), word("b2")))),
        ("a1 AND b2", AllOf((word("a1"), word("b2")))),
        ("a1 OR b2 c3", AnyOf((word("a1"), AllOf((word("b2"), word("c3")))))),
        ("(a1 OR b2) c3", AllOf((AnyOf((word("a1"), word("b2"))), word("c3")))),
        ("a1 -b2", AllOf((word("a1"),), (word("b2"),))),
        ("a1 NOT (b2 OR c3)", AllOf((word("a1"),), (AnyOf((word("b2"), word("c3"))),))),
        ("a1 -(-b2)", AllOf((word("a1"), AnyOf((word("b2"),))))),
        ('"Otvoreni Balkan"', Term(("otvoreni", "balkan"), is_exact=True)),
        ("„Otvoreni Balkan“", Term(("otvoreni", "balkan"), is_exact=True)),
        ('„a1 b2" c3', AllOf((parse_query('"a1 b2"'), word("c3")))),
        ('"a1 »b2« c3"', Term(("a1", "b2", "c3"), is_exact=True)),
        ("a1” „b2", AllOf((word("a1"), word("b2")))),
        ("-»Otvoreni Balkan« a1", AllOf((word("a1"),), (parse_query('"otvoreni balkan"'),))),
        ("balk*", Term(("balk",), is_prefix=True)),
        ("a1 ) (b2", AllOf((word("a1"), word("b2")))),
        ("and or not", AllOf((word("and"), word("or"), word("not")))),
    ],
)
def test_a_query_is_read_as_a_tree(text: str, query: Query) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no word"),
        ('" -- *', "no word"),
        ("-a", "no word"),
        ("a OR -b", "unwanted"),
        ("a*", "letters before"),
        ("a " * 60, "50 words"),
        ("(" * 30 + "a", "parentheses"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse_query(text)


PIECES = st.sampled_from(
    [
        '"',
        "„",
        "«",
        "(",
        ")",
        "*",
        "-",
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "^",
        ":",
        "'",
        "\\",
        "{",
        "кућа",
        "kuća",
        " ",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map(" ".join)))
def test_no_text_breaks_the_index(text: str) -> None:
    try:
        query = parse_query(text)
    except ConfigError:
        return
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE f USING fts5(folded)")

    connection.execute("SELECT * FROM f WHERE f MATCH ?", (fts5(query),)).fetchall()

    assert tsquery(query).count("(") == tsquery(query).count(")")
    connection.close()


WORDS = st.lists(st.sampled_from(["kuca", "kucama", "grad", "je", "x1"]), max_size=8)
QUERIES = st.lists(
    st.sampled_from(
        ["kuća", "kuc*", "град", '"grad je"', '"je kuc"*', "x1", "-je", "OR", "NOT", "(", ")"]
    ),
    max_size=9,
)


@given(QUERIES.map(" ".join), WORDS.map(" ".join))
def test_a_text_is_found_as_by_the_index(text: str, folded: str) -> None:
    try:
        query = parse_query(text)
    except ConfigError:
        return
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE f USING fts5(folded)")
    connection.execute("INSERT INTO f VALUES (?)", (folded,))

    found = connection.execute("SELECT * FROM f WHERE f MATCH ?", (fts5(query),)).fetchall()

    assert finds(query, folded) == bool(found)
    connection.close()


def test_only_a_bare_word_is_widened() -> None:
    query = parse_query('kuca "grad" "novi grad" sel* -most')

    wide = widened(query, lambda _word: ["x1"])

    assert {one.words for one in terms(wide)} == {
        ("kuca",), ("x1",), ("grad",), ("novi", "grad"), ("sel",)
    }  # fmt: skip


def test_a_beginning_stands_for_the_words_that_are_known_of_it() -> None:
    known = {"sel": ["selo", "sela"], "grad": []}

    wide = widened(
        parse_query('sel* OR "sel"* OR grad* OR "novo sel"*'),
        lambda _: [],
        begun=known.__getitem__,
    )

    assert [(one.words, one.is_prefix) for one in terms(wide)] == [
        *2 * [(("sela",), False), (("selo",), False)],
        (("grad",), True),
        (("novo", "sel"), True),
    ]


def test_a_phrase_is_found_however_its_words_are_written() -> None:
    ways = {"gradani": ["gradjani"], "grada": []}

    wide = widened(
        parse_query('"gradani grada" OR "gradani" OR "gradani grad"*'),
        lambda _: [],
        lambda word: ways.get(word, ()),
    )

    assert [one.words for one in terms(wide)] == [
        ("gradani", "grada"),
        ("gradjani", "grada"),
        ("gradani",),
        ("gradjani",),
        ("gradani", "grad"),
        ("gradjani", "grad"),
    ]


def test_a_phrase_of_very_many_spellings_is_looked_for_as_it_stands() -> None:
    phrase = " ".join(f"w{n}" for n in range(40))

    wide = widened(parse_query(f'"{phrase}"'), lambda _: [], lambda word: [f"{word}x"])

    assert [one.words for one in terms(wide)] == [tuple(phrase.split())]
