"""The digest as an Atom feed (RFC 4287): one entry for each entry of a narrative."""

import html
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

from monitor.adapters.render.language import Language
from monitor.adapters.render.view import EntryView, SectionView, build_view
from monitor.domain.digest import Digest, Entry, Marked, Section

ATOM: Final = "http://www.w3.org/2005/Atom"
# Every identifier that feed readers remember hangs on it: it never changes.
_SPACE: Final = UUID("6f3d9b0e-6e57-5d0b-9a35-2b1f0a7c4e11")


def render_atom(digest: Digest, lang: Language, base_url: str = "") -> str:
    """Return the feed as an XML document.

    An entry keeps its identifier from digest to digest, as long as its narrative and the oldest
    of its items stay the same.
    """
    view = build_view(digest, lang, base_url)
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": view.lang})
    _text(root, "id", _urn(f"feed {base_url}"))
    _text(root, "title", view.name)
    _text(root, "subtitle", view.headline)
    _text(root, "updated", _instant(digest.window.until))
    _text(root, "rights", f"{view.disclaimer} {view.reviewed}".rstrip())
    _text(ET.SubElement(root, "author"), "name", view.name)
    if base_url:
        ET.SubElement(root, "link", {"rel": "alternate", "href": base_url})
    for section, words in zip(digest.sections, view.sections, strict=True):
        for entry, shown in zip(section.entries, words.entries, strict=True):
            root.append(_entry(section, entry, words, shown))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _entry(section: Section, entry: Entry, words: SectionView, shown: EntryView) -> ET.Element:
    element = ET.Element("entry")
    oldest = min(lead.item_id for lead in entry.leads)
    _text(element, "id", _urn(f"entry {section.narrative.id} {oldest}"))
    _text(element, "title", shown.title.plain, {"xml:lang": shown.lang} if shown.lang else {})
    if shown.url:
        ET.SubElement(element, "link", {"rel": "alternate", "href": shown.url})
    _text(ET.SubElement(element, "author"), "name", shown.outlet or section.narrative.title)
    _text(element, "published", _instant(entry.first.published_at or entry.first.first_seen_at))
    _text(element, "updated", _instant(max(lead.first_seen_at for lead in entry.leads)))
    ET.SubElement(element, "category", {"term": section.narrative.id, "label": words.title})
    _text(element, "content", _content(words, shown), {"type": "html"})
    return element


def _content(words: SectionView, shown: EntryView) -> str:
    """Return HTML that is text to the XML around it: every feed's word is escaped in it."""
    lines = [
        f"<p><strong>{html.escape(words.title)}</strong></p>",
        f"<p>{_marked(shown.title)}</p>",
        *(f"<blockquote>{_marked(quote)}</blockquote>" for quote in shown.quotes),
        f"<p>{html.escape(' · '.join((shown.outlet, *shown.meta, shown.stance)))}</p>",
    ]
    if shown.review:
        lines.append(f"<p>{html.escape(shown.review)}</p>")
    if shown.spread:
        lines.append(f"<p>{html.escape(shown.spread)}</p>")
    lines += [
        f"<p>✓ {html.escape(' · '.join((note.title, *note.meta)))} {html.escape(note.url)}</p>"
        for note in (*shown.fact_checks, *words.fact_checks[:1])
    ]
    return "".join(lines)


def _marked(text: Marked) -> str:
    return "".join(
        f"<mark>{html.escape(part)}</mark>" if is_match else html.escape(part)
        for part, is_match in text.parts
    )


def _text(
    parent: ET.Element, name: str, text: str, attributes: dict[str, str] | None = None
) -> None:
    ET.SubElement(parent, name, attributes or {}).text = text


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(_SPACE, name)}"


def _instant(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
