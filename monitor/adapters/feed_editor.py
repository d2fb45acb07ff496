"""Add to the operator's feed list as a careful person would: lines go in, nothing else moves."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from monitor.adapters import feedlist
from monitor.adapters.feed_rows import (
    feed_lines,
    feed_row,
    feed_rows,
    outlet_lines,
    outlet_row,
    quoted,
)
from monitor.adapters.feedlist import FeedList
from monitor.adapters.packaged import packaged
from monitor.adapters.yaml_file import Span, Where, YamlFile, spans
from monitor.domain.errors import ConfigError
from monitor.domain.feed import Feed, Outlet

_EMPTY: Final = "version: 1\ndefaults: {interval: 30m, timezone: Europe/Belgrade, host_delay: 5s}\noutlets: []\n"
_OUTLETS: Final[Where] = ("outlets",)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Text that takes the place of `[start, end)`."""

    start: int
    end: int
    text: str


class FeedFile:
    """Keeps the port `FeedBook` in a YAML file; what stands there stays, comments and order too.

    With `create`, a file that is missing or blank counts as a list without feeds.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._path, self._create = path, create

    @property
    def shown(self) -> str:
        """The file's name, for messages."""
        return str(self._path)

    def feeds(self) -> Sequence[Feed]:
        """Return every feed of the list; there may be none. Raises ConfigError."""
        return feedlist.feeds_of(self._read()[1])

    def outlets(self) -> Sequence[Outlet]:
        """Return every outlet of the list, with feeds or without. Raises ConfigError."""
        return [feedlist.outlet_of(row) for row in self._read()[1].outlets]

    def line(self, feed_id: str) -> int:
        """Return the line in which a feed stands, 1 for one that is not listed."""
        source, rows = self._read()
        return next(
            (
                source.line(("outlets", o, "feeds", f))
                for o, outlet in enumerate(rows.outlets)
                for f, feed in enumerate(outlet.feeds)
                if feed.id == feed_id
            ),
            1,
        )

    def append(self, feeds: Sequence[Feed]) -> None:
        """Add feeds, to their outlets where these are listed, else with them; all or none.

        Raises ConfigError where the list would not be valid, or the file cannot be written.
        """
        _refuse_packaged(self._path)
        before = self._bytes()
        _, rows = self._read()
        text = before.decode("utf-8-sig")
        edits = _edits(text if text.strip() else _EMPTY, rows, feeds)
        after = _applied(text if text.strip() else _EMPTY, edits)
        mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
        expected = {feed.id: feed.url for feed in (*feedlist.feeds_of(rows), *feeds)}
        self._replace(before, mark + after.encode(), expected)

    def readdress(self, feed_id: str, url: str) -> None:
        """Give a listed feed another address; nothing else of the file changes.

        Raises ConfigError where it is not listed, or the file cannot be written.
        """
        _refuse_packaged(self._path)
        before = self._bytes()
        _, rows = self._read()
        text = before.decode("utf-8-sig")
        place = _url_of(rows, feed_id, self.shown)
        span = spans(text)[place]
        after = _applied(text, [_Edit(span.start, span.end, quoted(url))])
        mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
        expected = {feed.id: feed.url for feed in feedlist.feeds_of(rows)} | {feed_id: url}
        self._replace(before, mark + after.encode(), expected)

    def _is_blank(self) -> bool:
        return self._create and not self._bytes().strip()

    def _bytes(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError as error:
            if self._create:
                return b""
            what = "cannot be read (No such file or directory); name an existing file"
            raise ConfigError(what, file=self.shown) from error
        except OSError as error:
            raise ConfigError(f"cannot be read ({error.strerror})", file=self.shown) from error

    def _read(self) -> tuple[YamlFile, FeedList]:
        if self._is_blank():
            return YamlFile(self.shown, None, {}), FeedList(version=1, outlets=[])
        return feedlist.opened(self._path)

    def _replace(self, before: bytes, after: bytes, expected: Mapping[str, str]) -> None:
        """Put the new file in the old one's place in one step, after it was read and found good."""
        target = self._path.resolve()  # a link stays a link
        try:
            handle, name = tempfile.mkstemp(prefix=".feeds-", suffix=".yaml", dir=target.parent)
            trial = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(after)
                    file.flush()
                    os.fsync(file.fileno())
                _be_like(trial, target)
                self._check(trial, expected)
                if self._bytes() != before:
                    raise ConfigError("was changed meanwhile; try again", file=self.shown)
                trial.replace(target)
            finally:
                trial.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(f"cannot be written ({error.strerror})", file=self.shown) from error

    def _check(self, trial: Path, expected: Mapping[str, str]) -> None:
        try:
            found = {feed.id: feed.url for feed in feedlist.load(trial)}
        except ConfigError as error:
            what = str(error).replace(str(trial), self.shown)
            raise ConfigError(f"{what} (so nothing was changed)") from error
        if found != expected:
            what = "is written in a way that cannot be edited here; add the feed by hand"
            raise ConfigError(what, file=self.shown)


def _refuse_packaged(path: Path) -> None:
    """Raise ConfigError for a list that is not the operator's: an upgrade would undo the edit.

    That is the one inside an installed package, or the one taken for want of another.
    """
    shipped = packaged("feeds.yaml")
    package = Path(feedlist.__file__).resolve().parent.parent
    is_installed = package in shipped.resolve().parents and path.resolve() == shipped.resolve()
    if is_installed or (path == shipped and path.parent != Path.cwd()):
        what = "comes with the program, and an upgrade replaces it; make it yours first"
        mend = f"cp {shipped} feeds.yaml, or name a list of your own by --feeds"
        raise ConfigError(f"{what}: {mend}", file=str(path))


def _url_of(rows: FeedList, feed_id: str, shown: str) -> Where:
    for o, outlet in enumerate(rows.outlets):
        for f, feed in enumerate(outlet.feeds):
            if feed.id == feed_id:
                return (*_OUTLETS, o, "feeds", f, "url")
    raise ConfigError(f"has no feed called {feed_id[:60]}", file=shown)


def _be_like(trial: Path, target: Path) -> None:
    if target.exists():
        shutil.copymode(target, trial)
        return
    with suppress(OSError):
        mask = os.umask(0)
        os.umask(mask)
        trial.chmod(0o666 & ~mask)


def _edits(text: str, rows: FeedList, feeds: Sequence[Feed]) -> list[_Edit]:
    places = spans(text)
    listed = {row.id: index for index, row in enumerate(rows.outlets)}
    by_outlet: dict[str, list[Feed]] = {}
    for feed in feeds:
        by_outlet.setdefault(feed.outlet.id, []).append(feed)
    edits = [
        _into_outlet(text, places, ("outlets", listed[outlet_id]), group)
        for outlet_id, group in by_outlet.items()
        if outlet_id in listed
    ]
    fresh = [group for outlet_id, group in by_outlet.items() if outlet_id not in listed]
    return [*edits, _new_outlets(text, places, fresh)] if fresh else edits


def _into_outlet(
    text: str, places: Mapping[Where, Span], where: Where, feeds: Sequence[Feed]
) -> _Edit:
    outlet, rows = places[where], places.get((*where, "feeds"))
    if rows is None:
        if outlet.is_flow:
            last = max(span.end for part, span in places.items() if part[:-1] == where)
            return _Edit(last, last, f", feeds: {feed_rows(feeds)}")
        lines = [f"{' ' * outlet.column}feeds:", *feed_lines(feeds, outlet.column + 2)]
        return _below(text, outlet.end, lines)
    if not rows.is_flow:
        return _below(text, rows.end, feed_lines(feeds, rows.column))
    if not rows.parts:
        return _Edit(rows.start, rows.end, feed_rows(feeds))
    last = places[(*where, "feeds", rows.parts - 1)].end
    return _Edit(last, last, "".join(f", {feed_row(feed)}" for feed in feeds))


def _new_outlets(
    text: str, places: Mapping[Where, Span], groups: Sequence[Sequence[Feed]]
) -> _Edit:
    outlets = places[_OUTLETS]
    if outlets.is_flow and outlets.parts:
        last = places[(*_OUTLETS, outlets.parts - 1)].end
        rows = [outlet_row(group[0].outlet, group) for group in groups]
        return _Edit(last, last, "".join(f", {row}" for row in rows))
    indent = 2 if outlets.is_flow else outlets.column
    lines = [
        line for group in groups for line in ("", *outlet_lines(group[0].outlet, group, indent))
    ]
    if outlets.is_flow:
        newline, start = _newline(text), len(text[: outlets.start].rstrip(" "))
        return _Edit(start, outlets.end, newline + newline.join(lines[1:]))
    return _below(text, outlets.end, lines)


def _below(text: str, end: int, lines: Sequence[str]) -> _Edit:
    """Put lines under the one in which `end` is."""
    newline, at = _newline(text), text.find("\n", end)
    if at < 0:
        return _Edit(len(text), len(text), "".join(newline + line for line in lines))
    return _Edit(at + 1, at + 1, "".join(line + newline for line in lines))


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _applied(text: str, edits: Sequence[_Edit]) -> str:
    """Return the text with every edit; of two in one place the earlier one stands first."""
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: one.start):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])
