"""A sample outlet's feed as it stands at an instant: bytes in its own format and encoding."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.sax.saxutils import escape

from monitor.demo.week import FeedFormat, Publication, SampleOutlet, ServedFeed

LATEST: Final = 20  # entries a document holds at most, as most newsrooms' systems do

_TYPES: Final = {
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.RDF: "application/rdf+xml",
    FeedFormat.JSON: "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """What the server sends. `changed_at` is when it last changed; None: nothing is out yet."""

    body: bytes
    content_type: str
    changed_at: datetime | None


def render(sample: SampleOutlet, now: datetime) -> ServedDocument:
    """Return the document that holds the latest publications up to and including `now`."""
    standing = tuple(_worded(p, now) for p in sample.publications if p.at <= now)
    changes = [p.at for p in standing] + [p.edit.at for p in standing if p.edit]
    entries = standing[: -LATEST - 1 : -1]
    feed = sample.feed
    body = _WRITERS[feed.format](sample, entries).encode(feed.encoding, "xmlcharrefreplace")
    content_type = _TYPES[feed.format]
    if feed.charset_in_header:
        content_type += f"; charset={feed.encoding}"
    return ServedDocument(body, content_type, max(changes, default=None))


def _worded(publication: Publication, now: datetime) -> Publication:
    """Return it as worded at this instant; an edit that is still to come is left out."""
    edit = publication.edit
    if edit is None or edit.at > now:
        return replace(publication, edit=None)
    return replace(publication, title=edit.title, summary=edit.summary)


def _link(sample: SampleOutlet, entry: Publication) -> str:
    return f"{sample.outlet.homepage}/{entry.slug}{sample.feed.link_suffix}"


def _guid(sample: SampleOutlet, entry: Publication) -> str:
    return f"{sample.outlet.id}:{entry.slug}"


def _text(text: str, feed: ServedFeed) -> str:
    if feed.cdata:
        return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return text if feed.malformed else escape(text)


def _summary(sample: SampleOutlet, entry: Publication) -> str:
    if not (sample.feed.html_summary and entry.summary):
        return _text(entry.summary, sample.feed)
    image = f'<img src="{sample.outlet.homepage}/{entry.slug}.jpg" alt="" />'
    return _text(f"<p>{image}</p>\n<p>{escape(entry.summary)}</p>", sample.feed)


def _date(entry: Publication) -> str:
    written = format_datetime(entry.dated)
    return written if entry.has_offset else written.rpartition(" ")[0]


def _rss(sample: SampleOutlet, entries: Sequence[Publication]) -> str:
    feed, outlet = sample.feed, sample.outlet
    items = "\n".join(_rss_item(sample, entry) for entry in entries)
    document = f"""<?xml version="1.0" encoding="{feed.encoding}"?>
<rss version="2.0">
<channel>
<title>{escape(outlet.name)}</title>
<link>{outlet.homepage}/</link>
<description>{escape(outlet.name)}</description>
<language>{_declared_language(sample)}</language>
{items}
</channel>
</rss>
"""
    # Breaks off inside the last entry, after everything in it that matters.
    return document.rpartition("</item>")[0] if feed.malformed and entries else document


def _rss_item(sample: SampleOutlet, entry: Publication) -> str:
    link = _link(sample, entry)
    guid = f'<guid isPermaLink="false">{_guid(sample, entry)}</guid>\n' if entry.has_guid else ""
    return f"""<item>
<title>{_text(entry.title, sample.feed)}</title>
<link>{link if sample.feed.malformed else escape(link)}</link>
{guid}<pubDate>{_date(entry)}</pubDate>
<description>{_summary(sample, entry)}</description>
</item>"""


def _atom(sample: SampleOutlet, entries: Sequence[Publication]) -> str:
    outlet = sample.outlet
    updated = max((entry.at for entry in entries), default=None)
    stamp = f"<updated>{updated.isoformat()}</updated>\n" if updated else ""
    return f"""<?xml version="1.0" encoding="{sample.feed.encoding}"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_declared_language(sample)}">
<id>{outlet.homepage}/</id>
<title>{escape(outlet.name)}</title>
{stamp}<link href="{outlet.homepage}/" />
{"".join(_atom_entry(sample, entry) for entry in entries)}</feed>
"""


def _atom_entry(sample: SampleOutlet, entry: Publication) -> str:
    changed = entry.edit.at if entry.edit else entry.dated
    return f"""<entry>
<id>tag:{sample.outlet.id}.example,2026:{entry.slug}</id>
<title>{_text(entry.title, sample.feed)}</title>
<link rel="alternate" href="{escape(_link(sample, entry))}" />
<published>{entry.dated.isoformat()}</published>
<updated>{changed.isoformat()}</updated>
<summary>{_summary(sample, entry)}</summary>
</entry>
"""


def _rdf(sample: SampleOutlet, entries: Sequence[Publication]) -> str:
    outlet = sample.outlet
    listed = "".join(f'<rdf:li rdf:resource="{escape(_link(sample, e))}" />\n' for e in entries)
    return f"""<?xml version="1.0" encoding="{sample.feed.encoding}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{outlet.homepage}/">
<title>{escape(outlet.name)}</title>
<link>{outlet.homepage}/</link>
<description>{escape(outlet.name)}</description>
<dc:language>{_declared_language(sample)}</dc:language>
<items><rdf:Seq>
{listed}</rdf:Seq></items>
</channel>
{"".join(_rdf_item(sample, entry) for entry in entries)}</rdf:RDF>
"""


def _rdf_item(sample: SampleOutlet, entry: Publication) -> str:
    link = escape(_link(sample, entry))
    return f"""<item rdf:about="{link}">
<title>{_text(entry.title, sample.feed)}</title>
<link>{link}</link>
<dc:date>{entry.dated.isoformat()}</dc:date>
<description>{_summary(sample, entry)}</description>
</item>
"""


def _json(sample: SampleOutlet, entries: Sequence[Publication]) -> str:
    outlet = sample.outlet
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{outlet.homepage}/",
        "language": _declared_language(sample),
        "items": [
            {
                "id": _guid(sample, entry),
                "url": _link(sample, entry),
                "title": entry.title,
                "summary": entry.summary,
                "content_text": entry.summary or entry.title,
                "date_published": entry.dated.isoformat(),
            }
            for entry in entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _declared_language(sample: SampleOutlet) -> str:
    # Feeds of Montenegrin outlets declare "sr" or "me" at best: none was seen to declare cnr.
    language = sample.outlet.languages[0].partition("-")[0]
    return "sr" if language == "cnr" else language


_WRITERS: Final = {
    FeedFormat.RSS: _rss,
    FeedFormat.ATOM: _atom,
    FeedFormat.RDF: _rdf,
    FeedFormat.JSON: _json,
}
