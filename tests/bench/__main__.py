"""`python -m tests.bench [ROW …] [--turns N]`: what design and machine allow, measured side by side in one run.

Starts a PostgreSQL of its own in a temporary folder. A run of all rows, a few minutes, also writes `docs/bench`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import uvloop
from rich.console import Console

from shared.cycles import look_rarely
from tests.bench import (
    bench_append,
    bench_bulk,
    bench_gateway,
    bench_growth,
    bench_latency,
    bench_office,
    bench_overload,
    bench_peers,
    bench_reads,
    bench_rebuild,
    bench_start,
)
from tests.bench.figures import Figure, machine_of, table, write_json, write_picture
from zeren import kafka, postgres
from zeren.installation import LogAccess, prepare

ROWS = {
    "append": "appends with 1, 16 and 64 waiting",
    "peers": "appends beside those of other event stores",
    "command": "one command over HTTP",
    "bulk": "100 000 events loaded in bulk",
    "rebuild": "views built anew",
    "reads": "reads of a view over REST and GraphQL",
    "overload": "five times as many commands as can be carried out",
    "visible": "from a fact to another service's view",
    "latency": "how long an append takes at half the maximum",
    "growth": "what an event costs as the log grows",
    "gateway": "a federated query through the gateway",
    "start": "a second start, and memory after it",
    "memory": "memory of the all-in-one process",
}
_OFFICE = {"command", "reads", "overload", "visible", "memory"}
DOCS = Path(__file__).parents[2] / "docs" / "bench"


async def measure(
    server: postgres.Server,
    home: Path,
    rows: Sequence[str],
    turns: int,
    console: Console,
    *,
    seconds: float,
    long: bool,
    figures: list[Figure],
) -> None:
    """Add the figures of these rows, in their order; every one has databases of its own. What was measured before something
    fails is there."""
    for row in (row for row in ROWS if row in rows and row not in _OFFICE):
        console.log(ROWS[row])
        match row:
            case "append":
                figures += await bench_append.measure(server, home, turns=turns, seconds=1.0)
            case "peers":
                figures += await bench_peers.measure(server, home, turns=turns, seconds=1.0)
            case "bulk":
                figures.append(await bench_bulk.measure(await _new_log(server, home, row), turns=turns))
            case "rebuild":
                figures += await bench_rebuild.measure(await _new_log(server, home, row), turns=turns)
                figures += await bench_peers.measure_rebuild(server, home, turns=turns, seconds=3.0)
            case "latency":
                figures += await bench_latency.measure(server, home, turns=turns, seconds=seconds)
            case "growth":
                at = bench_growth.sizes(long=long, room=bench_growth.room(server))
                console.log(f"up to {at[-1]:,} events")
                figures += await bench_growth.measure(server, home, turns=turns, at=at)
            case "start":
                figures += await asyncio.to_thread(bench_start.measure, home.parent, turns=turns)
            case "gateway":
                if lacking := bench_gateway.missing():
                    console.log(f"not measured: {lacking}")
                else:
                    figures += await bench_gateway.measure(home, turns=turns)
    if _OFFICE & set(rows):
        console.log("the sample city is loaded")
        async with bench_office.served(server, home) as office:
            await _office_figures(office, server, home, rows, turns, console, seconds, figures)


async def _office_figures(
    office: bench_office.Served,
    server: postgres.Server,
    home: Path,
    rows: Sequence[str],
    turns: int,
    console: Console,
    seconds: float,
    figures: list[Figure],
) -> None:
    """The command alone is measured before the loops start; memory comes last, after everything."""
    if "command" in rows:
        console.log(ROWS["command"])
        figures.append(await bench_office.measure_command(office, turns=turns))
    await office.tell("start")
    if "command" in rows:
        figures.append(await bench_office.measure_command_with_views(office, turns=turns))
    if "reads" in rows:
        console.log(ROWS["reads"])
        if lacking := await bench_reads.missing():
            console.log(f"not measured beside {bench_reads.PEER}: {lacking}")
        figures += await bench_reads.measure(office, server, turns=turns, peer=lacking is None)
    if "overload" in rows:
        console.log(ROWS["overload"])
        figures += await bench_overload.measure(office, seconds=seconds)
    if "visible" in rows:
        console.log(ROWS["visible"])
        async with _over_kafka(server, home, console) as beside:
            figures += await bench_office.measure_visible({"direct": office, **beside}, server, turns=turns)
    if "memory" in rows:
        figures.append(await bench_office.measure_memory(office))
        figures.append(bench_start.measure_database(server))


@contextlib.asynccontextmanager
async def _over_kafka(
    server: postgres.Server, home: Path, console: Console
) -> AsyncIterator[Mapping[str, bench_office.Served]]:
    """A second office, whose facts travel over a broker of its own; none where there is no Java."""
    if lacking := kafka.missing():
        console.log(f"not measured over Kafka: {lacking.en}")
        yield {}
        return
    broker = await asyncio.to_thread(kafka.start, home)
    try:
        async with bench_office.served(server, home, broker.broker()) as office:
            await office.tell("start")
            yield {"over Kafka": office}
    finally:
        await asyncio.to_thread(kafka.stop, broker)


async def _new_log(server: postgres.Server, home: Path, row: str) -> LogAccess:
    log = "registers" if row == "rebuild" else "ledger"
    return (await prepare(server.admin_dsn(), home, {log: ()}, prefix=f"bench_{row}_")).logs[log]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS) + "; all when none is named")
    parser.add_argument("--turns", type=int, default=3, help="how often measure and limit take turns (3)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of load in the row of latency, each way (60)")
    parser.add_argument("--long", action="store_true", help="grow the log to 10 million events, not 1; half an hour")
    given = parser.parse_args()
    if unknown := [row for row in given.rows if row not in ROWS]:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    if given.turns < 1:
        parser.error("at least one turn")
    rows = given.rows or list(ROWS)
    console = Console(width=150, log_path=False)
    look_rarely()  # as every process of ours
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the database is stopped and removed
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / ".zeren"
        server = bench_append.start_with_room(home)
        figures: list[Figure] = []
        try:
            machine = asyncio.run(machine_of(server))
            uvloop.run(
                measure(
                    server, home, rows, given.turns, console, seconds=given.seconds, long=given.long, figures=figures
                )
            )
        finally:
            table(figures, console)  # also of a run that is broken off
            postgres.stop(server)
            shutil.rmtree(server.data.parent)
    console.print(machine)
    if "growth" in rows:
        bench_growth.write([figure for figure in figures if figure.row.endswith(" events")], DOCS, machine)
    if set(rows) == set(ROWS):
        write_json(figures, DOCS / "latest.json", machine)
        write_picture(figures, DOCS / "latest.svg", machine)


if __name__ == "__main__":
    main()
