"""Run the program as its users do."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Any

from support.raw_server import RawServer

OURS = "MONITOR_"
TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str
    peak_mb: int = 0  # the most memory that its own process had

    @property
    def json(self) -> Any:
        """Standard output as one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Program:
    """The program in a directory of its own, private networks allowed."""

    home: Path

    def __call__(
        self, *arguments: str, stdin: str = "", crash_point: str = "", **environment: str
    ) -> Ran:
        """Run `monitor` with these arguments; keywords are MONITOR_* variables without prefix."""
        with TemporaryFile() as out, TemporaryFile() as err:
            process = self.start(
                *arguments, into=(out, err), crash_point=crash_point, **environment
            )
            assert process.stdin
            too_late = Timer(TIMEOUT_S, process.kill)
            too_late.start()
            with suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(stdin.encode())
            _, status, used = os.wait4(process.pid, 0)
            too_late.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            return Ran(process.returncode, _read(out), _read(err), peak_mb=used.ru_maxrss // 1024)

    def start(
        self,
        *arguments: str,
        into: tuple[IO[bytes], IO[bytes]],
        crash_point: str = "",
        **environment: str,
    ) -> subprocess.Popen[bytes]:
        """Start `monitor` and let it run; what it prints goes `into` two files."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        ours = {"ALLOW_PRIVATE_NETWORKS": "true"} | environment
        out, err = into
        return subprocess.Popen(
            [sys.executable, "-m", "monitor", *arguments],
            cwd=self.home,
            env=clean
            | {f"{OURS}{name}": value for name, value in ours.items()}
            | {"CRASH_POINT": crash_point},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
        )

    def feeds(self, server: RawServer | None = None, *paths: str, **more: str) -> None:
        """Write a feed list with one outlet in Serbia a path, and outlets at other addresses."""
        urls = {path.strip("/"): server.url(path) for path in paths if server} | more
        outlets = "".join(
            f"  - {{id: {name}, name: {name.title()}, country: RS, languages: [sr, sq, mk],"
            f" kind: private,\n     feeds: [{{id: {name}-vesti, url: '{url}'}}]}}\n"
            for name, url in urls.items()
        )
        head = "version: 1\ndefaults: {host_delay: 0s}\noutlets:\n"
        (self.home / "feeds.yaml").write_text(head + outlets, encoding="utf-8")


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
