"""The process that serves stays free for requests while thousands of facts come in at once: another one folds them.

How long something held its event loop is compared with what single requests hold it for, in the same run.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from services.ledger.events import FindingId, InspectionFound, InspectionId, PlanId, ProgressReported, TaskId
from services.ledger.main import SERVICE
from shared.domain import Actor, PublicText, UnitId
from shared.running import open_service
from tests.support.held_loop import PLANTED_SECONDS, Hold, holds
from tests.support.registers import record
from tests.support.running import Caller, Up, start_up, until
from zeren import postgres
from zeren.installation import known
from zeren.office import access

MANY = 5000
ENOUGH = 1500
"""More than a process that serves catches up itself."""

STARTED = "views far behind are caught up by another process"
FAILED = "the process that catches views up ended early"


@dataclass
class Pressed:
    """A served city whose tasks are asked for again and again, while its ledger is written to from elsewhere."""

    up: Up
    written: Path
    caller: Caller
    plan: str
    tasks: list[dict[str, Any]]
    reports: Iterator[int] = field(default_factory=lambda: count(1))

    def holds(self, since: float, until_: float) -> list[Hold]:
        return [hold for hold in holds(self.written) if since <= hold.at < until_]

    def said(self, event: str) -> list[dict[str, Any]]:
        lines = map(json.loads, (self.up.home / "zeren.log").read_text("utf-8").splitlines())
        return [line for line in lines if line["event"] == event]

    def load(self, facts: int) -> None:
        """So many facts of the kind that changes a row, and every fifth one that changes a score."""
        asyncio.run(self._load(facts))

    def load_and_see_a_child(self, facts: int) -> int:
        """The process that was started to fold them."""
        before = len(self.said(STARTED))
        self.load(facts)
        until(lambda: len(self.said(STARTED)) > before, "a process that catches up")
        return int(self.said(STARTED)[before]["pid"])

    async def _load(self, facts: int) -> None:
        server = postgres.running(self.up.home)
        assert server is not None
        installation = known(server.admin_dsn(), self.up.home, ["ledger"])
        ledger = await open_service(SERVICE, access(installation, "ledger"))
        try:
            for _ in range(facts // 500):
                await record(ledger.log, *(self._fact(next(self.reports)) for _ in range(500)))
        finally:
            await ledger.stop()

    def _fact(self, number: int) -> Any:
        task = self.tasks[number % len(self.tasks)]
        day, by, unit = date(2026, 1, 5), Actor("闻笔"), UnitId(task["unit"])
        if number % 5:
            report = PublicText("已按月完成")
            return ProgressReported(
                TaskId(task["task"]), unit, PlanId(self.plan), number, Decimal(10), report, (), day, day, by
            )
        category = PublicText("履职不力")
        return InspectionFound(
            FindingId(f"f{number}"), InspectionId("i1"), unit, unit, category, "minor", None, None, None, (), day, by
        )

    def shown(self) -> None:
        """Wait until every view and feed is at the head."""
        until(lambda: max(self._lags()) == 0, "views that show everything")

    def _lags(self) -> list[float]:
        told = self.caller.send("GET", "/metrics", None, {}).body.splitlines()
        return [
            float(line.split()[-1])
            for line in told
            if line.startswith(("zeren_view_lag_positions{", "zeren_feed_lag{"))
        ]


@pytest.fixture(scope="module")
def pressed(copy_of_city: Callable[[str], Path]) -> Iterator[Pressed]:
    home = copy_of_city("pressed")
    written = home / "holds"
    written.touch()
    up = start_up(home, command=(sys.executable, "-m", "tests.support.held_loop", written, "up")).answers()
    caller = Caller(up.port, up.token())
    plan = caller.get("ledger/plans", code="2026")["items"][0]["plan"]
    over = threading.Event()
    requests = threading.Thread(target=_ask_again_and_again, args=(Caller(up.port, up.token()), plan, over))
    requests.start()
    yield Pressed(up, written, caller, plan, caller.all("ledger/tasks", plan=plan))
    over.set()
    requests.join()
    up.kill()


def _ask_again_and_again(caller: Caller, plan: str, over: threading.Event) -> None:
    while not over.wait(0.03):
        try:
            caller.get("ledger/tasks", plan=plan, limit=20)
        except OSError:  # the last test ends the process
            return


def test_nothing_holds_the_loop_while_thousands_of_facts_come_in(pressed: Pressed) -> None:
    began = time.monotonic()
    time.sleep(1.5)
    loaded = time.monotonic()
    pressed.load(MANY)
    pressed.shown()
    caught_up = time.monotonic()
    os.kill(pressed.up.process.pid, signal.SIGUSR1)
    until(lambda: any(h.seconds > PLANTED_SECONDS / 2 for h in pressed.holds(caught_up, time.monotonic())), "the plant")

    requests = statistics.median(hold.seconds for hold in pressed.holds(began, loaded))
    limit = max(0.06, 12 * requests)
    assert _longer_than(limit, pressed.holds(loaded, caught_up)) == []
    assert len(_longer_than(limit, pressed.holds(caught_up, time.monotonic()))) == 1, "what is planted is noticed"
    assert {line["service"] for line in pressed.said(STARTED)} >= {"ledger", "assessment", "notifications"}
    assert pressed.said(FAILED) == []


def _longer_than(limit_seconds: float, found: list[Hold]) -> list[Hold]:
    return [hold for hold in found if hold.seconds > limit_seconds]


def test_views_are_caught_up_though_the_process_that_does_so_is_killed(pressed: Pressed) -> None:
    child = pressed.load_and_see_a_child(ENOUGH)
    os.kill(child, signal.SIGKILL)
    pressed.shown()
    assert [line["pid"] for line in pressed.said(FAILED)] == [child]


def test_the_process_that_catches_up_ends_with_the_one_that_serves(pressed: Pressed) -> None:
    child = pressed.load_and_see_a_child(ENOUGH)
    pressed.up.kill()
    until(lambda: not _runs(child), "its end")


def _runs(pid: int) -> bool:
    """Whether a process is there that is not yet dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
