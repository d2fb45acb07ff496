"""The one place that catches everything: what fails here must not stop the rest."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.domain.errors import MonitorError

log = logging.getLogger(__name__)


@contextmanager
def boundary(what: str) -> Iterator[None]:
    """Let a bug in one feed, item, narrative or recipient end here, logged with its trace.

    Faults that this program names (MonitorError) pass: somebody has a plan for them.
    """
    try:
        yield
    except MonitorError:
        raise
    except Exception:
        log.exception("fault in %s; going on with the rest", what)
