"""An operator puts a candidate catalogue on trial, on a page; the present one stays as it is."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from monitor.app.trial import MOST_BYTES, Trial, Trials
from monitor.domain.errors import ConfigError
from monitor.domain.people import Role
from monitor.settings import load
from support import catalogues
from support.site import running

PEOPLE = (("rade", Role.REVIEWER), ("olga", Role.OPERATOR))
PAGE = "/catalogue/candidate"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
TRIAL = Trial("olga", ("a.yaml",), NOW, NOW - timedelta(days=30))


def upload(client: httpx.Client, name: str, content: bytes) -> httpx.Response:
    return client.post(PAGE, files={"files": (name, content)}, data={"days": "30"})


def ended(client: httpx.Client) -> str:
    for _ in range(200):
        page = client.get(f"{PAGE}/state").text
        if "hx-trigger" not in page:
            return page
        time.sleep(0.2)
    raise AssertionError("it did not end")


def test_a_candidate_is_tried_and_its_difference_shown(tmp_path: Path) -> None:
    present = catalogues.write(tmp_path / "narratives", lumi="lumi")
    only = present / "lumi.yaml"
    only.write_text(only.read_text().replace("hbs", "sq"))  # of few words: quick to compile
    before = {path.name: path.read_bytes() for path in present.iterdir()}
    other = catalogues.write(tmp_path / "other", nikome="nikome")
    with running(tmp_path, *PEOPLE, settings={"narratives": str(present)}) as site:
        olga = site.signed_in("olga")
        empty = olga.get(PAGE)
        put = upload(olga, "nikome.yaml", (other / "nikome.yaml").read_bytes())
        page = ended(olga)
        broken = upload(olga, "nikome.yaml", b"id: [")
        refused = ended(olga)
        log = site.app.people.people.log(1)[0]

    assert "hx-trigger" not in empty.text
    assert put.status_code == 303
    assert "nikome" in page
    assert "+36" in page  # the narrative is new: all of these items gain a hit
    assert "/items/" in page
    assert broken.status_code == 303
    assert "nikome.yaml:" in refused
    assert "Not tried" in refused
    assert "candidate-" not in refused
    assert (log.person, log.action, log.detail) == ("olga", "catalogue tried", "nikome.yaml")
    assert {path.name: path.read_bytes() for path in present.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("../x.yaml", b"", "no name of a narrative"),
        ("x.yml", b"", "no name of a narrative"),
        ("x.yaml", b"a" * (MOST_BYTES + 1), "has more than"),
    ],
)
def test_what_cannot_be_a_narratives_file_is_refused(name: str, content: bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Trials().start(load({}, {}), Path(), {name: content}, TRIAL)


def test_there_is_one_trial_at_a_time() -> None:
    with pytest.raises(ConfigError, match="olga is trying"):
        Trials(last=TRIAL).start(load({}, {}), Path(), {"a.yaml": b""}, TRIAL)


def test_a_trial_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    present = catalogues.write(tmp_path / "narratives", balkan="otvoreni balkan")
    trials = Trials(limit=timedelta(0))
    trials.start(load({}, {}), present, {"balkan.yaml": b"id: balkan"}, TRIAL)
    for _ in range(100):
        if trials.last and trials.last.refused:
            break
        time.sleep(0.05)

    assert trials.last
    assert "longer than 0 minutes" in trials.last.refused


def test_only_operators_try_catalogues(tmp_path: Path) -> None:
    with running(tmp_path, *PEOPLE) as site:
        rade = site.signed_in("rade")
        answers = [rade.get(PAGE), rade.get(f"{PAGE}/state"), upload(rade, "x.yaml", b"x")]

    assert [one.status_code for one in answers] == [403, 403, 403]
