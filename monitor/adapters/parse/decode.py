"""From bytes to text: byte order mark, then what the bytes are, then what was declared.

UTF-8 is told from everything else by its own redundancy, UTF-16 by its zeros, and code pages by
the letters of the region (see `letters`). A declaration helps only where these leave a doubt:
feeds of the region declare utf-8 and serve windows-1250, and the other way round.
"""

import re
from dataclasses import dataclass
from typing import Final

from monitor.adapters.parse.letters import best_code_page

_BYTE_ORDER_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Declared names that are believed, with the code page of practice (WHATWG Encoding) for each.
_ALLOWED: Final = {
    **dict.fromkeys(("windows-1250", "cp1250", "x-cp1250", "win-1250"), "cp1250"),
    **dict.fromkeys(("windows-1251", "cp1251", "x-cp1251", "win-1251"), "cp1251"),
    **dict.fromkeys(("windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1"), "cp1252"),
    **dict.fromkeys(("latin-1", "iso_8859-1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("windows-1254", "iso-8859-9"), "cp1254"),
    **dict.fromkeys(("iso-8859-2", "iso8859-2", "iso_8859-2", "latin2", "latin-2"), "iso8859-2"),
    **dict.fromkeys(("iso-8859-5", "iso8859-5", "iso_8859-5", "cyrillic"), "iso8859-5"),
    **dict.fromkeys(("iso-8859-15", "latin-9"), "iso8859-15"),
    **dict.fromkeys(("iso-8859-16", "latin-10"), "iso8859-16"),
    "koi8-r": "koi8-r",
}
_NAMES: Final = {"cp1250": "windows-1250", "cp1251": "windows-1251", "cp1252": "windows-1252"}

_DECLARATION: Final = re.compile(
    rb"""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})\s*["']"""
)
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,12})|([0-9]{1,12}));")
_SAMPLE: Final = 400  # bytes, enough for a root element
_MULTIBYTE: Final = re.compile("[^\x00-\x7f\ufffd]")
_LAST_CODE_POINT: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text that XML may hold, and the name of the encoding it was in.

    `replaced` counts bytes that could not be read: each run is one U+FFFD.
    """

    text: str
    encoding: str
    replaced: int = 0


def decode(body: bytes, charset: str = "", certain: str = "") -> Decoded:
    """Return the text of a document. `charset` is the Content-Type header's. Never raises.

    `certain` is the encoding that was found for a larger part of the same document.
    """
    if certain:
        return _read(body, certain)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark) and encoding != "utf-8":
            return _read(body, encoding)
    wide = _wide(body[:_SAMPLE])
    if wide:
        return _read(body, wide)
    return _read(body, "utf-8") if _is_utf8(body) else _read(body, _code_page(body, charset))


def _read(body: bytes, encoding: str) -> Decoded:
    raw = body.decode(encoding, "replace")
    replaced = raw.count("\ufffd") if encoding != "utf-8" or not _is_valid(body) else 0
    text = _ILLEGAL.sub("", raw).lstrip("\ufeff")
    if "&#" in text:
        text = _REFERENCE.sub(_legal_reference, text)
    return Decoded(text, _NAMES.get(encoding, encoding), replaced)


def _wide(head: bytes) -> str:
    """Tell UTF-16 without a mark by the zeros in the markup at its beginning."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    enough = max(len(head) // 2 * 0.3, 2)
    if odd >= enough and odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even >= enough and even > 4 * odd else ""


def _is_valid(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(body: bytes) -> bool:
    """Say whether the bytes are UTF-8, some broken ones aside.

    Text in a code page makes hardly any letters of intact UTF-8 by chance.
    """
    if _is_valid(body):
        return True
    text = body.decode("utf-8", "replace")
    return len(_MULTIBYTE.findall(text)) >= text.count("\ufffd")


def _code_page(body: bytes, charset: str) -> str:
    stated = _DECLARATION.match(body)
    names = (stated[1].decode("ascii") if stated else "", charset)
    pages = (_ALLOWED.get(name.strip().strip("\"'").lower(), "") for name in names)
    return best_code_page(body, tuple(page for page in pages if page))


def _legal_reference(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    if number > _LAST_CODE_POINT or _ILLEGAL.match(chr(number)):
        return ""
    return reference[0]
