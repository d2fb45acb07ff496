"""Settings from MONITOR_* variables, read once. Unknown names are refused."""

import difflib
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from monitor.domain.errors import ConfigError
from monitor.domain.mends import mend
from monitor.domain.retention import kept

PREFIX: Final = "MONITOR_"
_E_MAIL: Final = re.compile(r"[^\s@<>,;\"]+@[A-Za-z0-9.-]+")
MAX_PORT: Final = 65_535
PAGE: Final = """\
# Settings

Read once, from the environment. An unknown `MONITOR_*` name is refused. The flags `--db`, `--feeds`
and `--narratives` win over it, before or after the command's name.

| variable | meaning | default |
| --- | --- | --- |
{rows}

Secrets are never printed or logged. A file that holds one must be readable by nobody else
(`chmod 600 FILE`), as systemd's `LoadCredential=` and the secrets of compose files are.
`monitor doctor` checks all of them and says what to mend.
"""


def _address(value: object) -> str:
    text = str(value).strip().rstrip("/")
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text


def _base(value: object) -> str:
    text = _address(value)
    if set("?# ") & set(text):
        raise ValueError("must end with its path, without `?` and `#`")
    return text


def _one_line(value: object) -> str:
    text = str(value).strip()
    if not text.isascii() or not text.isprintable():
        raise ValueError("must be one line of plain ASCII, an address or e-mail")
    return text


def _listen(value: object) -> str:
    text = str(value).strip()
    host, _, port = text.rpartition(":")
    if text and text != "off" and not (host and port.isdigit() and int(port) <= MAX_PORT):
        raise ValueError("must be ADDRESS:PORT such as 127.0.0.1:9310, or off")
    return text


def _addresses(value: object) -> str:
    found = [part.strip() for part in str(value).split(",") if part.strip()]
    if not all(_E_MAIL.fullmatch(one) for one in found):
        raise ValueError("must be e-mail addresses, separated by commas")
    return ",".join(found)


def _smtp(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("must be smtp://user:password@host:587 or smtps://user:password@host")
    return value


def _server(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if not text.startswith(("postgresql", "postgres:")):
        raise ValueError("must be postgresql+psycopg://USER@HOST/NAME: SQLite has no replicas")
    return value


def _directory(value: object) -> object:
    if str(value) and Path(str(value)).exists() and not Path(str(value)).is_dir():
        raise ValueError(f"{value} is a file; name a directory")
    return value


def _retention(value: object) -> str:
    kept(str(value))
    return str(value)


class Settings(BaseModel):
    """What an operator may set; `docs/settings.md` is made of this."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///monitor.db"),
        description="SQLAlchemy URL of a SQLite file, or `postgresql+psycopg://USER@HOST/NAME` "
        "(PostgreSQL 15 or newer); `--db` also takes a plain path",
    )
    database_url_file: Path | None = Field(
        None, description="a file that holds the URL, for a password; instead of the above"
    )
    read_database_url: Annotated[SecretStr, BeforeValidator(_server)] | None = Field(
        None,
        description="a streaming replica of that PostgreSQL, for searches; what came in the last "
        "moments may be missing there|none: the database itself",
    )
    read_database_url_file: Path | None = Field(
        None, description="a file that holds the URL, for a password; instead of the above"
    )
    feeds: Path | None = Field(
        None, description="the feed list|`feeds.yaml` here, else the packaged list"
    )
    narratives: Path | None = Field(
        None,
        description="a directory of narrative files; replaces the packaged catalogue|packaged",
    )
    allow_private_networks: bool = Field(
        default=False, description="`true` lets feeds live on private and loopback addresses"
    )
    smtp_url: Annotated[SecretStr, BeforeValidator(_smtp)] | None = Field(
        None,
        description="`smtp://user:pass@host:587` (STARTTLS required except to a loopback host) "
        "or `smtps://…`; certificates verified|none: mail is off",
    )
    smtp_url_file: Path | None = Field(
        None, description="a file that holds the URL, for a password; instead of the above"
    )
    mail_from: str = Field("", description="sender of digests|required with SMTP")
    operators: Annotated[str, BeforeValidator(_addresses)] = Field(
        "",
        description="e-mail addresses, separated by commas, that the service tells when something "
        "needs a person|none: the log has to do",
    )
    base_url: Annotated[str, BeforeValidator(_base)] = Field(
        "", description="public address of the web pages, for links in digests|none: no links"
    )
    contact: Annotated[str, BeforeValidator(_one_line)] = Field(
        "",
        description="address or e-mail sent in the User-Agent, so that publishers can reach you"
        "|none; `doctor` warns",
    )
    metrics_listen: Annotated[str, BeforeValidator(_listen)] = Field(
        "127.0.0.1:9310",
        description="where `monitor run` answers `/health` and `/metrics`; `off` for nowhere",
    )

    engine: Literal["embedded", "procrastinate"] = Field(
        "embedded",
        description="what runs the service's jobs: threads of `monitor run`, or any number of "
        "`monitor worker` on PostgreSQL (extra `scale`)",
    )

    excerpt_chars: Annotated[int, Field(ge=0)] = Field(
        500, description="how many characters of a summary an export gives out"
    )

    backups: Annotated[Path | None, BeforeValidator(_directory)] = Field(
        None,
        description="a directory into which `monitor run` writes a backup every night after 03:00 "
        "UTC, fourteen days of them|none: `monitor backup`, or the timer of `deploy/`",
    )

    model: Path | None = Field(
        None,
        description="a file of `monitor learn`; `monitor run` asks that second opinion about new "
        "items, in the background (extra `semantic`)|none: the rules alone",
    )

    embedder: Annotated[Path | None, BeforeValidator(_directory)] = Field(
        None,
        description="a directory with an embedder of your own: `model.onnx`, `tokenizer.json` "
        "(extra `onnx`)|multilingual-e5-small, bundled with the extra `semantic`",
    )

    preserve: Annotated[Path | None, BeforeValidator(_directory)] = Field(
        None,
        description="a directory into which `monitor run` keeps the pages of confirmed hits as "
        "evidence, ten at a time (extra `preserve`)|none: `monitor preserve`",
    )

    fulltext: bool = Field(
        default=False,
        description="`true` lets `monitor run` fetch the pages of new items at or near a threshold "
        "and match the whole article, as robots.txt allows (extra `fulltext`)",
    )

    websub_hub: Annotated[str, BeforeValidator(_address)] = Field(
        "",
        description="address of a WebSub hub that our feeds name; it has to look at them itself|none",
    )

    retention: Annotated[str, BeforeValidator(_retention)] = Field(
        "",
        description="what `monitor retention` deletes after a while, such as "
        "`fetch_events=400d,versions=2y,retired_hits=1y`|nothing is deleted",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen: the passwords of the addresses above."""
        urls = (self.database_url, self.read_database_url, self.smtp_url)
        found = (urlsplit(url.get_secret_value()).password for url in urls if url)
        return tuple(one for one in found if one)


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
    given = {field: environment[name] for name, field in known.items() if name in environment}
    given |= {name: value for name, value in flags.items() if value}
    given |= _from_files(environment, flags)
    try:
        return Settings(**given)  # type: ignore[arg-type] # pydantic reads text
    except ValidationError as error:
        faults = [
            ConfigError(
                f"{PREFIX}{fault['loc'][0]!s}".upper()
                + f": {mend(fault['type'], fault['msg'], fault.get('ctx', {}))}"
            )
            for fault in error.errors(include_input=False)
        ]
        raise ConfigError.all_of(faults) from None


def document() -> str:
    """Return `docs/settings.md`, which a test keeps equal to this."""
    rows = []
    for name, field in Settings.model_fields.items():
        meaning, _, default = (field.description or "").partition("|")
        rows.append(
            f"| `{PREFIX}{name.upper()}` | {meaning} | {default or _shown(field.default)} |"
        )
    return PAGE.format(rows="\n".join(rows))


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    return "none" if default in {None, ""} else f"`{str(default).lower()}`"


def _from_files(environment: Mapping[str, str], flags: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that are kept in files of their own, readable by nobody else."""
    found = {}
    for name in ("database_url", "read_database_url", "smtp_url"):
        variable = f"{PREFIX}{name.upper()}"
        path = environment.get(f"{variable}_FILE", "")
        if not path or flags.get(name):
            continue
        if environment.get(variable):
            raise ConfigError(f"{variable} and {variable}_FILE are both set; keep one")
        found[name] = _secret(Path(path), f"{variable}_FILE")
    return found


def _secret(path: Path, where: str) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "is not a text file"
        raise ConfigError(f"cannot be read: {what}", file=str(path), where=where) from None
    if mode & stat.S_IROTH:
        what = f"everybody can read it; run `chmod 600 {path}`"
        raise ConfigError(what, file=str(path), where=where)
    if not text or "\n" in text:
        raise ConfigError("must hold one line", file=str(path), line=1, where=where)
    return text
