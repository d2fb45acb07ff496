"""The work of the people that this is for, in a browser, from signing in on."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.domain.digest import Window
from support.browser import Browsers


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
        key = ("c", "1", "u")[number % 3] if is_hit else "c"
        with page.expect_navigation():
            page.keyboard.press(key)
        assert page.locator("[role=status]").is_visible()

    with page.expect_navigation():
        page.keyboard.press("n")
    now = datetime.now(UTC)
    report = reader.site.app.quality.report(Window(now - timedelta(days=7), now))
    whole = report.overall
    assert whole.confirmed + whole.dismissed + whole.unsure >= 15


def test_an_operators_broken_feed_is_found(browsers: Browsers) -> None:
    reader = browsers.reader()
    page = reader.page
    reader.sign_in("olga")
    page.click("nav >> text=Feeds")
    page.click("a.failing")
    page.click("text=drini-lajme")

    assert "access refused" in page.inner_text(".note")
    page.click("text=Probe now")
    assert "Probed just now" in page.inner_text("[role=status]")


def test_everything_works_without_scripts(browsers: Browsers) -> None:
    reader = browsers.reader(390, scripts=False)
    page = reader.page
    reader.sign_in("rade")
    reader.go("/search?q=otvoreni")
    page.click("text=Older")
    page.wait_for_selector(".card")

    assert page.locator(".card").count() > 0
    reader.go("/review")
    page.locator("form button").first.click()
    assert page.locator("[role=status]").is_visible()
    reader.go("/catalogue")
    page.fill("input[name=title]", "Dodik najavio referendum o otcepljenju Republike Srpske")
    page.click("main button >> text=Try")
    assert page.locator("main .card").count() > 0
