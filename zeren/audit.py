"""`zeren audit`: who did what, when, on whose word, told from the log in words."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from shared.audit import Change
from shared.domain import PersonId
from zeren.office import office
from zeren.office_refusals import NOTHING_THERE, SERVICE_UNKNOWN, OfficeRefused
from zeren.people import only_holder
from zeren.settings import Settings

TRAILS = {
    "task": ("ledger", "tasks/{task}/trail"),
    "finding": ("ledger", "findings/{finding}/trail"),
    "plan": ("ledger", "plans/{plan}/trail"),
    "petition": ("complaints", "petitions/{complaint}/trail"),
    "clue": ("complaints", "clues/{clue}/trail"),
    "case": ("complaints", "cases/{case}/trail"),
    "decision": ("complaints", "decisions/{decision}/trail"),
}
"""What a trail can be asked of, and the service and question that answer it."""


async def trail(settings: Settings, kind: str, identity: str, console: Console, *, by: str | None) -> None:
    """Print every change of one thing, as the auditor (or `by`) may see it. OfficeRefused when there is none."""
    if kind not in TRAILS:
        raise OfficeRefused(SERVICE_UNKNOWN.of(service=kind, services="、".join(TRAILS)))
    async with office(settings) as opened:
        name, path = TRAILS[kind]
        running = opened.services[name]
        question = next(q for q in running.service.questions if q.path == path)
        today = running.log.clock.moment().today
        asker = PersonId(by) if by else only_holder(running.references.folds.directory, "auditor", today)
        reading = await running.reading(asker, None)
        if reading is None:
            raise RuntimeError("a reading that waits for nothing is always given")
        answer = await question.ask(reading, question.params(identity))
        if answer is None:
            raise OfficeRefused(NOTHING_THERE.of(what=f"{kind} {identity}"))
        for change in answer.changes:
            _print(change, console)


def _print(change: Change, console: Console) -> None:
    who = change.name + (f"（{change.post_title}）" if change.post_title else "")
    if change.on_behalf:
        who += f"，代 {change.on_behalf}"
    console.print(f"[bold]{change.occurred}[/bold]  {change.label}  {escape(who)}", soft_wrap=True)
    console.print(f"    记录于 {change.recorded}，位置 {change.position}，第 {change.version} 版", style="dim")
    if change.paper:
        console.print(f"    依据：{escape(change.paper)}", soft_wrap=True)
    if change.reason:
        console.print(f"    理由：{escape(change.reason)}", soft_wrap=True)
    for d in change.differences:
        console.print(f"    {d.label}：{escape(d.before or '—')} → {escape(d.after or '—')}", soft_wrap=True)
