"""Numbers of items: they grow with the time at which our feeds brought them.

Whoever sorts items by number sorts them by time, whatever index the number stands in: of words,
of narratives, of countries. Items brought in later, with a first-seen time of long ago, find
their place among their contemporaries. Numbers are sparse, some seconds have none.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

PER_SECOND: Final = 256  # when a second is full, its items take numbers of the next ones
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
EARLIEST: Final = datetime(1000, 1, 1, tzinfo=UTC)  # of first sight; what is older is no time


def first_number(at: datetime) -> int:
    """Return the least number of an item first seen in the second of `at`; may be negative."""
    return (at - _EPOCH) // _SECOND * PER_SECOND


def second_of(number: int) -> datetime:
    """Return the second that a number is of: when its item was first seen, or shortly after."""
    return _EPOCH + number // PER_SECOND * _SECOND


BEFORE_ALL: Final = first_number(datetime.min.replace(tzinfo=UTC)) - 1  # no item has it
