"""What reviewers look at next, and what their decisions say."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from monitor.domain.digest import Window
from monitor.domain.queue import Place
from monitor.web.api import judged
from monitor.web.api.answers import tagged
from monitor.web.site import Here, Reviewer, Viewer

ROUTER: Final = APIRouter(tags=["reviews"])


@ROUTER.get("/review", response_model=judged.Queue)
def review(
    request: Request,
    here: Here,
    person: Reviewer,
    limit: Annotated[int, Query(ge=1, le=200)] = 30,
) -> Response:
    """Return what to look at next and why. For reviewers."""
    places = here.app.quality.queue(person.name, limit)
    queue = judged.Queue(places=[_place(one) for one in places])
    return tagged(request, queue.model_dump(mode="json"))


@ROUTER.get("/quality", response_model=judged.Quality)
def quality(
    request: Request,
    here: Here,
    person: Viewer,
    days: Annotated[int, Query(ge=1, le=3660)] = 28,
) -> Response:
    """Return how good the hits first seen of late are, as far as people reviewed them."""
    del person
    now = here.app.clock.now()
    window = Window(now - timedelta(days=days), now + timedelta(microseconds=1))
    report = here.app.quality.report(window)
    known = judged.Quality(
        since=report.window.since,
        until=report.window.until,
        overall=judged.Group.model_validate(report.overall),
        groups={
            by: [judged.Group.model_validate(one) for one in some]
            for by, some in report.groups.items()
        },
        recall={name: judged.Recall.model_validate(one) for name, one in report.recall.items()},
        recall_by_narrative={
            name: judged.Recall.model_validate(one)
            for name, one in report.recall_by_narrative.items()
        },
        agreements=[judged.Agreement.model_validate(one) for one in report.agreements],
        wrong_rules=report.wrong_rules,
        dead_rules=report.dead_rules,
        runaways=[judged.Runaway.model_validate(one) for one in report.runaways],
        thresholds=[judged.Threshold.model_validate(one) for one in report.thresholds],
        exclusions=[judged.Exclusion.model_validate(one) for one in report.exclusions],
    )
    return tagged(request, known.model_dump(mode="json"))


def _place(one: Place) -> judged.QueuePlace:
    about = one.case or one.item
    assert about is not None  # noqa: S101 - a place is of a hit or of an item
    return judged.QueuePlace(
        why=list(one.why),
        item_id=str(about.item_id),
        hit_id=str(one.case.hit_id) if one.case else None,
        narrative=one.case.narrative if one.case else None,
        title=about.title,
        lang=about.lang,
    )
