"""Wiring of the doctor: every part of the installation, looked at."""

from typing import TYPE_CHECKING

from monitor.app.engine import EMBEDDED, jobs_of
from monitor.services import examine as doctor
from monitor.services.examine import Finding

if TYPE_CHECKING:
    from monitor.app import App


def examine(app: "App") -> list[Finding]:
    """Look at every part of the installation; say what to mend."""
    sender, has_smtp = app.settings.mail_from, app.settings.smtp_url is not None
    checks = [
        ("database", lambda: doctor.look_at_database(app.database)),
        ("feeds", lambda: doctor.look_at_feeds(str(app.feeds_file), app.feeds)),
        ("health", lambda: doctor.look_at_health(app.feed_tools.health())),
        ("narratives", lambda: _look_at_narratives(app)),
        ("contact", lambda: doctor.look_at_contact(app.settings.contact)),
        ("mail", lambda: doctor.look_at_mail(sender, is_on=has_smtp)),
    ]
    if app.settings.read_database_url:
        checks.append(("replica", lambda: _look_at_replica(app)))
    if app.settings.engine != EMBEDDED:
        checks.append(("engine", lambda: doctor.look_at_engine(jobs_of(app, {}).state())))
    if app.settings.model:
        checks.append(("second opinion", lambda: _look_at_model(app)))
    if app.settings.fulltext:
        checks.append(("fulltext", lambda: _look_at_fulltext(app)))
    if app.settings.preserve:
        checks.append(("preserve", lambda: _look_at_preserve(app)))
    return doctor.examine(
        [check for check in checks if check[0] != "health" or app.database.exists()]
    )


def examine_deeply(app: "App") -> list[Finding]:
    """Check what must always be true of the database. Raises StorageError."""
    from monitor.adapters.invariants import SqlInvariants

    app.database.check()
    return doctor.look_at_invariants(SqlInvariants(app.database).check())


def _look_at_narratives(app: "App") -> Finding:
    where, unmet = str(app.narratives_directory), len(app.unmet_examples())
    return doctor.look_at_narratives(where, app.catalogue, unmet)


def _look_at_replica(app: "App") -> Finding:
    """Find whether searches can be answered by the replica. Raises ConfigError, StorageError."""
    replica = app.replica
    assert replica is not None  # noqa: S101 - else it is not looked at
    replica.check()
    return Finding("replica", "ok", f"{replica.shown} answers searches")


def _look_at_model(app: "App") -> Finding:
    """Find whether the second opinion can be asked: its extra, its file, its catalogue."""
    from monitor.app import opining
    from monitor.app.learning import second_opinion

    opining.require()
    file = opining.model_file(app)
    model = second_opinion(app.matcher, file, app.settings.embedder).model
    served = sum(one.is_served for one in model.figures)
    what = f"{file}, version {model.version}, {served} narratives"
    return Finding("second opinion", "ok", what)


def _look_at_preserve(app: "App") -> Finding:
    """Find whether pages can be kept."""
    from monitor.app import preserving

    preserving.require()
    return Finding("preserve", "ok", f"pages are kept in {preserving.directory_of(app, None)}")


def _look_at_fulltext(app: "App") -> Finding:
    """Find whether articles can be read."""
    from monitor.app import full_text

    full_text.require(app)
    return Finding("fulltext", "ok", "articles near a threshold are fetched and matched")
