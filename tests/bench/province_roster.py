"""A fictional province of any size: its tree of units and who heads them, as the files that an office would load."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from zeren.loading.units import POST_HEADINGS, UNIT_HEADINGS

_CITIES, _COUNTIES, _TOWNSHIPS = 16, 8, 14
"""Below the province, each city and each county; every other unit lies below a township."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "安邦成德恩方国海嘉建康立明宁平强瑞生泰维文欣毅永远泽志忠"
_SINCE = "2024-01-08"

TOP = "SY-0"
COORDINATOR = "省惩防办主任"
ADMINISTRATOR = "省惩防办系统管理员"


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    level: str
    kind: str
    parent: str | None


def units(number: int) -> list[Unit]:
    """So many units, parents before children: the province, its cities, counties and townships, then villages."""
    found = [Unit(TOP, "中共昇远省委员会", "省", "党委", None)]
    levels = (("市", "市", _CITIES), ("县", "县区", _COUNTIES), ("乡", "乡镇街道", _TOWNSHIPS))
    above = [found[0]]
    for word, level, each in levels:
        below = [
            Unit(f"{parent.code}-{n}", f"{_stem(parent)}第{n}{word}", level, "政府", parent.code)
            for parent, n in product(above, range(1, each + 1))
        ][: number - len(found)]
        found += below
        above = below or above
    villages = number - len(found)
    for n in range(villages):
        parent = above[n % len(above)]
        at = n // len(above) + 1
        found.append(Unit(f"{parent.code}-{at}", f"{_stem(parent)}第{at}村", "基层", "其他", parent.code))
    return found


def _stem(parent: Unit) -> str:
    return "" if parent.parent is None else parent.name


def write_units(path: Path, among: list[Unit]) -> None:
    orders: dict[str | None, int] = {}
    rows = []
    for unit in among:
        orders[unit.parent] = orders.get(unit.parent, 0) + 1
        rows.append(
            (
                orders[unit.parent],
                unit.code,
                unit.name,
                "",
                unit.level,
                unit.kind,
                unit.parent or "",
                "",
                "",
                "2001-07-01",
            )
        )
    _write(path, [heading.name for heading in UNIT_HEADINGS], rows)


def write_posts(path: Path, among: list[Unit]) -> None:
    """The head of every unit; for the province also its coordinator and its administrator."""
    rows = [(TOP, COORDINATOR, "组织协调", "沈明远", _SINCE), (TOP, ADMINISTRATOR, "系统管理", "韩立", _SINCE)]
    rows += [(unit.code, "主要负责人", "一把手", _name(n), _SINCE) for n, unit in enumerate(among)]
    _write(path, [heading.name for heading in POST_HEADINGS][:5], rows)


def _name(n: int) -> str:
    first, rest = n % len(_SURNAMES), n // len(_SURNAMES)
    return _SURNAMES[first] + _GIVEN[rest % len(_GIVEN)] + _GIVEN[rest // len(_GIVEN) % len(_GIVEN)]


def _write(path: Path, headings: list[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headings)
        writer.writerows(rows)
