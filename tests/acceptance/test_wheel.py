"""The wheel stands alone: what the checkout keeps beside the package travels inside it."""

import compileall
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from monitor.adapters.catalogue import PACKAGED, load
from monitor.domain.narrative import FAMILIES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked where no checkout is near, and compiled as what installs it does."""
    made = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(made)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "site")
    compileall.compile_dir(made / "site", quiet=1)
    return made / "site"


def run(installed: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if "MONITOR" not in key}
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=home,
        env=environment | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_works_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    commands = (
        ["init"],
        ["feeds", "check"],
        ["narratives", "check"],
        ["search", "balkan"],
        ["digest"],
        ["doctor"],
    )
    for arguments in commands:
        ran = run(installed, tmp_path, *arguments)

        assert ran.returncode == 0, f"{arguments}: {ran.stderr}"
    listed = run(installed, tmp_path, "feeds", "check").stdout
    assert listed.startswith(str(installed))


def test_it_carries_nothing_that_is_not_its_own(installed: Path) -> None:
    tops = {path.name for path in installed.iterdir() if path.suffix != ".dist-info"}

    assert tops == {"monitor"}
    assert not list(installed.rglob("tests"))


def test_it_carries_what_was_compiled_and_nothing_older(installed: Path) -> None:
    compiled = (installed / "monitor" / "narratives" / "compiled").iterdir()

    assert sorted(path.name.split("-")[0] for path in compiled) == [
        load(PACKAGED).version,
        "of",
        "py3langid",
        *["words"] * len(FAMILIES),
    ]
