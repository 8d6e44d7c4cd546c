"""`zeren views`: which read models there are, how far they stand, trying parked rows again, and building one anew while the
other serves."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from shared.running import Running
from shared.views import View
from shared.views.rebuild import rebuild
from shared.views.resuming import retry
from shared.views.runner import ViewStatus
from shared.views.store import all_views
from zeren.office import SERVICES, office
from zeren.office_refusals import VIEW_UNKNOWN, OfficeRefused
from zeren.settings import Settings


def listed(console: Console) -> None:
    """Every view of every service, with the first line of what it is for."""
    table = Table("服务", "视图", "版本", "键", "读取的事件")
    for service in SERVICES:
        for view in all_views(service):
            table.add_row(service.name, view.name, str(view.version), "、".join(view.key), str(len(view.events)))
    console.print(table)


async def status(settings: Settings, console: Console) -> bool:
    """How far every view stands; False when one is stopped or has parked rows."""
    table = Table("服务", "视图", "状态", "位置", "日志末尾", "落后条数", "落后秒数", "搁置行数", "错误位置")
    sound = True
    async with office(settings) as opened:
        for running in opened.services.values():
            await running.prepare_views()
            for view in await running.runner.status():
                sound = sound and view.state != "stopped" and not view.parked
                table.add_row(running.service.name, *_cells(view))
    console.print(table)
    return sound


def _cells(view: ViewStatus) -> Iterable[str]:
    states = {"live": "正常", "catching-up": "追赶", "stopped": "停止"}
    yield from (view.name, states[view.state], str(view.position), str(view.head), str(view.lag))
    yield from (f"{view.lag_seconds:.0f}", str(view.parked), view.error or "")


async def rebuilt(settings: Settings, names: tuple[str, ...], console: Console) -> bool:
    """Build the named views anew (all without a name); False when a table came out otherwise than it stood."""
    same = True
    async with office(settings) as opened:
        for running, view in _named(opened.services.values(), names):
            result = await rebuild(running.service, running.log, view)
            same = same and result.differing == 0
            console.print(
                f"{running.service.name}.{view.name}：{result.rows} 行，与原表不同 {result.differing} 行，"
                f"搁置 {result.parked} 行，位置 {result.position}"
            )
    return same


async def retried(settings: Settings, names: tuple[str, ...], console: Console) -> bool:
    """Try the parked rows of the named views again (all without a name); False when some failed again."""
    failed, tried = 0, 0
    async with office(settings) as opened:
        for running, view in _named(opened.services.values(), names):
            for one in await retry(running.service, running.log, (view,)):
                tried += 1
                failed += one.failed
                console.print(
                    f"{running.service.name}.{one.view}：恢复 {one.whole} 行，仍搁置 {one.failed} 行 · "
                    f"{one.whole} rows are whole again, {one.failed} failed again"
                )
    if not tried:
        console.print("没有搁置的行 · no row is parked")
    return failed == 0


def _named(services: Iterable[Running], names: tuple[str, ...]) -> list[tuple[Running, View[object]]]:
    every = [(running, view) for running in services for view in all_views(running.service)]
    known = {view.name for _, view in every} | {f"{running.service.name}.{view.name}" for running, view in every}
    for name in names:
        if name not in known:
            raise OfficeRefused(VIEW_UNKNOWN.of(view=name, views="、".join(sorted(known))))
    return [(r, v) for r, v in every if not names or v.name in names or f"{r.service.name}.{v.name}" in names]
