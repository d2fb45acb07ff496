"""The port `Vault`: a directory of WARC files, a manifest, and a list for the auto-archiver."""

import fcntl
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from monitor import __version__
from monitor.adapters.exports.files import replaced
from monitor.adapters.exports.sheets import write_csv
from monitor.adapters.preserving import warc
from monitor.adapters.preserving.manifest import Manifest
from monitor.domain.errors import ConfigError
from monitor.domain.preserving import (
    Entry,
    Fault,
    History,
    KeptFile,
    Outcome,
    PageWanted,
    histories,
)
from monitor.domain.text import safe_line
from monitor.ports.preserving import Captured

FILES: Final = "warc"
# Its feeder of CSV files reads the first column, or the one that is named to it; it leaves out a
# first line that is no address. Source: bellingcat/auto-archiver, modules/csv_feeder (2025).
LIST: Final = "auto-archiver.csv"
COLUMNS: Final = ("url", "item_id", "narratives", "hits", "outcome", "fetched_at", "file", "sha256")


class Folder:
    """Keeps the port `Vault`. The directory is made when it is first needed."""

    def __init__(self, directory: Path, agent: str, operator: str = "") -> None:
        self._directory, self._agent, self._operator = directory, agent, operator
        self._manifest = Manifest(directory)
        self._has_news = False  # since the list was written

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Be the only one who adds, for a block; afterwards the list is written anew."""
        try:
            (self._directory / FILES).mkdir(parents=True, exist_ok=True)
            lock = (self._directory / ".lock").open("ab")
        except OSError as error:
            what = f"cannot be written: {error.strerror}"
            raise ConfigError(what, file=str(self._directory)) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                what = "another `monitor` preserves pages there; try again later"
                raise ConfigError(what, file=str(self._directory)) from error
            self._has_news = not (self._directory / LIST).exists()
            try:
                yield
            finally:
                if self._has_news:
                    self._write_list()

    def histories(self) -> Mapping[int, History]:
        """Return what is known of each item."""
        return histories(self._manifest.entries())

    def keep(self, page: PageWanted, names: Sequence[str], captured: Captured) -> Entry:
        """Write the records, then the line that says so; return it. Raises ConfigError."""
        at = captured.exchanges[-1].at
        entry = Entry(
            item_id=page.item_id,
            url=page.url,
            outcome=Outcome.KEPT,
            at=at,
            hits=tuple(names),
            narratives=page.narratives,
            catalogue_version=page.catalogue_version,
            matcher_version=page.matcher_version,
            final_url=captured.final_url,
        )
        body = io.BytesIO()
        warc.write(body, captured.exchanges, self._about(), _why(entry))
        data = body.getvalue()
        try:
            content = _content(data, captured.exchanges[-1].url)
        except ValueError as error:
            reason = f"its answer cannot be kept so that it replays: {error}"
            return replace(entry, outcome=Outcome.FAILED, reason=safe_line(reason)[:300])
        name = f"{FILES}/{at:%Y-%m}/{page.item_id}.warc.gz"
        path = self._directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as sink:
            sink.write(data)
        kept = replace(entry, file=KeptFile(name, sha256(data).hexdigest(), content, len(data)))
        self.add(kept)
        return kept

    def add(self, entry: Entry) -> None:
        """Add a line. Raises ConfigError."""
        self._manifest.add(entry)
        self._has_news = True

    def remove(self, item_id: int, now: datetime) -> bool:
        """Delete what is kept of an item, and say so in the manifest; False: nothing was."""
        known = self.histories().get(item_id) if self._directory.exists() else None
        if known is None or known.last is None or known.last.file is None:
            return False
        with self.holding():
            (self._directory / known.last.file.name).unlink(missing_ok=True)
            self.add(Entry(item_id, "", Outcome.ERASED, now, known.last.hits, reason="erased"))
        return True

    def faults(self) -> Sequence[Fault]:
        """Return all that is not as the manifest says; nothing is the good answer."""
        if not self._directory.is_dir():
            raise ConfigError("is no directory of preserved pages", file=str(self._directory))
        found = self._manifest.faults()
        present = {
            path.relative_to(self._directory).as_posix()
            for path in (self._directory / FILES).rglob("*.warc.gz")
        }
        for one in histories(self._manifest.entries()).values():
            file = one.last.file if one.last else None
            if file and one.last:
                present.discard(file.name)
                if what := self._fault(file, one.last):
                    found.append(Fault(file.name, what))
        found += [Fault(name, "the manifest does not know it") for name in sorted(present)]
        return found

    def _fault(self, file: KeptFile, entry: Entry) -> str:
        try:
            data = (self._directory / file.name).read_bytes()
        except FileNotFoundError:
            return "it is missing"
        except OSError as error:
            return f"it cannot be read: {error.strerror}"
        if sha256(data).hexdigest() != file.sha256:
            return "its bytes are not those that were written"
        try:
            same = _content(data, entry.final_url) == file.content_sha256
        except ValueError as error:
            return str(error)
        return "" if same else "what it replays is not what was fetched"

    def _write_list(self) -> None:
        last = [one.last for one in self.histories().values() if one.last]
        rows = [_row(one) for one in last if one.outcome is not Outcome.ERASED and one.url]
        with replaced(self._directory / LIST) as sink:
            text = io.TextIOWrapper(sink, "utf-8", newline="")
            write_csv(rows, text, COLUMNS)
            text.detach().flush()

    def _about(self) -> dict[str, str]:
        return {
            "software": f"western-balkans-narrative-monitor/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://bibnum.bnf.fr/WARC/WARC_ISO_28500_version1-1_latestdraft.pdf",
            "robots": "obey",
            "http-header-user-agent": self._agent,
            "operator": self._operator,
        }


def _content(data: bytes, url: str) -> str:
    """Return the digest of what a file replays for an address. Raises ValueError."""
    found = [digest for kind, at, digest in warc.replayed(io.BytesIO(data)) if kind == "response"]
    if not found:
        raise ValueError(f"it has no answer of {url}")
    return found[-1]


def _why(entry: Entry) -> dict[str, str]:
    return {
        "item": str(entry.item_id),
        "hits": " ".join(entry.hits),
        "narratives": " ".join(entry.narratives),
        "catalogue-version": entry.catalogue_version,
        "matcher-version": entry.matcher_version,
        "fetched-at": entry.at.isoformat(),
        "note": "A hit is a lead, not a verdict.",
    }


def _row(entry: Entry) -> dict[str, object]:
    values = (
        entry.final_url or entry.url,
        str(entry.item_id),
        " ".join(entry.narratives),
        " ".join(entry.hits),
        entry.outcome.value,
        entry.at.isoformat(),
        entry.file.name if entry.file else "",
        entry.file.sha256 if entry.file else "",
    )
    return dict(zip(COLUMNS, values, strict=True))
