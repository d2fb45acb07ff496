import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Final
from xml.etree import ElementTree as ET

import feedparser
import pytest
from markdown_it import MarkdownIt

from monitor.adapters.render import FORMATS, LANGUAGES, render
from monitor.domain.compose import compose
from monitor.domain.digest import Digest
from monitor.domain.errors import ConfigError
from monitor.domain.narrative import Narrative
from support.digests import (
    WINDOW,
    archived,
    blind_material,
    quiet_material,
    sample_material,
)

ZONE: Final = "Europe/Belgrade"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
HOSTILE: Final = (
    "<script>alert(1)</script> otvorenom Balkanu",
    "<img src=x onerror=alert(1)> otvorenom Balkanu",
    "{{7*7}} {% raw %} otvorenom Balkanu",
    "](https://evil.example) [otvorenom Balkanu](https://evil.example)",
    "prvi red\r\n\r\n# drugi red o otvorenom Balkanu",
    "\u202eukanaklaB monerovto o\u202c otvorenom Balkanu\u2066",
    "]]> &lt;b&gt; <![CDATA[ otvorenom Balkanu",
    "- [x] | `otvorenom Balkanu` | <https://evil.example> www.evil.example",
    "https://evil.example/otvorenom Balkanu a@evil.example",
    "\x00\x1b[31m \ud800 \ufffe otvorenom Balkanu",
    '" onmouseover="alert(1)" otvorenom Balkanu',
)


class Page(HTMLParser):
    """Collects the elements, the addresses and the text of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def sample() -> Digest:
    return compose(sample_material(), WINDOW)


def hostile() -> Digest:
    hits = tuple(
        replace(
            archived(
                item_id=number, outlet_id=f"o{number}", title=title, url="https://a.example/x"
            ),
            outlet_name=title,
            summary=title,
        )
        for number, title in enumerate(HOSTILE)
    )
    return compose(replace(quiet_material(), hits=hits), WINDOW)


def test_html_stands_alone_and_runs_nothing() -> None:
    page = Page(render(sample(), "html", "en", ZONE, "https://monitor.example"))

    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    links = [value or "" for name, value in page.attributes if name == "href"]
    assert links
    assert all(link.startswith(("https://", "#")) for link in links)


def test_html_loads_nothing_through_its_style() -> None:
    text = render(sample(), "html", "en", ZONE)

    style = text[text.index("<style>") : text.rindex("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "prefers-color-scheme:dark" in style


def test_html_of_five_thousand_hits_stays_below_a_hundred_thousand_bytes() -> None:
    names = [f"narrative-{number}" for number in range(27)]
    hits = [
        archived(
            names[number % 27],
            item_id=number,
            outlet_id=f"outlet-{number * 7 % 200}",
            title=f"Vest {number} o otvorenom Balkanu, iz zemlje i sveta, sa dodatkom",
            matched="mini šengen",
            summary="Дугачак увод у причу " * 20 + "mini šengen" + " и наставак" * 30,
            url=f"https://outlet.example/{number}/" + "put-do-teksta-" * 6,
        )
        for number in range(5000)
    ]
    catalogue = [Narrative(name, name * 3, "Words. " * 20, (), "", (), ()) for name in names]
    material = replace(sample_material(), hits=hits, narratives=catalogue)

    text = render(compose(material, WINDOW), "html", "sr-Cyrl", ZONE)

    assert len(text.encode()) < 100_000
    assert all(f'id="{name}"' in text for name in names)


def test_hostile_titles_are_text_in_html() -> None:
    page = Page(render(hostile(), "html", "en", ZONE))

    assert not {"script", "img"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.words
    assert "{{7*7}}" in page.words
    assert {value for name, value in page.attributes if name == "href"} == {"https://a.example/x"}


def test_hostile_titles_are_text_in_markdown() -> None:
    text = render(hostile(), "markdown", "en", ZONE)

    page = Page(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text))

    assert not {"script", "img", "code", "input"} & set(page.tags)
    assert {value for name, value in page.attributes if name == "href"} == {"https://a.example/x"}
    assert "<script>alert(1)</script>" in page.words
    assert "{{7*7}}" in page.words
    assert "{{7" not in text
    assert "https://evil" not in text.replace("\\", "/")
    assert page.tags.count("h1") == 1


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_lets_control_or_direction_marks_through(form: str) -> None:
    text = render(hostile(), form, "en", ZONE)

    assert not {"\x00", "\x1b", "\u202e", "\u2066", "\ud800", "\ufffe"} & set(text)
    assert text.encode()


def test_a_title_with_line_breaks_stays_on_its_line_in_text() -> None:
    text = render(hostile(), "text", "en", ZONE)

    assert not [line for line in text.splitlines() if line.startswith("#")]
    assert "prvi red # drugi red o *otvorenom Balkanu*" in text


def test_text_keeps_to_eighty_columns() -> None:
    for lang in LANGUAGES:
        lines = render(sample(), "text", lang, ZONE).splitlines()

        assert [line for line in lines if len(line) > 80 and "https://" not in line] == []


def test_atom_is_read_back_whole() -> None:
    text = render(sample(), "atom", "sr-Latn", ZONE, "https://monitor.example")

    feed = feedparser.parse(text.encode())

    assert not feed.bozo
    assert len(feed.entries) == 9
    assert len({entry.id for entry in feed.entries}) == 9
    assert all(entry.id and entry.updated and entry.title for entry in feed.entries)


def test_hostile_titles_are_text_in_atom() -> None:
    root = ET.fromstring(render(hostile(), "atom", "en", ZONE))  # noqa: S314 - our own document

    titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
    assert "<script>alert(1)</script> otvorenom Balkanu" in titles
    assert "]]> &lt;b&gt; <![CDATA[ otvorenom Balkanu" in titles
    contents = [entry.findtext(f"{ATOM}content") or "" for entry in root.iter(f"{ATOM}entry")]
    assert not {"script", "img"} & set(Page("".join(contents)).tags)


def test_an_entry_keeps_its_identifier_when_others_join_it() -> None:
    first = archived(item_id=1, outlet_id="a")
    later = archived(item_id=2, outlet_id="b", review="confirmed")
    alone = compose(replace(quiet_material(), hits=(first,)), WINDOW)
    joined = compose(replace(quiet_material(), hits=(first, later)), WINDOW)

    ids = [_ids(render(digest, "atom", "en", ZONE)) for digest in (alone, joined)]

    assert ids[0] == ids[1]


def _ids(text: str) -> list[str | None]:
    root = ET.fromstring(text)  # noqa: S314 - our own document
    return [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]


def test_json_holds_the_whole_digest() -> None:
    body = json.loads(render(sample(), "json", "en", ZONE))

    assert body["shape"] == 1
    assert body["window"] == {"since": "2026-11-23T06:00:00Z", "until": "2026-11-24T06:00:00Z"}
    assert [one["id"] for one in body["narratives"]] == [
        "open-balkan",
        "kfor-reinforcement",
        "rs-secession",
    ]
    assert body["coverage"]["blind_countries"] == ["AL"]
    lead = body["narratives"][0]["entries"][0]["lead"]
    assert {"text": "Ballkani i Hapur", "match": True} in lead["title_parts"]
    assert "A hit is a lead, not a verdict" in body["disclaimer"]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_quiet_day_reads_differently_from_a_blind_one(form: str) -> None:
    quiet = render(compose(quiet_material(), WINDOW), form, "en", ZONE)
    blind = render(compose(blind_material(), WINDOW), form, "en", ZONE)

    assert "Quiet: no narrative was found in 1,314 items." in quiet.replace("\n", " ")
    assert "Blind, not quiet: only 2 of 14 feeds answered" in blind.replace("\n", " ")


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_digest_says_that_a_hit_is_a_lead(form: str) -> None:
    text = render(sample(), form, "en", ZONE).replace("\n", " ")

    assert "A hit is a lead, not a verdict" in text
    assert "reviewed by a person: 2 of 11" in text


def test_a_digest_with_nothing_reviewed_says_so() -> None:
    digest = compose(replace(quiet_material(), hits=(archived(),)), WINDOW)

    assert "Found by a machine and reviewed by no one." in render(digest, "html", "en", ZONE)


@pytest.mark.parametrize(
    ("form", "lang", "zone"), [("pdf", "en", ZONE), ("text", "de", ZONE), ("text", "en", "Mars/X")]
)
def test_an_unknown_format_language_or_zone_is_refused_by_name(
    form: str, lang: str, zone: str
) -> None:
    with pytest.raises(ConfigError, match=r"pdf|de|Mars"):
        render(sample(), form, lang, zone)
