from dataclasses import replace
from pathlib import Path

import pytest

from monitor.adapters import compiled
from monitor.adapters.catalogue import PACKAGED, load
from monitor.adapters.compiled import load_compiled, load_matcher, write_compiled
from monitor.adapters.morphology import DictionaryMorphology, file_name, keep
from monitor.domain.hit import Passage
from monitor.domain.matching.compile import compile_catalogue
from monitor.domain.matching.compiled import CompiledCatalogue
from monitor.domain.narrative import Catalogue, Rule
from monitor.domain.rematch import edition_of
from support import catalogues
from support.small_catalogue import SmallMorphology, concept, narrative, word

CATALOGUE = Catalogue(
    "v1",
    (narrative(phrases=[word("tajna brana")], rules=[Rule("r", (("rs",),), none_of=("dam",))]),),
    (concept("rs", "RS", "republika srpska", "secesij*"), concept("dam", "brana")),
)
COMPILED = compile_catalogue(CATALOGUE, SmallMorphology())


def file_of(directory: Path) -> Path:
    return next(directory.glob("*.json"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A directory that holds the catalogue compiled with the small dictionary."""
    load_compiled(Catalogue("v1", (), ()), [tmp_path])  # names the file
    write_compiled(COMPILED, file_of(tmp_path))
    return tmp_path


def test_what_was_written_is_read_back_the_same(cache: Path) -> None:
    assert load_compiled(CATALOGUE, [cache]) == COMPILED


def test_the_same_catalogue_is_written_as_the_same_bytes(cache: Path, tmp_path: Path) -> None:
    write_compiled(COMPILED, tmp_path / "again")

    assert (tmp_path / "again").read_bytes() == file_of(cache).read_bytes()


def test_a_catalogue_that_cannot_be_kept_is_compiled_in_memory_and_the_log_says_so(
    cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    not_a_directory = tmp_path / "file"
    not_a_directory.write_text("")

    made = load_compiled(Catalogue("v4", (), ()), [cache, not_a_directory])

    assert made.version == "v4"
    assert "every start compiles the catalogue; set XDG_CACHE_HOME" in caplog.text
    assert len(list(cache.glob("*.json"))) == 1  # where others look it up, nothing is left


def test_a_directory_of_narratives_is_compiled_once_and_again_when_it_is_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    narratives, cache = tmp_path / "narratives", tmp_path / "new" / "cache"
    narratives.mkdir()
    text = (PACKAGED / "open-balkan.yaml").read_text(encoding="utf-8")
    done = []

    def compiling(catalogue: Catalogue, _earlier: object) -> CompiledCatalogue:
        done.append(catalogue.version)
        return replace(COMPILED, version=catalogue.version)

    monkeypatch.setattr(compiled, "_compile", compiling)
    for edit in ("a", "a", "b", "a"):
        edited = text.replace("title: Open", f"title: {edit} Open", 1)
        (narratives / "open-balkan.yaml").write_text(edited, encoding="utf-8")
        matcher = compiled.matcher_of(narratives, [tmp_path / "none", cache])
        assert matcher.catalogue_version == done[("a", "b").index(edit)]

    assert len(done) == 2


def test_nothing_is_noted_of_narratives_that_are_edited_while_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    narratives = catalogues.write(tmp_path / "narratives", dam="tajne brana")

    def edited(directory: Path) -> Catalogue:
        catalogues.write(directory, dam="druge reke")
        return load(directory)

    with monkeypatch.context() as patched:
        patched.setattr(compiled, "load", edited)
        other = compiled.matcher_of(narratives, [tmp_path]).catalogue_version
    catalogues.write(narratives, dam="tajne brana")

    matcher = compiled.matcher_of(narratives, [tmp_path])
    assert matcher.catalogue_version == load(narratives).version != other


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"matcher": "0"}'])
def test_a_damaged_file_is_replaced(cache: Path, damage: str) -> None:
    bare = Catalogue("v1", (narrative(),), ())  # without a word: no dictionary is read
    file_of(cache).write_text(damage)

    made = load_compiled(bare, [cache])

    assert made == compile_catalogue(bare, SmallMorphology())
    assert load_compiled(Catalogue("v1", (), ()), [cache]) == made


def test_another_version_is_kept_beside(cache: Path) -> None:
    load_compiled(Catalogue("v2", (), ()), [cache])

    assert len(list(cache.glob("*.json"))) == 2


def test_dictionaries_inflect_what_the_catalogue_says_once(tmp_path: Path) -> None:
    catalogue = Catalogue("v3", (narrative(phrases=[word("izborna krađa")]),), ())

    matcher = load_matcher(catalogue, [tmp_path])

    assert matcher.match(Passage("О изборној крађи", lang="sr"))
    assert matcher.match(Passage("Zbog izborne kradje", lang="bs"))
    assert not matcher.match(Passage("Izborni krug", lang="hr"))


def test_an_edited_catalogue_is_compiled_from_the_one_before_to_the_same(tmp_path: Path) -> None:
    kept, apart = tmp_path / "kept", tmp_path / "apart"
    before, after = (
        Catalogue(version, (narrative(phrases=[word(text, "sq") for text in texts]),), ())
        for version, texts in (
            ("v4", ("vjedhje zgjedhore", "protestë")),
            ("v5", ("protestë", "ndërhyrje e huaj")),
        )
    )
    load_compiled(before, [kept])

    assert load_compiled(after, [kept]) == load_compiled(after, [apart])


@pytest.mark.parametrize("damage", [0, 1])
def test_dictionaries_are_read_as_they_were_kept_or_anew(tmp_path: Path, damage: int) -> None:
    data = keep("sq")
    (tmp_path / file_name("sq", "tag")).write_bytes(data[damage * 9 :])
    kept, anew = DictionaryMorphology(tmp_path, "tag"), DictionaryMorphology()

    assert set(kept.entries("sq")) == set(anew.entries("sq"))
    assert set(kept.words("sq")) == set(anew.words("sq"))


def test_what_is_noted_of_narratives_is_what_reading_them_says(tmp_path: Path) -> None:
    narratives, cache = catalogues.write(tmp_path / "n", brana="brana"), tmp_path / "cache"
    unread = compiled.noted(narratives, [cache])
    compiled.matcher_of(narratives, [cache])

    assert unread is None
    assert compiled.noted(narratives, [cache]) == edition_of(load(narratives))

    catalogues.write(tmp_path / "n", brana="brane")
    assert compiled.noted(narratives, [cache]) is None
