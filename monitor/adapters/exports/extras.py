"""Libraries that not every installation has."""

import importlib
from types import ModuleType

from monitor.domain.errors import ConfigError


def needed(module: str, extra: str) -> ModuleType:
    """Return the module. Raises ConfigError, naming the extra, where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing = error.name or module
        what = (
            f"{missing} is not installed; "
            f"run `pip install 'western-balkans-narrative-monitor[{extra}]'`"
        )
        raise ConfigError(what) from error
