"""Run the service as its operators do, and look at it from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CLAIM = "Otvoreni Balkan sluzi Beogradu, tvrdi opozicija"
PATIENCE_S = 120


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """`monitor run`, or `worker`, in a directory; its `with` block kills what still runs."""

    def __init__(self, home: Path, *flags: str, command: str = "run", **environment: str) -> None:
        self.home, self.port = home, free_port()
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")
        }
        ours = {
            "MONITOR_ALLOW_PRIVATE_NETWORKS": "true",
            "MONITOR_METRICS_LISTEN": f"127.0.0.1:{self.port}",
        }
        self._file = home / f"{command}-{self.port}.log"
        self._log = self._file.open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", command, *flags],
            cwd=home,
            env=clean | ours | environment,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()

    @property
    def log(self) -> str:
        """What it said so far."""
        return self._file.read_text(encoding="utf-8")

    def get(self, path: str) -> tuple[int, str]:
        """Return the status and body of a page; status 0 while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as page:
                return int(page.status), page.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, "{}"

    def health(self) -> dict[str, Any]:
        """Return /health; an empty object while nobody answers."""
        found: dict[str, Any] = json.loads(self.get("/health")[1])
        return found

    def troubles(self) -> list[str]:
        """Return what is wrong according to /health."""
        return [one["what"] for one in self.health().get("troubles", ())]

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end; return its exit code and how long that took."""
        begin = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        return code, time.monotonic() - begin

    def until(self, claim: Callable[[], bool]) -> None:
        """Wait until this is so. Raises AssertionError with the log if it does not come."""
        end = time.monotonic() + PATIENCE_S
        while not claim():
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"it did not come to that:\n{self.log}")
            time.sleep(0.1)
