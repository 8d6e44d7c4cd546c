"""What the benchmark prints: figures side by side with their limit, as a table, a file and a picture."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import asyncpg
from rich.console import Console
from rich.table import Table

from zeren import postgres


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured (`value` in `unit`, the median of several turns), what stood `beside` it in the same
    run, their `ratio`, and the `goal` for it. `at_most` is set where less is better; no goal: printed for information.
    """

    row: str
    unit: str
    value: float
    beside: float | None
    beside_name: str
    ratio: float | None
    goal: float | None
    at_most: bool = False
    spread: str = ""
    others: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """What else was measured in the same turns: by name, and by unit."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """What should have been measured too and could not be: by name, why."""

    @property
    def reached(self) -> bool | None:
        measured = self.ratio if self.ratio is not None else self.value
        if self.goal is None:
            return None
        return measured <= self.goal if self.at_most else measured >= self.goal


def part(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies, such as 0.99 of them; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def paired(
    row: str,
    unit: str,
    values: Sequence[float],
    beside: Sequence[float],
    beside_name: str,
    goal: float | None,
    *,
    at_most: bool = False,
) -> Figure:
    """A figure from turns taken alternately: medians of both, and the median of the ratios turn by turn."""
    ratios = [value / other for value, other in zip(values, beside, strict=True)]
    return Figure(
        row,
        unit,
        round(statistics.median(values), 1),
        round(statistics.median(beside), 1),
        beside_name,
        round(statistics.median(ratios), 3),
        goal,
        at_most,
        f"{min(ratios):.2f}–{max(ratios):.2f}",
    )


def table(figures: Sequence[Figure], console: Console) -> None:
    shown = Table("row", "value", "unit", "beside", "ratio", "spread", "goal", "reached")
    for f in figures:
        mark = {True: "yes", False: "no", None: ""}[f.reached]
        shown.add_row(
            f.row,
            f"{f.value:,.1f}",
            f.unit,
            "" if f.beside is None else f"{f.beside:,.1f} {f.beside_name}",
            "" if f.ratio is None else f"{f.ratio:.2f}",
            f.spread,
            "" if f.goal is None else f"{'≤' if f.at_most else '≥'} {f.goal:g}",
            mark,
        )
    console.print(shown)
    for f in figures:
        for name, why in f.missing.items():
            console.print(f"{f.row}: {name}: missing, {why}", soft_wrap=True)
        for name, measured in f.others.items():
            console.print(f"{f.row}: {name}: " + ", ".join(f"{value:,g} {unit}" for unit, value in measured.items()))


def write_json(figures: Sequence[Figure], path: Path, machine: str) -> None:
    rows = [{**asdict(f), "reached": f.reached} for f in figures]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"date": today(), "machine": machine, "rows": rows}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def today() -> str:
    return datetime.now(UTC).date().isoformat()


_WIDE, _ROW, _LEFT, _BAR = 1040, 34, 320, 400


def write_picture(figures: Sequence[Figure], path: Path, machine: str) -> None:
    """A bar for each figure with a goal: how far it is along the way to the goal, which is the line in the middle.

    Readable without colour: what falls short is hatched, and the words say so.
    """
    rows = [f for f in figures if f.goal]
    high = 96 + _ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" font-family="sans-serif" font-size="14">',
        '<defs><pattern id="short" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="8" height="8" fill="#fff"/><line x1="0" y1="0" x2="0" y2="8" stroke="#444" stroke-width="4"/></pattern></defs>',
        f'<rect width="{_WIDE}" height="{high}" fill="#fff"/>',
        '<text x="16" y="28" font-size="18" font-weight="bold">Measured against the goal</text>',
        f'<text x="16" y="50" fill="#444">{escape(machine)}; the line is the goal; a bar is cut off at twice the goal</text>',
    ]
    goal_x = _LEFT + _BAR / 2
    for n, f in enumerate(rows):
        y = 68 + n * _ROW
        measured = f.ratio if f.ratio is not None else f.value
        goal = f.goal or 1.0
        way = goal / measured if f.at_most and measured else measured / goal
        width = min(way, 2.0) * _BAR / 2
        fill = "#555" if f.reached else "url(#short)"
        sign = "≤" if f.at_most else "≥"
        said = f"{f.ratio:.2f} ×" if f.ratio is not None else f"{f.value:,.0f} {f.unit}"
        verdict = "reached" if f.reached else "falls short"
        parts += [
            f'<text x="{_LEFT - 8}" y="{y + 16}" text-anchor="end">{escape(f.row)}</text>',
            f'<rect x="{_LEFT}" y="{y + 2}" width="{width:.1f}" height="20" fill="{fill}" stroke="#444"/>',
            f'<text x="{_LEFT + _BAR + 8}" y="{y + 16}">{said} ({sign} {goal:g}) {verdict}</text>',
        ]
    bottom = 68 + len(rows) * _ROW
    parts.append(
        f'<line x1="{goal_x}" y1="62" x2="{goal_x}" y2="{bottom}" stroke="#000" stroke-width="2" stroke-dasharray="6 3"/>'
    )
    parts.append("</svg>")
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


async def machine_of(server: postgres.Server) -> str:
    """What the figures depend on, without a name of anything; the load says whether the machine had other work to do."""
    connection = await asyncpg.connect(server.admin_dsn())
    try:
        version, fsync = await connection.fetchval("show server_version"), await connection.fetchval("show fsync")
    finally:
        await connection.close()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f"{os.getloadavg()[0]:.1f}"
    return f"{cores} cores, PostgreSQL {version.split()[0]}, fsync {fsync}, load {load} at the start"
