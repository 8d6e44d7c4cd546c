"""Reports, by the receipts that citizens were given: what was acknowledged is there once, and nothing besides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from services.intake.rules.admit import HOLDING
from shared.holding.receipts import Receipts
from shared.holding.table import held_schema
from shared.keys import KeyStore
from shared.log.log import Log

ENTERED = {"complaint": "complaint-lodged", "message": "reporter-wrote", "rating": "answer-rated"}
"""For each kind of thing that is held the fact as which it enters the log, under its own id."""
_DOORS = {"messages": "message", "ratings": "rating"}


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Something that was handed in at a `door` of the intake with a receipt, acknowledged with a day. `name` says which receipt
    it is where its code must not stand."""

    door: str
    name: str
    code: str
    on: date


def receipts_of(master_key: bytes) -> Receipts:
    """The receipts of an installation. Close them."""
    return Receipts(KeyStore(cast("Any", None), "keys", master_key))  # no key is looked up


async def receipts_open(intake: Log, receipts: Receipts, handed_in: Sequence[HandedIn]) -> list[str]:
    """Every receipt opens the one report that was lodged with it, and what came later; all of that entered the log once, or
    waits; and nothing is held that nobody was told of."""
    held = await intake.pool.fetch(f"select entry, key, kind, under, state, day from {held_schema(intake.id)}.held")  # noqa: S608
    entered = Counter(
        (row["event_id"], row["type"])
        for row in await intake.pool.fetch(
            f"select event_id, type from {intake.schema}.log where source = $1 and type = any($2::text[])",  # noqa: S608
            intake.id,
            list(ENTERED.values()),
        )
    )
    faults = []
    for row in held:
        times = entered[row["entry"], ENTERED[row["kind"]]]
        # What a killed process had appended is settled at the next hour of admission.
        rightly = (1,) if row["state"] == HOLDING.gone else (0, 1) if row["state"] in HOLDING.waits else (0,)
        if times not in rightly:
            faults.append(f"a {row['kind']} of {row['day']} is {row['state']} and entered the log {times} times")
    known = {row["entry"] for row in held}
    faults += [f"a {type} entered the log and is not held" for entry, type in entered if entry not in known]
    return faults + await _opened(held, receipts, handed_in)


async def _opened(held: Sequence[Any], receipts: Receipts, handed_in: Sequence[HandedIn]) -> list[str]:
    reports: dict[bytes, Any] = {row["key"]: row for row in held if row["kind"] == "complaint"}
    under: Counter[tuple[UUID, str]] = Counter((row["under"], row["kind"]) for row in held)
    by_receipt: dict[str, list[HandedIn]] = defaultdict(list)
    for one in handed_in:
        by_receipt[one.code].append(one)
    faults: list[str] = []
    for code, told in by_receipt.items():
        name = told[0].name
        report = reports.pop(await receipts.key(code), None)
        if report is None:
            faults.append(f"{name} opens nothing")
            continue
        lodged = [one.on for one in told if one.door not in _DOORS]
        if lodged != [report["day"]]:
            faults.append(f"{name} was told {', '.join(map(str, lodged))} and opens a report of {report['day']}")
        for door, kind in _DOORS.items():
            sent, there = sum(one.door == door for one in told), under[report["entry"], kind]
            if sent != there:
                faults.append(f"{name} was told of {sent} {door} and has {there}")
    return faults + [f"a report of {row['day']} is held and nobody was told of it" for row in reports.values()]
