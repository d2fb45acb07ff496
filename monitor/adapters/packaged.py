"""Find what travels with the program: in a wheel inside the package, in a checkout beside it."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent.parent


def packaged(name: str) -> Path:
    """Return the path of a packaged file or directory, such as `feeds.yaml` or `migrations`."""
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name
