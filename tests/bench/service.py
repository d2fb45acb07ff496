"""What polling 10,000 feeds costs: through leases, jobs, HTTP on loopback and SQLite. `make bench`.

2,500 addresses of loopback with four feeds each, ten entries a feed, one process for parsing a core.
Prints CPU and time a feed, and the memory of the process and its workers.
"""

import resource
import sys
import tempfile
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from monitor.app import App, build
from monitor.app.service import Signals
from monitor.settings import load

FEEDS: Final = 10_000
HOSTS: Final = 2_500
CYCLE: Final = timedelta(minutes=15)
MAX_MB: Final = 600


class Outlets(BaseHTTPRequestHandler):
    """Ten entries of its own for every address and path."""

    def do_GET(self) -> None:
        name = f"{self.headers['Host']}{self.path}"
        items = "".join(
            f"<item><title>Vest {n} iz {name}</title><link>http://{name}/{n}</link>"
            "<description>Otvoreni Balkan, kiša i grmljavina u većem delu zemlje.</description></item>"
            for n in range(10)
        )
        body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Takes every connection that fifty threads open."""

    request_queue_size = 256
    daemon_threads = True


def serve() -> None:
    """Serve in a process of its own; say the port."""
    server = Server(("0.0.0.0", 0), Outlets)  # noqa: S104 - all of loopback
    print(server.server_address[1], flush=True)  # noqa: T201
    server.serve_forever()


def feed_list(port: int, count: int) -> str:
    rows = ["version: 1", "defaults: {host_delay: 0s}", "outlets:"]
    for n in range(count):
        host = n % HOSTS
        url = f"http://127.1.{host // 250}.{host % 250 + 1}:{port}/{n}"
        rows.append(
            f"  - {{id: o{n}, name: O{n}, country: RS, languages: [sr], kind: private,"
            f" feeds: [{{id: f{n}, url: '{url}'}}]}}"
        )
    return "\n".join(rows) + "\n"


def watched(app: App, count: int) -> tuple[float, float]:
    """Run the service until every feed was polled; return wall and peak memory in MB."""
    signals, begun = Signals(), time.monotonic()
    peak = 0.0

    def watch() -> None:
        nonlocal peak
        while not signals.stop.wait(1):
            peak = max(peak, memory_mb())
            if polled(app) >= count:
                signals.stop.set()

    threading.Thread(target=watch, daemon=True).start()
    app.serve(signals, force=True)
    return time.monotonic() - begun, peak


def polled(app: App) -> int:
    import sqlalchemy as sa  # noqa: PLC0415

    with app.database.reading() as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM fetch_event")) or 0)


def memory_mb() -> float:
    """Return what this process holds."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def cpu_s() -> float:
    own, workers = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime


def main(count: int) -> None:
    """Measure and print."""
    import subprocess  # noqa: PLC0415

    command = [sys.executable, "-c", "from tests.bench.service import serve; serve()"]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as outlets,
    ):
        assert outlets.stdout
        port = int(outlets.stdout.readline())
        list_ = Path(home, "feeds.yaml")
        list_.write_text(feed_list(port, count), encoding="utf-8")
        app = build(
            load(
                {},
                {
                    "database_url": f"sqlite:///{home}/monitor.db",
                    "feeds": str(list_),
                    "allow_private_networks": "true",
                    "metrics_listen": "off",
                },
            )
        )
        assert len(app.matcher.catalogue_version) > 0
        app.init()  # before anybody counts what was polled
        before = cpu_s()
        wall, peak = watched(app, count)
        cost = cpu_s() - before
        outlets.terminate()
    share = cost / count * 10_000 / CYCLE.total_seconds()
    print(f"feeds polled                 {count:>10,}")  # noqa: T201
    print(f"wall                         {wall:>10.1f} s (other programs included)")  # noqa: T201
    print(f"CPU a feed, ten new items    {cost / count * 1000:>10.1f} ms")  # noqa: T201
    print(f"10,000 feeds in 15 minutes   {share:>10.2f} cores")  # noqa: T201
    print(f"peak memory of the service   {peak:>10.0f} MB (at most {MAX_MB})")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FEEDS)
