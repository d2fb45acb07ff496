import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.parse.decode import decode
from monitor.adapters.parse.prolog import MAX_DETAIL, root_of
from monitor.domain.errors import ParseError

SUBSET = '<!DOCTYPE rss [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    "prolog",
    [
        SUBSET,
        "<!doctype rss[]>",
        f"<!-- a comment with <rss> in it -->{SUBSET}",
        f"<?xml version='1.0'?>\n<?style a?>{SUBSET}",
        '<!DOCTYPE rss PUBLIC "a > b" "c" [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!ENTITY a "b">',
        f"junk {SUBSET}",
    ],
)
def test_an_internal_subset_is_refused_wherever_it_hides(prolog: str) -> None:
    with pytest.raises(ParseError) as caught:
        root_of(f"{prolog}<rss/>")

    assert caught.value.reason == "dtd_refused"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_an_internal_subset_is_refused_in_every_encoding(encoding: str) -> None:
    document = f"<?xml version='1.0'?><!-- x -->{SUBSET}<rss><channel/></rss>".encode(encoding)

    with pytest.raises(ParseError) as caught:
        root_of(decode(document).text)

    assert caught.value.reason == "dtd_refused"


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        '<?xml version="1.0"?>\n',
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.example/r.dtd">',
        f"<!-- {SUBSET} -->",
        "<?x [ ?>",
    ],
)
def test_a_prolog_without_entities_is_accepted_and_dropped(prolog: str) -> None:
    root = root_of(f"{prolog}<rss version='0.91'>&a;</rss>")

    assert root.text == "<rss version='0.91'>&a;</rss>"
    assert root.name == "rss"
    assert root.is_clean


@pytest.mark.parametrize("junk", ["Warning: line 3\n", "\n\n", "<br />\n<b>Warning</b>: x<br />"])
def test_junk_before_the_root_is_skipped(junk: str) -> None:
    root = root_of(f"{junk}<?xml version='1.0'?><rdf:RDF>x</rdf:RDF>")

    assert root.text == "<rdf:RDF>x</rdf:RDF>"
    assert root.name == "rdf"
    assert root.is_clean == (not junk.strip())


@pytest.mark.parametrize(
    ("page", "detail"),
    [
        ("<!DOCTYPE html><html><title>Just a  moment</title>", "an HTML page: Just a moment"),
        ("<HTML><body>x", "an HTML page"),
        ("<head><title>Prijava</title></head>", "an HTML page: Prijava"),
        ("Not found", "no markup: Not found"),
        ("", "no markup"),
    ],
)
def test_a_page_is_no_feed_and_its_title_is_told(page: str, detail: str) -> None:
    with pytest.raises(ParseError) as caught:
        root_of(page)

    assert (caught.value.reason, caught.value.detail) == ("not_a_feed", detail)


@given(st.text(alphabet="<>![]?-'\"DOCTYPErsshtml \n&;", max_size=300))
def test_any_text_has_a_root_or_a_reason(text: str) -> None:
    found, detail = "<", ""
    try:
        found = root_of(text).text
    except ParseError as error:
        detail = error.detail

    assert found.startswith("<")
    assert len(detail) <= MAX_DETAIL + 40
