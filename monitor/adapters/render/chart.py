"""The digest's small chart: one Vega-Lite spec, drawn as PNG for mail and as SVG for pages."""

import hashlib
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Final

from monitor.adapters.render.language import Language
from monitor.adapters.render.wording import Period, period
from monitor.domain.digest import Digest
from monitor.domain.movement import MIN_HISTORY

WIDTH: Final = 350  # a phone's; wider screens stretch it
HEIGHT: Final = 56
SCALE: Final = 2
MAX_BARS: Final = 15
# Readable on white and on black alike: nobody knows the reader's background.
_PAST, _NOW, _RISEN, _WORDS = "#8b98a1", "#2b8cab", "#d9702b", "#7c8790"

_SIZE: Final = re.compile(r' (?:width|height|class|version)="[^"]*"')
_CLIP: Final = re.compile(r"(?<=[\"#])clip\d+(?=[\")])")

Spec = Mapping[str, object]


def spec(digest: Digest, lang: Language) -> Spec | None:
    """Return the chart of all narratives together, or None where too little is known."""
    overall = digest.overall
    if overall is None or overall.usual is None or len(overall.past) < MIN_HISTORY:
        return None
    values = (*overall.past, overall.now)[-MAX_BARS:]
    last = len(values) - 1
    window = digest.window
    rows = [
        {
            "place": place,
            "day": _label(lang, digest, last - place),
            "count": count,
            "shown": lang.number(count) if place == last else "",
            "when": "now" if place == last else "past",
        }
        for place, count in enumerate(values)
    ]
    now = _RISEN if overall.now >= 2 * overall.usual and overall.now > overall.usual else _NOW
    x = {"field": "place", "type": "ordinal", "axis": _axis([row["day"] for row in rows])}
    y = {"field": "count", "type": "quantitative", "axis": None}
    colour = {
        "field": "when",
        "type": "nominal",
        "scale": {"domain": ["past", "now"], "range": [_PAST, now]},
        "legend": None,
    }
    usual = {"datum": overall.usual, "type": "quantitative", "axis": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": f"{lang.iso(window.since)} – {lang.iso(window.until)}",
        "width": WIDTH - 10,
        "height": HEIGHT,
        "background": None,
        "padding": {"left": 2, "right": 2, "top": 12, "bottom": 2},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {
                    "type": "bar",
                    "cornerRadiusEnd": 2,
                    "width": min(18, WIDTH // len(rows) - 5),
                },
                "encoding": {"x": x, "y": y, "color": colour},
            },
            {
                "mark": {"type": "rule", "strokeDash": [3, 3], "color": _WORDS},
                "encoding": {"y": usual},
            },
            {
                "mark": {"type": "text", "dy": -7, "fontSize": 13, "fontWeight": "bold"},
                "encoding": {"x": x, "y": y, "text": {"field": "shown"}, "color": {"value": now}},
            },
        ],
        "config": {
            "view": {"stroke": None},
            "font": "Noto Sans, DejaVu Sans, Liberation Sans, sans-serif",
            "scale": {"bandPaddingInner": 0.25},
        },
    }


def png(chart: Spec) -> bytes:
    """Draw it for mail."""
    import vl_convert  # noqa: PLC0415 - it brings a whole JavaScript engine

    return _packed(bytes(vl_convert.vegalite_to_png(dict(chart), scale=SCALE)))


def svg(chart: Spec) -> str:
    """Draw it for a page."""
    import vl_convert  # noqa: PLC0415 - as above

    drawn = _named(str(vl_convert.vegalite_to_svg(dict(chart))))
    head, _, rest = drawn.partition(">")
    return f'{_SIZE.sub("", head)} class="s">{rest}'  # as wide as there is room


def _named(drawn: str) -> str:
    """Name clips after the drawing: the library counts those of all that a process ever drew."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(_CLIP.findall(drawn)), 1)}
    content = _CLIP.sub(lambda clip: f"{numbers[clip[0]]}", drawn).encode()
    key = hashlib.blake2b(content, digest_size=3).hexdigest()
    return _CLIP.sub(lambda clip: f"c{key}-{numbers[clip[0]]}", drawn)


def _packed(image: bytes) -> bytes:
    """Compress a PNG's pixels anew as well as can be: the drawing library is in a hurry."""
    chunks, at = [image[:8]], 8
    pixels = b""
    while at < len(image):
        (length,) = struct.unpack_from(">I", image, at)
        kind, body = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        at += length + 12
        if kind == b"IDAT":
            pixels += body
            continue
        if kind == b"IEND":
            chunks.append(_chunk(b"IDAT", zlib.compress(zlib.decompress(pixels), 9)))
        if kind in {b"IHDR", b"PLTE", b"tRNS", b"IEND"}:
            chunks.append(_chunk(kind, body))
    return b"".join(chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + check


def _label(lang: Language, digest: Digest, back: int) -> str:
    instant = digest.window.last - back * digest.window.length
    if period(digest.window) is Period.DAY:
        return lang.day_number(instant)
    return lang.short_day(instant) if back % 3 == 0 else ""


def _axis(labels: list[object]) -> dict[str, object]:
    quoted = ", ".join(f"'{label}'" for label in labels)
    return {
        "labelExpr": f"[{quoted}][datum.value]",
        "labelAngle": 0,
        "labelColor": _WORDS,
        "labelFontSize": 10.5,
        "labelOverlap": False,
        "title": None,
        "ticks": False,
        "domainColor": _PAST,
    }
