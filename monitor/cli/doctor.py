"""`monitor doctor`."""

import sys

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.output import print_json

MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--deep", is_flag=True, help="Also read the whole database; minutes on a large one.")
@with_app
def doctor(app: App, *, as_json: bool, deep: bool) -> None:
    """Check settings, database, schema, feeds, narratives and mail; say what to mend.

    With --deep, also what must always be true of the database, however the program was ended.

    Example: monitor doctor --deep --json
    """
    findings = app.examine() + (app.examine_deeply() if deep else [])
    failed = any(finding.status == "fail" for finding in findings)
    if as_json:
        checks = [
            {"check": f.check, "status": f.status, "what": f.what, "mend": f.mend} for f in findings
        ]
        print_json({"ok": not failed, "checks": checks})
    else:
        for finding in findings:
            mend = f" -> {finding.mend}" if finding.mend else ""
            click.echo(f"{MARKS[finding.status]}  {finding.check}: {finding.what}{mend}")
    if failed:
        sys.exit(1)
