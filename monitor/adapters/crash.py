"""Named points at which tests let the program die, as by `kill -9`. Nothing, unless one is named.

`CRASH_POINT=committed` dies at the first passing of that point, `CRASH_POINT=committed:3` at
the third.
"""

import os
import signal
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final

VARIABLE: Final = "CRASH_POINT"


def _nothing(_name: str) -> None:
    pass


def armed(environment: Mapping[str, str]) -> Callable[[str], None]:
    """Return what to call at a point: nothing, unless the environment names one."""
    name, _, times = environment.get(VARIABLE, "").partition(":")
    if not name:
        return _nothing
    passes = count(1)

    def die(reached: str) -> None:
        if reached == name and next(passes) == int(times or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    return die


point: Final = armed(os.environ)
