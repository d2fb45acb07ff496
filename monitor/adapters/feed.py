"""A subscription's own Atom feed (RFC 4287): one entry a digest, at its hour."""

from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from monitor.adapters.render.atom import ATOM
from monitor.adapters.render.language import language
from monitor.domain.subscription import Subscription
from monitor.domain.text import strip_illegal
from monitor.ports.delivery import Published


def subscription_feed(to: Subscription, published: Sequence[Published], base_url: str = "") -> str:
    """Return the feed; an entry keeps its id and words for good."""
    lang = language(to.lang, to.zone)
    name = lang.text("Western Balkans narrative monitor")
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": lang.code})
    updated = max((one.at for one in published), default=to.started_at)
    _text(root, "id", f"tag:narrative-monitor,2026:{to.id}:{to.started_at:%Y%m%d%H%M%S}")
    _text(root, "title", name)
    _text(root, "updated", _instant(updated))
    _text(ET.SubElement(root, "author"), "name", name)
    if base_url:
        ET.SubElement(root, "link", {"rel": "alternate", "href": base_url})
    for one in published:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", f"urn:digest:{one.name}")
        _text(entry, "title", f"{name}, {lang.day(one.due_at)}")
        _text(entry, "published", _instant(one.due_at))
        _text(entry, "updated", _instant(one.at))
        content = ET.SubElement(entry, "content", {"type": "html"})
        content.text = strip_illegal(one.page)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
