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
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import sqlalchemy as sa

from monitor.adapters.database import Database
from monitor.adapters.invariants import SqlInvariants
from monitor.adapters.subscribers import SqlSubscribers
from monitor.domain.subscription import Subscription
from support.program import Program, Ran
from support.smtp_server import SmtpServer

CLAIM = "Otvoreni Balkan sluzi Beogradu, tvrdi opozicija"
PATIENCE_S = 120
EMBEDDED, WORKERS = "embedded", "procrastinate"
_ENGINES = (("sqlite", EMBEDDED), ("postgres", WORKERS))


def on_both_engines(*, soak: bool = False) -> pytest.MarkDecorator:
    """Run a test with threads on SQLite, and with a worker on PostgreSQL; that in `soak` only."""
    cases = [
        pytest.param(*one, marks=[pytest.mark.soak] if soak and one[1] == WORKERS else [])
        for one in _ENGINES
    ]
    return pytest.mark.parametrize(("database_url", "engine"), cases, indirect=["database_url"])


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

    @property
    def polling(self) -> "Service":
        """What polls."""
        return self

    def died(self) -> int:
        """Wait until it has died; return its exit code."""
        return self.process.wait(PATIENCE_S)

    def tell(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end; return its exit code and how long that took."""
        begin = time.monotonic()
        self.tell(number)
        code = self.process.wait(PATIENCE_S)
        return code, time.monotonic() - begin

    def until(self, claim: Callable[[], bool]) -> None:
        """Wait until this is so. Raises AssertionError with the log if it does not come."""
        end = time.monotonic() + PATIENCE_S
        while not claim():
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"it did not come to that:\n{self.log}")
            time.sleep(0.1)


class Scaled(Service):
    """`monitor run`, which only schedules, with a worker that does its jobs; told as one."""

    def __init__(self, home: Path, *flags: str, **environment: str) -> None:
        ours = environment | {"MONITOR_ENGINE": WORKERS, "ENGINE_DEAD_AFTER_S": "3"}
        super().__init__(home, *flags, **ours)
        self.worker = Service(home, command="worker", **ours)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.worker.__exit__(kind, error, trace)
        super().__exit__(kind, error, trace)

    @property
    def log(self) -> str:
        """What both said so far."""
        return super().log + self.worker.log

    @property
    def polling(self) -> Service:
        """What polls."""
        return self.worker

    def died(self) -> int:
        """Wait until one of them has died; return its exit code."""
        codes: list[int | None] = []
        end = time.monotonic() + PATIENCE_S
        while not any(codes) and time.monotonic() < end:
            time.sleep(0.05)
            codes = [one.process.poll() for one in (self, self.worker)]
        return next((code for code in codes if code), 0)

    def tell(self, number: int) -> None:
        """Send both a signal."""
        super().tell(number)
        self.worker.tell(number)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ask both to end; return the worse exit code and how long that took."""
        begin = time.monotonic()
        code, _ = super().stop(number)
        other = self.worker.process.wait(PATIENCE_S)
        return code or other, time.monotonic() - begin


@dataclass(frozen=True, slots=True)
class Scene:
    """An installation whose service is started, hindered and ended."""

    monitor: Program
    url: str
    database: Database
    engine: str = EMBEDDED

    def service(self, *flags: str, **environment: str) -> Service:
        kind = Scaled if self.engine == WORKERS else Service
        return kind(self.monitor.home, *flags, MONITOR_DATABASE_URL=self.url, **environment)

    def command(self, *arguments: str, **environment: str) -> Ran:
        """Run a command of the same installation."""
        return self.monitor(*arguments, DATABASE_URL=self.url, ENGINE=self.engine, **environment)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def number(self, query: str) -> int:
        return int(str(self.rows(query)[0][0]))

    def everything_is_due(self) -> None:
        long_ago = "2026-01-01 00:00:00.000000"
        with self.database.writing() as connection:
            for table, column in (("feed", "next_poll_at"), ("chore", "next_due")):
                due = f"UPDATE {table} SET {column} = '{long_ago}'"  # noqa: S608 - ours
                connection.execute(sa.text(due))

    def people(self, *names: str) -> set[str]:
        """Add subscribers by mail whose hour came just now; return their addresses."""
        keep, hour = SqlSubscribers(self.database), datetime.now(UTC).time()
        addresses = [f"{name}@people.example" for name in names]
        for address in addresses:
            keep.add(Subscription(0, address, "en", clock_time(hour.hour, hour.minute), "UTC"))
        return set(addresses)

    def is_sound(self) -> None:
        broken = [one for one in SqlInvariants(self.database).check() if one.broken]
        assert not broken, broken

    def mailed(self, server: SmtpServer) -> Counter[str]:
        """Return how many mails each got; no two different ones, none twice that need not be.

        Who dies between the server's yes and our noting it cannot know: the same mail again.
        """
        sent = Counter((who, str(message["Message-ID"])) for who, message in server.accepted)
        unknowable = self.rows(
            "SELECT d.message_id, count(*) FROM delivery AS d JOIN delivery_event AS e"
            " ON e.delivery_id = d.id WHERE e.from_state = 'in_data' AND e.to_state = 'ready'"
            " GROUP BY d.message_id"
        )
        allowed = {str(name): int(str(count)) for name, count in unknowable}
        for (who, name), count in sent.items():
            assert count <= 1 + allowed.get(name, 0), f"{who} was sent {name} {count} times"
        assert set(Counter(who for who, _ in sent).values()) <= {1}, "two mails for one slot"
        return Counter(who for who, _ in sent.elements())


def mail_to(server: SmtpServer) -> dict[str, str]:
    """Return the settings by which mail goes to this server."""
    return {"MONITOR_SMTP_URL": server.url(), "MONITOR_MAIL_FROM": "digest@monitor.example"}
