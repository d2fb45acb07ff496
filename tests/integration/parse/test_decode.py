import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.parse.decode import decode
from support.feed_documents import (
    ALBANIAN,
    CYRILLIC,
    MACEDONIAN,
    RUSSIAN,
    SERBIAN,
    declared,
    many,
    rss,
    undeclared,
)

SERVED = [
    (SERBIAN, "utf-8"),
    (SERBIAN, "windows-1250"),
    (SERBIAN, "iso-8859-2"),
    (SERBIAN, "utf-16-le"),
    (SERBIAN, "utf-16-be"),
    (SERBIAN, "utf-16"),
    (CYRILLIC, "utf-8"),
    (CYRILLIC, "windows-1251"),
    (CYRILLIC, "iso-8859-5"),
    (CYRILLIC, "utf-16-le"),
    (CYRILLIC, "utf-16-be"),
    (ALBANIAN, "utf-8"),
    (ALBANIAN, "windows-1250"),
    (ALBANIAN, "iso-8859-1"),
    (ALBANIAN, "utf-16-le"),
    (MACEDONIAN, "windows-1251"),
    (MACEDONIAN, "iso-8859-5"),
    (RUSSIAN, "windows-1251"),
    (RUSSIAN, "iso-8859-5"),
]
UNUSABLE = ["utf-7", "punycode", "undefined", "cp037", "rot13", "utf-8\0", "unicode_escape", ""]


@pytest.mark.parametrize(("titles", "encoding"), SERVED)
@pytest.mark.parametrize("count", [1, 5, 120])
def test_letters_come_out_right_when_the_encoding_is_declared(
    titles: tuple[str, ...], encoding: str, count: int
) -> None:
    document = rss(many(titles, count))

    text = decode(declared(document, encoding)).text

    assert document in text


@pytest.mark.parametrize(("titles", "encoding"), SERVED)
def test_letters_come_out_right_when_nothing_is_declared(
    titles: tuple[str, ...], encoding: str
) -> None:
    document = rss(titles)

    text = decode(undeclared(document, encoding)).text

    assert document in text


@pytest.mark.parametrize(("titles", "encoding"), SERVED)
@pytest.mark.parametrize(
    "claimed", ["utf-8", "windows-1250", "windows-1251", "iso-8859-1", "iso-8859-2", "utf-16"]
)
def test_letters_come_out_right_when_the_declaration_lies(
    titles: tuple[str, ...], encoding: str, claimed: str
) -> None:
    document = rss(titles)

    text = decode(declared(document, encoding, as_=claimed), "iso-8859-1").text

    assert document in text


@pytest.mark.parametrize("claimed", UNUSABLE)
def test_an_encoding_that_no_feed_is_in_counts_as_undeclared(claimed: str) -> None:
    document = rss(SERBIAN)

    in_document = decode(declared(document, "windows-1250", as_=claimed or " "))
    in_header = decode(undeclared(document, "windows-1250"), claimed)

    assert document in in_document.text
    assert document in in_header.text
    assert in_header.encoding == "windows-1250"


@pytest.mark.parametrize("bad", [b"\xff", b"\xc4", b"\x9a", b"\xe2\x80"])
def test_one_bad_byte_in_utf_8_costs_one_letter(bad: bytes) -> None:
    body = declared(rss(many(SERBIAN, 20)), "utf-8").replace(b"Kod", b"kod")
    broken = body.replace(b"predlog", b"pred" + bad + b"log", 1)

    decoded = decode(broken)

    assert decoded.encoding == "utf-8"
    assert decoded.replaced == 1
    assert decoded.text == body.decode().replace("predlog", "pred\ufffdlog", 1)


def test_a_header_tells_what_the_letters_cannot() -> None:
    body = b"<rss><title>Caf\xe9 5 \xa4</title></rss>"

    assert "Café 5 ¤" in decode(body, "ISO-8859-1").text
    assert "Café 5 €" in decode(body, "iso-8859-15").text


def test_byte_order_marks_are_dropped_however_many_there_are() -> None:
    body = b"\xef\xbb\xbf\xef\xbb\xbf<rss/>"

    assert decode(body).text == "<rss/>"


def test_what_xml_may_not_hold_is_dropped() -> None:
    body = "<rss>a\0b\x0bc&#0;&#x1F;&#xD800;&#x110000;&#99999999999;d&#8211;\ufffe</rss>".encode()

    assert decode(body).text == "<rss>abcd&#8211;</rss>"


def test_lone_surrogates_of_utf_16_do_not_survive() -> None:
    body = "<rss><title>a</title></rss>".encode("utf-16-le").replace(b"a\0", b"a\0\x00\xd8")

    text = decode(body).text

    assert text.encode()
    assert "<title>a" in text


@given(st.binary(max_size=400), st.text(max_size=20))
def test_no_bytes_and_no_charset_make_it_raise(body: bytes, charset: str) -> None:
    decoded = decode(body, charset)

    assert len(decoded.text.encode()) <= 3 * len(body)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=200))
def test_whatever_is_valid_utf_8_is_read_as_such(text: str) -> None:
    document = f"<rss>{text}</rss>".replace("&#", "")

    assert decode(document.encode()).text == document.lstrip("\ufeff")
