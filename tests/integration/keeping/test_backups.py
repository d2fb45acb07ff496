"""Backups, and archives that move."""

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

import make
from fakes import FakeClock, WordMatcher
from monitor.adapters.backup import back_up, restore
from monitor.adapters.copying import copy
from monitor.adapters.database import Database
from monitor.adapters.integrity import faults
from monitor.adapters.shared_rows import SqlShared
from monitor.adapters.store import SqlStore
from monitor.adapters.upkeep_rows import last
from monitor.app.upkeep import Upkeep
from monitor.domain.errors import ConfigError, StorageError
from support.keeping import Opened, content, found, nothing


def test_an_archive_moves_from_one_kind_of_database_to_the_other_and_back(
    sqlite_url: str, postgres_url: str, opened: Opened, tmp_path: Path
) -> None:
    first, there = opened(sqlite_url), opened(postgres_url)
    items = map(make.item, ["Нека вест", "=1+1 Đorđe"])
    SqlStore(first).record(make.poll(*items, hits=(make.hit(),)), make.feed())
    back = opened(f"sqlite:///{tmp_path}/back.db")

    counts = copy(first, there, nothing)
    copy(there, back, nothing)

    assert (counts["item"], counts["hit"]) == (2, 2)
    assert content(back) == content(first)
    assert found(there, "neka vest") == found(back, "neka vest") == ["Нека вест"]
    with pytest.raises(ConfigError, match="not empty"):
        copy(first, there, nothing)
    later = make.poll(make.item("Nova vest"), at=make.NOW + timedelta(days=1), hits=(make.hit(),))
    assert SqlStore(there).record(later, make.feed()) == 1


@pytest.mark.usefixtures("stored")
def test_permanent_names_that_were_given_after_a_backup_are_given_again_when_it_is_restored(
    database: Database, tmp_path: Path
) -> None:
    back_up(database, tmp_path / "backup.db", make.NOW, nothing)
    given = SqlShared(database).installation()

    restore(database, tmp_path / "backup.db", make.NOW, nothing, force=True)

    assert SqlShared(database).installation() == given


@pytest.mark.usefixtures("stored")
def test_a_backup_brings_back_all_that_was_there(
    database: Database, store: SqlStore, tmp_path: Path
) -> None:
    back_up(database, tmp_path / "backup.db", make.NOW, nothing)
    before = content(database)
    store.record(make.poll(make.item("Kasnije"), at=make.NOW + timedelta(days=1)), make.feed())

    with pytest.raises(ConfigError, match="--force"):
        restore(database, tmp_path / "backup.db", make.NOW, nothing, force=False)
    restore(database, tmp_path / "backup.db", make.NOW, nothing, force=True)

    assert content(database) == before
    assert found(database, "otvoreni") == ["Отворени Балкан"]
    assert last(database, "restore") == make.NOW
    assert faults(database) == []


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["of #2.db", "of 100%25.db", "what?.db"])
def test_a_backup_is_one_file_of_whatever_name(
    database: Database, opened: Opened, tmp_path: Path, name: str
) -> None:
    place = tmp_path / name / name
    place.parent.mkdir()
    back_up(database, place, make.NOW, nothing)
    new = opened(f"sqlite:///{tmp_path}/new.db")
    restore(new, place, make.NOW, nothing, force=False)

    assert content(new) == content(database)
    assert list(place.parent.iterdir()) == [place]


@pytest.mark.usefixtures("stored")
def test_a_backup_that_can_only_be_read_is_brought_back(
    database: Database,
    opened: Opened,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = tmp_path / "mounted"
    place.mkdir()
    back_up(database, place / "backup.db", make.NOW, nothing)
    request.addfinalizer(partial(place.chmod, 0o700))
    place.chmod(0o500)
    if os.geteuid() == 0:  # who writes anywhere: told as another user would be
        monkeypatch.setattr("monitor.adapters.backup.os.access", lambda path, _mode: path != place)
    new = opened(f"sqlite:///{tmp_path}/new.db")

    restore(new, place / "backup.db", make.NOW, nothing, force=False)

    assert content(new) == content(database)
    assert list(place.iterdir()) == [place / "backup.db"]


@pytest.mark.usefixtures("stored")
def test_a_backup_that_cannot_be_written_says_why(database: Database) -> None:
    with pytest.raises(StorageError, match=r"/proc/backup\.db cannot be written"):
        back_up(database, Path("/proc/backup.db"), make.NOW, nothing)


def test_a_file_that_is_no_backup_is_refused(database: Database, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"something else" * 100)

    with pytest.raises(ConfigError, match="no backup"):
        restore(database, wrong, make.NOW, nothing, force=True)


@pytest.mark.usefixtures("stored")
def test_a_backup_is_brought_back_where_there_is_no_file_yet(
    database: Database, opened: Opened, tmp_path: Path
) -> None:
    back_up(database, tmp_path / "backup.db", make.NOW, nothing)
    new = opened(f"sqlite:///{tmp_path}/new.db")

    restore(new, tmp_path / "backup.db", make.NOW, nothing, force=False)

    assert content(new) == content(database)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_nightly_backup_is_written_once_and_clears_what_a_kill_left(
    database: Database, tmp_path: Path
) -> None:
    directory = tmp_path / "new" / "backups"
    half = directory / ".monitor-20261101T030000Z.backup.abc"
    half.mkdir(parents=True)
    (directory / "monitor-20261101T030000Z.backup").write_text("old")
    (directory / "monitor-20261102T030000Z.backup").write_text("old")
    clock = FakeClock()
    upkeep = Upkeep(
        database, clock, tuple, WordMatcher, Path(), nothing, {}, lambda _since: frozenset()
    )

    upkeep.back_up_nightly(directory)
    clock.sleep(timedelta(minutes=10))
    upkeep.back_up_nightly(directory)

    names = sorted(path.name for path in directory.iterdir())
    assert names == ["monitor-20261102T030000Z.backup", "monitor-20261123T060000Z.backup"]
