"""The doctor: look at each part, and say what to mend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.domain.errors import MonitorError


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one part. `status` is ok, warn or fail."""

    check: str
    status: str
    what: str
    mend: str = ""


def examine(checks: Sequence[tuple[str, Callable[[], Finding]]]) -> list[Finding]:
    """Run every check; a part that raises has failed, and the others are looked at all the same."""
    findings = []
    for name, check in checks:
        try:
            findings.append(check())
        except MonitorError as error:
            first, *rest = str(error).splitlines()
            more = f" (and {len(rest)} more)" if rest else ""
            findings.append(Finding(name, "fail", f"{first}{more}"))
    return findings
