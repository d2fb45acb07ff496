"""What mails link to: ending a subscription, and confirming one; and the feed of one.

The address itself is the key: nobody signs in here, and a GET never changes anything, since mail
programs look at links before people do.
"""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor.web.page import show
from monitor.web.site import Here

ROUTER: Final = APIRouter()


@ROUTER.get("/unsubscribe/{token}")
def ask_end(request: Request, here: Here, token: str) -> Response:
    """Ask whether to end the subscription."""
    here.app.delivery.keep.by_token(token)
    return show(request, "letter.html.j2", None, what="end", token=token)


@ROUTER.post("/unsubscribe/{token}")
def end(request: Request, here: Here, token: str) -> Response:
    """End the subscription, by the button or by a mail program's one click (RFC 8058)."""
    here.app.delivery.keep.unsubscribe(token)
    return show(request, "letter.html.j2", None, what="ended", token=token)


@ROUTER.get("/feed/{token}.atom")
def feed(here: Here, token: str) -> Response:
    """Return the Atom feed of a subscription: whoever knows the address may read it."""
    return Response(here.app.delivery.feed(token), media_type="application/atom+xml")


@ROUTER.get("/confirm/{token}")
def ask_confirm(request: Request, here: Here, token: str) -> Response:
    """Ask whether to begin."""
    here.app.delivery.keep.by_token(token)
    return show(request, "letter.html.j2", None, what="confirm", token=token)


@ROUTER.post("/confirm/{token}")
def confirm(request: Request, here: Here, token: str) -> Response:
    """Begin to serve a subscription whose address somebody entered on a page."""
    here.app.delivery.keep.confirm(token)
    return show(request, "letter.html.j2", None, what="confirmed", token=token)
