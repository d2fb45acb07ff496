"""Broken configurations, through the program: exit 2, the file, the line, and how to mend it."""

from pathlib import Path

import pytest

from monitor.cli.root import run

HEAD = "version: 1\noutlets:\n"
OUTLET = "  - {id: a, name: A, country: RS, languages: [sr], kind: private,\n     feeds: ["
FEED = '{id: a-1, url: "https://a.example/rss"}'


def feeds(row: str, head: str = HEAD) -> bytes:
    return f"{head}{OUTLET}{row}]}}\n".encode()


def outlet(**changed: str) -> bytes:
    given = {"id": "a", "name": "A", "country": "RS", "languages": "[sr]", "kind": "private"}
    fields = ", ".join(f"{key}: {value}" for key, value in (given | changed).items())
    return f"{HEAD}  - {{{fields},\n     feeds: [{FEED}]}}\n".encode()


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)

FEEDS: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 1, "feeds.yaml"),
    "a tab": (b"version: 1\noutlets:\n\t- {id: a}\n", 3, "spaces, no tabs"),
    "half a list": (b"version: 1\noutlets: [\n", 3, "mend the YAML"),
    "NUL": (b"version: 1\noutlets: \x00\n", 2, "character"),
    "not UTF-8": ("version: 1\nname: Đ\n".encode("cp1250"), 2, "UTF-8"),
    "a list on top": (b"- version: 1\n", 1, "mapping"),
    "a key twice": (b"version: 1\noutlets: []\noutlets: []\n", 3, "2"),
    "an unknown key": (feeds(FEED, "version: 1\noutlet: []\noutlets:\n"), 2, "did you mean"),
    "another version": (feeds(FEED, "version: 2\noutlets:\n"), 1, "must be 1"),
    "no version": (b"outlets: []\n", 1, "version"),
    "a bomb of aliases": (f"version: 1\n{BOMB}".encode(), 2, "alias"),
    "deep": (b"version: 1\noutlets: " + b"[" * 100_000, 2, "deep"),
    "a Python object": (b"version: !!python/object/apply:os.system [id]\n", 1, "tag"),
    "a feed twice": (feeds(f"{FEED}, {FEED}"), 4, "also in line 4"),
    "no address": (feeds("{id: a-1}"), 4, "url"),
    "no http": (feeds('{id: a-1, url: "ftp://a.example"}'), 4, "http or https"),
    "a bad id": (feeds('{id: "A 1", url: "https://a.example"}'), 4, "lower-case letters"),
    "a bad interval": (feeds(FEED[:-1] + ", interval: soon}"), 4, "30m"),
    "no interval": (feeds(FEED[:-1] + ", interval: 0s}"), 4, "longer than nothing"),
    "a wrong zone": (feeds(FEED[:-1] + ", timezone: Europe/Pristina}"), 4, "IANA zone"),
    "a wrong type": (feeds(FEED[:-1] + ", type: rss}"), 4, "news-sitemap"),
    "no bool": (feeds(FEED[:-1] + ", enabled: perhaps}"), 4, "true or false"),
    "no allowance": (feeds(FEED[:-1] + ", allow_http: perhaps}"), 4, "allow_http"),
    "a header in two lines": (feeds(FEED[:-1] + ', headers: {X: "a\\nb"}}'), 4, "one line"),
    "a wrong country": (outlet(country="Serbia"), 3, "XK for Kosovo"),
    "a wrong kind": (outlet(kind="good"), 3, "public-broadcaster"),
    "text for a list": (outlet(languages="sr"), 3, "must be a list"),
    "a wrong language": (outlet(languages="[serbian!]"), 3, "language code"),
    "no feed": (b"version: 1\noutlets: []\n", 2, "no feed"),
}


@pytest.mark.parametrize(("content", "line", "says"), FEEDS.values(), ids=FEEDS.keys())
def test_a_broken_feed_list(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes, line: int, says: str
) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_bytes(content)

    code = run(["feeds", "check", "--feeds", str(file)])

    said = capfd.readouterr().err
    assert code == 2
    assert f"{file}:{line}" in said
    assert says in said
    assert "Traceback" not in said


GOOD = {
    "id": "river-dam",
    "title": "A dam is planned in secret",
    "summary": "Claims about a dam.",
    "phrases": "{hbs: [tajna brana]}",
}
NARRATIVES: dict[str, tuple[dict[str, str], int, str]] = {
    "an unknown key": (GOOD | {"phrase": "x"}, 5, "did you mean"),
    "no phrases": (GOOD | {"phrases": "{}"}, 1, "add at least one"),
    "an empty phrase": (GOOD | {"phrases": '{hbs: [""]}'}, 4, "phrases"),
    "a number as a phrase": (GOOD | {"phrases": "\n  hbs:\n  - brana\n  - 2023"}, 7, "add words"),
    "a dash without a space": (GOOD | {"phrases": "\n  hbs:\n  -brana"}, 6, "mend the YAML"),
    "a list of no phrases": (GOOD | {"phrases": "\n  hbs: []"}, 5, "must not be empty"),
    "a concept without words": (GOOD | {"concepts": "{d: {hbs: []}}"}, 5, "must not be empty"),
    "an unknown language": (GOOD | {"phrases": "{klingon: [x y]}"}, 4, "klingon"),
    "an empty title": (GOOD | {"title": '""'}, 2, "title"),
    "a bad id": (GOOD | {"id": "River Dam"}, 1, "use small letters, digits and hyphens"),
    "an id that is not the file's": (GOOD | {"id": "dam"}, 1, "write id: river-dam"),
    "a misspelt key": (GOOD | {"treshold": "x"}, 5, "unknown key"),
    "a bad weight": (GOOD | {"phrases": "{hbs: [{text: a b, weight: 700}]}"}, 4, "700"),
    "a threshold too high": (GOOD | {"thresholds": "{digest: 170}"}, 5, "at most 100"),
    "thresholds the wrong way": (GOOD | {"thresholds": "{review: 90}"}, 5, "not be above digest"),
    "text for a list": (GOOD | {"phrases": "{hbs: tajna brana}"}, 4, "list"),
    "an unclosed quote": (GOOD | {"title": '"A dam'}, 2, "not closed"),
    "an unclosed bracket": (GOOD | {"phrases": "{hbs: [a b"}, 5, "mend the YAML"),
    "a tab": (GOOD | {"concepts": "\n\tdam: {hbs: [brana]}"}, 6, "no tabs"),
    "an alias": (GOOD | {"concepts": "{dam: {hbs: [*brana]}}"}, 5, "write it out"),
    "an unknown concept": (GOOD | {"rules": "[{id: r, all: [dam]}]"}, 5, "define it under"),
    "a rule of nothing": (GOOD | {"rules": "[{id: r}]"}, 5, "add `all:`"),
    "a bad country": (GOOD | {"countries": "[Serbia]"}, 5, "code of two letters"),
    "a bad field": (
        GOOD | {"concepts": "{d: {hbs: [brana]}}", "rules": "[{id: r, all: [d], field: head}]"},
        6,
        "'title', 'lead' or 'any'",
    ),
    "an example in no language": (
        GOOD | {"examples": "{match: [{lang: xx, title: a}]}"},
        5,
        "no language that we know",
    ),
    "the same rule twice": (
        GOOD
        | {
            "concepts": "{d: {hbs: [brana]}}",
            "rules": "\n- {id: r, all: [d]}\n- {id: r, all: [d]}",
        },
        8,
        "also in line 7",
    ),
}


@pytest.mark.parametrize(("fields", "line", "says"), NARRATIVES.values(), ids=NARRATIVES.keys())
def test_a_broken_narrative(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], fields: dict[str, str], line: int, says: str
) -> None:
    file = tmp_path / "river-dam.yaml"
    file.write_text("".join(f"{key}: {value}\n" for key, value in fields.items()), "utf-8")

    code = run(["narratives", "check", "--narratives", str(tmp_path)])

    said = capfd.readouterr().err
    assert code == 2
    assert f"{file}:{line}" in said
    assert says in said
    assert "Traceback" not in said


def test_a_file_that_is_not_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    codes = [
        run(["feeds", "check", "--feeds", str(tmp_path / "none.yaml")]),
        run(["feeds", "check", "--feeds", str(tmp_path)]),
        run(["narratives", "check", "--narratives", str(tmp_path / "nowhere")]),
    ]

    said = capfd.readouterr().err
    assert codes == [2, 2, 2]
    assert "none.yaml: cannot be read" in said
    assert "Traceback" not in said


SETTINGS: dict[str, tuple[str, str, str]] = {
    "a port that is none": ("DATABASE_URL", "postgresql://u:canary@h:port/x", "sqlite:///"),
    "a directory that is not there": ("DATABASE_URL", "sqlite:////nowhere/x/m.db", "make it"),
    "a directory for a file": ("DATABASE_URL", "sqlite:////tmp", "name a file in it"),
    "no bool": ("ALLOW_PRIVATE_NETWORKS", "perhaps", "must be true or false"),
    "no number": ("EXCERPT_CHARS", "many", "must be a whole number"),
    "too small a number": ("EXCERPT_CHARS", "-1", "must be at least 0"),
    "no engine": ("ENGINE", "celery", "must be 'embedded' or 'procrastinate'"),
    "a query in an address": ("BASE_URL", "https://a.example/?b", "without `?`"),
    "a file for a directory": ("BACKUPS", "/etc/hostname", "name a directory"),
}


@pytest.mark.parametrize(("name", "value", "says"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_broken_setting(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    value: str,
    says: str,
) -> None:
    monkeypatch.setenv(f"MONITOR_{name}", value)

    code = run(["init"])

    said = capfd.readouterr().err
    assert (code, says in said, "canary" in said) == (2, True, False), said
    assert "Traceback" not in said


def test_a_country_that_is_none(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "--country", "SRB"]) == 2
    assert (
        "--country: 'SRB' is not a country's code; write for example RS" in capfd.readouterr().err
    )
