"""Run the program as its users do."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.raw_server import RawServer

OURS = "MONITOR_"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

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
        clean = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        ours = {"ALLOW_PRIVATE_NETWORKS": "true"} | environment
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *arguments],
            cwd=self.home,
            env=clean
            | {f"{OURS}{name}": value for name, value in ours.items()}
            | {"CRASH_POINT": crash_point},
            input=stdin.encode(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

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
