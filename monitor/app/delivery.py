"""Wire what brings digests to people."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from monitor.domain.delivery import DeliveryRecord, State
from monitor.domain.digest import Digest
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.subscription import Channel, Standing, Subscription
from monitor.ports import Clock
from monitor.ports.delivery import Carrier
from monitor.services.alert import Alert, PlanAlerts
from monitor.services.deliver import SendDeliveries, Sent
from monitor.services.digest import DigestService
from monitor.services.publish import Plan, PlanDigests
from monitor.services.subscribe import KeepSubscribers
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.adapters.database import Database
    from monitor.adapters.outbox import SqlOutbox
    from monitor.adapters.press import DigestPress
    from monitor.adapters.subscribers import SqlSubscribers


@dataclass(frozen=True)
class Delivering:
    """Subscribers and what is sent to them. Each part is built when it is first asked for."""

    settings: Settings
    clock: Clock
    database: "Database"
    digests: Callable[[], DigestService]
    alerting: Callable[[], PlanAlerts]

    @cached_property
    def subscribers(self) -> "SqlSubscribers":
        """Who gets digests, as the database has them."""
        from monitor.adapters.subscribers import SqlSubscribers

        self.database.check(create=True)
        return SqlSubscribers(self.database)

    @cached_property
    def keep(self) -> KeepSubscribers:
        """What adds, pauses and removes subscribers."""
        from monitor.adapters import addresses, tokens

        return KeepSubscribers(
            self.subscribers,
            self.clock,
            tokens.fresh,
            tokens.hashed,
            addresses.checked,
            lambda: self.press,
        )

    def ask(self, wanted: Subscription) -> Subscription:
        """Keep a mail subscription that somebody entered on a page, and ask its address.

        It is pending until the address confirms. Raises ConfigError, also where no mail with a
        link can be sent.
        """
        if fault := self.press.fault(Channel.EMAIL):
            raise ConfigError(fault)
        if not self.settings.base_url:
            raise ConfigError("set MONITOR_BASE_URL: a confirmation mail needs a link to this site")
        return self.keep.ask(wanted)

    @cached_property
    def faults(self) -> dict[Channel, str]:
        """Why a channel is off, for each that is. Raises ConfigError for settings that are wrong."""
        if self.settings.smtp_url is None:
            return {Channel.EMAIL: "mail is off: set MONITOR_SMTP_URL and MONITOR_MAIL_FROM"}
        if not self.settings.mail_from:
            raise ConfigError("MONITOR_MAIL_FROM is not set; mail needs a sender")
        self.mail()
        return {}

    @cached_property
    def planner(self) -> PlanDigests:
        """What plans digests."""
        from monitor.adapters import tokens

        return PlanDigests(
            self.subscribers, self.outbox(), self.digests(), self.press, self.clock, tokens.fresh
        )

    def alert(self, *, dry: bool = False) -> list[Alert]:
        """Plan what is to be told at once; safe to repeat. Raises StorageError, ConfigError."""
        return self.alerting().plan(dry=dry)

    def plan(self, *, dry: bool = False) -> list[Plan]:
        """Plan every slot whose hour has come; safe to repeat. Raises StorageError, ConfigError."""
        return self.planner.plan(dry=dry)

    def send(self, *, patient: bool = True) -> Sequence[Sent]:
        """Send what is due; unless patient, what waits for its next attempt as well.

        Safe to call from several processes at once. Raises StorageError, ConfigError.
        """
        carriers: dict[Channel, Callable[[], AbstractContextManager[Carrier]]] = {
            Channel.WEBHOOK: self._webhook
        }
        if Channel.EMAIL not in self.faults:
            carriers[Channel.EMAIL] = self.mail()
        outbox = self.outbox(impatient=not patient)
        return SendDeliveries(outbox, carriers, self.clock).send()

    def feed_address(self, token: str) -> str:
        """Return the address of an Atom feed; a path where the pages have no public address."""
        return f"{self.settings.base_url}/feed/{token}.atom"

    def feed(self, token: str) -> str:
        """Return the Atom feed of a subscription, its last digests. Raises NotFoundError."""
        from monitor.adapters.feed import subscription_feed

        one = self.keep.by_token(token)
        if one.channel is not Channel.ATOM or one.standing is not Standing.ACTIVE:
            raise NotFoundError("no feed has this address")
        return subscription_feed(one, self.outbox().published(one.id), self.settings.base_url)

    def preview(self, one: Subscription) -> Digest:
        """Compose what a subscription would get now; nothing is recorded."""
        return self.planner.preview(one)

    def records(self, states: Sequence[State] = ()) -> Sequence[DeliveryRecord]:
        """Return deliveries, newest first; no states: all of them."""
        return self.outbox().records(states)

    def release(self, ids: Sequence[int]) -> int:
        """Let stale, unknown and failed deliveries be sent after all; no ids: every stale one."""
        states = [State.STALE, State.UNKNOWN, State.FAILED] if ids else [State.STALE]
        return self.outbox().release(ids, states, State.READY, self.clock.now())

    def close(self, ids: Sequence[int]) -> int:
        """Take unknown and stale deliveries as sent; return how many were."""
        states = [State.STALE, State.UNKNOWN]
        return self.outbox().release(ids, states, State.SENT, self.clock.now())

    @cached_property
    def press(self) -> "DigestPress":
        """What freezes digests into messages."""
        from monitor.adapters.press import DigestPress

        return DigestPress(
            self.clock,
            self.outbox().installation,
            sender=self.settings.mail_from,
            base_url=self.settings.base_url,
            faults=self.faults,
        )

    def outbox(self, *, impatient: bool = False) -> "SqlOutbox":
        """Return the outbox as the database has it."""
        from monitor.adapters.outbox import SqlOutbox

        self.database.check(create=True)
        return SqlOutbox(self.database, impatient=impatient)

    def mail(self) -> Callable[[], AbstractContextManager[Carrier]]:
        """Return what opens a way to the mail server. Raises ConfigError."""
        from monitor.adapters.mail.letter import sender_of
        from monitor.adapters.mail.smtp import SmtpCarrier, server_of

        url = self.settings.smtp_url
        if url is None:
            raise ConfigError("MONITOR_SMTP_URL is not set")
        sender_of(self.settings.mail_from)
        return partial(SmtpCarrier, server_of(url.get_secret_value()), self.settings.mail_from)

    def _webhook(self) -> AbstractContextManager[Carrier]:
        from monitor.adapters.http.fetcher import user_agent
        from monitor.adapters.http.webhook import WebhookCarrier

        return WebhookCarrier(
            user_agent(self.settings.contact),
            self.clock,
            allow_private_networks=self.settings.allow_private_networks,
        )
