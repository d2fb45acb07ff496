"""The pictures of the guides: the pages on the sample week, at its end.

`monitor demo --out out/demo`, then `PYTHONPATH=.:tests python -m support.screenshots out/demo`
writes them anew; look at them before you keep them.
"""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from monitor.app import App, build
from monitor.app.pulse import of_pages
from monitor.demo.week import day
from monitor.ports import Filters
from monitor.settings import load
from monitor.web.pace import Pace
from monitor.web.server import create

FOLDER: Final = Path(__file__).parents[2] / "docs" / "screenshots"
WIDE, NARROW = (1000, 720), (390, 720)


class Stopped:
    """A clock that stands at the end of the sample week."""

    def now(self) -> datetime:
        return day(7).until

    def sleep(self, wait: timedelta) -> None:
        time.sleep(max(wait.total_seconds(), 0))


@contextmanager
def served(app: App) -> Iterator[str]:
    """Serve the pages on a free port of this machine."""
    site = create(app, of_pages(app), pace=Pace(1e6, 10**6))
    server = uvicorn.Server(uvicorn.Config(site, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def pictures(app: App) -> dict[str, tuple[str, tuple[int, int], bool]]:
    """Return address, size and darkness of each picture by its name."""
    hit = max(app.search_hits(Filters(), 50, "").rows, key=lambda one: one.story_size)
    failing = next(one for one in app.feed_tools.health() if one.failures)
    return {
        "today": ("/", WIDE, False),
        "search": ("/search?q=otvoreni+balkan", WIDE, False),
        "item": (f"/items/{hit.item_id}", WIDE, False),
        "review": (f"/review?look={hit.hit_id}", WIDE, False),
        "feeds": ("/feeds", WIDE, False),
        "feed": (f"/feeds/{failing.feed.id}", WIDE, False),
        "digests": ("/digests", WIDE, False),
        "phone": ("/?ui=sr-Cyrl", NARROW, True),
    }


def take(browser: Browser, base: str, app: App) -> None:
    """Take all pictures."""
    for name, (address, (width, height), dark) in pictures(app).items():
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        page = context.new_page()
        page.goto(f"{base}{address}")
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()


def main(home: Path) -> None:
    """Write the pictures."""
    FOLDER.mkdir(exist_ok=True)
    flags = {"database_url": f"sqlite:///{home}/monitor.db"}
    if (home / "feeds.yaml").exists():
        flags["feeds"] = str(home / "feeds.yaml")
    app = build(load({}, flags), Stopped())
    with served(app) as base, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take(browser, base, app)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
