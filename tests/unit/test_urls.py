from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.urls import MAX_URL, canonical, is_root, same_article

BASE = "https://primer.example/vesti/rss"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://primer.example/Vest?b=2&a=1", "https://primer.example/Vest?b=2&a=1"),
        ("HTTPS://Primer.EXAMPLE:443/Vest#vrh", "https://primer.example/Vest"),
        ("http://primer.example:8080", "http://primer.example:8080/"),
        ("http://primer.example./a", "http://primer.example/a"),
        ("https://ime:lozinka@primer.example/", "https://primer.example/"),
        ("//drugi.example/a", "https://drugi.example/a"),
        ("../a", "https://primer.example/a"),
        ("/a b", "https://primer.example/a%20b"),
        ("?p=3", "https://primer.example/vesti/rss?p=3"),
        ("  https://primer.example/a\n", "https://primer.example/a"),
        ("https://primer.example/ves\n  t", "https://primer.example/ves%20%20t"),
        ("https://primer.example/čaša", "https://primer.example/%C4%8Da%C5%A1a"),
        ("https://primer.example/%c4%8d%2F", "https://primer.example/%c4%8d%2F"),
        ("https://вести.example/", "https://xn--b1agj9af.example/"),
        ("https://primer.example/#!/vest/1", "https://primer.example/#!/vest/1"),
        ("https://primer.example\\@zlo.example/", "https://primer.example/@zlo.example/"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("https://primer.example/?a=1&&c=", "https://primer.example/?a=1&c="),
    ],
)
def test_a_link_becomes_its_canonical_address(link: str, address: str) -> None:
    assert canonical(link, BASE) == address


@pytest.mark.parametrize(
    "parameter",
    ["utm_source=x", "UTM_Medium=y", "fbclid=1", "gclid=1", "mc_cid=1", "ref=rss", "from=feed"],
)
def test_tracking_parameters_are_dropped(parameter: str) -> None:
    assert (
        canonical(f"https://primer.example/a?{parameter}&id=7") == "https://primer.example/a?id=7"
    )


@pytest.mark.parametrize("parameter", ["ref=12", "source=beta", "id=rss", "from=2026-11-01", "p"])
def test_parameters_that_may_choose_the_article_stay(parameter: str) -> None:
    link = f"https://primer.example/a?{parameter}"

    assert canonical(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@primer.example",
        "ftp://primer.example/a",
        "file:///etc/passwd",
        "",
        "https://",
        "https:///a",
        "https://primer.example:99999/",
        "https://primer.example:0/",
        "https://pri mer.example/",
        "https://%31/",
        "https://[::1/",
        "https://" + "a" * 64 + "ž.example/",
        "https://primer.example/" + "a" * MAX_URL,
        "https://primer.example/\x00a",
    ],
)
def test_what_is_no_web_address_is_none(link: str) -> None:
    assert canonical(link, BASE) == ""


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.primer.example/vesti/1",
        "https://m.primer.example/vesti/1/",
        "https://amp.primer.example/vesti/1",
        "https://primer.example/vesti/1/amp/",
        "https://primer.example/amp/vesti/1",
        "https://primer.example/vesti/1?amp=1",
        "https://primer.example/vesti/1?outputType=amp",
        "https://www.google.com/amp/s/m.primer.example/vesti/1",
        "https://primer-example.cdn.ampproject.org/c/s/primer.example/vesti/1/amp",
    ],
)
def test_variants_of_one_article_are_the_same(variant: str) -> None:
    assert same_article(canonical(variant)) == same_article("https://primer.example/vesti/1")


@pytest.mark.parametrize(
    "other",
    [
        "https://primer.example/vesti/2",
        "https://primer.example/Vesti/1",
        "https://primer.example/vesti/1?strana=2",
        "https://sport.primer.example/vesti/1",
        "https://primer.example:8443/vesti/1",
        "https://primer.example/#!/vesti/1",
    ],
)
def test_different_articles_stay_different(other: str) -> None:
    assert same_article(other) != same_article("https://primer.example/vesti/1")


def test_a_short_host_is_not_folded_away() -> None:
    assert same_article("https://m.example/a") == "m.example/a"
    assert same_article("") == ""


def test_a_site_is_told_from_an_article() -> None:
    assert is_root("https://primer.example/")
    assert not is_root("https://primer.example/?p=1")
    assert not is_root("https://primer.example/#!/1")


@given(st.text(st.characters()), st.sampled_from([BASE, ""]))
def test_any_text_gives_a_safe_address_or_none(link: str, base: str) -> None:
    url = canonical(link, base)

    assert len(url) <= MAX_URL
    assert url.isascii()
    assert url == "" or urlsplit(url).scheme in {"http", "https"}


@given(st.text(alphabet="ahtps:/?#&=.%!@\\[]čж m", max_size=40))
def test_a_canonical_address_is_its_own(rest: str) -> None:
    url = canonical("https://primer.example/" + rest)

    assert canonical(url) == url
    assert "\n" not in same_article(url)
