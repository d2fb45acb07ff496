import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from monitor.adapters.opinion_rows import SqlOpinions
from monitor.domain.opining import Judgement
from monitor.web.page import environment
from support.site import RunningSite
from support.small_embedder import WordEmbedder

ADDRESSES = (
    "/",
    "/search",
    "/search?q=balkan",
    "/search?items=true",
    "/items/EDITED",
    "/stories/EDITED",
    "/narratives",
    "/narratives/open-balkan",
    "/review",
    "/quality",
    "/quality?by=rule",
    "/feeds",
    "/feeds/drini-lajme",
    "/digests",
    "/catalogue",
    "/catalogue?narrative=open-balkan",
    "/settings",
    "/method",
    "/sign-in",
)
LANGUAGES = ("en", "sr-Latn", "sr-Cyrl", "bs", "cnr", "mk", "sq")


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("address", ADDRESSES)
def test_feed_text_stays_text_and_nothing_is_inline(open_site: RunningSite, address: str) -> None:
    answer = open_site.client().get(address.replace("EDITED", str(open_site.edited)))

    assert answer.status_code == 200, answer.text[:500]
    elements = Elements(answer.text).seen
    assert {(attrs.get("src") or "")[:8] for tag, attrs in elements if tag == "script"} == {
        "/static/"
    }
    assert not [tag for tag, _ in elements if tag in {"img", "style", "iframe", "object"}]
    for _, attrs in elements:
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        assert not (attrs.get("href") or "").lower().startswith(("javascript:", "data:"))
    assert "49" not in re.findall(r"HYPERLINK[^<]*", answer.text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_small_and_have_one_heading(open_site: RunningSite, address: str) -> None:
    page = open_site.client().get(address.replace("EDITED", str(open_site.edited)))

    assert len(page.content) < 200_000
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_once_chosen_stays(open_site: RunningSite, lang: str) -> None:
    client = open_site.client()
    client.get(f"/method?ui={lang}")

    tag = "sr-Latn-ME" if lang == "cnr" else lang
    assert f'<html lang="{tag}">' in client.get("/search").text


@pytest.mark.parametrize(
    ("header", "lang"),
    [("sq-AL,sq;q=0.9", "sq"), ("sr-RS", "sr-Cyrl"), ("hr", "bs"), ("fr,de", "en"), ("", "en")],
)
def test_the_browsers_language_is_spoken(open_site: RunningSite, header: str, lang: str) -> None:
    page = open_site.client(**{"accept-language": header}).get("/method")

    assert f'<html lang="{lang}">' in page.text


def test_evidence_is_marked_where_it_stands(open_site: RunningSite) -> None:
    page = open_site.client().get(f"/items/{open_site.first}").text

    assert "<mark>Otvoreni Balkan</mark> ne služi" in page


def test_an_edit_is_shown_word_by_word(open_site: RunningSite) -> None:
    page = open_site.client().get(f"/items/{open_site.edited}").text

    assert "<ins>Sasvim nov naslov" in page
    assert "<del>" in page


def test_a_narratives_page_says_who_was_first_in_our_feeds(open_site: RunningSite) -> None:
    page = open_site.client().get("/narratives/open-balkan").text

    spread = page[page.rindex("How it spread") :]
    assert "first in our feeds, which is not the origin" in spread
    assert "Serbia" in spread


@pytest.mark.parametrize("address", ["/narratives/open-balkan", "/items/FIRST"])
def test_what_fact_checkers_say_stands_with_the_claim(open_site: RunningSite, address: str) -> None:
    page = open_site.client().get(address.replace("FIRST", str(open_site.first))).text

    answers = page[page.index("Fact-checks that speak to it") :]
    assert "Netačno: Otvoreni Balkan ne služi nikome" in answers
    assert "Provera" in answers
    assert 'href="https://provera.example/n"' in answers


def test_a_story_is_found_by_its_item_and_nothing_else(open_site: RunningSite) -> None:
    client = open_site.client()

    assert f'href="/items/{open_site.first}"' in client.get(f"/stories/{open_site.first}").text
    assert client.get("/stories/17").status_code == 404
    assert client.get(f"/stories/{10**30}").status_code == 404


def test_a_search_is_read_on_to_its_end(open_site: RunningSite) -> None:
    client = open_site.client()
    first = client.get("/search?q=otvoreni").text
    onward = re.search(r'href="(/search\?[^"]*cursor=[^"]+)"', first)

    assert onward
    rest = client.get(onward[1].replace("&amp;", "&"), headers={"hx-request": "true"}).text
    assert "<html" not in rest
    assert first.count('class="card"') == 30
    assert rest.count('class="card"') > 0
    assert "cursor=" not in rest


@pytest.mark.parametrize(
    "address",
    ["/search?since=soon", "/search?grade=x", "/?day=x", "/search?cursor=x", "/?day=0001-01-01"],
)
def test_what_cannot_be_understood_is_said_and_not_guessed(
    open_site: RunningSite, address: str
) -> None:
    assert open_site.client().get(address).status_code == 400


def test_a_text_is_tried_on_the_catalogue(open_site: RunningSite) -> None:
    form = {"title": "Dodik najavio referendum o otcepljenju Republike Srpske"}
    page = open_site.client().post("/catalogue", data=form).text

    assert "/narratives/rs-secession" in page


@pytest.mark.parametrize("form", ["html", "text", "markdown", "json", "atom"])
def test_a_digest_is_previewed_in_every_form(open_site: RunningSite, form: str) -> None:
    answer = open_site.client().get(f"/digests/2026-11-26?lang=sq&form={form}")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"] or form != "html"


def test_a_feed_that_fails_says_why(open_site: RunningSite) -> None:
    client = open_site.client()

    assert "access refused" in client.get("/feeds?state=failing").text
    assert "drini-lajme" not in client.get("/feeds?state=ok").text
    assert "answered 403" in client.get("/feeds/drini-lajme").text


@pytest.mark.parametrize(
    "chart",
    [
        "narrative-days/open-balkan",
        "narrative-places/open-balkan",
        "story/EDITED",
        "feed/primer-vesti",
        "quality/narrative",
    ],
)
def test_a_chart_can_be_taken_away_as_it_is_drawn(open_site: RunningSite, chart: str) -> None:
    client, address = open_site.client(), chart.replace("EDITED", str(open_site.edited))
    spec = client.get(f"/charts/{address}.json?days=30").json()
    drawn = client.get(f"/charts/{address}.svg?days=30")
    table = client.get(f"/charts/{address}.csv?days=30")

    assert spec["$schema"].endswith("vega-lite/v5.json")
    assert "url" not in spec["data"]
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")
    assert "<script" not in drawn.text
    assert "text/csv" in table.headers["content-type"]


@pytest.mark.parametrize(
    "address", ["nope/x.svg", "story/0.svg", "feed/nope.csv", "quality/x.json", "story/1.exe"]
)
def test_there_is_no_other_chart(open_site: RunningSite, address: str) -> None:
    assert open_site.client().get(f"/charts/{address}").status_code == 404


def test_a_narratives_chart_stands_on_its_page(open_site: RunningSite) -> None:
    page = open_site.client().get("/narratives/open-balkan").text

    assert page.count("<svg") >= 2
    assert "/charts/narrative-days/open-balkan.csv?days=90" in page


def test_pages_say_how_to_cite_what_they_show(open_site: RunningSite) -> None:
    client, app = open_site.client(), open_site.app
    names, matcher = app.exporting.share.names, app.matcher
    (hit,) = app.reading.hits_of(open_site.first)
    versions = f"Catalogue {matcher.catalogue_version}, matcher {matcher.matcher_version}"

    item = client.get(f"/items/{hit.item_id}").text
    story = client.get(f"/stories/{hit.story_id}").text
    narrative = client.get("/narratives/open-balkan").text
    digests = client.get("/digests").text

    assert f"urn:uuid:{names.hit(hit.hit_id)}" in item
    assert f"Catalogue {hit.catalogue_version}, matcher {hit.matcher_version}" in item
    assert f"urn:uuid:{names.story(int(hit.story_id))}" in story
    assert versions in narrative
    assert digests.count("digest urn:uuid:") == 14
    assert "<script>alert" not in item + story


def test_digests_of_every_month_that_is_kept_are_listed(open_site: RunningSite) -> None:
    client = open_site.client()
    last = client.get("/digests").text
    months = re.findall(r'<option value="(\d{4}-\d\d)"', last)
    this = client.get("/digests", params={"month": months[0]}).text
    before = client.get("/digests", params={"month": "2001-05"}).text
    wrong = client.get("/digests", params={"month": "x"})

    days = re.findall(r'href="/digests/(\d{4}-\d\d-\d\d)\?lang=en"', this)
    assert days == sorted(days, reverse=True)
    assert all(day.startswith(months[0]) for day in days)
    assert '<td class="num">36</td>' in last  # all but the fact-check of last week: what was found
    assert "Nothing is kept of this month" in before
    assert wrong.status_code == 400


def test_more_like_an_item_are_those_that_read_alike(open_site: RunningSite) -> None:
    client, app, asked = open_site.client(), open_site.app, open_site.first
    unread = client.get(f"/items/{asked}/like")
    book = SqlOpinions(app.database, ("c", "m"))
    items = book.waiting("v", datetime.now(UTC) - timedelta(days=1), 5)
    titles = [one.passage.title for one in items]
    vectors = WordEmbedder().embed(titles)
    book.keep("words/1", {o.content_hash: v for o, v in zip(items, vectors, strict=True)})
    book.commit(
        "v", [Judgement(o.item_id, o.content_hash, (), {}) for o in items], datetime.now(UTC)
    )

    page = client.get(f"/items/{items[0].item_id}/like")

    assert unread.status_code == 404
    assert page.status_code == 200
    assert page.text.count('<article class="card"') == 1  # the others are of its own story
    assert "<script>alert" not in page.text
    assert client.get("/items/7/like").status_code == 404


def test_a_spark_has_each_bar_in_its_own_place() -> None:
    spark = environment().get_template("_parts.html.j2").module.spark([0, 2, 0, 4], "four days")  # type: ignore[attr-defined]

    assert re.findall(r"M(\d+) ", str(spark)) == ["5", "15"]
