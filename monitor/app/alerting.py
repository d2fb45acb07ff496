"""Wire what tells subscribers at once."""

from typing import TYPE_CHECKING

from monitor.domain.errors import ConfigError
from monitor.services.alert import PlanAlerts
from monitor.services.choose import near

if TYPE_CHECKING:
    from monitor.app.parts import Parts


def alerts_of(app: "Parts") -> PlanAlerts:
    """Return what plans alerts."""
    from monitor.adapters import tokens
    from monitor.adapters.surge_rows import SqlSurges

    delivery = app.delivery
    return PlanAlerts(
        subscribers=delivery.subscribers,
        outbox=delivery.outbox(),
        surges=SqlSurges(app.database),
        archive=app.archive,
        digests=delivery.digests(),
        press=delivery.press,
        clock=app.clock,
        token=tokens.fresh,
        narratives=lambda: [one.id for one in app.catalogue.narratives],
        unsettled=app.keeping.uses.unsettled,
        search=lambda name: saved_search(app, name),
    )


def saved_search(app: "Parts", name: str) -> str | None:
    """Return the query of a search that is saved as `person/name`; None if none is."""
    person, _, title = name.partition("/")
    kept = app.people.people.searches(person)
    return next((one.query for one in kept if one.name == title), None)


def known_searches(app: "Parts", names: tuple[str, ...]) -> None:
    """Raise ConfigError for a search that nobody keeps."""
    for name in names:
        if saved_search(app, name) is None:
            person = name.partition("/")[0]
            kept = [f"{person}/{one.name}" for one in app.people.people.searches(person)]
            what = f"nobody keeps a search {name!r}{near(name, kept)}; write PERSON/NAME"
            raise ConfigError(what, where="--search")
