"""`monitor serve` as a process of its own."""

import signal
import socket
import time
from pathlib import Path
from tempfile import TemporaryFile

from support.program import Program


def test_pages_that_are_told_to_stop_end_well(tmp_path: Path) -> None:
    monitor = Program(tmp_path)
    assert monitor("init").code == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        TemporaryFile() as out,
        TemporaryFile() as err,
        monitor.start("serve", "--port", str(port), into=(out, err)) as process,
    ):
        until = time.monotonic() + 60
        while not _listens(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)

        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
        err.seek(0)
        assert b"Traceback" not in err.read()


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
