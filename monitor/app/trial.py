"""A candidate catalogue on trial: its backtest in a process of its own, one at a time."""

import multiprocessing
import os
import re
import resource
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from monitor.app.keeping import Compared
from monitor.domain.errors import ConfigError, MonitorError
from monitor.settings import Settings

MOST_FILES: Final = 60
MOST_BYTES: Final = 300_000  # of one file; the largest of ours has 56,000
LIMIT: Final = timedelta(minutes=10)
MEMORY: Final = 4 << 30  # bytes of addresses: a catalogue may be written to have no end
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.yaml")
_TELL_EVERY_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Trial:
    """What was put on trial, and what came of it so far. `refused` says why there is no result."""

    by: str
    files: tuple[str, ...]
    started_at: datetime
    since: datetime
    read: int = 0
    total: int = 0
    refused: str = ""
    result: Compared | None = None

    @property
    def is_running(self) -> bool:
        """Whether it is still under way."""
        return not self.refused and self.result is None


@dataclass
class Trials:
    """The last trial of this process. Nothing of it is stored."""

    limit: timedelta = LIMIT
    last: Trial | None = None
    _lock: Lock = field(default_factory=Lock)

    def start(
        self, settings: Settings, narratives: Path, files: Mapping[str, bytes], trial: Trial
    ) -> None:
        """Weigh the present catalogue with these files put in or over its own.

        Raises ConfigError where a file cannot be one of a catalogue, or another trial is running.
        """
        _check(files)
        with self._lock:
            if self.last and self.last.is_running:
                raise ConfigError(f"{self.last.by} is trying a catalogue; wait until that is done")
            self.last = trial
        home = Path(tempfile.mkdtemp(prefix="candidate-"))
        shutil.copytree(
            narratives, home, ignore=shutil.ignore_patterns("compiled"), dirs_exist_ok=True
        )
        for name, content in files.items():
            (home / name).write_bytes(content)
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe(duplex=False)
        process = spawn.Process(
            target=_weigh, args=(theirs, settings, home, trial.since), daemon=True
        )
        process.start()
        theirs.close()
        Thread(target=self._follow, args=(ours, process, home), daemon=True).start()

    def _follow(self, told: Connection, process: BaseProcess, home: Path) -> None:
        deadline = time.monotonic() + self.limit.total_seconds()
        try:
            while self.last and self.last.is_running:
                if not told.poll(max(deadline - time.monotonic(), 0)):
                    minutes = f"{self.limit.total_seconds() / 60:g}"
                    self._note(refused=f"it took longer than {minutes} minutes and was stopped")
                    break
                self._hear(told.recv())
        except EOFError:
            self._note(refused="it ended before its time, perhaps for want of memory")
        finally:
            process.kill()
            told.close()
            shutil.rmtree(home, ignore_errors=True)

    def _hear(self, said: "tuple[int, int] | str | Compared") -> None:
        if isinstance(said, Compared):
            self._note(result=said)
        elif isinstance(said, str):
            self._note(refused=said)
        else:
            self._note(read=said[0], total=said[1])

    def _note(
        self, *, read: int = 0, total: int = 0, refused: str = "", result: Compared | None = None
    ) -> None:
        with self._lock:
            if self.last:
                self.last = replace(
                    self.last, read=read, total=total, refused=refused, result=result
                )


def _check(files: Mapping[str, bytes]) -> None:
    if not files:
        raise ConfigError("choose one or more YAML files of narratives")
    if len(files) > MOST_FILES:
        raise ConfigError(f"at most {MOST_FILES} files can be tried at once")
    for name, content in files.items():
        if not _NAME.fullmatch(name):
            raise ConfigError(f"{name[:60]!r} is no name of a narrative's file; write id.yaml")
        if len(content) > MOST_BYTES:
            raise ConfigError(f"{name} has more than {MOST_BYTES} bytes")


def _weigh(told: Connection, settings: Settings, candidate: Path, since: datetime) -> None:
    """Do the work, in a process of its own, and tell how far it is and what came of it."""
    from monitor.app import build

    with suppress(ValueError, OSError):  # where that is not allowed
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.nice(10)
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _TELL_EVERY_S:
            last = time.monotonic()
            told.send((done, total))

    try:
        told.send(build(settings).keeping.backtest(candidate, since, 1, tell))
    except MonitorError as error:
        told.send(str(error).replace(f"{candidate}/", ""))
