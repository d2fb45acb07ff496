"""How the program does, for whoever watches it: the whole for operators, a word for anybody."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from monitor.domain.errors import NotFoundError, StorageError
from monitor.domain.people import Role
from monitor.web.site import Here, Operator, Site

ROUTER: Final = APIRouter()
METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"
OK, GONE_WRONG = 200, 503


@ROUTER.get("/health")
def health(request: Request, here: Here) -> Response:
    """Say how the program does; 503 while nothing works. Nobody need sign in for the status."""
    is_severe, report = here.pulse.health()
    if not _may_read_all(request, here):
        report = {"status": report["status"]}
    status = GONE_WRONG if is_severe else OK
    return JSONResponse(report, status, headers={"cache-control": "no-store"})


@ROUTER.get("/metrics")
def metrics(here: Here, operator: Operator) -> Response:
    """Return the service's numbers in Prometheus' format, to operators."""
    del operator
    if here.pulse.metrics is None:
        raise NotFoundError("numbers are kept by `monitor run`")
    return Response(here.pulse.metrics(), media_type=METRICS)


def _may_read_all(request: Request, here: Site) -> bool:
    try:
        person = here.person(request)
    except StorageError:  # nobody can be known now
        return False
    return person is not None and person.role.may(Role.OPERATOR)
