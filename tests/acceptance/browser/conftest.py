"""A real browser on a real site. Without Chromium these tests are skipped, in CI they fail."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from monitor.domain.people import Role
from support.browser import Browsers
from support.site import RunningSite, running

HALTING = 0.05  # seconds: a test that does not wait for a whole page fails, on a quick machine too

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium here; `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    people = (("vera", Role.VIEWER), ("rade", Role.REVIEWER), ("olga", Role.OPERATOR))
    with running(tmp_path_factory.mktemp("browser"), *people, halting=HALTING) as site:
        yield site


@pytest.fixture
def browsers(chromium: Browser, site: RunningSite) -> Iterator[Browsers]:
    """Readers; at the end none may have met an error or asked for anything elsewhere."""
    made = Browsers(chromium, site)
    yield made
    for reader in made.made:
        reader.page.context.close()
        assert reader.faults == []
