"""Passwords kept the real way at the least cost: most tests are not about how dear they are."""

from typing import Final

from argon2 import PasswordHasher

from monitor.adapters.secrets import Argon2

QUICK: Final = Argon2(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
