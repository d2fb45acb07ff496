"""What is drawn on pages: data gathered for each chart."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from monitor.adapters.render import chart as digest_chart
from monitor.adapters.render.language import Language
from monitor.domain.digest import Digest, Window
from monitor.domain.errors import NotFoundError
from monitor.domain.excerpt import plain
from monitor.domain.health import Health
from monitor.domain.propagation import Sighting
from monitor.domain.quality import Group
from monitor.ports.reading import Tally
from monitor.web import charts
from monitor.web.charts import Chart

FORMS: Final = ("svg", "csv", "json")


def narrative_days(
    tallies: Sequence[Tally], narrative: str, window: Window, days: int, lang: Language
) -> Chart:
    """Draw how many items a day carried a narrative."""
    t = lang.text
    rows = list(zip(_days(window.until, days), daily(tallies, window.until, days), strict=True))
    title = t("Items a day")
    spec = charts.day_bars(rows, title, t("items"))
    head = t("day"), t("items")
    return Chart(
        title,
        f"/charts/narrative-days/{narrative}",
        spec,
        head,
        tuple((day.isoformat(), count) for day, count in rows),
        urlencode({"days": days}),
    )


def narrative_places(
    cells: Sequence[tuple[str, str, int]], narrative: str, days: int, lang: Language
) -> Chart:
    """Draw in which countries and languages a narrative was carried."""
    t = lang.text
    named = [(lang.country(place), lang.language(code), count) for place, code, count in cells]
    title = t("Countries and languages")
    return Chart(
        title,
        f"/charts/narrative-places/{narrative}",
        charts.heat(named, title),
        (t("Country"), t("Language"), t("items")),
        tuple(named),
        urlencode({"days": days}),
    )


def story(items: Sequence[Sighting], number: int, lang: Language) -> Chart:
    """Draw when each outlet brought a story first."""
    t = lang.text
    title = t("First seen, by outlet")
    return Chart(
        title,
        f"/charts/story/{number}",
        charts.timeline(items, lang.zone, lang, title),
        (t("first seen"), t("Outlet"), t("Country"), t("Language")),
        tuple(
            (
                one.first_seen_at.isoformat(timespec="seconds"),
                plain(one.outlet_name),
                lang.country(one.country),
                lang.language(one.lang),
            )
            for one in items
        ),
    )


def feed(health: Health, now: datetime, lang: Language) -> Chart:
    """Draw how many new items a feed brought a day."""
    t = lang.text
    days = _days(now, len(health.new_per_day))
    rows = list(zip(days, health.new_per_day, strict=True))
    title = t("New items a day")
    return Chart(
        title,
        f"/charts/feed/{health.feed.id}",
        charts.day_bars(rows, title, t("items")),
        (t("day"), t("items")),
        tuple((day.isoformat(), count) for day, count in rows),
    )


def quality(
    groups: Sequence[Group], by: str, days: int, named: Callable[[str], str], lang: Language
) -> Chart:
    """Draw the precision of groups of hits, each with its interval."""
    t = lang.text
    rows = [(named(one.name), one.reviewed) for one in groups if one.reviewed.share is not None]
    title = t("precision of reviewed hits")
    return Chart(
        title,
        f"/charts/quality/{by}",
        charts.intervals(rows, title),
        (t("name"), t("precision, %"), t("from, %"), t("to, %"), t("decided")),
        tuple(
            (name, _percent(one.share or 0), _percent(one.low), _percent(one.high), one.n)
            for name, one in rows
        ),
        urlencode({"days": days}),
    )


def digest(found: Digest, key: str, country: str, lang: Language) -> Chart | None:
    """Draw all narratives together as a digest does; None where too little is known."""
    t = lang.text
    spec = digest_chart.spec(found, lang)
    if spec is None:
        return None
    values = spec["data"]
    assert isinstance(values, Mapping)  # noqa: S101 - our own spec
    return Chart(
        t("Hits of all narratives"),
        f"/charts/digest/{key}",
        spec,
        (t("day"), t("hits")),
        tuple((row["day"], row["count"]) for row in values["values"]),
        urlencode({"country": country}) if country else "",
    )


def worst_first(groups: Sequence[Group]) -> list[Group]:
    """Return the groups that somebody looked at, the least precise first."""
    seen = [row for row in groups if row.confirmed + row.dismissed + row.unsure]
    return sorted(
        seen,
        key=lambda row: (row.reviewed.share if row.reviewed.share is not None else 2, row.name),
    )


def daily(tallies: Sequence[Tally], until: datetime, days: int) -> list[int]:
    """Return the count of each of the last days, the present one last."""
    counted = {one.key: one.items for one in tallies}
    return [counted.get(day.isoformat(), 0) for day in _days(until, days)]


def known(chart: Chart | None) -> Chart:
    """Return the chart. Raises NotFoundError where there is none."""
    if chart is None:
        raise NotFoundError("too little is known yet to draw this")
    return chart


def _days(until: datetime, days: int) -> list[date]:
    return [(until - timedelta(days=back)).date() for back in range(days)][::-1]


def _percent(share: float) -> float:
    return round(100 * share, 1)
