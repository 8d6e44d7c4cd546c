"""`zeren simulate`: officials and citizens of the sample city, over HTTP, against a running office."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shared.domain import PersonId
from zeren import token_command
from zeren.issuer import DevelopmentIssuer, NotInProduction
from zeren.office_refusals import PRODUCTION, OfficeRefused
from zeren.settings import Settings
from zeren.simulator.city import NotInCity
from zeren.simulator.client import Client, Journal, Unanswered, Unexpected
from zeren.simulator.learning import OPENING, learn
from zeren.simulator.playing import Play, play
from zeren.simulator.tally import Tally


@dataclass(frozen=True, slots=True)
class Where:
    """Where the office is and how hard it is pressed. `per_second` None: as fast as it answers."""

    url: str
    per_second: float | None = None
    patience_seconds: float = 60
    journal: Path | None = None
    tokens: Path | None = None


async def simulate(settings: Settings, console: Console, where: Where, run: Play) -> bool:
    """Play and tell what happened; False when something was answered that should not have been."""
    token = tokens_of(where.tokens) if where.tokens is not None else await minted(settings)
    with closing(Journal(where.journal)) as journal:
        try:
            return await _simulate(console, where, run, token, journal)
        except (NotInCity, Unanswered, Unexpected, NoToken) as problem:
            console.print(f"[red]✗[/red] 模拟中断 · broken off: {problem}", highlight=False, soft_wrap=True)
            return False


async def _simulate(console: Console, where: Where, run: Play, token: Callable[[str], str], journal: Journal) -> bool:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=run.clients + 1)) as session:
        client = Client(
            session,
            where.url,
            token,
            journal,
            patience_seconds=where.patience_seconds,
            per_second=where.per_second,
        )
        learned = await learn(client)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task(f"{learned.today}", total=run.days)

            def on_day(day: date, tally: Tally) -> None:
                passed = (day - learned.today).days + 1
                progress.update(bar, completed=passed, description=f"{day}  办理 {tally.commands} 件")

            tally = await play(client, learned, run, on_day)
            progress.update(bar, completed=run.days)
        tally.show(console)
        await client.settle()
        plan = await client.ask("ledger", f"plans/{learned.city.plan.id}", learned.asker)
    figures = plan["figures"]
    console.print(
        f"规划 {plan['code']}：任务 {figures['tasks']} 项，已办结 {figures['accepted']} 项"
        f"（{figures['accepted_percent']}%）；重试 {client.retries} 次 · "
        f"{figures['accepted']} of {figures['tasks']} tasks accepted, {client.retries} requests sent again",
        highlight=False,
        soft_wrap=True,
    )
    return not tally.surprises


class NoToken(KeyError):
    """There is no token of a person whom the stories need."""

    def __str__(self) -> str:
        return f"no token of the person {self.args[0]}"


async def minted(settings: Settings) -> Callable[[str], str]:
    """Tokens of the installation's development issuer; everything is first asked as its administrator."""
    opening = await token_command.token(settings, role="administrator", unit=None, subject=None, create=False, days=2)
    try:
        issuer = DevelopmentIssuer(settings)
    except NotInProduction:
        raise OfficeRefused(PRODUCTION.of()) from None
    known: dict[str, str] = {OPENING: opening}

    def token(person: str) -> str:
        if person not in known:
            known[person] = issuer.mint(PersonId(person), 2 * 86_400)
        return known[person]

    return token


def tokens_of(path: Path) -> Callable[[str], str]:
    """Tokens from a file, one on a line, the administrator's first; whose each is, its `sub` says."""
    lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    known = {subject_of(line): line for line in lines} | ({OPENING: lines[0]} if lines else {})

    def token(person: str) -> str:
        if person not in known:
            raise NoToken(person)
        return known[person]

    return token


def subject_of(token: str) -> str:
    """The subject of a token, read without proof: the office proves it."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["sub"])
