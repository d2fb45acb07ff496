"""Text of strangers made fit to keep and to show: pure, linear, never raising."""

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"
_ZERO_WIDTH_JOINER: Final = "\u200d"

_SPACES = re.compile(r"\s+")
_BREAKS = re.compile(r"[ \xa0]*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]\s*")
# What XML 1.0 forbids (section 2.2), the C1 controls but NEL, and lone surrogates.
_FORBIDDEN: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
# Shown nowhere: zero-width, soft hyphen, bidi marks, overrides and isolates, tag characters.
_HIDDEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_OTHER_SPACES: Final = "\t\n\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ILLEGAL = re.compile(f"[{_FORBIDDEN}]")
_INVISIBLE = re.compile(f"[{_HIDDEN}]")
# What `safe_line` changes but spaces, as one class: alternatives take twenty times as long.
_UNSAFE = re.compile(f"[{_FORBIDDEN}{_HIDDEN}{_OTHER_SPACES}]")


def strip_illegal(text: str) -> str:
    """Drop what neither XML nor a database may hold: NUL, controls, lone surrogates."""
    return _ILLEGAL.sub("", text)


def collapse(text: str) -> str:
    """Make every run of white space one space, and trim."""
    return _SPACES.sub(" ", text).strip()


def one_line(text: str) -> str:
    """Join lines with one space and trim; spaces within a line stay as they were published."""
    return _BREAKS.sub(" ", text.strip()).strip()


def safe_line(text: str) -> str:
    """Return one line fit for a terminal, a log or a mail's plain text: no control, no bidi."""
    if is_safe(text):
        return text.strip()
    return collapse(_INVISIBLE.sub("", strip_illegal(_SPACES.sub(" ", text))))


def is_safe(text: str) -> bool:
    """Say whether `safe_line` changes nothing of this text, or any part of it, but spaces at the ends."""
    return not _UNSAFE.search(text) and "  " not in text


def truncate(text: str, limit: int, end: str = "") -> str:
    """Cut to at most `limit` code points, `end` included, never within a letter and its marks."""
    if len(text) <= limit:
        return text
    cut = max(limit - len(end), 0)
    floor = max(cut - 32, 1)  # a longer pile of marks is no letter
    while cut > floor and _joins(text, cut):
        cut -= 1
    return text[:cut] + end[:limit]


def _joins(text: str, index: int) -> bool:
    after, before = text[index], text[index - 1]
    return (
        unicodedata.combining(after) != 0
        or unicodedata.category(after) == "Me"
        or _ZERO_WIDTH_JOINER in {before, after}
        or "\ufe00" <= after <= "\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
    )
