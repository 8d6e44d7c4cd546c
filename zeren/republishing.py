"""`zeren republish`: an event type has become public, and subscribers learn what was recorded before."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from shared.feeds import republish as feeds
from shared.feeds.refusals import FeedRefused
from zeren.logs import reading_log
from zeren.office import SERVICES
from zeren.office_refusals import OfficeRefused
from zeren.settings import Settings


async def republish(settings: Settings, type: str, console: Console, *, log: str | None) -> None:
    """Append what subscribers are to be told anew. OfficeRefused for a type that may not leave its service."""
    async with reading_log(settings, log or _owner_of(type)) as opened:
        await opened.start()
        bar = Progress(TextColumn("补发 {task.description}"), BarColumn(), MofNCompleteColumn(), console=console)
        task = bar.add_task(type)

        def show(done: int, total: int) -> None:
            bar.start()
            bar.update(task, completed=done, total=total)

        try:
            done = await feeds.republish(opened, type, show)
        except FeedRefused as refused:
            raise OfficeRefused(refused.refused) from None
        finally:
            if bar.live.is_started:
                bar.stop()
            await opened.stop()
    if not done.facts:
        console.print(f"✓ {opened.id}：{type} 没有需要补发的事实（nothing to republish）")
        return
    console.print(f"✓ {opened.id}：已补发 {done.facts} 条 {type}（{done.facts} facts republished）")
    if done.published_before:
        console.print(
            f"  注意：此前已直接发布 {done.published_before} 条，接收方先收到的是较新的事实"
            "（subscribers knew these newer facts first）"
        )


def _owner_of(type: str) -> str:
    """The log that records the type itself; the first one when none does, which then says so."""
    return next((s.name for s in SERVICES if s.catalogue().own(type) is not None), SERVICES[0].name)
