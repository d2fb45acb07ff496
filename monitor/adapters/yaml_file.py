"""Read YAML that people write: strings only, no aliases, no duplicate keys, every line known.

Plain loaders turn `NO` into False, `010` into 8 and take the last of two equal keys; here a
scalar stays the text that stands in the file, and the models that validate it say what it means.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pydantic
import yaml
from pydantic_core import ErrorDetails

from monitor.domain.errors import ConfigError
from monitor.domain.mends import mend

MAX_BYTES: Final = 20_000_000  # a list of 20,000 feeds has six
MAX_DEPTH: Final = 40
_OPEN_QUOTE: Final = "while scanning a quoted scalar"
_ENDLESS: Final = frozenset({_OPEN_QUOTE, "while scanning a simple key"})
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it
Where = tuple[str | int, ...]
Model = TypeVar("Model", bound=pydantic.BaseModel)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's content as nested dicts, lists, strings and None, and where each part stands."""

    file: str
    data: object
    lines: Mapping[Where, int]

    def line(self, where: Where) -> int:
        """Return the line of the innermost part of `where` that stands in the file."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def fault(self, where: Where, what: str) -> ConfigError:
        """Return the error that names this place."""
        dotted = ".".join(map(str, where))
        return ConfigError(what, file=self.file, line=self.line(where), where=dotted)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value stands in the text, `[start, end)` in code points, comments left out.

    `column` is that of its first character, from 0; `parts` counts a sequence's or mapping's.
    `is_flow` says that it is written in brackets.
    """

    start: int
    end: int
    column: int
    parts: int = 0
    is_flow: bool = False


class Strict(pydantic.BaseModel):
    """A model of hand-written data: unknown keys are mistakes."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def read(path: Path) -> YamlFile:
    """Read one file. Raises ConfigError for whatever is not plain, bounded YAML in UTF-8."""
    file = str(path)
    text = _text(path, file)
    try:
        data, lines = _Reader(file, text).read()
    except yaml.MarkedYAMLError as error:
        is_open = error.context == _OPEN_QUOTE
        # What has no end is noticed too late: name where it begins.
        mark = error.context_mark if error.context in _ENDLESS else error.problem_mark
        problem = "this quotation mark is not closed" if is_open else error.problem
        what = f"{problem}; mend the YAML here (spaces, no tabs; quote text with ': ')"
        raise ConfigError(what, file=file, line=mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:
        what = f"{error}".splitlines()[0]
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise ConfigError(f"not YAML: {what}", file=file, line=line) from error
    return YamlFile(file, data, lines)


def validated(source: YamlFile, model: type[Model]) -> Model:
    """Return the file's content as `model`. Raises ConfigError with one line a mistake."""
    if not isinstance(source.data, dict):
        raise source.fault((), "must be a mapping of `key: value` lines")
    try:
        return model.model_validate(source.data)
    except pydantic.ValidationError as error:
        faults = [_explained(source, fault, model) for fault in error.errors()]
        raise ConfigError.all_of(faults) from error


def spans(text: str) -> Mapping[Where, Span]:
    """Return where each value stands in a text that `read` has passed."""
    found: dict[Where, Span] = {}
    root = yaml.compose(text, Loader=_LOADER)
    if root is not None:
        _measure(text, root, (), found)
    return found


def _measure(text: str, node: yaml.Node, where: Where, found: dict[Where, Span]) -> int:
    """Note the spans of a value and of all within; return where it ends."""
    start, end, column = node.start_mark.index, node.end_mark.index, node.start_mark.column
    if isinstance(node, yaml.ScalarNode):
        end = len(text[:end].rstrip()) if node.style in {"|", ">"} else end
        found[where] = Span(start, end, column)
        return end
    is_flow = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
    is_mapping = isinstance(node, yaml.MappingNode)
    parts = [(key.value, part) for key, part in node.value] if is_mapping else enumerate(node.value)
    ends = [_measure(text, part, (*where, key), found) for key, part in parts]
    if not is_flow:  # the mark of a block stands behind the comments that follow it
        end = max(ends, default=end)
    found[where] = Span(start, end, column, len(ends), is_flow=is_flow)
    return end


def _text(path: Path, file: str) -> str:
    try:
        raw = path.read_bytes()
    except IsADirectoryError as error:
        raise ConfigError("is a directory; name a file", file=file) from error
    except OSError as error:
        what = f"cannot be read ({error.strerror}); name an existing file"
        raise ConfigError(what, file=file) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"has more than {MAX_BYTES} bytes; split it", file=file)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8; save it as UTF-8", file=file, line=line) from error
    if not text.strip():
        raise ConfigError("is empty; write at least its required keys", file=file, line=1)
    return text


class _Reader:
    """Builds the tree from parse events, so that depth is bounded and lines are kept."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self._lines: dict[Where, int] = {}

    def read(self) -> tuple[object, dict[Where, int]]:
        data: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._fault(event, "holds a second document; remove the `---`")
            elif isinstance(event, yaml.NodeEvent):
                data = self._node(event, ())
        return data, self._lines

    def _node(self, event: yaml.Event, where: Where) -> object:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._fault(event, "anchors and aliases are not used here; write it out")
        if getattr(event, "tag", None) not in {None, "!"}:
            raise self._fault(event, "tags such as !this are not used here; remove it")
        if len(where) > MAX_DEPTH:
            raise self._fault(event, f"is nested deeper than {MAX_DEPTH} levels")
        self._lines.setdefault(where, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            plain_nothing = event.style is None and event.value in {"", "~", "null"}
            return None if plain_nothing else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(where)
        return self._mapping(where)

    def _sequence(self, where: Where) -> list[object]:
        found: list[object] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._node(event, (*where, len(found))))
        return found

    def _mapping(self, where: Where) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise self._fault(event, "a key must be plain text")
            inner = (*where, event.value)
            if event.value in found:
                first = self._lines[inner]
                what = f"`{event.value}` stands here and in line {first}; keep one"
                raise self._fault(event, what)
            self._lines[inner] = _line(event)
            found[event.value] = self._node(next(self._events), inner)
        return found

    def _fault(self, event: yaml.Event, what: str) -> ConfigError:
        return ConfigError(what, file=self._file, line=_line(event))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _explained(
    source: YamlFile, fault: ErrorDetails, model: type[pydantic.BaseModel]
) -> ConfigError:
    where: Where = ()
    for part in fault["loc"]:  # pydantic adds names of union members: only the file's steps count
        where = (*where, part) if (*where, part) in source.lines else where
    kind, what = fault["type"], fault["msg"]
    if kind == "missing":
        return source.fault((*where,), f"`{fault['loc'][-1]}` is missing; add it")
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(fault["loc"][-1]), sorted(_names(model)), n=1)
        hint = f"did you mean `{near[0]}`?" if near else "remove it"
        return source.fault(where, f"unknown key; {hint}")
    given = fault.get("input")
    shown = f" (it says {str(given)[:60]!r})" if isinstance(given, str) else ""
    return source.fault(where, f"{mend(kind, what, fault.get('ctx', {}))}{shown}")


def _names(model: type[pydantic.BaseModel]) -> set[str]:
    names: set[str] = set()
    for name, info in model.model_fields.items():
        names.add(info.alias or name)
        for inner in _models(info.annotation):
            names |= _names(inner)
    return names


def _models(annotation: object) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)
