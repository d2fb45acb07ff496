"""Which process holds a lease, and whether it is still alive."""

import os
import socket
from functools import lru_cache
from pathlib import Path


@lru_cache
def _machine() -> str:
    """Name this machine since it was started, and its world of process numbers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        world = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        boot = world = ""
    return f"{socket.gethostname()} {boot} {world}"


def me() -> str:
    """Return this process's name, which no later process will bear."""
    return _named(os.getpid())


@lru_cache
def _named(process: int) -> str:
    return f"{_machine()} {process} {_started(process)}"


def is_dead(owner: str) -> bool:
    """Say whether a process of this machine has ended; of other machines nothing is known."""
    machine, _, process = owner.partition(_machine())
    if machine or not process:
        return False
    number, _, started = process.strip().partition(" ")
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it lives, as somebody else's
        return False
    return started != _started(int(number))


def _started(process: int) -> str:
    """Return when a process began, in clock ticks: numbers are given out again."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
