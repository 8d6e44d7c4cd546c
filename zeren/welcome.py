"""What `zeren up` prints once it answers: what to open, a token to try it with, and a query to paste."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console

from zeren.issuer import DevelopmentIssuer
from zeren.office import Office
from zeren.office_refusals import OfficeRefused
from zeren.people import holder
from zeren.settings import Settings


async def welcome(settings: Settings, office: Office, console: Console) -> None:
    """The addresses; and in development a coordinator's token with a query that it may ask."""
    base = f"http://{settings.host}:{settings.port}"
    ledger = office.services["ledger"]
    now = ledger.log.clock.moment()
    kind = "模拟时钟" if ledger.log.clock.is_simulated else "实际时钟"

    def say(text: str = "") -> None:
        console.print(text, soft_wrap=True, highlight=False)

    say()
    say(f"[bold]责任台账已启动[/bold]  {now.instant.astimezone(now.zone):%Y-%m-%d %H:%M}（{kind}）")
    say(f"  文档 docs        {base}/docs")
    for running in office.services.values():
        name = running.service.name
        say(f"  {running.service.title} {name:<12} {base}/api/{name}/")
    say(f"  GraphQL          {base}/graphql")
    say(f"  状态             {base}/readyz   {base}/metrics")
    if settings.env != "production":
        _trial(settings, office, base, say)
    say("[dim]Ctrl-C 结束[/dim]")


def _trial(settings: Settings, office: Office, base: str, say: Callable[[str], None]) -> None:
    """A token and a query; how to begin where nobody is there yet who could ask."""
    ledger = office.services["ledger"]
    directory, today = ledger.references.folds.directory, ledger.log.clock.moment().today
    if not directory.units:
        say("")
        say("尚未建立单位和岗位。请另开一个终端，先设立首任管理员：zeren first-administrator")
        return
    try:
        coordinator = holder(directory, "coordinator", None, today)
    except OfficeRefused:
        return
    token = DevelopmentIssuer(settings).mint(coordinator)
    say("")
    say("[bold]开发令牌（组织协调岗，一天有效）[/bold]，粘贴到终端：")
    say(f"export TOKEN={token}")
    say("[bold]试一试[/bold]：前五项任务")
    say(f"""curl -s -H "Authorization: Bearer $TOKEN" '{base}/api/ledger/tasks?limit=5'""")
