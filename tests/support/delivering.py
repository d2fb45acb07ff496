"""All that brings digests to people, on a real database and a clock of our own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import make
from fakes import FakeClock
from monitor.adapters import addresses, tokens
from monitor.adapters.archive import SqlArchive
from monitor.adapters.database import Database
from monitor.adapters.http.webhook import LIMITS, WebhookCarrier
from monitor.adapters.mail.smtp import SmtpCarrier, server_of
from monitor.adapters.outbox import SqlOutbox
from monitor.adapters.press import DigestPress
from monitor.adapters.store import SqlStore
from monitor.adapters.subscribers import SqlSubscribers
from monitor.domain.delivery import DeliveryRecord
from monitor.domain.hit import Evidence
from monitor.domain.subscription import Channel, Subscription
from monitor.services.deliver import SendDeliveries, Sent
from monitor.services.digest import DigestService
from monitor.services.publish import Plan, PlanDigests
from monitor.services.subscribe import Added, KeepSubscribers
from support.digests import narratives

FROM = "Monitor <digest@monitor.example>"
_numbers = count(1)


@dataclass
class Delivering:
    """The parts as the program wires them; `url` is where mail is handed in."""

    home: Path
    clock: FakeClock = field(default_factory=FakeClock)
    url: str = "smtp://127.0.0.1:1"
    base_url: str = ""
    network: Any = None
    deadline: timedelta = timedelta(seconds=60)
    tls: Any = None
    kept_in: str = ""  # the address of a database that has its schema; else a file of its own

    def __post_init__(self) -> None:
        self.database = Database(self.kept_in or f"sqlite:///{self.home}/monitor.db")
        if not self.kept_in:
            self.database.upgrade()
        self.store, self.archive = SqlStore(self.database), SqlArchive(self.database)
        self.outbox = SqlOutbox(self.database)
        self.subscribers = SqlSubscribers(self.database)
        self.keep = KeepSubscribers(
            self.subscribers,
            self.clock,
            tokens.fresh,
            tokens.hashed,
            addresses.checked,
            lambda: self.press,
        )

    @property
    def press(self) -> DigestPress:
        return DigestPress(
            self.clock,
            self.outbox.installation,
            sender=FROM,
            base_url=self.base_url,
            faults={},
        )

    def publish(self, *titles: str, at: datetime | None = None, **given: Any) -> None:
        """Store items that carry open-balkan by their first word, as one poll brings them."""
        feed = make.feed()
        items = [make.item(title, of=feed, **given) for title in titles]
        for item in items:
            word = item.title.split()[0]
            evidence = (Evidence("title", 0, len(word), word, word, 96.0),)
            hits = (make.hit(evidence=evidence),)
            moment = (at or self.clock.now()) + timedelta(microseconds=next(_numbers))
            self.store.record(make.poll(item, of=feed, at=moment, hits=hits), feed)

    def publish_many(self, count: int) -> None:
        """Store so many items of as many outlets of their own, by one poll a hundred."""
        for start in range(0, count, 500):
            feed = make.feed()
            titles = [f"Balkan naslov broj {n} o pregovorima" for n in range(start, start + 500)]
            evidence = (Evidence("title", 0, 6, "Balkan", "balkan", 96.0),)
            items = [make.item(title, of=feed) for title in titles[: count - start]]
            at = self.clock.now() + timedelta(microseconds=next(_numbers))
            poll = make.poll(*items, of=feed, at=at, hits=(make.hit(evidence=evidence),))
            self.store.record(poll, feed)

    def add(self, address: str = "ana@primer.example", **given: Any) -> Subscription:
        """Add a subscriber of 07:00 in Belgrade."""
        return self.added(address, **given).subscription

    def added(self, address: str, **given: Any) -> Added:
        values: dict[str, Any] = {"at": time(7), "zone": "Europe/Belgrade", "lang": "en"}
        values |= given
        return self.keep.add(Subscription(0, address, **values))

    def plan(self) -> list[Plan]:
        digests = DigestService(self.archive, lambda: [make.feed()], narratives)
        planner = PlanDigests(
            self.subscribers, self.outbox, digests, self.press, self.clock, tokens.fresh
        )
        return planner.plan()

    def send(self, *, patient: bool = True) -> Sequence[Sent]:
        mail = partial(SmtpCarrier, server_of(self.url), FROM, deadline=self.deadline, tls=self.tls)
        web = partial(
            WebhookCarrier,
            "test",
            self.clock,
            network=self.network,
            allow_private_networks=self.network is None,
            limits=replace(LIMITS, total=min(LIMITS.total, self.deadline)),
        )
        outbox = SqlOutbox(self.database, impatient=not patient)
        return SendDeliveries(
            outbox, {Channel.EMAIL: mail, Channel.WEBHOOK: web}, self.clock
        ).send()

    def deliver(self) -> Sequence[Sent]:
        self.plan()
        return self.send()

    @property
    def states(self) -> list[str]:
        """The states of all deliveries, oldest first."""
        return [str(one.state) for one in reversed(self.records)]

    @property
    def records(self) -> Sequence[DeliveryRecord]:
        return self.outbox.records()

    def pass_time(self, **span: float) -> None:
        self.clock.sleep(timedelta(**span))

    def close(self) -> None:
        self.database.close()
