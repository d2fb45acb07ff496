"""One's own searches, and for operators who did what."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from monitor.web.api import reports
from monitor.web.api.answers import tagged
from monitor.web.site import Here, Operator, Viewer

ROUTER: Final = APIRouter(tags=["people"])


@ROUTER.get("/searches", response_model=reports.Searches)
def searches(request: Request, here: Here, person: Viewer) -> Response:
    """Return one's own saved searches, each with its Atom feed."""
    found = reports.Searches(
        searches=[
            reports.Search(
                id=one.id,
                name=one.name,
                query=one.query,
                atom=f"{here.app.settings.base_url}/searches/{one.feed_key}.atom",
            )
            for one in here.app.people.people.searches(person.name)
        ]
    )
    return tagged(request, found.model_dump(mode="json"))


@ROUTER.get("/audit", response_model=reports.AuditLog)
def audit(
    request: Request,
    here: Here,
    person: Operator,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Response:
    """Return who changed what, newest first. For operators."""
    del person
    log = here.app.people.people.log(limit)
    found = reports.AuditLog(log=[reports.AuditEntry.model_validate(one) for one in log])
    return tagged(request, found.model_dump(mode="json"))
