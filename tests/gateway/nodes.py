"""Node.js for tests: what others wrote for it is compared with the gateway, and a subgraph that is not in Python.

Where it or the packages of `node/package-lock.json` are missing, tests that need them are skipped, and the run fails at
its end unless ZEREN_WITHOUT_NODE=1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.support.not_run import not_run

FOLDER = Path(__file__).parent / "node"
"""Where package.json and the scripts lie."""


def missing() -> str | None:
    """What lacks, in a sentence; None where everything is there."""
    if shutil.which("node") is None:
        return "Node.js 18 or later is not installed"
    lock, complete = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".complete"
    if not complete.exists() or complete.read_bytes() != lock.read_bytes():
        return "the npm packages are not installed: sh tests/gateway/node/install.sh"
    return None


class Node:
    """Runs the scripts of `node/`."""

    def command(self, script: str, *arguments: str) -> list[str]:
        """What starts a script, for one that stays, such as a server."""
        return ["node", str(FOLDER / script), *arguments]

    def ask(self, script: str, question: Any, *arguments: str, seconds: float = 120) -> Any:
        """What a script that reads JSON and ends answers in JSON. Fails the test with what it said where it fails."""
        said = subprocess.run(
            self.command(script, *arguments), input=orjson.dumps(question), capture_output=True, timeout=seconds
        )
        if said.returncode != 0:
            pytest.fail(f"{script} ended with {said.returncode}:\n{said.stderr.decode()}")
        return orjson.loads(said.stdout)


def found() -> Node:
    """Node with its packages; skips where they cannot be had."""
    if os.environ.get("ZEREN_WITHOUT_NODE") == "1":
        pytest.skip("ZEREN_WITHOUT_NODE=1")
    if lacking := missing():
        not_run("Node", lacking)
        pytest.skip(f"no Node: {lacking}")
    return Node()
