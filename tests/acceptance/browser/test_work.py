"""The work of the people that this is for, in a browser, from signing in on."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

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

    expect(page.locator("h1")).to_contain_text("36 items, 1 narrative, 1 country")
    page.click("text=All of the coverage")
    expect(page.locator("#coverage")).to_be_visible()
    page.locator(".glance th a").first.click()
    page.locator("section.narrative h2 a").first.click()
    expect(page.locator("h1")).to_have_text("Open Balkan serves Serbian dominance")
    page.locator(".card h3 a").first.click()
    expect(page.locator("mark").first).to_be_visible()


def test_a_researchers_export(browsers: Browsers, tmp_path: Path) -> None:
    reader = browsers.reader()
    page = reader.page
    reader.sign_in("vera")
    page.click("nav >> text=Search")
    page.fill("#q", "отворени балкан")
    page.click("main button >> text=Search")

    expect(page.locator(".card")).to_have_count(30)
    page.click("text=Older")
    page.locator(".card").nth(30).wait_for()  # the policy forbids waiting by evaluated text
    with page.expect_download() as awaited:
        page.click("text=CSV")
    awaited.value.save_as(tmp_path / "hits.csv")
    text = (tmp_path / "hits.csv").read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(text, newline="")))) >= 35
    page.fill(".save input[name=name]", "Otvoreni Balkan")
    page.click(".save button")
    expect(page.locator(".saved li", has_text="Otvoreni Balkan")).to_have_count(1)


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
        expect(page.locator("[role=status]")).to_be_visible()

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
    expect(page.locator(".note")).to_contain_text("access refused")
    page.click("text=Try whether it answers")
    expect(page.locator("[role=status]")).to_contain_text("Probed just now")
    page.fill("input[name=url]", address)
    page.click("text=Try this address")
    expect(page.locator("[role=status]")).to_contain_text("it answers")
    page.click("text=Use this address from now on")
    page.click("text=Fetch now and store its items")
    expect(page.locator(".note")).to_contain_text("It answers.")


def test_the_four_journeys_go_without_scripts(browsers: Browsers, tmp_path: Path) -> None:
    reader = browsers.reader(390, scripts=False)
    page = reader.page
    reader.sign_in("rade")
    page.locator(".glance th a").first.click()  # a monitor's morning
    page.locator("section.narrative h2 a").first.click()
    page.locator("#latest .card h3 a").first.click()
    expect(page.locator("mark").first).to_be_visible()
    page.click("text=Review this")  # a reviewer's decisions
    page.wait_for_load_state()
    for _ in range(6):
        hit = page.locator("form[action^='/review/hits/'] button[value=unsure]")
        door = hit if hit.count() else page.locator("button[value=none]")
        with page.expect_navigation():
            door.first.click()
        expect(page.locator("[role=status]")).to_be_visible()
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
    expect(page).to_have_url(re.compile("cursor="))
    expect(page.locator(".card").first).to_be_visible()
    reader.go("/catalogue")
    page.fill("input[name=title]", "Dodik najavio referendum o otcepljenju Republike Srpske")
    page.click("main button >> text=Try")
    expect(page.locator("main .card").first).to_be_visible()
