"""Hostile and broken documents, as `fault_table` has servers."""

import gzip

from support.fault_table import GOOD, OK, Fault, served
from support.feed_documents import CYRILLIC, SERBIAN, rss, rss_with


def _item(content: str) -> bytes:
    return served(rss_with(content))


def content() -> list[Fault]:
    """Return documents that are hostile or broken (C01 to C28)."""
    entities = "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY a{n} '{f'&a{n - 1 if n else str()};' * 10}'>" for n in range(9)
    ) + "]>"  # fmt: skip
    laughs = entities + rss(["&a8;"]).replace("&amp;", "&")
    outside = '<!DOCTYPE rss [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'
    netscape = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "rss-0.91.dtd">'
    broken = {
        "c11-cut": GOOD[:-120], "c11-nbsp": GOOD.replace(b"zakona", b"zakona&nbsp;"),
        "c11-ampersand": GOOD.replace(b"zakona", b"zakona & reda"),
        "c11-junk": b"Warning: mysql\n" + GOOD, "c11-boms": b"\xef\xbb\xbf" * 2 + GOOD,
        "c07-control": GOOD.replace(b"zakona", b"za\0ko\x08na"),
        "c08-bad-byte": GOOD.replace(b"zakona", b"zak\xffona"),
    }  # fmt: skip
    return [
        Fault("c01-entities", served(laughs.encode()), ["dtd_refused"]),
        Fault("c02-utf-16", served(laughs.encode("utf-16")), ["dtd_refused"]),
        Fault("c02-comment", served(b"<!-- x -->" + laughs.encode()), ["dtd_refused"]),
        Fault("c03-netscape", served(netscape.encode() + GOOD), [OK]),
        Fault("c04-outside", served(outside.encode() + GOOD), ["dtd_refused"]),
        *(Fault(name, served(body), [OK]) for name, body in broken.items()),
        *_encodings(),
        *_storms(),
        Fault("c06-items", served(rss([], extra="").replace("</channel>", "<item/>" * 600_000
              + "</channel>").encode()), [OK]),
        Fault("c12-same-guid", _item("<guid>1</guid><title>A</title></item><item><guid>1</guid>"
              "<title>B</title>"), [OK]),
        Fault("c15-long", _item(f"<guid>{'g' * 9_000}</guid><title>{'t' * 1_000_000}</title>"
              f"<link>https://a.example/{'l' * 100_000}</link>"), [OK]),
        Fault("c16-nothing", _item("<description></description>"), [OK]),
        *(Fault(f"c17-{n}", _item(f"<title>Datum {n}</title><pubDate>{date}</pubDate>"), [OK])
          for n, date in enumerate(["", "juče", "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01",
                                    "9999-12-31T23:59:59Z", "Mon, 23 Nov 26 24:00:00 XYZ"])),
        *(Fault(f"c21-{n}", _item(f"<title>Veza {n}</title><link>{link}</link>"), [OK])
          for n, link in enumerate(["javascript:alert(1)", "data:text/html,x", "vbscript:x",
                                    " java\tscript:alert(1)", "//a.example/x", "/x",
                                    "http://user:pw@a.example/"])),
        *(Fault(f"c22-{n}", _item(f"<title><![CDATA[{title}]]></title>"), [OK])
          for n, title in enumerate(["<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
                                     "</title>", "{{7*7}}", "${x}", "=HYPERLINK(1)",
                                     "Vesti =?UTF-8?Q?=0A?=Bcc: x@y", "Вaл\u200b\u202e"])),
        *_formats(),
        Fault("c28-sitemap-as-feed", served(b"<sitemapindex><sitemap/></sitemapindex>"),
              ["unsupported_format"]),
        Fault("c28-json", served(b'{"a": 1}'), ["unsupported_format"]),
        Fault("c28-broken-json", served(b'{"version": "https://jsonfeed.org/version/1.1", '
              b'"items": ' + b"[" * 100_000), ["unsupported_format"]),
        Fault("c28-svg", served(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
              ["unsupported_format"]),
    ]  # fmt: skip


def _formats() -> list[Fault]:
    """Return documents of every kind that is read, and of some that are not (C28)."""
    item = "<item><title>Vest {0}</title><link>https://a.example/{0}</link></item>"
    atom = "<entry><title>Vest</title><id>urn:a</id><updated>2026-11-23T06:00:00Z</updated></entry>"
    jsonfeed = '{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [%s]}'
    read = {
        "rss-091": f'<rss version="0.91"><channel>{item.format(1)}</channel></rss>',
        "rss-092": f'<rss version="0.92"><channel>{item.format(2)}</channel></rss>',
        "rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
               f'xmlns="http://purl.org/rss/1.0/"><channel/>{item.format(3)}</rdf:RDF>',
        "atom-03": f'<feed version="0.3" xmlns="http://purl.org/atom/ns#">{atom}</feed>',
        "atom-10": f'<feed xmlns="http://www.w3.org/2005/Atom">{atom}</feed>',
        "no-namespace": f"<feed>{atom}</feed>",
        "capitals": f"<RSS><CHANNEL>{item.format(4).upper()}</CHANNEL></RSS>",
        "items-outside": f"<rss><channel/>{item.format(5)}</rss>",
        "nested-items": f"<rss><channel><item><title>A</title>{item.format(6)}</item></channel></rss>",
        "unclosed": f"<rss><channel>{item.format(7)}<item><title>Otvorena",
        "stylesheet": f'<?xml-stylesheet href="a.xsl"?><rss><channel>{item.format(8)}</channel></rss>',
        "xml-11": f'<?xml version="1.1"?><rss><channel>{item.format(9)}</channel></rss>',
        "empty-rss": "<rss/>", "empty-feed": "<feed/>",
        "json-feed": jsonfeed % '{"id": "1", "title": "Vest", "url": "https://a.example/1"}',
        "json-odd": jsonfeed % '1, null, [], {"id": 7, "title": ["a"]}, {"id": {}}',
        "json-empty": jsonfeed % "",
    }  # fmt: skip
    others = {
        "opml": "<opml><body/></opml>", "urlset": "<urlset><url><loc>x</loc></url></urlset>",
        "soap": '<s:Envelope xmlns:s="x"><s:Body/></s:Envelope>', "json-list": "[1, 2]",
    }  # fmt: skip
    no_text = {
        "gzip": gzip.compress(GOOD), "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        "pdf": b"%PDF-1.7\n" + bytes(range(128, 256)) * 40, "doctype": b"<!DOCTYPE rss>",
        "comment": b"<!-- <rss> -->", "declaration": b'<?xml version="1.0"?>',
    }  # fmt: skip
    return [
        *(Fault(f"c28-{name}", served(text.encode()), [OK]) for name, text in read.items()),
        *(Fault(f"c28-{name}", served(text.encode()), ["unsupported_format"])
          for name, text in others.items()),
        *(Fault(f"c28-{name}", served(body), ["not_a_feed"]) for name, body in no_text.items()),
    ]  # fmt: skip


def _encodings() -> list[Fault]:
    text = rss(CYRILLIC)
    strange = ("utf-7", "punycode", "undefined", "cp037", "rot13", "unicode_escape", "hex", "zip")
    return [
        *(Fault(f"c10-{name.replace('_', '-')}", served(f"<?xml version='1.0' encoding='{name}'?>".encode() + GOOD),
                [OK]) for name in strange),
        *(Fault(f"c09-{name}", served(text.encode(name), f"Content-Type: text/xml; charset={said}"),
                [OK])
          for name, said in (("cp1251", "windows-1251"), ("iso8859-5", "utf-8"), ("utf-16", "x"))),
    ]  # fmt: skip


def _storms() -> list[Fault]:
    """Return documents that cost a parser far more than they cost their server (C05)."""
    attributes = " ".join(f"a{number}='1'" for number in range(200_000))
    ends = ["too_complex", OK]
    storms = {
        "depth": "<a>" * 100_000, "comments": "<!--" * 200_000, "brackets": "<" * 1_000_000,
        "attributes": f"<item {attributes}/>", "same-attribute": "<item " + "a='1' " * 200_000,
        "open-quotes": "<item " + 'a="' * 100_000, "cdata": "<![CDATA[" * 100_000,
        "instructions": "<?a" * 200_000, "declarations": "<!ENTITY " * 50_000,
        "title": "<item><title>" + "<a " * 1_000_000 + "</title>",
        "ends": "</a>" * 200_000, "author": f"<item><author>{'a' * 200_000}@</author></item>",
    }  # fmt: skip
    return [
        Fault(f"c05-{name}", served(rss(SERBIAN, head=storm).encode()), ends)
        for name, storm in storms.items()
    ]
