"""What became of everything that was tried: acknowledged, refused as it should be, refused unexpectedly."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from zeren.simulator.client import Answer
from zeren.simulator.steps import Step

_SIMULATOR_AT_FAULT = frozenset({400, 401, 405, 412, 413, 415})
"""Statuses that say that the request itself was not as the interface wants it."""


@dataclass(slots=True)
class Tally:
    """Counts of a run. `surprises` are answers that should not have been given; none in a run that went well."""

    done: Counter[str] = field(default_factory=Counter)
    refused: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unplanned: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    """Steps left out because what they refer to was never made, by its kind."""
    surprises: list[str] = field(default_factory=list)

    def count(self, step: Step, answer: Answer) -> None:
        """One answer. An attempt that is wrong on purpose must be refused for its reason; others may be refused by a rule."""
        where = f"{step.day} {step.chain} {step.label}"
        if answer.status >= 500 or (answer.status >= 400 and not answer.code):
            self.surprises.append(f"{where}: {answer.status} {answer.code}".rstrip())
            return
        if answer.status < 400:
            if step.refused_with:
                self.surprises.append(
                    f"{where}: not refused, though it should be ({'/'.join(sorted(step.refused_with))})"
                )
            self.done[step.action] += 1
            return
        self.refused[answer.code][step.action] += 1
        if step.refused_with:
            if answer.code not in step.refused_with:
                self.surprises.append(f"{where}: refused as {answer.code}, not {'/'.join(sorted(step.refused_with))}")
        elif answer.status in _SIMULATOR_AT_FAULT:
            self.surprises.append(f"{where}: {answer.status} {answer.code}")
        else:
            self.unplanned[answer.code] += 1

    @property
    def commands(self) -> int:
        return sum(self.done.values()) + sum(sum(codes.values()) for codes in self.refused.values())

    def show(self, console: Console) -> None:
        table = Table(title="办理情况 · what was done", title_justify="left")
        table.add_column("事项 · action")
        table.add_column("办成 · done", justify="right")
        for action, count in sorted(self.done.items()):
            table.add_row(action, str(count))
        table.add_row("合计 · total", str(sum(self.done.values())), style="bold")
        console.print(table)
        refusals = Table(title="不予办理 · refusals by code", title_justify="left")
        refusals.add_column("代码 · code")
        refusals.add_column("次数 · times", justify="right")
        refusals.add_column("其中非预设 · of these not planned", justify="right")
        for code, actions in sorted(self.refused.items()):
            refusals.add_row(code, str(sum(actions.values())), str(self.unplanned[code] or ""))
        console.print(refusals)
        if self.skipped:
            kinds = "、".join(f"{kind} {count}" for kind, count in sorted(self.skipped.items()))
            console.print(f"因前序事项未办而略过 · left out for want of what came before: {kinds}")
        for surprise in self.surprises[:20]:
            console.print(f"[red]意外 · unexpected:[/red] {surprise}", highlight=False)
        if len(self.surprises) > 20:
            console.print(f"[red]… 另有 {len(self.surprises) - 20} 项 · and more[/red]")
