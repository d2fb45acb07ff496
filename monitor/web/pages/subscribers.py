"""Who gets digests: operators add, pause and remove; an address that was entered is asked first."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.adapters.render.language import LOCALES
from monitor.domain.errors import ConfigError
from monitor.domain.subscription import Channel, Standing, Subscription, clock_time
from monitor.web.page import OWN_NAMES, ZONE, show
from monitor.web.site import Here, Operator

ROUTER: Final = APIRouter()
_Text = Annotated[str, Form(max_length=300)]
_STANDINGS: Final = {"pause": Standing.PAUSED, "resume": Standing.ACTIVE}


@ROUTER.get("/settings/subscribers")
def subscribers(request: Request, here: Here, person: Operator, asked: str = "") -> Response:
    """List the subscribers, oldest first."""
    found = here.app.delivery.subscribers.all()
    return show(
        request,
        "subscribers.html.j2",
        person,
        found=[one for one in found if one.standing is not Standing.UNSUBSCRIBED],
        names=OWN_NAMES,
        zone=ZONE,
        is_asked=bool(asked),
    )


@ROUTER.post("/settings/subscribers")
def add(
    here: Here, person: Operator, address: _Text = "", lang: _Text = "en", at: _Text = "07:00"
) -> Response:
    """Ask an address whether it wants a daily digest; nothing comes before it says so."""
    if lang not in LOCALES:
        raise ConfigError(f"{lang[:40]!r} is no language of the digests")
    wanted = Subscription(0, address.strip(), lang, clock_time(at), ZONE, Channel.EMAIL)
    kept = here.app.delivery.ask(wanted)
    here.app.people.audit(person.name, "subscriber asked", f"id {kept.id}")
    return RedirectResponse("/settings/subscribers?asked=1", 303)


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
