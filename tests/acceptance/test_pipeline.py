"""From a feed list to a digest, by the public commands, over loopback."""

from collections.abc import Iterable

from support.feed_documents import ALBANIAN, CYRILLIC, SERBIAN, rss
from support.program import Program
from support.raw_server import FOREVER, Answer, RawServer, Step, reply

CLAIM_CYRILLIC = "Потпредседник: Отворени Балкан остаје наш циљ"
CLAIM_BARE = "Ministar tvrdi da Otvoreni Balkan sluzi samo Srbiji"
CLAIM_BOSNIAN = "Bosna i Hercegovina ne ulazi u Otvoreni Balkan, poručeno iz Sarajeva"


def served(titles: Iterable[str], encoding: str = "utf-8", *fields: str) -> bytes:
    return reply(rss(list(titles)).encode(encoding), "Content-Type: text/xml", *fields)


def titles(monitor: Program) -> set[str]:
    return {row["title"] for row in monitor("search", "--items", "--format", "jsonl").lines}


def test_every_entry_is_stored_once_letter_for_letter(monitor: Program) -> None:
    answers = {
        "/latinica": served(SERBIAN, "windows-1250"),
        "/cirilica": served(CYRILLIC, "windows-1251"),
        "/shqip": served(ALBANIAN),
    }
    with RawServer(answers) as server:
        monitor.feeds(server, *answers)
        first = monitor("poll", "--all", "--json")
        again = monitor("poll", "--all", "--json")

    assert first.json["feeds"] == {"polled": 3, "ok": 3, "unchanged": 0, "failed": 0}
    assert first.json["items"] == {"seen": 15, "new": 15, "known": 0, "skipped": 0}
    assert again.json["feeds"]["unchanged"] == 3
    assert again.json["items"]["new"] == 0
    assert titles(monitor) == {*SERBIAN, *CYRILLIC, *ALBANIAN}


def test_a_second_poll_sends_the_validators(monitor: Program) -> None:
    def answer(request: bytes) -> list[Step]:
        if b'If-None-Match: "v1"' in request:
            return [reply(status="304 Not Modified")]
        return [served(SERBIAN, "utf-8", 'ETag: "v1"', "Last-Modified: Mon, 23 Nov 2026 06:00 GMT")]

    with RawServer(answer) as server:
        monitor.feeds(server, "/vesti")
        monitor("poll", "--all")
        again = monitor("poll", "--all", "--json")
        last = server.requests[-1]

    assert again.json["feeds"]["unchanged"] == 1
    assert b"If-Modified-Since: Mon, 23 Nov 2026 06:00 GMT" in last


def test_an_edited_title_makes_no_second_item(monitor: Program) -> None:
    with RawServer({"/vesti": served(["Prvi naslov sa gresskom"])}) as server:
        monitor.feeds(server, "/vesti")
        monitor("poll", "--all")
    with RawServer({"/vesti": served(["Prvi naslov bez greške"])}) as server:
        monitor.feeds(server, "/vesti")
        edited = monitor("poll", "--all", "--json")

    assert edited.json["items"] == {"seen": 1, "new": 0, "known": 1, "skipped": 0}
    assert titles(monitor) == {"Prvi naslov bez greške"}


def test_the_same_claim_is_found_in_each_script_with_its_own_letters(monitor: Program) -> None:
    answers = {
        "/cirilica": served([CLAIM_CYRILLIC]),
        "/bez-kvacica": served([CLAIM_BARE]),
        "/sarajevo": served([CLAIM_BOSNIAN]),
    }
    with RawServer(answers) as server:
        monitor.feeds(server, *answers)
        monitor("poll", "--all")

    hits = monitor("search", "--narrative", "open-balkan", "--format", "jsonl").lines

    quotes = {row["title"]: [piece["quote"] for piece in row["evidence"]] for row in hits}
    assert quotes.keys() == {CLAIM_CYRILLIC, CLAIM_BARE, CLAIM_BOSNIAN}
    assert any("Отворени Балкан" in quote for quote in quotes[CLAIM_CYRILLIC])
    assert any("Otvoreni Balkan" in quote for quote in quotes[CLAIM_BARE])
    for row in hits:
        for piece in row["evidence"]:
            assert row[piece["field"]][piece["start"] : piece["end"]] == piece["quote"]


def test_hostile_and_dead_feeds_do_not_stop_the_others(monitor: Program) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "%s">]><rss>%s</rss>' % (b"x" * 20_000, b"&a;" * 20_000)
    answers: dict[str, Answer] = {
        "/dobar": served(SERBIAN),
        "/bomba": reply(bomb, "Content-Type: text/xml"),
        "/strana": reply(b"<html><title>Just a moment...</title></html>"),
        "/nema": reply(b"", status="404 Not Found"),
        "/prazan": reply(b"  "),
        "/velik": [reply(b"", "Content-Length: 50000000000"), FOREVER],
    }
    with RawServer(answers) as server:
        monitor.feeds(server, *answers, mrtav="http://127.0.0.1:9/rss")
        polled = monitor("poll", "--all", "--json")
        healthy = monitor("poll", "--feed", "dobar-vesti", "--json")

    reasons = {failure["feed"]: failure["reason"] for failure in polled.json["failures"]}
    assert polled.code == 0
    assert polled.json["feeds"] == {"polled": 7, "ok": 1, "unchanged": 0, "failed": 6}
    assert reasons == {
        "bomba-vesti": "dtd_refused",
        "strana-vesti": "not_a_feed",
        "nema-vesti": "not_found",
        "prazan-vesti": "empty_body",
        "velik-vesti": "too_large",
        "mrtav-vesti": "connect_failed",
    }
    assert titles(monitor) == set(SERBIAN)
    assert healthy.json["feeds"]["unchanged"] == 1


def test_a_digest_comes_out_in_every_format(monitor: Program) -> None:
    with RawServer({"/vesti": served([CLAIM_CYRILLIC, *SERBIAN])}) as server:
        monitor.feeds(server, "/vesti", mrtav="http://127.0.0.1:9/rss")
        monitor("poll", "--all")

    for form in ("text", "markdown", "html", "json", "atom"):
        ran = monitor("digest", "--format", form, "--out", f"digest.{form}")
        body = (monitor.home / f"digest.{form}").read_text(encoding="utf-8")

        assert (ran.code, ran.out) == (0, "")
        assert "Отворени Балкан" in body
    assert "Отворени Балкан" in monitor("digest", "--lang", "sr-Latn").out


def test_a_day_without_answers_looks_blind_and_ends_with_three(monitor: Program) -> None:
    monitor.feeds(mrtav="http://127.0.0.1:9/rss")

    polled = monitor("poll", "--all")
    digest = monitor("digest", "--format", "json")

    assert polled.code == 3
    assert "make demo" in polled.err
    assert digest.code == 0


def test_what_is_not_due_is_left_alone(monitor: Program) -> None:
    with RawServer({"/vesti": served(SERBIAN)}) as server:
        monitor.feeds(server, "/vesti")
        monitor("poll")
        second = monitor("poll", "--json")

    assert second.code == 0
    assert second.json["feeds"]["polled"] == 0


def test_private_addresses_are_refused_by_default(monitor: Program) -> None:
    with RawServer({"/vesti": served(SERBIAN)}) as server:
        monitor.feeds(server, "/vesti")
        polled = monitor("poll", "--all", "--json", ALLOW_PRIVATE_NETWORKS="false")

        assert server.connections == 0
    assert polled.json["failures"][0]["reason"] == "blocked_address"


def test_a_story_is_told_in_the_order_in_which_our_feeds_brought_it(monitor: Program) -> None:
    answers = {
        "/prvi": served(["Potpredsednik vlade: Otvoreni Balkan ostaje naš cilj"]),
        "/drugi": served(["Потпредседник владе: Отворени Балкан остаје наш циљ"]),
    }
    with RawServer(answers) as server:
        monitor.feeds(server, *answers)
        for name in ("prvi", "drugi"):
            monitor("poll", "--feed", f"{name}-vesti")
    items = monitor("search", "--items", "--format", "jsonl").lines

    told = [monitor("story", row["item_id"], "--json").json for row in items]

    assert told[0] == told[1]
    assert told[0]["story_id"] == items[1]["item_id"]
    assert [one["outlet"] for one in told[0]["items"]] == ["prvi", "drugi"]
    assert [one["key"] for one in told[0]["first_in_our_feeds"]["langs"]] == ["sr-Latn", "sr-Cyrl"]
    assert monitor("story", "17").code == 2


def test_a_search_of_items_shows_where_it_found_them(monitor: Program) -> None:
    summary = "<description>Sastanak o graničnim prelazima trajao je dva sata.</description>"
    document = rss(["Kratka vest"], extra=summary).encode()
    with RawServer({"/vesti": reply(document, "Content-Type: text/xml")}) as server:
        monitor.feeds(server, "/vesti")
        monitor("poll", "--all")

    found = monitor("search", "гранични прелаз", "--items").out

    assert "Kratka vest" in found
    assert "graničnim prelazima trajao je dva sata" in found
