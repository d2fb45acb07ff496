"""The program's entry point."""

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # Imported here: the processes that parse feeds import this module again, and nothing of it.
    from monitor.cli.root import run  # noqa: PLC0415 - see above

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
