"""Settings from MONITOR_* variables, read once. Unknown names are refused."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from monitor.domain.errors import ConfigError

PREFIX: Final = "MONITOR_"


def _address(value: object) -> str:
    text = str(value).strip().rstrip("/")
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text


def _one_line(value: object) -> str:
    text = str(value).strip()
    if not text.isascii() or not text.isprintable():
        raise ValueError("must be one line of plain ASCII, an address or e-mail")
    return text


class Settings(BaseSettings):
    """What an operator may set; `docs/settings.md` explains each."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    database_url: SecretStr = SecretStr("sqlite:///monitor.db")
    feeds: Path | None = None  # None: feeds.yaml here, else the packaged list
    narratives: Path | None = None  # None: the packaged catalogue
    allow_private_networks: bool = False
    smtp_url: SecretStr | None = None
    mail_from: str = ""
    base_url: Annotated[str, BeforeValidator(_address)] = ""
    contact: Annotated[str, BeforeValidator(_one_line)] = ""


def load(environment: Mapping[str, str], flags: Mapping[str, str]) -> Settings:
    """Return the settings; flags win over the environment.

    `environment` is what the process has, so that unknown names can be refused. Raises
    ConfigError, which never shows a value.
    """
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise ConfigError(f"{name} is not a setting; {hint}")
    try:
        return Settings(**{name: value for name, value in flags.items() if value})  # type: ignore[arg-type] # pydantic reads text
    except ValidationError as error:
        faults = [
            ConfigError(f"{PREFIX}{fault['loc'][0]!s}".upper() + f": {fault['msg']}")
            for fault in error.errors(include_input=False)
        ]
        raise ConfigError.all_of(faults) from None
