"""Narratives that are changed while the service runs."""

import urllib.error
import urllib.request
from collections.abc import Iterator

from support import catalogues
from support.feed_documents import rss
from support.raw_server import RawServer, Step, reply
from support.service import Scene, Service, free_port, on_both_engines

DAM, RIVER = "tajna brana", "otrovana reka"


def feed(request: bytes) -> Iterator[Step]:
    name = request.split()[1].decode().strip("/")
    body = rss(["Tajna brana na reci", "Otrovana reka u dolini"]).replace("primer", name)
    return iter([reply(body.encode())])


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


@on_both_engines(soak=True)
def test_changed_narratives_are_taken_up_and_broken_ones_keep_the_old(scene: Scene) -> None:
    directory = catalogues.write(scene.monitor.home / "narratives", brana=DAM)
    port = free_port()

    def found(outlet: str) -> list[str]:
        query = "SELECT narrative, outlet_id FROM hit JOIN item ON item.id = item_id"
        return sorted(str(name) for name, where in scene.rows(query) if where == outlet)

    def reloads(service: Service) -> int:
        return service.polling.log.count('"reloaded: ')

    with RawServer(feed) as server:
        scene.monitor.feeds(server, "/one")
        flags = ("--web", "--port", str(port))
        with scene.service(*flags, MONITOR_NARRATIVES=str(directory)) as service:
            service.until(lambda: service.polling.health().get("last_poll_at") is not None)
            service.until(lambda: found("one") == ["brana"])
            assert [status(port, f"/narratives/{name}") for name in ("brana", "reka")] == [200, 404]

            catalogues.write(directory, brana=DAM, reka=RIVER)
            service.until(lambda: status(port, "/narratives/reka") == 200)
            service.until(lambda: reloads(service) > 0)
            scene.monitor.feeds(server, "/one", "/two")
            service.until(lambda: found("two") == ["brana", "reka"])

            with (directory / "reka.yaml").open("a", encoding="utf-8") as file:
                file.write("treshold: 5\n")
            service.until(lambda: service.troubles() == ["configuration"])
            (trouble,) = service.health()["troubles"]
            doctor = scene.command("doctor", NARRATIVES=str(directory))
            assert status(port, "/narratives/reka") == 200

            scene.monitor.feeds(server, "/one", "/two", "/three")
            catalogues.write(directory, brana=DAM, reka=RIVER)
            service.until(lambda: service.troubles() == [])
            service.until(lambda: found("three") == ["brana", "reka"])
            assert service.stop()[0] == 0

    assert "reka.yaml:8" in trouble["detail"]
    assert doctor.code == 1
    assert "reka.yaml:8" in doctor.out
    assert "reload refused" in service.log
