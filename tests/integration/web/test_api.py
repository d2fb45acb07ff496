import csv
import io
import json
from pathlib import Path

import pytest

from monitor.domain.people import Role
from monitor.web.pace import Pace
from support.site import RunningSite, running

ROOT = Path(__file__).parents[3]


def test_hits_have_the_contracts_shape_and_go_on(open_site: RunningSite) -> None:
    client = open_site.client()
    first = client.get("/api/v1/hits?limit=20").json()
    second = client.get(first["next"]).json()

    ids = [one["id"] for one in first["hits"] + second["hits"]]
    assert len(set(ids)) == 37
    assert second["next"] is None
    one = first["hits"][-1]
    evidence = one["evidence"][0]
    assert one[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["quote"]
    assert one["disclaimer"]


def test_an_unchanged_answer_is_not_sent_again(open_site: RunningSite) -> None:
    client = open_site.client()
    tag = client.get("/api/v1/items").headers["etag"]

    again = client.get("/api/v1/items", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/nope", 404),
        ("/api/v1/items/999999", 404),
        ("/api/v1/items/0", 404),
        ("/api/v1/items/-356782694400", 404),  # of before 1970
        ("/api/v1/items/99999999999999999999", 422),
        ("/api/v1/hits?limit=1000000000", 422),
        ("/api/v1/hits?cursor=x", 400),
        ("/api/v1/hits?since=x", 400),
        ("/api/v1/hits?outlet=a%00", 400),
        ("/api/v1/items?narrative=%00", 400),
        ("/api/v1/hits?stance=x", 400),
        ("/api/v1/narratives/nope/movement", 404),
        ("/api/v1/narratives/nope", 404),
        ("/api/v1/stories/999999", 404),
        ("/api/v1/feeds/nope", 404),
        ("/api/v1/digests/2026-13-01", 422),
        ("/api/v1/digests/2026-11-22?lang=xx", 400),
        ("/api/v1/digests/2026-11-22?narrative=nope", 400),
        ("/api/v1/digests/9999-12-31", 400),
        ("/api/v1/trends?day=x", 400),
    ],
)
def test_faults_are_problem_documents(open_site: RunningSite, address: str, status: int) -> None:
    answer = open_site.client().get(address)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.parametrize("query", ['"', "*", "NEAR(a b", "AND", "a OR", "-", "(" * 50, "%_'", "\0"])
def test_any_query_is_answered(open_site: RunningSite, query: str) -> None:
    answer = open_site.client().get("/api/v1/items", params={"q": query})

    assert answer.status_code in {200, 400}


def test_csv_can_be_opened_without_running_anything(open_site: RunningSite) -> None:
    answer = open_site.client().get("/api/v1/export/hits?format=csv")

    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == 37
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize(("kind", "first"), [("hits", "id"), ("items", "item_id")])
def test_csv_of_nothing_has_its_head(open_site: RunningSite, kind: str, first: str) -> None:
    answer = open_site.client().get(f"/api/v1/export/{kind}?format=csv&outlet=nobody")

    (head,) = csv.reader(io.StringIO(answer.text, newline=""))
    assert head[0] == first


def test_json_lines_bring_every_hit(open_site: RunningSite) -> None:
    answer = open_site.client().get("/api/v1/export/hits?narrative=open-balkan")

    assert len(answer.text.splitlines()) == 37


def test_the_description_is_openapi_3_1(open_site: RunningSite) -> None:
    described = open_site.client().get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert "/api/v1/hits" in described["paths"]
    assert not [path for path in described["paths"] if not path.startswith("/api/v1/")]


def test_movement_counts_items_by_day_and_place(open_site: RunningSite) -> None:
    moved = open_site.client().get("/api/v1/narratives/open-balkan/movement?days=30").json()

    assert sum(day["items"] for day in moved["days"]) == 36
    assert moved["places"] == [{"country": "RS", "lang": "sr-Latn", "items": 36}]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/items/EDITED",
        "/api/v1/stories/EDITED",
        "/api/v1/narratives",
        "/api/v1/narratives/open-balkan",
        "/api/v1/narratives/open-balkan/movement",
        "/api/v1/trends",
        "/api/v1/feeds",
        "/api/v1/feeds/drini-lajme",
        "/api/v1/review",
        "/api/v1/quality",
        "/api/v1/digests/2026-11-22",
        "/api/v1/searches",
        "/api/v1/audit",
    ],
)
def test_what_the_pages_show_is_there_with_a_tag(open_site: RunningSite, address: str) -> None:
    answer = open_site.client().get(address.replace("EDITED", str(open_site.edited)))

    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"]
    assert answer.headers["content-type"] == "application/json"


def test_a_text_can_be_tried(open_site: RunningSite) -> None:
    text = {"title": "Dodik najavio referendum o otcepljenju Republike Srpske"}
    found = open_site.client().post("/api/v1/explain", json=text).json()["found"]

    assert found[0]["narrative"] == "rs-secession"
    assert found[0]["words"]


def test_items_can_be_taken_away_too(open_site: RunningSite) -> None:
    answer = open_site.client().get("/api/v1/export/items?country=RS")

    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert len(rows) == 36
    assert {row["country"] for row in rows} == {"RS"}


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("vera", "/api/v1/review", 403),
        ("rade", "/api/v1/review", 200),
        ("rade", "/api/v1/audit", 403),
        ("olga", "/api/v1/audit", 200),
    ],
)
def test_a_token_may_what_its_bearer_may(
    site: RunningSite, who: str, address: str, status: int
) -> None:
    token = site.app.people.new_token(who, "a test", who)
    answer = site.client(authorization=f"Bearer {token}").get(address)

    assert answer.status_code == status


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with running(tmp_path, ("vera", Role.VIEWER), pace=Pace(0.001, 3)) as site:
        token = site.app.people.new_token("vera", "a test", "vera")
        hasty = site.client(authorization=f"Bearer {token}")
        answers = [hasty.get("/api/v1/narratives") for _ in range(5)]
        unknown = [site.client().get("/api/v1/hits").status_code for _ in range(5)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert 900 <= int(answers[-1].headers["retry-after"]) <= 1000  # seconds: less what has passed
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert unknown == [401, 401, 401, 429, 429]


def test_the_example_in_the_manual_runs(
    site: RunningSite, capsys: pytest.CaptureFixture[str]
) -> None:
    token = site.app.people.new_token("vera", "a test", "vera")
    manual = (ROOT / "docs/pages.md").read_text(encoding="utf-8")
    example = manual.partition("```python\n")[2].partition("```")[0]
    ours = example.replace("http://127.0.0.1:8000", site.url).replace("TOKEN", token)
    exec(ours)  # noqa: S102 - our own words

    assert len(example.splitlines()) <= 11
    assert len(capsys.readouterr().out.splitlines()) == 37
