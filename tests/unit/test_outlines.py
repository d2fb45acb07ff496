from typing import Any

import pytest

import make
from monitor.domain.feed import FeedType, OutletKind
from monitor.domain.outlines import Group, ImportPlan, Outline, plan_import

LISTED = make.feed()


def plan(*outlines: Outline) -> ImportPlan:
    return plan_import(outlines, [LISTED], [LISTED.outlet])


def outline(url: str = "https://drina.example/rss", **given: Any) -> Outline:
    values: dict[str, Any] = {"url": url, "line": 7, "title": "Drina danas"}
    return Outline(**values | given)


def test_a_feed_without_a_group_gets_an_outlet_of_its_own() -> None:
    (added,) = plan(outline(language="sr-latn-RS")).added

    feed = added.feed
    assert (feed.id, feed.outlet.id, feed.outlet.name) == (
        "drina-danas-feed", "drina-danas", "Drina danas",
    )  # fmt: skip
    assert (feed.outlet.country, feed.outlet.kind) == ("INT", OutletKind.PRIVATE)
    assert feed.outlet.languages == ("sr-Latn",)


def test_a_language_that_is_not_told_is_left_to_each_text() -> None:
    (added,) = plan(outline(language="klingon")).added

    assert added.feed.outlet.languages == ("und",)


def test_a_group_is_an_outlet_and_the_listed_one_where_names_agree() -> None:
    primer, drina = Group("PRIMER"), Group("Drina danas", homepage="https://drina.example")
    found = plan(
        outline("https://primer.example/sport.xml", title="Sport", group=primer),
        outline("https://drina.example/1", title="Vesti", group=drina),
        outline("https://drina.example/2", title="Sport", group=drina),
    )

    outlets = [one.feed.outlet for one in found.added]
    assert outlets[0] == LISTED.outlet
    assert outlets[1] is outlets[2]
    assert [one.feed.id for one in found.added] == [
        "primer-sport", "drina-danas-vesti", "drina-danas-sport",
    ]  # fmt: skip


def test_two_outlets_of_one_name_remain_two_and_ids_are_unique() -> None:
    found = plan(outline("https://a.example/"), outline("https://b.example/"))

    feeds = [one.feed for one in found.added]
    ids = [feed.id for feed in feeds] + [feed.outlet.id for feed in feeds]
    assert len(set(ids)) == 4


def test_what_the_list_has_is_known_whatever_the_spelling() -> None:
    found = plan(outline("HTTPS://Primer.example:443/rss?utm_source=x"))

    assert [one.feed_id for one in found.known] == [LISTED.id]
    assert not found.added


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", " java\tscript:x", "data:,x", "//drina.example/", "ftp://x/", "", "x"],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    (refused,) = plan(outline(url)).refused

    assert (refused.line, refused.reason) == (7, "not an http or https address")


def test_a_second_outline_of_one_address_is_refused_with_the_line_of_the_first() -> None:
    found = plan(outline(), outline("https://drina.example/rss#x", line=9))

    (refused,) = found.refused
    assert (len(found.added), refused.line, refused.reason) == (1, 9, "duplicate of line 7")


def test_credentials_are_taken_off_and_shown_nowhere() -> None:
    found = plan(
        outline("https://user:canary-secret@drina.example/rss"),
        outline("ftp://user:canary-secret@drina.example/rss"),
    )

    (added,) = found.added
    assert (added.feed.url, added.had_credentials) == ("https://drina.example/rss", True)
    assert "canary-secret" not in repr(found)


def test_facts_of_our_own_export_come_back() -> None:
    group = Group("Glas", "glas", "ME", ("cnr", "sq"), "agency", "https://glas.example/")
    given = outline(group=group, id="glas-mapa", type="news-sitemap", enabled=False, note="ne radi")

    feed = plan(given).added[0].feed

    assert (feed.id, feed.type, feed.enabled, feed.note) == (
        "glas-mapa", FeedType.NEWS_SITEMAP, False, "ne radi",
    )  # fmt: skip
    assert (feed.outlet.id, feed.outlet.country, feed.outlet.kind) == (
        "glas", "ME", OutletKind.AGENCY,
    )  # fmt: skip
    assert feed.outlet.languages == ("cnr", "sq")


def test_made_up_facts_are_left_out() -> None:
    group = Group("Glas", "Not An Id!", "Narnia", ("klingon",), "bad", "javascript:x")

    feed = plan(outline(group=group, id="../../x", type="exe")).added[0].feed

    assert (feed.outlet.id, feed.outlet.country, feed.outlet.homepage) == ("glas", "INT", "")
    assert (feed.outlet.kind, feed.type) == (OutletKind.PRIVATE, FeedType.FEED)
    assert feed.id == "glas-drina-danas"


def test_an_odd_spelling_of_an_address_becomes_the_canonical_one() -> None:
    (added,) = plan(outline("https://drina.example/a b\u2028c")).added

    assert added.feed.url == "https://drina.example/a%20b%E2%80%A8c"
