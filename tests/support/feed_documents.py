"""Feed documents of our own writing, in every format and encoding that outlets serve."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

SERBIAN: Final = (
    "Vlada usvojila predlog zakona o rečnom saobraćaju",
    "Đorđe Šćepanović: Most kod Žabljaka čeka obnovu",
    "Žitari traže višu otkupnu cenu pšenice",
    "Škole u Čačku dobijaju nove učionice",
    "Kiša i grmljavina u većem delu zemlje",
)
CYRILLIC: Final = (
    "Ђорђе Стојшић изабран за председника удружења",
    "Џем од шљива освојио награду на сајму",
    "Љиљана Његован отвара изложбу у Чачку",
    "Ћуприја: радови на путу завршени пре рока",
    "Киша и грмљавина у већем делу земље",
)
ALBANIAN: Final = (
    "Shqipëria hap një rrugë të re drejt bregdetit",
    "Çmimet e drithërave rriten për të tretin muaj",
    "Kuvendi miraton ligjin për ujërat",
    "Nxënësit e Gjakovës fitojnë çmimin e parë",
    "Reshje shiu në pjesën më të madhe të vendit",
)
MACEDONIAN: Final = (
    "Ѓорче Ќосев ја отвора изложбата во Скопје",
    "Ѕвездите на џезот доаѓаат во ноември",
    "Владата го усвои законот за водите",
    "Учениците од Ресен освоија прва награда",
    "Дожд во поголемиот дел од земјата",
)
RUSSIAN: Final = (
    "Ещё один мост открыт для движения",
    "Эксперты обсудили цены на пшеницу",
    "Юные художники получили награды",
    "Выставка объединила музеи региона",
    "Дожди ожидаются в большей части страны",
)


def many(sentences: Sequence[str], count: int) -> list[str]:
    """Return `count` different titles made of a few."""
    return [f"{sentences[i % len(sentences)]} ({i + 1})" for i in range(count)]


def rss(titles: Sequence[str], *, extra: str = "", head: str = "") -> str:
    """An RSS 2.0 document without an XML declaration, one item a title, no GUIDs."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://primer.example/vest/{i}</link>{extra}"
        "<pubDate>Mon, 23 Nov 2026 07:00:00 +0100</pubDate></item>"
        for i, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>Primer</title>{head}{items}</channel></rss>'


def rss_with(item: str) -> bytes:
    """An RSS 2.0 document in UTF-8 with one item of this content."""
    return declared(f'<rss version="2.0"><channel><item>{item}</item></channel></rss>', "utf-8")


def rdf(titles: Sequence[str]) -> str:
    """An RSS 1.0 document."""
    items = "".join(
        f'<item rdf:about="https://primer.example/{i}"><title>{escape(title)}</title>'
        f"<link>https://primer.example/{i}</link><dc:date>2026-11-23T07:00:00+01:00</dc:date></item>"
        for i, title in enumerate(titles)
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://purl.org/rss/1.0/">'
        f'<channel rdf:about="https://primer.example/"><title>P</title></channel>{items}</rdf:RDF>'
    )


def atom(titles: Sequence[str], *, version: str = "1.0") -> str:
    """An Atom document, 1.0 or 0.3."""
    is_old = version == "0.3"
    space = "http://purl.org/atom/ns#" if is_old else "http://www.w3.org/2005/Atom"
    date = "issued" if is_old else "published"
    entries = "".join(
        f"<entry><title>{escape(title)}</title><id>tag:primer.example,2026:{i}</id>"
        f'<link rel="alternate" href="https://primer.example/{i}"/>'
        f"<{date}>2026-11-23T07:00:00Z</{date}></entry>"
        for i, title in enumerate(titles)
    )
    attributes = ' version="0.3"' if is_old else ""
    return f'<feed xmlns="{space}"{attributes} xml:lang="sr"><title>P</title>{entries}</feed>'


def cdf(titles: Sequence[str]) -> str:
    """A document in the Channel Definition Format of 1997."""
    items = "".join(
        f'<ITEM HREF="https://primer.example/{i}"><TITLE>{escape(title)}</TITLE></ITEM>'
        for i, title in enumerate(titles)
    )
    return f'<CHANNEL HREF="https://primer.example/"><TITLE>P</TITLE>{items}</CHANNEL>'


def news_sitemap(titles: Sequence[str]) -> str:
    """A Google News sitemap."""
    urls = "".join(
        f"<url><loc>https://primer.example/{i}</loc><news:news><news:publication>"
        "<news:name>Primer</news:name><news:language>sr</news:language></news:publication>"
        "<news:publication_date>2026-11-23T07:00:00+01:00</news:publication_date>"
        f"<news:title>{escape(title)}</news:title></news:news>"
        "<image:image><image:loc>https://primer.example/i.jpg</image:loc></image:image></url>"
        for i, title in enumerate(titles)
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


def declared(document: str, encoding: str, *, as_: str = "") -> bytes:
    """The bytes of a document in `encoding`, its declaration naming `as_` (else that encoding)."""
    line = f'<?xml version="1.0" encoding="{as_ or encoding}"?>\n'
    return (line + document).encode(encoding)


def undeclared(document: str, encoding: str) -> bytes:
    """The bytes of a document that does not say how they are meant."""
    return ('<?xml version="1.0"?>\n' + document).encode(encoding)
