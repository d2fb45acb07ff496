import csv
import io

import pytest

from support.site import RunningSite


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
        ("/api/v1/items/0", 422),
        ("/api/v1/items/99999999999999999999", 422),
        ("/api/v1/hits?limit=1000000000", 422),
        ("/api/v1/hits?cursor=x", 400),
        ("/api/v1/hits?since=x", 400),
        ("/api/v1/hits?stance=x", 400),
        ("/api/v1/narratives/nope/movement", 404),
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
