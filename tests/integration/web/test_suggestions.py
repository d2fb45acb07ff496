"""What reviews suggest, as the quality page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from monitor.domain.digest import Window
from monitor.domain.tuning import Backtest, Exclusion, Threshold
from monitor.services.quality import Quality, Report
from support.site import RunningSite


@dataclass(frozen=True)
class Suggesting:
    """The report as it is, and a suggestion of each kind."""

    real: Quality

    def report(self, window: Window) -> Report:
        test = Backtest(4, 3, 1, 2, 4, 0)
        level = Threshold("open-balkan", 70.0, 55.0, 0.71, 0.85, 40, test)
        words = Exclusion("open-balkan", "sport", "hbs", ("<b>turnir</b>",), 6, test)
        return replace(self.real.report(window), thresholds=[level], exclusions=[words])


@pytest.fixture
def site(open_site: RunningSite) -> Iterator[RunningSite]:
    real = open_site.app.quality
    open_site.app.__dict__["quality"] = Suggesting(real)
    yield open_site
    open_site.app.__dict__["quality"] = real


@pytest.mark.parametrize("lang", ["en", "sr-Cyrl", "sq"])
def test_the_page_shows_each_suggestion_with_its_backtest(site: RunningSite, lang: str) -> None:
    page = site.client().get("/quality", params={"ui": lang})

    assert page.status_code == 200
    assert "70 → <b>55</b>" in page.text
    assert "0.71 → 0.85" in page.text
    assert "&lt;b&gt;turnir&lt;/b&gt;" in page.text
