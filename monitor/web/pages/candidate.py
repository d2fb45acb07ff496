"""A candidate catalogue, uploaded by an operator and held against the present one."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from monitor.app.trial import MOST_BYTES, Trial
from monitor.domain.errors import ConfigError
from monitor.domain.people import Person
from monitor.web.page import language_of, show
from monitor.web.site import Here, Operator, Site
from monitor.web.tell import teller

ROUTER: Final = APIRouter()
SPANS: Final = (30, 90, 365)
OUTLETS: Final = 20  # those that gain or lose most
CONFIRMED: Final = 50  # confirmed hits that would be lost, listed
KINDS: Final = ("gained", "lost", "changed")

Line = tuple[str, int, int, int]  # a name, and what it gains, loses and changes


@ROUTER.get("/catalogue/candidate")
def candidate(request: Request, here: Here, person: Operator) -> Response:
    """Show the form, and how the last trial stands."""
    return _shown(request, here, person, "candidate.html.j2")


@ROUTER.get("/catalogue/candidate/state")
def state(request: Request, here: Here, person: Operator) -> Response:
    """Show how the last trial stands, to be put into the page."""
    return _shown(request, here, person, "candidate_state.html.j2")


@ROUTER.post("/catalogue/candidate")
def put(
    here: Here,
    person: Operator,
    files: list[UploadFile],
    days: Annotated[int, Form()] = SPANS[0],
) -> Response:
    """Put files on trial; they are forgotten when it ends."""
    if days not in SPANS:
        raise ConfigError(f"choose one of {', '.join(map(str, SPANS))} days")
    app, now = here.app, here.app.clock.now()
    found = {one.filename or "": one.file.read(MOST_BYTES + 1) for one in files if one.filename}
    trial = Trial(person.name, tuple(sorted(found)), now, now - timedelta(days=days))
    here.trials.start(app.settings, app.keeping.narratives, found, trial)
    app.people.audit(person.name, "catalogue tried", ", ".join(trial.files)[:300])
    return RedirectResponse("/catalogue/candidate", 303)


def _shown(request: Request, here: Site, person: Person, template: str) -> Response:
    trial, lang = here.trials.last, language_of(request)
    tested = trial.result if trial else None
    effects = tested.result.effects if tested else ()
    return show(
        request,
        template,
        person,
        trial=trial,
        tested=tested,
        spans=SPANS,
        tell=teller(here, lang),
        kinds=KINDS,
        totals={kind: sum(getattr(one, kind) for one in effects) for kind in KINDS},
        by_lang=_lines([one.langs for one in effects]),
        by_outlet=_lines([one.outlets for one in effects])[:OUTLETS],
        confirmed=tested.result.confirmed_lost[:CONFIRMED] if tested else (),
    )


def _lines(tallies: list[dict[str, Counter[str]]]) -> list[Line]:
    """Add up over all narratives; those with most differences first."""
    sums: dict[str, Counter[str]] = {}
    for tally in tallies:
        for name, counts in tally.items():
            sums.setdefault(name, Counter()).update(counts)
    return sorted(map(_line, sums.items()), key=lambda line: (-sum(line[1:]), line[0]))


def _line(named: tuple[str, Mapping[str, int]]) -> Line:
    name, counts = named
    return name, counts.get("gained", 0), counts.get("lost", 0), counts.get("changed", 0)
