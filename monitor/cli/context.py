"""What every command shares: the app, built when first used, and the flags that shape it."""

import functools
import os
from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec, TypeVar

import click

from monitor import app as wiring
from monitor import settings
from monitor.app import App

Args = ParamSpec("Args")
Result = TypeVar("Result")

_FLAGS: Final = (
    ("--db", "database_url", "URL", "Database: an SQLAlchemy URL or a SQLite file."),
    ("--feeds", "feeds", "FILE", "The feed list."),
    ("--narratives", "narratives", "DIR", "A directory of narrative files."),
)


def flags(command: Callable[Args, Result]) -> Callable[Args, Result]:
    """Add the flags that win over the environment."""
    for flag, name, metavar, what in reversed(_FLAGS):
        option = click.option(
            flag, name, metavar=metavar, help=what, callback=_remember, expose_value=False
        )
        command = option(command)
    return command


def with_app(command: Callable[Concatenate[App, Args], Result]) -> Callable[Args, Result]:
    """Hand the app to a command as its first argument. Raises ConfigError for wrong settings."""

    @functools.wraps(command)
    def run(*args: Args.args, **kwargs: Args.kwargs) -> Result:
        given = click.get_current_context().ensure_object(dict)
        app = wiring.build(settings.load(os.environ, given))
        return command(app, *args, **kwargs)

    return flags(run)


def _remember(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value:
        if parameter.name == "database_url" and "://" not in value:
            value = f"sqlite:///{value}"
        context.ensure_object(dict)[str(parameter.name)] = value
