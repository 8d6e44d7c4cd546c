"""`python -m tests.faults [COUNT] [--seed N]`: go on until so many faults have been counted, all accounts together.

A year of the sample city after the other is played under fire, in the four forms in turn. Each round is a line in
`docs/faults/account.jsonl`, written when it is over, so that a run that was broken off is gone on with: with the next year.
The report beside it, `docs/faults/report.md`, counts them. Ends at once, with exit code 1, when something is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.faults.harms import KINDS, drawn
from tests.faults.report import ACCOUNT, counted, lines_of, write_report
from tests.faults.rounds import Outcome, Round, at_the_end, played
from tests.faults.world import FORMS, opened
from tests.support.running import kill_all, start_up

SEED = 20_261_126
DAYS, ROUNDS, EACH = 15, 24, 8
"""Of a round, of a year, and faults in a round."""
REBUILD_EVERY = 4
"""After so many rounds, and after the last, all views are folded anew and compared; all else after each round."""
BATCHES = (None, 1_000)
"""How many positions at a time views are folded anew to compare, in turn; None: all at once."""


async def year(first: Path, folder: Path, seed: int, number: int, console: Console, wanted: int | None) -> bool:
    """One city, until its year or the count is over; whether all was well."""
    form = FORMS[number % len(FORMS)]
    draws = random.Random(f"{seed} {number}")  # noqa: S311 — no secret
    faults = drawn(form, ROUNDS * EACH, draws)
    console.log(f"year {number} of seed {seed}: {form}")
    async with opened(folder, first, form) as world:
        for at in range(ROUNDS):
            last = at == ROUNDS - 1
            rebuild = last or at % REBUILD_EVERY == REBUILD_EVERY - 1
            kinds = faults[at * EACH : (at + 1) * EACH]
            batch = BATCHES[at // REBUILD_EVERY % len(BATCHES)]
            outcome = await played(world, Round(seed + number, f"{number}-{at}", at, DAYS, kinds, rebuild, batch))
            if last and not outcome.wrong:
                outcome.wrong += await at_the_end(world)
            _note(outcome, {"seed": seed, "year": number, "form": str(form), "round": at, "rebuilt": rebuild})
            total = sum(counted(lines_of(ACCOUNT)).values())
            said = ", ".join(f"{name} ({second:g} s)" for second, name in outcome.happened)
            console.log(f"round {at}, {outcome.seconds:g} s, {total} faults in all: {said}")
            if outcome.wrong:
                for line in outcome.wrong:
                    console.print(line, highlight=False)
                console.print_json(data=outcome.history)
                console.print(f"again: python -m tests.faults --seed {seed} --only-year {number}")
                return False
            if wanted is not None and total >= wanted:
                break
    return True


def _note(outcome: Outcome, which: Mapping[str, Any]) -> None:
    line = {
        "date": datetime.now(UTC).date().isoformat(),
        **which,
        "first": outcome.first.isoformat(),
        "faults": outcome.faults,
        "spared": outcome.spared,
        "rivals": outcome.rivals,
        "retries": outcome.retries,
        "seconds": outcome.seconds,
        "wrong": outcome.wrong,
    }
    ACCOUNT.parent.mkdir(parents=True, exist_ok=True)
    with ACCOUNT.open("a", encoding="utf-8") as account:
        account.write(json.dumps(line, ensure_ascii=False) + "\n")


async def run(wanted: int, seed: int, only: int | None, console: Console) -> bool:
    """Years from where the account ends, until so many faults are in it; whether all was well."""
    for kind in KINDS:
        if lacking := kind.lacks():
            console.log(f"left out: {kind.name}: {lacking}")
    with _place() as place:
        first = place / "first"
        up = start_up(first)
        await asyncio.to_thread(up.answers)
        await asyncio.to_thread(up.end)
        if only is not None:
            return await year(first, place / "year", seed, only, console, None)
        while sum(counted(lines_of(ACCOUNT)).values()) < wanted:
            number = 1 + max((line["year"] for line in lines_of(ACCOUNT) if line["seed"] == seed), default=-1)
            folder = place / f"year-{number}"
            if not await year(first, folder, seed, number, console, wanted):
                return False
            shutil.rmtree(folder, ignore_errors=True)
    return True


@contextmanager
def _place() -> Iterator[Path]:
    """A folder that every user of the machine can enter, so that data lie inside the homes there."""
    with tempfile.TemporaryDirectory(prefix="zeren-faults-") as name:
        place = Path(name)
        place.chmod(0o755)
        try:
            yield place
        finally:
            kill_all()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1_000, help="faults in the account at the end (1000)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"what everything is drawn from ({SEED})")
    parser.add_argument("--only-year", type=int, help="play this one year of the seed, to its end")
    given = parser.parse_args()
    console = Console(width=160, log_path=False)
    try:
        well = asyncio.run(run(given.count, given.seed, given.only_year, console))
    finally:
        write_report()
    raise SystemExit(0 if well else 1)


if __name__ == "__main__":
    main()
