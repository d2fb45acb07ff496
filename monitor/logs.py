"""Logs go to standard error: a line an event, for people."""

import logging
import sys


def configure(*, verbose: bool) -> None:
    """Set the format and level of everything this program and its libraries log."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("monitor").setLevel(logging.INFO if verbose else logging.WARNING)
