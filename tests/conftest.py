import os
from collections.abc import Generator

import pytest

pytest_plugins = ["support.databases"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be skipped for a missing part: REQUIRE_ALL_TESTS turns a skip red."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_ALL_TESTS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and REQUIRE_ALL_TESTS is set: {report.longrepr}"
    return report
