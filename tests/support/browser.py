"""People at a browser: what they do, and what went wrong there."""

from dataclasses import dataclass, field
from importlib.resources import files

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from support.site import PASSWORD, RunningSite

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Reader:
    """A person at a browser; what went wrong there is remembered."""

    page: Page
    site: RunningSite
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._asked)

    def go(self, address: str) -> None:
        self.page.goto(f"{self.site.url}{address}")

    def sign_in(self, name: str) -> None:
        self.go("/sign-in")
        self.page.locator("input[name=name]").fill(name)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("nav")

    def violations(self) -> list[str]:
        """Return what axe-core objects to on this page: WCAG 2.2, A and AA."""
        self.page.evaluate(AXE)
        found = self.page.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        return [
            f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def overflows(self) -> bool:
        """Say whether the page is wider than the window."""
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.site.url, "data:", "blob:")):
            self.faults.append(f"asked {request.url}")


@dataclass
class Browsers:
    """Makes readers, each with a browser window and cookies of their own."""

    chromium: Browser
    site: RunningSite
    made: list[Reader] = field(default_factory=list)

    def reader(
        self, width: int = 1280, *, dark: bool = False, scripts: bool = True, speaks: str = "en"
    ) -> Reader:
        context = self.chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale=speaks,
            accept_downloads=True,
        )
        reader = Reader(context.new_page(), self.site)
        self.made.append(reader)
        return reader
