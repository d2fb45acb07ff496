"""The work of the people that this is for, in a browser, from signing in on."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from monitor.demo.server import serving
from monitor.demo.week import day, load_week
from monitor.domain.digest import Window
from monitor.domain.people import Role
from support.browser import Browsers, Reader
from support.site import running


def test_a_monitors_morning(browsers: Browsers) -> None:
    reader = browsers.reader()
    page = reader.page
    reader.sign_in("vera")

    assert "36 items, 1 narrative, 1 country" in page.inner_text("h1")
    page.click("text=All of the coverage")
    assert page.locator("#coverage").is_visible()
    page.locator(".glance th a").first.click()
    page.locator("section.narrative h2 a").first.click()
    assert page.inner_text("h1") == "Open Balkan serves Serbian dominance"
    page.locator(".card h3 a").first.click()
    assert page.locator("mark").first.is_visible()


def test_a_researchers_export(browsers: Browsers, tmp_path: Path) -> None:
    reader = browsers.reader()
    page = reader.page
    reader.sign_in("vera")
    page.click("nav >> text=Search")
    page.fill("#q", "отворени балкан")
    page.click("main button >> text=Search")
    page.wait_for_selector(".card")

    assert page.locator(".card").count() == 30
    page.click("text=Older")
    page.locator(".card").nth(30).wait_for()  # the policy forbids waiting by evaluated text
    with page.expect_download() as awaited:
        page.click("text=CSV")
    awaited.value.save_as(tmp_path / "hits.csv")
    text = (tmp_path / "hits.csv").read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(text, newline="")))) >= 35
    page.fill(".save input[name=name]", "Otvoreni Balkan")
    page.click(".save button")
    assert page.locator(".saved li", has_text="Otvoreni Balkan").count() == 1


def test_a_reviewers_twenty_decisions_by_keyboard(browsers: Browsers) -> None:
    reader = browsers.reader()
    page = reader.page
    reader.sign_in("rade")
    reader.go("/review")
    for number in range(20):
        is_hit = page.locator("form[action^='/review/hits/']:has(fieldset)").count() > 0
        key = ("c", "1", "u")[number % 3] if is_hit else "0"
        with page.expect_navigation():
            page.keyboard.press(key)
        assert page.locator("[role=status]").is_visible()

    with page.expect_navigation():
        page.keyboard.press("n")
    now = datetime.now(UTC)
    report = reader.site.app.quality.report(Window(now - timedelta(days=7), now))
    whole = report.overall
    assert whole.confirmed + whole.dismissed + whole.unsure >= 15


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (390, False)])
def test_an_operators_broken_feed_is_found_and_mended(
    chromium: Browser, tmp_path: Path, width: int, *, scripts: bool
) -> None:
    week, private = load_week(), {"allow_private_networks": "true"}
    with (
        serving(week, lambda: day(7).until) as base,
        running(tmp_path, ("olga", Role.OPERATOR), settings=private) as site,
    ):
        reader = Browsers(chromium, site).reader(width, scripts=scripts)
        mend(reader, f"{base}/{week[0].outlet.id}/feed")
        reader.page.context.close()

    assert reader.faults == []
    assert base in (tmp_path / "feeds.yaml").read_text(encoding="utf-8")


def mend(reader: Reader, address: str) -> None:
    """Find the feed that fails, and give it the address where it is now."""
    page = reader.page
    reader.sign_in("olga")
    page.click("nav >> text=Feeds")
    page.click("a.failing")
    page.locator("th a", has_text="Drini").click()
    assert "access refused" in page.inner_text(".note")
    page.click("text=Try whether it answers")
    assert "Probed just now" in page.inner_text("[role=status]")
    page.fill("input[name=url]", address)
    page.click("text=Try this address")
    assert "it answers" in page.inner_text("[role=status]")
    page.click("text=Use this address from now on")
    page.click("text=Fetch now and store its items")
    assert "It answers." in page.inner_text(".note")


def test_the_four_journeys_go_without_scripts(browsers: Browsers, tmp_path: Path) -> None:
    reader = browsers.reader(390, scripts=False)
    page = reader.page
    reader.sign_in("rade")
    page.locator(".glance th a").first.click()  # a monitor's morning
    page.locator("section.narrative h2 a").first.click()
    page.locator("#latest .card h3 a").first.click()
    assert page.locator("mark").first.is_visible()
    page.click("text=Review this")  # a reviewer's decisions
    for _ in range(6):
        hit = page.locator("form[action^='/review/hits/'] button[value=unsure]")
        door = hit if hit.count() else page.locator("button[value=none]")
        with page.expect_navigation():
            door.first.click()
        assert page.locator("[role=status]").is_visible()
    reader.go("/search?q=otvoreni")  # a researcher's export
    with page.expect_download() as awaited:
        page.click("text=CSV")
    awaited.value.save_as(tmp_path / "hits.csv")
    assert (tmp_path / "hits.csv").stat().st_size > 1_000


def test_everything_works_without_scripts(browsers: Browsers) -> None:
    reader = browsers.reader(390, scripts=False)
    page = reader.page
    reader.sign_in("rade")
    reader.go("/search?q=otvoreni")
    page.click("text=Older")
    page.wait_for_selector(".card")

    assert page.locator(".card").count() > 0
    reader.go("/catalogue")
    page.fill("input[name=title]", "Dodik najavio referendum o otcepljenju Republike Srpske")
    page.click("main button >> text=Try")
    assert page.locator("main .card").count() > 0
