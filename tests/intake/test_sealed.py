"""Nothing that the installation keeps or tells gives the order of reports, or a time finer than the day and the window.

Reports are lodged in a known order; then everything that can be read is asked for that order: every column of every table
of the intake, its keys and the complaints service, the order of the rows themselves, what travels, metrics, log, traces.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from services.complaints.main import SERVICE as COMPLAINTS
from shared.facts import ClockAdvanced
from shared.feeds.cloudevents import attributes
from shared.feeds.direct import DirectFeed
from shared.holding import Held, receipts
from shared.tracing import traced
from tests.intake.conftest import County, opened
from tests.support.collector import collector

REPORTS = 40
SHANGHAI = ZoneInfo("Asia/Shanghai")
TOLD_APART = 0.75
"""A rank correlation that 40 reports in a random order reach once in twenty million columns."""


@dataclass
class Lodged:
    """What was lodged, in its order: for each report everything that it can be recognised by."""

    county: County
    names: list[tuple[str, ...]]
    metrics_before: str
    metrics_after: str

    def order(self, rows: Sequence[Any]) -> list[int]:
        """Which report each row is about, for rows about one."""
        found = []
        for row in rows:
            text = str(row)
            about = [n for n, names in enumerate(self.names) if any(name in text for name in names)]
            if len(about) == 1:
                found.append(about[0])
        return found


@pytest.fixture(scope="module")
async def lodged(county: County) -> AsyncIterator[Lodged]:
    """Forty reports and a message each, lodged one after the other and admitted at noon; the complaints service has them."""
    complaints = await opened(county.installation, COMPLAINTS)
    feeds = {"ledger": county.ledger.log, "intake": county.intake.log}
    await complaints.start({name: DirectFeed(name, name, complaints.pool, log) for name, log in feeds.items()})
    desk = county.intake.desk
    assert desk is not None
    before = await scraped(county)
    names = []
    held: Any
    with pytest.MonkeyPatch.context() as quickly:
        quickly.setattr(receipts, "MEMORY_KIB", 64)  # what a guess costs is another matter
        for number in range(REPORTS):
            report = {"words": f"第{number}件", "reporter": {"name": f"某{number}", "phone": f"1380000{number:04}"}}
            receipt = await county.lodged(**report)
            await county.done("messages", {**receipt, "word": "message", "words": f"补充第{number}件"})
            (held, _) = await desk.table.find(await desk.receipts.key(receipt["code"])) or (None, b"")
            names.append(await recognised_by(county, held))
        after = await scraped(county)
    await county.next_hour()
    while await complaints.log.cursor("intake") < county.intake.log.feed_head:
        await complaints.log.look()
    yield Lodged(county, names, before, after)
    await complaints.stop()


async def recognised_by(county: County, held: Held) -> tuple[str, ...]:
    """Everything that stands in some table for one report or its message."""
    assert county.intake.desk is not None
    (message,) = await county.intake.desk.table.under(held.entry)
    facts = (held.facts["written"], held.facts["named"], held.facts["reporter"], message.facts["written"])
    keys = {text.token().split(".")[1] for text in (*held.texts.values(), *message.texts.values())}
    return (str(held.entry), str(message.entry), *facts, *keys)


async def scraped(county: County) -> str:
    """The metrics, but for those of the machine and of the scraping itself."""
    lines = (await county.client.send("GET", "/metrics", person=None)).body.decode().splitlines()
    return "\n".join(
        line for line in lines if not line.startswith(("#", "process_", "python_")) and "/metrics" not in line
    )


def correlation(order: Sequence[int]) -> float:
    """Spearman's: 1 for the order of lodging, -1 for its reverse, about 0 for none."""
    ranks = {value: rank for rank, value in enumerate(sorted(set(order)))}
    first = [order.index(value) for value in sorted(set(order))]
    places = {value: place for place, value in enumerate(sorted(set(order), key=lambda v: first[ranks[v]]))}
    n = len(ranks)
    return 1 - 6 * sum((ranks[v] - places[v]) ** 2 for v in ranks) / (n * (n * n - 1))


def test_the_measure_finds_an_order_that_is_there() -> None:
    assert correlation(range(REPORTS)) == 1
    assert correlation([n for n in range(REPORTS) for _ in range(3)]) == 1
    assert correlation(list(reversed(range(REPORTS)))) == -1


async def tables(connection: Any, schemas: Sequence[str]) -> list[str]:
    found = await connection.fetch(
        """select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any($1)
           union all select format('%I.%I', schemaname, viewname) from pg_views where schemaname = any($1)""",
        list(schemas),
    )
    return sorted(row["name"] for row in found)


@pytest.mark.parametrize(
    ("database", "schemas"),
    [
        ("zeren", ("intake", "intake_held", "intake_views", "complaints", "complaints_views")),
        ("zeren_keys", ("intake_keys", "complaints_keys")),
    ],
)
async def test_no_table_betrays_the_order_by_any_column_or_by_its_rows(
    lodged: Lodged, server: Any, database: str, schemas: Sequence[str]
) -> None:
    dsn = lodged.county.installation.logs["intake"].dsn
    prefix = dsn.rpartition("/")[2].partition("?")[0].removesuffix("zeren")
    admin = await asyncpg.connect(server.admin_dsn(), database=f"{prefix}{database}")
    looked_at = set()
    try:
        for table in await tables(admin, schemas):
            rows = await admin.fetch(f"select * from {table}")  # noqa: S608 — a name that the database gave
            if len(set(lodged.order(rows))) < REPORTS:
                continue
            looked_at.add(table)
            assert abs(correlation(lodged.order(rows))) < TOLD_APART, (
                f"the rows of {table} stand in the order of lodging"
            )
            for column in tuple(rows[0].keys()):
                if len({str(row[column]) for row in rows}) < 2:
                    continue
                by_column = sorted(rows, key=lambda row, c=column: (str(type(row[c])), _comparable(row[c]), str(row)))  # type: ignore[misc]
                assert abs(correlation(lodged.order(by_column))) < TOLD_APART, f"{table}.{column} gives the order"
    finally:
        await admin.close()
    wanted = {
        "zeren": {"intake.log", "intake.published", "intake_held.held", "intake_held.marks", "intake_views.reports_v1"},
        "zeren_keys": {"intake_keys.keys"},
    }
    assert wanted[database] <= looked_at
    assert database != "zeren" or "complaints.log" in looked_at


def _comparable(value: Any) -> Any:
    return value if isinstance(value, int | bytes | str | datetime | UUID) else str(value)


async def test_the_log_holds_no_time_finer_than_the_day_and_no_trace_of_how_it_came(lodged: Lodged) -> None:
    rows = await lodged.county.rows("select * from intake.log where source = 'intake'")
    assert len(rows) > 5 * REPORTS
    for row in rows:
        for instant in (row["recorded_at"], row["learned_at"]):
            assert instant.astimezone(SHANGHAI).time().isoformat() == "00:00:00", row["type"]
        assert len(row["occurred"]) == 10
        assert row["event_id"].version == 4
        assert row["correlation_id"] == row["event_id"]
        assert (row["causation_id"], row["traceparent"]) == (None, None)
    admitted = [row for row in rows if row["actor_subject"] == "reporter"]
    assert len(admitted) == 5 * REPORTS
    assert {row["command_id"] for row in admitted} == {None}
    assert (await lodged.county.intake.log.verify()).wrong == []


async def test_the_holding_table_has_a_day_and_no_time(lodged: Lodged) -> None:
    columns = await lodged.county.rows(
        """select table_name, column_name, data_type from information_schema.columns
           where table_schema = 'intake_held' and data_type ~ 'time|date|serial'"""
    )
    assert [(c["table_name"], c["column_name"], c["data_type"]) for c in columns] == [("held", "day", "date")]
    assert await lodged.county.rows("select 1 from pg_sequences where schemaname like 'intake%'") == []
    left = await lodged.county.rows("select texts from intake_held.held where state = 'admitted' and texts <> '{}'")
    assert left == []


async def test_what_travels_gives_neither(lodged: Lodged) -> None:
    intake = lodged.county.intake
    facts = await DirectFeed("intake", "intake", intake.pool, intake.log).after(0, 10_000)
    about = [fact for fact in facts if fact.type == "complaint-lodged"]
    assert len(about) == REPORTS
    assert abs(correlation(lodged.order(about))) < TOLD_APART
    for fact in facts:
        told = attributes(fact)
        assert "traceparent" not in told
        assert "T16:00:00.000000Z" in told["time"] or len(told["time"]) == 10, told["time"]


async def test_nothing_was_counted_and_nothing_written_down(lodged: Lodged) -> None:
    assert lodged.metrics_after == lodged.metrics_before
    assert "/api/intake/" not in lodged.metrics_after
    for door in lodged.county.intake.service.doors:
        assert f'/api/intake/{door.path}"' not in lodged.county.log.getvalue()
    for names in lodged.names:
        assert not any(name in lodged.county.log.getvalue() for name in names)


async def test_whoever_lodges_is_not_traced_even_if_they_ask_to_be(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    with collector() as kept:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", kept.endpoint)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
        with traced("zeren"):
            parent = f"00-{trace}-00f067aa0ba902b7-01"
            assert (await county.at("receipts", {}, traceparent=parent)).status == 200
            receipt = await county.lodged()
            await county.at("follow", receipt, traceparent=parent)
            await county.client.send("GET", "/api/intake/handed-up", person=None, traceparent=parent)
            spans = await asyncio.to_thread(kept.waits_until, 1)
    assert [span.name for span in spans] == ["GET /api/intake/handed-up"], "what is no door is traced as ever"


# --- the window -----------------------------------------------------------------------------------------------------


async def test_one_lone_report_waits_for_its_hour_and_enters_alone(county: County) -> None:
    admission = county.intake.admission
    assert admission is not None
    await county.next_hour()
    await county.lodged(words="仅此一件。")
    entered = "select count(*) as n from intake.log where type = 'complaint-lodged'"
    (before,) = await county.rows(entered)

    last = admission.hour()
    late = (last.replace(tzinfo=None)).replace(hour=(last.hour + 5) % 24, minute=59).replace(tzinfo=SHANGHAI)
    await county.publish(ClockAdvanced("ledger", late))
    await admission.look()
    (waiting,) = await county.rows(entered)
    await county.next_hour()
    (after,) = await county.rows(entered)

    assert (waiting["n"], after["n"]) == (before["n"], before["n"] + 1)


CHILD = textwrap.dedent(
    """
    import asyncio, json, os, signal, sys
    from services.intake.doors.lodge import LodgeComplaint, lodge
    from services.intake.main import SERVICE
    from shared.domain import PersonalText, UnitId
    from shared.holding.table import HoldingTable
    from shared.running import Access, open_service

    def killed(*given):
        os.kill(os.getpid(), signal.SIGKILL)

    async def main(access, master, then):
        intake = await open_service(SERVICE, Access(**access, master_key=bytes.fromhex(master)))
        reading = await intake.reading(None, None)
        receipt = reading.desk.receipts.draw()
        report = LodgeComplaint(PersonalText(receipt.code), receipt.signature, "redress", UnitId("shuiwu"), PersonalText("急"))
        await lodge(reading, report)
        print(receipt.code, flush=True)
        if then == "admit":
            HoldingTable.rewrite = killed  # behind the append, before anything says that it was done
            await intake.admission.admit()
        killed()

    asyncio.run(main(*json.loads(sys.stdin.read())))
    """
)


@pytest.mark.parametrize("then", ["nothing", "admit"])
async def test_a_kill_loses_nothing_that_was_acknowledged_and_repeats_nothing(county: County, then: str) -> None:
    access = county.intake.access
    given = {name: getattr(access, name) for name in ("log", "views", "keys", "dsn", "keys_dsn")}
    child = subprocess.run(  # noqa: ASYNC221 — nothing else is to happen meanwhile
        [sys.executable, "-c", CHILD],
        input=json.dumps([given, access.master_key.hex(), then]),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(__file__.rpartition("/tests/")[0])},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    receipt = {"code": child.stdout.strip()}
    assert (await county.done("follow", receipt))["category"] == "redress"

    await county.next_hour()

    desk = county.intake.desk
    assert desk is not None
    found = await desk.table.find(await desk.receipts.key(receipt["code"]))
    assert found is not None
    assert found[0].state == "admitted"
    entered = await county.intake.log.stream(f"complaint/{found[0].entry}")
    assert [fact.type for fact in entered] == ["complaint-lodged", "report-written"]
