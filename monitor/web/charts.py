"""Charts as Vega-Lite: what a page draws is what it lets readers take away."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor.adapters.render import chart as charts
from monitor.adapters.render.language import Language
from monitor.domain.estimate import Estimate
from monitor.domain.propagation import Sighting

WIDTH: Final = 640
KEPT: Final = 256  # drawings; one takes some 50 ms and 20 kB
MOST_ROWS: Final = 30
# Readable on white and on black alike: a picture that is taken away meets either.
PAST, NOW, RISEN, WORDS = "#8b98a1", "#2b8cab", "#d9702b", "#7c8790"
_CYRILLIC: Final = frozenset({"sr-Cyrl", "mk", "ru", "bg"})
_ROLES: Final = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
Spec = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its data as a table. `address` is where it can be taken from, without ending."""

    title: str
    address: str
    spec: Spec
    head: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    query: str = ""

    @property
    def svg(self) -> Markup:
        """The drawing: numbers, and words that the drawing library escaped."""
        return Markup(_drawn(json.dumps(self.spec, sort_keys=True)))  # noqa: S704

    def at(self, form: str) -> str:
        """Return where the chart is to be had as svg, csv or json."""
        return f"{self.address}.{form}{f'?{self.query}' if self.query else ''}"


@lru_cache(KEPT)
def _drawn(spec: str) -> str:
    # The page names the picture as a whole; its parts have roles without names.
    return _ROLES.sub("", charts.svg(json.loads(spec)))


def day_bars(days: Sequence[tuple[date, int]], title: str, unit: str) -> Spec:
    """Return bars, one a day."""
    rows = [{"day": f"{day.isoformat()}T00:00:00Z", "count": count} for day, count in days]
    return _spec(
        title,
        110,
        rows,
        {
            "mark": {"type": "bar", "color": NOW},
            "encoding": {
                "x": _time("day", "%-d.%-m.", unit="utcyearmonthdate"),
                "y": _count("count", unit),
            },
        },
    )


def heat(cells: Sequence[tuple[str, str, int]], title: str) -> Spec:
    """Return a table of (row, column, count) whose cells are the fuller the more they count."""
    rows = [{"row": row, "column": column, "count": count} for row, column, count in cells]
    places = list(dict.fromkeys(row for row, _, _ in cells))
    top = max((count for _, _, count in cells), default=1)
    place = {
        "x": _names("column", list(dict.fromkeys(c for _, c, _ in cells)), at="top"),
        "y": _names("row", places),
    }
    shade = {
        "field": "count",
        "type": "quantitative",
        "scale": {"domain": [0, top], "range": [0.12, 0.9]},
        "legend": None,
    }
    return _spec(
        title,
        26 * max(len(places), 1),
        rows,
        {"mark": {"type": "rect", "color": NOW}, "encoding": place | {"opacity": shade}},
        {
            "mark": {"type": "text", "fontSize": 12},
            "encoding": place | {"text": {"field": "count"}},
        },
    )


def timeline(items: Sequence[Sighting], zone: ZoneInfo, lang: Language, title: str) -> Spec:
    """Return when each outlet's first item came, with a shape for each script."""
    firsts: dict[str, Sighting] = {}
    for one in items:
        firsts.setdefault(one.outlet_id, one)
    shown = list(firsts.values())[:MOST_ROWS]
    rows = [
        {
            "at": f"{one.first_seen_at.astimezone(zone):%Y-%m-%dT%H:%M:%S}Z",
            "outlet": _short(one.outlet_name),
            "script": _script(one.lang, lang),
        }
        for one in shown
    ]
    t = lang.text
    kinds = [t("Latin"), t("Cyrillic")]
    shape = {
        "field": "script",
        "type": "nominal",
        "scale": {"domain": kinds, "range": ["circle", "square"]},
        "legend": {"title": None, "orient": "top"},
    }
    colour = {"field": "script", "type": "nominal", "legend": {"title": None}} | {
        "scale": {"domain": kinds, "range": [NOW, RISEN]}
    }
    names = list(dict.fromkeys(row["outlet"] for row in rows))
    return _spec(
        title,
        20 * len(names) + 10,
        rows,
        {
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {
                "x": _time("at", _clock(shown)),
                "y": _names("outlet", names) | {"axis": _axis() | {"grid": True}},
                "shape": shape,
                "color": colour,
            },
        },
    )


def intervals(groups: Sequence[tuple[str, Estimate]], title: str) -> Spec:
    """Return shares with the intervals in which they lie, in percent, in the order given."""
    rows = [
        {
            "name": _short(name),
            "share": 100 * one.share,
            "low": 100 * one.low,
            "high": 100 * one.high,
        }
        for name, one in groups[:MOST_ROWS]
        if one.share is not None
    ]
    names = _names("name", list(dict.fromkeys(str(row["name"]) for row in rows)))
    scale = {"domain": [0, 100]}
    x = {"field": "low", "type": "quantitative", "scale": scale, "axis": _axis(), "title": "%"}
    return _spec(
        title,
        20 * max(len(rows), 1) + 6,
        rows,
        {
            "mark": {"type": "rule", "color": PAST, "strokeWidth": 2},
            "encoding": {"x": x, "x2": {"field": "high"}, "y": names},
        },
        {
            "mark": {"type": "point", "filled": True, "color": NOW, "size": 60, "opacity": 1},
            "encoding": {"x": x | {"field": "share"}, "y": names},
        },
    )


def _spec(title: str, height: int, rows: Sequence[Mapping[str, Any]], *layers: Spec) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": title,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": None,
        "padding": {"left": 2, "right": 8, "top": 6, "bottom": 2},
        "data": {"values": list(rows)},
        "layer": list(layers),
        "config": {
            "aria": False,  # one sentence speaks for the whole: half the bytes
            "view": {"stroke": None},
            "font": "Noto Sans, DejaVu Sans, Liberation Sans, sans-serif",
            "text": {"color": WORDS},
            "legend": {"labelColor": WORDS, "labelFontSize": 12},
        },
    }


def _axis() -> dict[str, object]:
    return {
        "labelColor": WORDS,
        "labelFontSize": 12,
        "titleColor": WORDS,
        "titleFontWeight": "normal",
        "domainColor": PAST,
        "gridColor": PAST,
        "gridOpacity": 0.25,
        "ticks": False,
        "labelPadding": 6,
        "labelLimit": 220,
    }


def _time(field: str, form: str, unit: str = "") -> dict[str, object]:
    axis = _axis() | {"format": form, "formatType": "time", "tickCount": 8, "grid": False}
    known: dict[str, object] = {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": axis,
    }
    unit_of: dict[str, object] = {"timeUnit": unit} if unit else {}
    return known | {"title": None} | unit_of


def _count(field: str, unit: str) -> dict[str, object]:
    axis = _axis() | {"tickCount": 3, "tickMinStep": 1, "domain": False, "format": "d"}
    return {"field": field, "type": "quantitative", "axis": axis, "title": unit}


def _names(field: str, order: Sequence[object], at: str = "") -> dict[str, object]:
    axis = _axis() | {"domain": False, "labelAngle": -25 if at else 0}
    axis |= {"orient": at} if at else {}
    return {"field": field, "type": "nominal", "sort": list(order), "axis": axis, "title": None}


def _clock(items: Sequence[Sighting]) -> str:
    moments = sorted(one.first_seen_at for one in items)
    is_short = not moments or moments[-1] - moments[0] < timedelta(hours=12)
    return "%H:%M" if is_short else "%-d.%-m. %H:%M"


def _script(code: str, lang: Language) -> str:
    t = lang.text
    return t("Cyrillic") if code in _CYRILLIC else t("Latin")


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"  # noqa: PLR2004 - a long row's head
