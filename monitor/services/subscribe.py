"""Keep subscribers: checked when they come, gone when they go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from monitor.domain.delivery import CONFIRMATION, Planned, State
from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.subscription import Alerts, Channel, Standing, Subscription
from monitor.ports import Clock
from monitor.ports.delivery import Press, Subscribers, Token


@dataclass(frozen=True, slots=True)
class Added:
    """A new subscription, and the secret that is shown once: of a webhook, or a feed's address."""

    subscription: Subscription
    secret: str = ""


@dataclass(frozen=True)
class KeepSubscribers:
    """The use case.

    `checked` returns the address as it is kept and raises ConfigError for one that cannot be.
    `hashed` is what is kept of a token.
    """

    subscribers: Subscribers
    clock: Clock
    token: Callable[[], Token]
    hashed: Callable[[str], str]
    checked: Callable[[Channel, str], str]
    press: Callable[[], Press]

    def add(self, wanted: Subscription) -> Added:
        """Keep a subscription that an operator vouches for. Raises ConfigError."""
        address = self.checked(wanted.channel, wanted.address)
        token = self.token()
        secret = token.text if wanted.channel is Channel.WEBHOOK else ""
        one = replace(wanted, address=address, started_at=self.clock.now(), secret=secret)
        is_feed = one.channel is Channel.ATOM
        kept = self.subscribers.add(one, token.hashed if is_feed else "")
        return Added(kept, "" if one.channel is Channel.EMAIL else token.text)

    def ask(self, wanted: Subscription) -> Subscription:
        """Keep a subscription that somebody entered on a page, and ask the address to confirm it.

        The letter goes out with the next sending. Raises ConfigError.
        """
        address, now = self.checked(Channel.EMAIL, wanted.address), self.clock.now()
        one = replace(wanted, address=address, channel=Channel.EMAIL, started_at=now)
        token = self.token()
        name, payload = self.press().invite(one, token.text)
        letter = Planned(
            0, now.date(), CONFIRMATION, now, State.READY, message_id=name, payload=payload
        )
        return self.subscribers.ask(replace(one, standing=Standing.PENDING), token.hashed, letter)

    def by_token(self, token: str) -> Subscription:
        """Return the subscription that a mail's or a feed's address names. Raises NotFoundError."""
        found = self.subscribers.by_token(self.hashed(token))
        if found is None:
            raise NotFoundError("no subscription has this address")
        return found

    def confirm(self, token: str) -> Subscription:
        """Begin to serve a subscription; twice is harmless. Raises NotFoundError."""
        found = self.by_token(token)
        if found.standing is Standing.PENDING:
            self.subscribers.stand([found.id], Standing.ACTIVE, self.clock.now())
        return found

    def unsubscribe(self, token: str) -> None:
        """End a subscription and forget the person; twice is harmless. Raises NotFoundError."""
        found = self.by_token(token)
        if found.standing is not Standing.UNSUBSCRIBED:
            self.subscribers.stand([found.id], Standing.UNSUBSCRIBED, self.clock.now())

    def stand(self, who: str, standing: Standing) -> Sequence[Subscription]:
        """Pause or resume what an address or id has; return it. Raises NotFoundError."""
        found = [one for one in self.subscribers.of(who) if one.standing is not standing]
        self.subscribers.stand([one.id for one in found], standing, self.clock.now())
        return found

    def alert(self, who: str, alerts: Alerts) -> Sequence[Subscription]:
        """Change what an address or id is told at once; return it. Raises NotFoundError."""
        found = [one for one in self.subscribers.of(who) if one.alerts is not alerts]
        if any(one.channel is Channel.ATOM for one in found):
            raise ConfigError(f"{who}: alerts go by mail or webhook")
        self.subscribers.alert([one.id for one in found], alerts)
        return found

    def remove(self, who: str) -> Sequence[Subscription]:
        """Remove what an address or id has, and all that was kept for it. Raises NotFoundError."""
        found = self.subscribers.of(who)
        self.subscribers.remove([one.id for one in found])
        return found
