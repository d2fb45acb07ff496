from typing import Literal

from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from monitor.adapters.secrets import Argon2


class Seeing(PasswordHasher):
    """Remembers how dear each hash was that it looked at."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=2)
        self.seen: list[Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - theirs
        self.seen.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


def test_to_guess_is_as_dear_as_the_rfc_has_it() -> None:
    assert extract_parameters(Argon2().hash("plavi tramvaj")) == RFC_9106_LOW_MEMORY


def test_only_the_password_itself_fits() -> None:
    vault = Argon2(Seeing())
    kept = vault.hash("plavi tramvaj")

    assert vault.fits("plavi tramvaj", kept)
    assert not vault.fits("crveni tramvaj", kept)
    assert not vault.fits("plavi tramvaj", "no hash at all")


def test_whom_nobody_knows_costs_as_much_as_anybody() -> None:
    hasher = Seeing()
    vault = Argon2(hasher)

    assert not vault.fits("plavi tramvaj", vault.hash("crveni tramvaj"))
    assert not vault.fits("plavi tramvaj", None)
    assert hasher.seen[0] == hasher.seen[1]
