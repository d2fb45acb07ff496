import stat
from pathlib import Path

import pytest

from monitor import settings
from monitor.domain.errors import ConfigError

ROOT = Path(__file__).parents[2]


def test_the_page_about_settings_is_made_of_the_settings() -> None:
    """If this fails: `python -c "from monitor.settings import document; print(document(), end='')" > docs/settings.md`."""
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings.document()


def test_a_secret_in_a_file_is_read_where_nobody_else_can(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("sqlite:///secret.db\n", encoding="utf-8")
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)

    loaded = settings.load({"MONITOR_DATABASE_URL_FILE": str(file)}, {})

    assert loaded.database_url.get_secret_value() == "sqlite:///secret.db"


def test_a_secret_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("smtp://canary:secret@mail.example\n", encoding="utf-8")
    file.chmod(0o644)

    with pytest.raises(ConfigError, match=f"chmod 600 {file}") as refused:
        settings.load({"MONITOR_SMTP_URL_FILE": str(file)}, {})

    assert "canary" not in str(refused.value)


def test_a_value_and_its_file_are_one_too_many(tmp_path: Path) -> None:
    given = {"MONITOR_SMTP_URL": "smtp://x.example", "MONITOR_SMTP_URL_FILE": str(tmp_path)}

    with pytest.raises(ConfigError, match="keep one"):
        settings.load(given, {})
