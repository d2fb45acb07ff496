"""`monitor users`: people who may sign in to the pages and the API."""

import getpass
import sys
from pathlib import Path

import click

from monitor.app import App
from monitor.cli.context import with_app
from monitor.cli.output import note, print_json, print_table
from monitor.domain.errors import ConfigError
from monitor.domain.people import Role

_ROLES = click.Choice([str(role) for role in Role])


@click.group()
def users() -> None:
    """Say who may sign in to the web pages and the API.

    Example: monitor users add ana --role operator
    """


@users.command()
@click.argument("name")
@click.option("--role", type=_ROLES, default=str(Role.VIEWER), show_default=True)
@click.option(
    "--password-file", type=click.Path(path_type=Path), help="Its first line; - is stdin."
)
@with_app
def add(app: App, name: str, role: str, password_file: Path | None) -> None:
    """Add a person, or give a known one this role.

    The password is asked for, never taken from the command line.

    Example: monitor users add ana --role reviewer
    """
    desk = app.people
    if any(person.name == name for person in desk.everybody()):
        desk.set_role(name, Role(role), _operator())
        click.echo(f"{name} is {role} now.")
        return
    desk.add(name, Role(role), _password(password_file), _operator())
    click.echo(f"{name} may sign in as {role}.")


@users.command()
@click.argument("name")
@click.option(
    "--password-file", type=click.Path(path_type=Path), help="Its first line; - is stdin."
)
@with_app
def password(app: App, name: str, password_file: Path | None) -> None:
    """Give a person a new password; their sessions end.

    Example: monitor users password ana
    """
    app.people.set_password(name, _password(password_file), _operator())
    click.echo(f"{name} has a new password.")


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def list_(app: App, *, as_json: bool) -> None:
    """List people and how many tokens each has.

    Example: monitor users list
    """
    tokens = [token.person for token in app.people.people.tokens()]
    rows = [
        (one.name, str(one.role), one.created_at.date().isoformat(), tokens.count(one.name))
        for one in app.people.everybody()
    ]
    names = ("name", "role", "since", "tokens")
    if as_json:
        print_json({"users": [dict(zip(names, row, strict=True)) for row in rows]})
    elif rows:
        print_table(names, rows)
    else:
        note(
            "Nobody yet; pages answer on loopback only. Add somebody with `monitor users add NAME`."
        )


@users.command()
@click.argument("name")
@with_app
def remove(app: App, name: str) -> None:
    """Remove a person with their sessions, tokens and saved searches.

    Example: monitor users remove ana
    """
    app.people.remove(name, _operator())
    click.echo(f"{name} is removed.")


@users.command()
@click.argument("name")
@click.option("--label", default="", help="What the token is for.")
@with_app
def token(app: App, name: str, label: str) -> None:
    """Make an API token with a person's role; it is shown this once.

    Example: monitor users token ana --label notebook
    """
    click.echo(app.people.new_token(name, label, _operator()))
    note("Keep it: it is not shown again. Send it as `Authorization: Bearer TOKEN`.")


def _password(file: Path | None) -> str:
    if file is None:
        if not sys.stdin.isatty():
            raise ConfigError("no terminal to ask for a password; use --password-file FILE or -")
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error
    return text.split("\n", 1)[0].rstrip("\r")


def _operator() -> str:
    """Name who runs the command, for the audit log."""
    return f"{getpass.getuser()} (command line)"
