import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

pytest_plugins = ["support.databases"]

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - Linux keeps files there in memory
ROOM_BYTES: Final = 4 * 1024**3


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room: no test is about the power failing.

    On a disk each commit waits for it, and half of a run is that. A `TMPDIR` that is set counts.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # what tests start inherits it


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests of services and of browsers also wait."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be skipped for a missing part: REQUIRE_ALL_TESTS turns a skip red."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_ALL_TESTS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and REQUIRE_ALL_TESTS is set: {report.longrepr}"
    return report
