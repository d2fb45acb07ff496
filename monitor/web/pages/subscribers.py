"""Who gets digests: operators add, pause and remove; an address that was entered is asked first."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.adapters.render.language import LOCALES
from monitor.app import App
from monitor.domain.errors import ConfigError
from monitor.domain.people import Person
from monitor.domain.subscription import Alerts, Channel, Standing, Subscription, clock_time
from monitor.web.page import OWN_NAMES, ZONE, language_of, show
from monitor.web.site import Here, Operator

ROUTER: Final = APIRouter()
_Text = Annotated[str, Form(max_length=300)]
_STANDINGS: Final = {"pause": Standing.PAUSED, "resume": Standing.ACTIVE}


@ROUTER.get("/settings/subscribers")
def subscribers(request: Request, here: Here, person: Operator, asked: str = "") -> Response:
    """List the subscribers, oldest first."""
    found, lang = here.app.delivery.subscribers.all(), language_of(request)
    return show(
        request,
        "subscribers.html.j2",
        person,
        found=[one for one in found if one.standing is not Standing.UNSUBSCRIBED],
        names=OWN_NAMES,
        zone=ZONE,
        is_asked=bool(asked),
        titles={
            one.id: lang.narrative(dict(one.titles), one.title)
            for one in here.app.catalogue.narratives
        },
        searches=[one.name for one in here.app.people.people.searches(person.name)],
    )


@ROUTER.post("/settings/subscribers")
def add(  # noqa: PLR0913 - the fields of one form
    here: Here,
    person: Operator,
    *,
    address: _Text = "",
    lang: _Text = "en",
    at: _Text = "07:00",
    about: _Text = "",
    alerts: _Text = "none",
) -> Response:
    """Ask an address whether it wants digests or alerts; nothing comes before it says so.

    `about` is empty, `narrative/ID` or, for alerts, `search/NAME` of a saved search of one's own.
    """
    if lang not in LOCALES:
        raise ConfigError(f"{lang[:40]!r} is no language of the digests")
    told = _alerts(alerts)
    narratives, searches = _about(here.app, person, about)
    if searches and told is Alerts.NONE:
        raise ConfigError("a saved search is watched for alerts; choose them as well")
    wanted = Subscription(
        0,
        address.strip(),
        lang,
        clock_time(at),
        ZONE,
        Channel.EMAIL,
        narratives=narratives,
        searches=searches,
        alerts=told,
    )
    kept = here.app.delivery.ask(wanted)
    here.app.people.audit(person.name, "subscriber asked", f"id {kept.id}")
    return RedirectResponse("/settings/subscribers?asked=1", 303)


@ROUTER.post("/settings/subscribers/{number}/alerts")
def alert(here: Here, person: Operator, number: int, alerts: _Text = "none") -> Response:
    """Change what a subscription is told at once."""
    here.app.delivery.keep.alert(str(number), _alerts(alerts))
    here.app.people.audit(person.name, "subscriber alerts", f"id {number}, {alerts}")
    return RedirectResponse("/settings/subscribers", 303)


@ROUTER.post("/settings/subscribers/{number}/{what}")
def change(here: Here, person: Operator, number: int, what: str) -> Response:
    """Pause, resume or remove a subscription."""
    keep = here.app.delivery.keep
    if what == "remove":
        keep.remove(str(number))
    elif what in _STANDINGS:
        known = {one.id: one.standing for one in here.app.delivery.subscribers.all()}
        if known.get(number) is Standing.PENDING:
            raise ConfigError("this address has not confirmed yet")
        keep.stand(str(number), _STANDINGS[what])
    else:
        raise ConfigError(f"{what[:40]!r} is nothing that can be done")
    here.app.people.audit(person.name, f"subscriber {what}", f"id {number}")
    return RedirectResponse("/settings/subscribers", 303)


def _alerts(text: str) -> Alerts:
    try:
        return Alerts(text)
    except ValueError as error:
        raise ConfigError(f"{text[:40]!r}: alerts are none, also or only") from error


def _about(app: App, person: Person, chosen: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the narratives and the saved searches that were chosen. Raises ConfigError."""
    kind, _, name = chosen.partition("/")
    if not chosen:
        return (), ()
    if kind == "narrative" and name in {one.id for one in app.catalogue.narratives}:
        return (name,), ()
    if kind == "search" and name in {one.name for one in app.people.people.searches(person.name)}:
        return (), (f"{person.name}/{name}",)
    raise ConfigError(f"{chosen[:40]!r} is neither a narrative nor one of your saved searches")
