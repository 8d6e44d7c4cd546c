"""The import contracts hold, and they would notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.contracts import OnlyImportedBy, OnlyImports

REPOSITORY = Path(__file__).parents[2]

RULES = OnlyImports(
    "a rule imports its own service's events",
    {},
    {
        "modules": ["services.{service}.rules.**"],
        "allowed": ["services.{service}.events", "shared.domain", "=shared.directory"],
    },
)
KERNEL_AND_LIBRARIES = OnlyImports(
    "the kernel and libraries", {}, {"modules": ["services.{service}"], "allowed": ["shared"], "libraries": "True"}
)
DRIVERS = OnlyImportedBy(
    "only kernel and views", {}, {"modules": ["asyncpg"], "importers": ["shared", "services.*.views"]}
)


def _graph(importer: str, imported: str) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for module in (importer, imported):
        root = module.partition(".")[0]
        graph.add_module(module, is_squashed=root not in ("shared", "services", "zeren"))
    graph.add_import(importer=importer, imported=imported)
    return graph


@pytest.mark.parametrize(
    ("importer", "imported", "kept"),
    [
        ("services.ledger.rules.split_task", "services.ledger.events", True),
        ("services.ledger.rules.split_task", "shared.domain", True),
        ("services.ledger.rules.split_task", "decimal", True),
        ("services.ledger.rules.split_task", "services.assessment.events", False),
        ("services.ledger.rules.split_task", "services.ledger.views.coverage", False),
        ("services.ledger.rules.split_task", "shared.domains", False),
        ("services.ledger.rules.split_task", "shared.directory", True),
        ("services.ledger.rules.split_task", "shared.directory.table", False),
        ("services.ledger.rules.split_task", "shared.log.append", False),
        ("services.ledger.rules.split_task", "asyncpg", False),
        ("services.ledger.rules", "shared.actions", True),
        ("services.ledger.views.coverage", "asyncpg", True),
    ],
)
def test_a_list_of_allowed_imports_forbids_everything_else(importer: str, imported: str, kept: bool) -> None:
    assert RULES.check(_graph(importer, imported), verbose=False).kept is kept


@pytest.mark.parametrize(
    ("imported", "kept"),
    [("strawberry", True), ("shared.domain", True), ("services.assessment", False), ("zeren", False)],
)
def test_libraries_may_be_allowed_as_a_whole(imported: str, kept: bool) -> None:
    assert KERNEL_AND_LIBRARIES.check(_graph("services.ledger.graphql", imported), verbose=False).kept is kept


@pytest.mark.parametrize(
    ("importer", "kept"),
    [("shared.log.append", True), ("services.ledger.views.coverage", True), ("services.ledger.graphql", False)],
)
def test_a_driver_is_kept_to_those_named(importer: str, kept: bool) -> None:
    assert DRIVERS.check(_graph(importer, "asyncpg"), verbose=False).kept is kept


def test_every_contract_holds() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert " 0 broken." in checked.stdout
