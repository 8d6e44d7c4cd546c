"""One process for each service: what one of them is told the others learn; each may die; all end in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.support import brokers
from tests.support.running import (
    Caller,
    Up,
    children,
    discard_home,
    is_ready,
    processes_of,
    start_up,
    status_of,
    until,
    zeren,
)
from zeren import kafka, postgres
from zeren.processes import PROCESSES

UNIT = ("--unit-code", "QH-001", "--unit-name", "中共清河县委员会", "--level", "county", "--kind", "committee")


def first_administrator(home: Path, port: int, **settings: str) -> Caller:
    made = zeren(home, port, "first-administrator", "--name", "周建国", *UNIT, **settings)
    assert made.returncode == 0, made.stderr
    token = zeren(home, port, "token", "--subject", made.stdout.strip(), **settings)
    assert token.returncode == 0, token.stderr
    return Caller(port, token.stdout.strip())


def department(caller: Caller, code: str, name: str) -> str:
    """Register a department of the county; its identity. The same code is the same request."""
    (county,) = (unit["unit"] for unit in caller.get("ledger/units")["items"] if unit["code"] == "QH-001")
    body = {"code": code, "name": name, "kind": "department", "level": "county", "parent": county}
    return str(caller.done("ledger/units", {**body, "order": 2, "valid_from": "2026-01-05"}, key=f"unit-{code}")["id"])


# --- one service in two processes, by hand ----------------------------------------------------------------------


@dataclass
class Divided:
    """The ledger as an operator runs it: prepared once, then one process that answers and one that folds and acts."""

    home: Path
    database: str
    api: Up
    workers: Up
    caller: Caller


def command(home: Path, *arguments: str, database: str, **settings: str) -> Up:
    """One command of the command line in a process of its own."""
    whole = (sys.executable, "-m", "zeren.cli", *arguments)
    given = {"ZEREN_DATABASE_URL": database, **settings}
    return start_up(home, command=whole, **given)  # type: ignore[arg-type]


def serves(up: Up) -> Up:
    until(lambda: status_of(up.port, "/livez") == 200 or up.process.poll() is not None, "a process that answers")
    assert up.process.poll() is None, up.output()
    return up


@pytest.fixture(scope="module")
def divided(homes: Path) -> Iterator[Divided]:
    server = postgres.start(homes / "database")
    home = homes / "divided"
    administrator = {"ZEREN_DATABASE_URL": server.admin_dsn(), "ZEREN_SAMPLE": "0"}
    try:
        prepared = zeren(home, 8080, "prepare", **administrator)
        assert prepared.returncode == 0, prepared.stderr
        database = f"postgresql://{server.host}:{server.port}/"
        api, workers = (
            command(home, "serve", "ledger", "--part", part, database=database) for part in ("api", "workers")
        )
        serves(api)
        caller = first_administrator(home, api.port, **administrator)
        yield (running := Divided(home, database, api, serves(workers), caller))
        for up in (running.api, running.workers):
            assert up.end() == 0, up.output()
            assert "Traceback" not in up.output()
    finally:
        postgres.stop(server)
        discard_home(homes / "database")


def test_preparing_again_changes_nothing_and_needs_no_process_to_end(divided: Divided) -> None:
    server = postgres.running(divided.home.parent / "database")
    assert server is not None
    again = zeren(divided.home, 8080, "prepare", ZEREN_DATABASE_URL=server.admin_dsn(), ZEREN_SAMPLE="0")
    assert again.returncode == 0, again.stderr
    assert divided.caller.get("ledger/me")["posts"]


def test_what_the_process_that_answers_was_told_is_asked_of_it_as_soon_as_the_other_has_folded_it(
    divided: Divided,
) -> None:
    for code, name in (("QH-002", "清河县水务局"), ("QH-003", "清河县财政局")):
        unit = department(divided.caller, code, name)
        assert divided.caller.get(f"ledger/units/{unit}")["name"] == name


def test_each_part_serves_what_is_its_own(divided: Divided) -> None:
    assert status_of(divided.workers.port, "/api/ledger/me") == 404
    assert [status_of(divided.workers.port, path) for path in ("/livez", "/readyz", "/metrics")] == [200, 200, 200]
    pages = [Caller(up.port, "").send("GET", "/metrics", None, {}).body for up in (divided.api, divided.workers)]
    assert ["zeren_view_lag_positions{" in page for page in pages] == [False, True]


def test_without_the_one_that_folds_nothing_old_is_taken_for_new_and_nothing_told_is_lost(divided: Divided) -> None:
    divided.workers.kill()
    unit = department(divided.caller, "QH-004", "清河县教育局")
    behind = divided.caller.ask(f"ledger/units/{unit}")
    assert (behind.status, behind.code) == (503, "behind")

    divided.workers = serves(command(divided.home, "serve", "ledger", "--part", "workers", database=divided.database))
    until(lambda: divided.caller.ask(f"ledger/units/{unit}").status == 200, "what was told meanwhile")


def test_what_a_process_lacks_is_said_by_name_in_one_sentence(divided: Divided, homes: Path) -> None:
    workers = ("serve", "assessment", "--part", "workers")
    lacking = {
        "zeren prepare": command(homes / "never-prepared", "serve", "ledger", database=divided.database),
        "ledger、assessment、intake、complaints、notifications": command(
            divided.home, "serve", "treasury", database=divided.database
        ),
        "ZEREN_SERVICES": command(divided.home, "front", database=divided.database),
        "ZEREN_KAFKA": command(divided.home, *workers, database=divided.database, ZEREN_FEED="kafka"),
        "127.0.0.1:1": command(divided.home, "serve", "ledger", database="postgresql://127.0.0.1:1/"),
    }
    for named, process in lacking.items():
        assert process.ended() == 1
        assert named in process.output()
        assert process.output().count("✗") == 1
        assert "Traceback" not in process.output()


# --- all of them, kept by `zeren up` ----------------------------------------------------------------------------


@dataclass
class Kept:
    """An installation over Kafka that began empty, with its first administrator."""

    up: Up
    caller: Caller

    def zeren(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return zeren(self.up.home, self.up.port, *arguments, ZEREN_FEED="kafka")

    def facts(self, log: str) -> list[dict[str, Any]]:
        printed = self.zeren("log", "tail", log, "-n", "100000", "--json")
        assert printed.returncode == 0, printed.stderr
        return [orjson.loads(line) for line in printed.stdout.splitlines()]

    def metrics(self) -> str:
        return str(Caller(self.up.port, "").send("GET", "/metrics", None, {}).body)


def kept_up(home: Path, port: int | None = None) -> Up:
    return start_up(home, port, ZEREN_FEED="kafka", ZEREN_SAMPLE="0").answers()


@pytest.fixture(scope="module")
def kept(homes: Path) -> Iterator[Kept]:
    brokers.need_a_broker_of_ours()
    up = kept_up(homes / "kept")
    try:
        yield (running := Kept(up, first_administrator(up.home, up.port)))
        assert running.up.end(signal.SIGINT) == 0, running.up.output()
        assert "Traceback" not in running.up.output()
        assert "was killed" not in (up.home / "zeren.log").read_text(), "each ended by itself"
        assert children(running.up) == {}
        assert processes_of(up.home) == []
        assert postgres.running(up.home) is None
        assert kafka.running(up.home) is None
    finally:
        if running_kafka := kafka.running(up.home):
            os.kill(running_kafka.pid, signal.SIGKILL)


def test_every_service_runs_in_a_process_of_its_own_behind_one_address(kept: Kept) -> None:
    assert sorted(children(kept.up)) == sorted(process.name for process in PROCESSES)
    until(lambda: is_ready(kept.up.port), "readiness")
    for process in PROCESSES:
        assert f'zeren_process_up{{process="{process.name}"}} 1.0' in kept.metrics()
    docs = Caller(kept.up.port, "").send("GET", "/docs", None, {})
    assert "台账" in docs.body
    assert "考核" in docs.body
    assert status_of(kept.up.port, "/problems/task-suspended") == 200
    for service in ("ledger", "assessment"):
        assert Caller(kept.up.port, "").send("GET", f"/api/{service}/openapi.json", None, {}).body["paths"]


def test_what_the_ledger_is_told_arrives_at_the_assessment_over_kafka(kept: Kept) -> None:
    unit = department(kept.caller, "QH-002", "清河县水务局")

    def heard_of() -> list[str]:
        return [fact["data"]["unit"] for fact in kept.facts("assessment") if fact["type"] == "unit-registered"]

    until(lambda: unit in heard_of(), "the department in the assessment's log")
    lines = kept.metrics().splitlines()
    arrived = [line for line in lines if line.startswith("zeren_feed_arrived_total{") and 'road="kafka"' in line]
    (came,) = (line for line in arrived if 'log="assessment"' in line and 'source="ledger"' in line)
    assert float(came.rpartition(" ")[2]) >= 1


def test_what_services_offer_each_other_is_not_offered_to_anybody_outside(kept: Kept) -> None:
    for path in ("feed", "feed?after=0", "feed/genesis", "f%65ed", "identities", "ports/names", "p%6frts/names"):
        assert kept.caller.send("GET", f"/api/ledger/{path}", None, {}).status == 404
    assert kept.caller.send("POST", "/api/ledger/identities", {"issuer": "i", "subject": "s"}, {}).status == 404
    assert kept.caller.send("POST", "/api/ledger/ports/names", {"keys": []}, {}).status == 404
    assert kept.caller.send("GET", "/api/treasury/me", None, {}).code == "not-found"


def test_the_secret_of_the_administrator_stays_with_the_supervisor(kept: Kept) -> None:
    password = (kept.up.home / "secrets" / "postgres.password").read_text().strip()
    for pid in children(kept.up).values():
        assert password.encode() not in Path(f"/proc/{pid}/environ").read_bytes()


def test_after_kill_9_of_any_process_it_is_started_again_and_said(kept: Kept) -> None:
    before = children(kept.up)
    told = department(kept.caller, "QH-003", "清河县财政局")
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    until(lambda: children(kept.up).keys() == before.keys() and is_ready(kept.up.port), "all of them anew")
    assert not set(children(kept.up).values()) & set(before.values())
    for name in before:
        (line,) = (line for line in kept.up.output().splitlines() if line.startswith(f"! 进程 {name} 意外结束"))
        assert "signal 9" in line
    assert department(kept.caller, "QH-003", "清河县财政局") == told
    assert kept.caller.get(f"ledger/units/{told}")["code"] == "QH-003"


def test_after_kill_9_of_the_supervisor_the_others_end_and_the_next_start_finds_everything(kept: Kept) -> None:
    told = department(kept.caller, "QH-004", "清河县教育局")
    orphans = children(kept.up).values()
    kept.up.kill()
    kept.up = kept_up(kept.up.home, kept.up.port)

    assert not [pid for pid in orphans if Path(f"/proc/{pid}").exists()]
    assert kept.caller.get(f"ledger/units/{told}")["code"] == "QH-004"
    assert kept.zeren("log", "verify", "ledger").returncode == 0


def test_a_front_that_is_late_to_end_after_its_supervisor_does_not_keep_the_port_from_the_next(kept: Kept) -> None:
    front = children(kept.up)["front"]
    os.kill(front, signal.SIGSTOP)
    kept.up.kill()
    kept.up = start_up(kept.up.home, kept.up.port, ZEREN_FEED="kafka", ZEREN_SAMPLE="0")

    def goes_on_or_ended() -> bool:
        return str(kept.up.process.pid) in (kept.up.home / "lock").read_text() or kept.up.process.poll() is not None

    until(goes_on_or_ended, "the next supervisor in the home")
    os.kill(front, signal.SIGCONT)
    kept.up.answers()
    assert not Path(f"/proc/{front}").exists()


def test_a_second_up_on_the_same_home_is_refused_and_harms_nothing(kept: Kept) -> None:
    before = children(kept.up)
    second = start_up(kept.up.home, ZEREN_FEED="kafka", ZEREN_SAMPLE="0")
    assert second.ended() == 1
    assert str(kept.up.process.pid) in second.output()
    assert children(kept.up) == before
