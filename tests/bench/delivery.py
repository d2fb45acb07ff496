"""What 1,000 digests cost: planned and sent on loopback, by the command's own way. `make bench`.

200 hits of the day, every subscriber with an address of their own, in seven languages; three in ten
asked for one country. The baseline in the same run hands the same messages in with `smtplib` alone.
"""

import resource
import smtplib
import socketserver
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from datetime import time as at_clock
from pathlib import Path
from typing import Final

import sqlalchemy as sa

import make
from monitor.adapters.render import LANGUAGES
from monitor.adapters.store import SqlStore
from monitor.app import App, build
from monitor.domain.hit import Evidence
from monitor.domain.subscription import BEGINNING, Subscription
from monitor.settings import load

SUBSCRIBERS: Final = 1_000
HITS: Final = 200
COUNTRIES: Final = ("RS", "BA", "ME", "XK", "MK", "AL")
SENDER: Final = "digest@monitor.example"


class Session(socketserver.StreamRequestHandler):
    """Takes every message, as fast as it can be taken."""

    def handle(self) -> None:
        self.wfile.write(b"220 loopback\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 OK\r\n")
            if word == b"QUIT":
                return


class Server(socketserver.ThreadingTCPServer):
    """Serves many connections at once."""

    daemon_threads = True


def serve() -> None:
    """Serve in a process of its own; say the port."""
    with Server(("127.0.0.1", 0), Session) as server:
        print(server.server_address[1], flush=True)  # noqa: T201
        server.serve_forever()


def filled(app: App, now: datetime) -> None:
    """Store a day's hits of twelve outlets in six countries, and the subscribers."""
    store, evidence = SqlStore(app.database), (Evidence("title", 0, 6, "Balkan", "balkan", 96.0),)
    narratives = [one.id for one in app.catalogue.narratives][:9]
    for number in range(12):
        outlet = make.outlet(id=f"o{number}", name=f"O{number}", country=COUNTRIES[number % 6])
        feed = make.feed(id=f"f{number}", url=f"https://o{number}.example/", outlet=outlet)
        for n in range(HITS // 12 + 1):
            item = make.item(f"Balkan naslov {number} {n} o pregovorima u regionu", of=feed)
            hit = make.hit(narratives[n % len(narratives)], evidence=evidence)
            at = now - timedelta(hours=3, minutes=n)
            store.record(make.poll(item, of=feed, at=at, hits=(hit,)), feed)
    hour = now - timedelta(minutes=30)
    for n in range(SUBSCRIBERS):
        chosen = (COUNTRIES[n % 6],) if n % 10 < 3 else ()
        lang, due = LANGUAGES[n % len(LANGUAGES)], at_clock(hour.hour, hour.minute)
        one = Subscription(0, f"reader{n}@primer.example", lang, due, "UTC", countries=chosen)
        app.delivery.subscribers.add(one)
    with app.database.writing() as connection:
        connection.execute(sa.text("UPDATE subscription SET started_at = :at"), {"at": BEGINNING})


def cpu_s() -> float:
    """Return the CPU time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def baseline(port: int, messages: list[bytes]) -> float:
    """Hand messages in, one connection for all of them."""
    begun = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="monitor.example") as smtp:
        for message in messages:
            smtp.sendmail(SENDER, ["reader@primer.example"], message)
    return time.monotonic() - begun


def main() -> None:
    """Measure and print."""
    command = [sys.executable, "-m", "bench.delivery", "serve"]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdout
        port = int(server.stdout.readline())
        values = {
            "database_url": f"sqlite:///{home}/monitor.db",
            "smtp_url": f"smtp://127.0.0.1:{port}",
            "mail_from": SENDER,
            "base_url": "https://monitor.example",
        }
        app = build(load({}, values))
        app.init()
        filled(app, datetime.now(UTC))
        begun, spent = time.monotonic(), cpu_s()
        planned = len(app.delivery.plan())
        middle, half = time.monotonic(), cpu_s()
        with app.database.reading() as connection:
            query = sa.text("SELECT payload FROM delivery")
            messages = [bytes(one) for one in connection.execute(query).scalars()]
        alone = baseline(port, messages)
        start, before = time.monotonic(), cpu_s()
        sent = len(app.delivery.send())
        end, after = time.monotonic(), cpu_s()
        server.terminate()
        size = Path(home, "monitor.db").stat().st_size
    rows = (
        ("planned", planned, middle - begun, half - spent),
        ("sent", sent, end - start, after - before),
    )
    for what, count, wall, cpu in rows:
        print(f"{what:<10}{count:>8,}{wall:>8.1f} s{cpu:>8.1f} s of CPU")  # noqa: T201
    print(f"smtplib alone  {alone:>11.1f} s; database {size / 1e6:.0f} MB")  # noqa: T201


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
