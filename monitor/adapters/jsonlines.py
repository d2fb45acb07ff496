"""Items and hits as JSON Lines, in the words of the public contract."""

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from monitor.domain.errors import ConfigError
from monitor.domain.hit import Hit, Passage, Source
from monitor.ports import Matcher

SHAPE: Final = 'write one object a line, for example {"id": "a1", "title": "…"}'
# Not `published_at`: matching needs no date, so none is a mistake.
FIELDS: Final = ("title", "summary", "text", "lang", "outlet", "url")


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Decodes an item from a line and encodes a hit as one. Holds nothing; picklable."""

    def decode(self, line: bytes) -> tuple[str, Passage]:
        """Return the item's id and its text. Raises ConfigError without file and line."""
        item = decoded(line)
        item_id = item.get("id")
        if not isinstance(item_id, str) or not item_id:
            raise ConfigError(_fault(item_id, "give every item an id in quotes"), where="id")
        title, summary, text, lang, _, _ = _texts(item)
        if title is None and summary is None and text is None:
            raise ConfigError("has no text; give one of title, summary, text")
        return item_id, Passage(title or "", summary or "", text or "", lang or "")

    def encode(self, item_id: str, hit: Hit, matcher: Matcher) -> bytes:
        """Return the hit as one line of UTF-8 with its line feed, its keys in fixed order."""
        row: dict[str, object] = {
            "item_id": item_id,
            "narrative": hit.narrative,
            "score": float(hit.score),
            "grade": hit.grade.value,
            "stance_hint": hit.stance_hint.value,
            "evidence": [
                {
                    "field": piece.field,
                    "start": piece.start,
                    "end": piece.end,
                    "quote": piece.quote,
                    "phrase": piece.phrase,
                    "score": float(piece.score),
                }
                for piece in hit.evidence
            ],
            "catalogue_version": matcher.catalogue_version,
            "matcher_version": matcher.matcher_version,
        }
        if hit.source is not Source.RULES:
            row |= {"source": hit.source.value, "probability": hit.probability}
        try:
            return json.dumps(row, ensure_ascii=False).encode() + b"\n"
        except UnicodeEncodeError:  # half a surrogate pair, which only an escape can say
            return json.dumps(row).encode() + b"\n"


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_decoder: Final = json.JSONDecoder(parse_constant=_refuse)


def decoded(line: bytes) -> dict[str, object]:
    """Return the object of a line. Raises ConfigError without file and line."""
    try:
        text = line.removeprefix(codecs.BOM_UTF8).decode()
        # Without looking for spaces around the object, where there are none: a tenth of the time.
        value, end = _decoder.raw_decode(text) if text[:1] == "{" else (None, -1)
        if end != len(text):
            value = _decoder.decode(text)
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 at byte {error.start + 1}; save the file as UTF-8"
        raise ConfigError(what) from error
    except json.JSONDecodeError as error:
        what = f"is not JSON at column {error.colno} ({error.msg}); {SHAPE}"
        raise ConfigError(what) from error
    except (ValueError, RecursionError) as error:  # NaN, endless digits, endless brackets
        raise ConfigError(f"is not JSON that can be read; {SHAPE}") from error
    if not isinstance(value, dict):
        raise ConfigError(f"is {_kind(value)}, not an object; {SHAPE}")
    return value


def _texts(item: Mapping[str, object]) -> list[str | None]:
    texts: list[str | None] = []
    for name in FIELDS:
        value = item.get(name)
        if value is not None and not isinstance(value, str):
            raise ConfigError(_fault(value, "put it in quotes, or write null"), where=name)
        texts.append(value)
    return texts


def _fault(value: object, mend: str) -> str:
    if value is None:
        return f"is missing; {mend}"
    return (
        f"must not be empty; {mend}" if value == "" else f"must be text, not {_kind(value)}; {mend}"
    )


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    names |= {str: "text", dict: "an object", type(None): "null"}
    return names[type(value)]
