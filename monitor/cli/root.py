"""The command line: one entry point, and what each fault means for the exit code."""

import errno
import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from monitor import __version__, logs
from monitor.cli import context
from monitor.domain.errors import ConfigError, MonitorError, NotFoundError, StorageError

DONE, FAULT, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # a disk, what one may use of it, a file


# Imported when called: a command must not wait for the libraries of another.
COMMANDS: Final = {
    "init": "pipeline",
    "poll": "pipeline",
    "match": "matching",
    "digest": "digests",
    "deliver": "deliver",
    "deliveries": "deliver",
    "subscribers": "subscribers",
    "search": "search",
    "story": "story",
    "review": "review",
    "quality": "quality",
    "learn": "learn",
    "opine": "opine",
    "movement": "movement",
    "feeds": "feeds",
    "narratives": "narratives",
    "export": "export",
    "preserve": "preserve",
    "fulltext": "fulltext",
    "trends": "trends",
    "rematch": "rematch",
    "import": "upkeep",
    "erase": "upkeep",
    "backup": "upkeep",
    "restore": "upkeep",
    "copy": "upkeep",
    "retention": "upkeep",
    "run": "run",
    "worker": "worker",
    "doctor": "doctor",
    "users": "users",
    "serve": "serve",
    "demo": "demo",
}


class Commands(click.Group):
    """The commands, in the order in which a newcomer meets them."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a reader of standard output that has had enough is no fault."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _close_nothing()
            return DONE
        return result

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every name."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None for a name that is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"monitor.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(
            module, f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        )
        return command


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="monitor")
@click.option("-v", "--verbose", is_flag=True, help="Say more on standard error.")
@context.flags
def cli(*, verbose: bool) -> None:
    """Follow narratives through the news of the Western Balkans.

    A hit is a lead, not a verdict: it says that an item carries a narrative, never that it is
    false.

    Example: monitor init && monitor poll && monitor digest
    """
    logs.configure(verbose=verbose)


def run(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code of the public contract."""
    try:
        code = cli.main(list(arguments), prog_name="monitor", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except MonitorError as error:
        _complain(error)
        return WRONG_USAGE if isinstance(error, (ConfigError, NotFoundError)) else FAULT
    except OSError as error:
        if error.errno not in FULL:
            raise
        _close_nothing()
        _complain(StorageError(f"could not write all of it: {error.strerror}; make room"))
        return FAULT
    return code if isinstance(code, int) else DONE


def _close_nothing() -> None:
    """Keep Python from complaining again when it closes a standard output that takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(error: MonitorError) -> None:
    for line in str(error).splitlines():
        click.echo(f"monitor: {line}", err=True)
