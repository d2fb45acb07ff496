"""The machine's clock."""

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Keeps the port `Clock`."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, wait: timedelta) -> None:
        """Wait; a negative or zero wait returns at once."""
        if wait > timedelta(0):
            time.sleep(wait.total_seconds())
