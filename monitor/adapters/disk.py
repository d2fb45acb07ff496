"""How much room there is where the database lives."""

import shutil
from pathlib import Path


class DatabaseDisk:
    """Keeps the port `Disk`. A database on a server has a disk that we cannot see."""

    def __init__(self, file: Path | None) -> None:
        self._directory = file.resolve().parent if file else None

    def free_bytes(self) -> int | None:
        """Return the room that is left, or None where we cannot know."""
        try:
            return shutil.disk_usage(self._directory).free if self._directory else None
        except OSError:
            return None
