"""How long what may be forgotten is kept: `fetch_events=400d, versions=2y`."""

import re
from datetime import timedelta
from typing import Final

KINDS: Final = ("fetch_events", "versions", "retired_hits")
_PAIR: Final = re.compile(r"(\w+)=(\d{1,5})([dwy])")
_DAYS: Final = {"d": 1, "w": 7, "y": 366}


def kept(text: str) -> dict[str, timedelta]:
    """Return for each kind how long it is kept; a kind that is not there is kept for ever.

    Raises ValueError that says how to write it.
    """
    found = {}
    for part in filter(None, map(str.strip, text.split(","))):
        pair = _PAIR.fullmatch(part)
        if not pair or pair[1] not in KINDS or pair[2].strip("0") == "":
            names = ", ".join(KINDS)
            raise ValueError(f"must be KIND=AGE such as fetch_events=400d; kinds are {names}")
        found[pair[1]] = timedelta(days=int(pair[2]) * _DAYS[pair[3]])
    return found
