"""Peers: event stores that others have made, installed from the package registries when they are measured.

They live in `.bench/` and are no part of the product. One that cannot be installed is said to be missing, and why.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PLACE = Path(__file__).parents[3] / ".bench" / "peers"
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Installed:
    """What could be installed, and why the rest could not. `python` runs programs that use the first, `node_modules` holds
    the others."""

    python: Path | None
    node_modules: Path | None
    missing: dict[str, str]

    def version(self, package: str) -> str:
        """The version of an npm package that was installed."""
        assert self.node_modules is not None
        told = json.loads((self.node_modules / package / "package.json").read_text("utf-8"))
        return str(told["version"])


EVENTSOURCING, EMMETT, MESSAGE_DB = "eventsourcing", "@event-driven-io/emmett-postgresql", "@eventide/message-db"


def install() -> Installed:
    """Whatever of them is not there yet."""
    PLACE.mkdir(parents=True, exist_ok=True)
    missing: dict[str, str] = {}
    python: Path | None = PLACE / "python" / "bin" / "python"
    requirements = HERE / "requirements.txt"
    if not _is_fresh(PLACE / "python.done", requirements):
        venv.create(PLACE / "python", with_pip=True, clear=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        if said := _failed([str(part) for part in command], PLACE):
            missing[EVENTSOURCING], python = said, None
        else:
            shutil.copy(requirements, PLACE / "python.done")
    node: Path | None = PLACE / "node_modules"
    package = HERE / "package.json"
    if not _is_fresh(PLACE / "node.done", package):
        shutil.copy(package, PLACE / "package.json")
        if said := _failed(["npm", "install", "--silent", "--no-audit", "--no-fund"], PLACE):
            missing |= {EMMETT: said, MESSAGE_DB: said}
            node = None
        else:
            shutil.copy(package, PLACE / "node.done")
    return Installed(python, node, missing)


def _is_fresh(done: Path, wanted: Path) -> bool:
    return done.exists() and done.read_bytes() == wanted.read_bytes()


def _failed(command: list[str], folder: Path) -> str:
    """Run it; what it said last when it failed, empty when it did not."""
    try:
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {type(error).__name__}"
    if run.returncode == 0:
        return ""
    last = [line for line in (run.stderr or run.stdout).splitlines() if line.strip()]
    return f"{Path(command[0]).name}: {last[-1][:200] if last else run.returncode}"
