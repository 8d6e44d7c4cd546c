"""The short form of `make faults`: a year under fire in one process, and every kind of fault once in a process each.

Rounds of some days are played by many clients; at moments drawn from the seed faults happen; when the days are over,
everything is compared (`tests/support/reconcile.py`). What the long form found is told in docs/faults.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.harms import Kind, drawn, kinds_for
from tests.faults.report import report
from tests.faults.rounds import Round, at_the_end, played
from tests.faults.world import Form, World, opened
from tests.support import brokers
from tests.support.reconcile import read_journal
from tests.support.running import Up
from tests.support.under_fire import not_followed
from zeren.simulator.reports import FATES

SEED = int(os.environ.get("FAULT_SEED", "20260105"))
"""Another year: FAULT_SEED=… make test. A failure names it."""

OFFICE = Form(each=False, given=False)
CLUSTER = Form(each=True, given=True)
YEAR, YEAR_DAYS = 6, 60
"""Rounds of the office, which are its whole year, and days of each."""
OFFICE_FAULTS = 5
CLUSTER_ROUNDS, CLUSTER_DAYS = 4, 15


def _drawn(form: Form, count: int) -> list[Kind]:
    return drawn(form, count, random.Random(f"{SEED} {form}"))  # noqa: S311 — no secret


@pytest.fixture(scope="module")
async def office(homes: Path, first_start: Up) -> AsyncIterator[World]:
    async with opened(homes / "faults-office", first_start.home, OFFICE) as world:
        yield world


@pytest.fixture(scope="module")
async def cluster(homes: Path, first_start: Up) -> AsyncIterator[World]:
    brokers.need_a_broker_of_ours()
    async with opened(homes / "faults-cluster", first_start.home, CLUSTER) as world:
        yield world


@pytest.mark.parametrize("number", range(YEAR))
async def test_a_year_in_one_process(office: World, number: int) -> None:
    kinds = _drawn(OFFICE, YEAR * OFFICE_FAULTS)[number * OFFICE_FAULTS : (number + 1) * OFFICE_FAULTS]
    outcome = await played(office, Round(SEED, f"o{number}", number, YEAR_DAYS, kinds, number in (2, YEAR - 1)))
    assert outcome.wrong == [], f"FAULT_SEED={SEED}: {outcome.happened}: {outcome.history}"
    assert outcome.rivals > 0
    assert sum(outcome.faults.values()) > 0


async def test_the_year_ends_as_ever(office: World) -> None:
    assert await at_the_end(office) == []
    told = read_journal(office.journal)
    assert len([one for one in told.handed_in if one.door == "complaints"]) == len(FATES)
    assert await not_followed(office.client, told) == []


@pytest.mark.parametrize("number", range(CLUSTER_ROUNDS))
async def test_every_kind_of_fault_in_a_process_each(cluster: World, number: int) -> None:
    """In a round every fourth of them."""
    kinds = _drawn(CLUSTER, len(kinds_for(CLUSTER)))[number::CLUSTER_ROUNDS]
    outcome = await played(
        cluster, Round(SEED, f"c{number}", number, CLUSTER_DAYS, kinds, number == CLUSTER_ROUNDS - 1, 1_000)
    )
    assert outcome.wrong == [], f"FAULT_SEED={SEED}: {outcome.happened}: {outcome.history}"
    assert outcome.rivals > 0
    assert sum(outcome.faults.values()) > 0


def test_the_report_counts_what_happened_and_names_what_was_wrong() -> None:
    line = {
        "date": "2026-11-26", "seed": 7, "year": 0, "form": "one process", "round": 3, "rebuilt": True, "rivals": 40,
        "retries": 2, "faults": Counter({"a process killed": 2}), "spared": {"disk full: database": 1}, "wrong": [],
    }  # fmt: skip
    broken = {**line, "round": 4, "wrong": ["ledger: 9 rows from position 1 to 10"]}
    text = report([line, broken])
    assert "| a process killed | 4 |  |" in text
    assert "| disk full: database | 0 | 2 |" in text
    assert "| all | 4 | 2 |" in text
    assert "1 rounds in which something was wrong" in text
    assert "## Seed 7, year 0, round 4\n\n    ledger: 9 rows" in text
