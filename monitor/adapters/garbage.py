"""Work that makes many values, all of them kept: looking for garbage among them is in vain."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def no_garbage() -> Iterator[None]:
    """Look for no garbage: among half a million values, all of them kept, it costs a third.

    What is let go of is freed as ever, cycles excepted. For some seconds of work. Nor are they all
    looked through as young ones when it is over: they count as old then.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # else what others froze would thaw
                gc.freeze()
                gc.unfreeze()
            gc.enable()
