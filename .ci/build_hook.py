"""Compile the packaged catalogue into the wheel, so that a fresh or read-only home costs nothing."""

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCatalogueHook(BuildHookInterface[Any]):
    """Runs before a wheel is packed; an editable install compiles when it is set up instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and have the result packed although git ignores it."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from monitor.adapters import compiled  # noqa: PLC0415 - the checkout is on the path only now

        compiled.provide()
        build_data["artifacts"].append("monitor/narratives/compiled/*")
