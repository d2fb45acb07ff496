"""What can be known about deploy/ without a machine to deploy to."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.settings import PREFIX, Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SHUT_IN = (
    "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "PrivateDevices",
    "RestrictNamespaces", "SystemCallFilter", "CapabilityBoundingSet",
)  # fmt: skip


def unit(path: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    read.optionxform = str  # type: ignore[method-assign,assignment] # systemd tells capitals apart
    read.read(path, encoding="utf-8")
    return read


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_service_is_shut_in_and_nobody_special(path: Path) -> None:
    service = unit(path)["Service"]

    assert service["User"] == "monitor"
    assert [key for key in SHUT_IN if key not in service] == []


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    files = []
    for path in sorted((DEPLOY / "systemd").iterdir()):
        text = path.read_text(encoding="utf-8")
        for program in ("/opt/monitor/bin/monitor", "/opt/monitor/libexec/backup.sh"):
            text = text.replace(program, sys.executable)
        files.append(tmp_path / path.name)
        files[-1].write_text(text, encoding="utf-8")
    if not analyze:
        assert len(files) == 5  # elsewhere the test above has to do
        return

    ran = subprocess.run(
        [analyze, "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def test_workers_of_every_kind_are_shut_in_and_use_the_engine() -> None:
    together = yaml.safe_load((DEPLOY / "compose.workers.yaml").read_text(encoding="utf-8"))
    worker, run = together["services"]["worker"], together["services"]["monitor"]
    pods = [
        one["spec"]["template"]["spec"]
        for one in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))
    ]

    assert worker["deploy"]["replicas"] == 3
    assert worker["read_only"]
    assert worker["cap_drop"] == ["ALL"]
    for environment in (worker["environment"], run["environment"]):
        assert environment["MONITOR_ENGINE"] == "procrastinate"
    assert [pod["containers"][0]["args"][0] for pod in pods] == ["run", "worker"]
    for pod in pods:
        (container,) = pod["containers"]
        assert {"name": "MONITOR_ENGINE", "value": "procrastinate"} in container["env"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        names = {one["name"].removeprefix(PREFIX).lower() for one in container["env"]}
        assert names <= set(Settings.model_fields)


def test_shell_scripts_pass_shellcheck() -> None:
    scripts = sorted(DEPLOY.glob("*.sh"))
    program = Path(sys.executable).with_name("shellcheck")

    ran = subprocess.run([program, *scripts], capture_output=True, text=True, check=False)

    assert scripts
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_backup_keeps_a_fortnight_and_leaves_no_half_file(tmp_path: Path) -> None:
    program = tmp_path / "monitor"
    program.write_text('#!/bin/sh\necho whole > "$2"\n', encoding="utf-8")
    program.chmod(0o755)
    script, kept = DEPLOY / "backup.sh", tmp_path / "kept"

    ran = subprocess.run(
        [script, kept], env={"PROGRAM": str(program), "PATH": "/usr/bin:/bin"}, check=False
    )

    assert ran.returncode == 0
    (file,) = kept.iterdir()
    assert file.name.endswith("Z.backup")
    assert file.stat().st_mode & 0o077 == 0


def test_the_containers_are_read_only_and_nobody_special() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))

    assert set(compose["services"]) == {"monitor", "web", "database"}
    for name in ("monitor", "web"):
        service = compose["services"][name]
        assert service["read_only"]
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]
    used = {secret for one in compose["services"].values() for secret in one["secrets"]}
    assert used == set(compose["secrets"])


def test_the_image_is_not_run_by_root_and_says_how_it_is() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert "USER 10001:10001" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_the_example_of_an_environment_names_only_settings() -> None:

    text = (DEPLOY / "monitor.env.example").read_text(encoding="utf-8")
    names = {line.lstrip("#").partition("=")[0] for line in text.splitlines() if "=" in line}

    assert names <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
