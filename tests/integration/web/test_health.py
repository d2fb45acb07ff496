from pathlib import Path

from support.site import RunningSite, running


def test_anybody_is_told_the_status_and_operators_the_whole(site: RunningSite) -> None:
    for client in (site.client(), site.signed_in("vera"), site.signed_in("rade")):
        answer = client.get("/health")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    whole = site.signed_in("olga").get("/health").json()
    assert {"version", "started_at", "troubles"} <= whole.keys()


def test_whoever_is_on_this_machine_is_told_the_whole_while_there_are_no_people(
    open_site: RunningSite,
) -> None:
    assert open_site.client().get("/health").json()["troubles"] == []


def test_numbers_are_for_operators_and_kept_by_the_service(site: RunningSite) -> None:
    assert site.client().get("/metrics").status_code == 303
    assert site.signed_in("vera").get("/metrics").status_code == 403
    assert site.signed_in("olga").get("/metrics").status_code == 404


def test_pages_say_when_their_database_is_gone(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        file, client = tmp_path / "monitor.db", site.client()
        assert client.get("/health").status_code == 200
        site.app.database.close()
        file.rename(tmp_path / "elsewhere.db")
        assert client.get("/health").status_code == 503
        assert client.get("/health").json()["status"] == "degraded"
        (tmp_path / "elsewhere.db").rename(file)
        site.app.database.close()
        assert client.get("/health").json()["status"] == "ok"
