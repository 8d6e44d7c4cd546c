"""The command line `zeren`: each command a thin layer over a module; what is refused is one sentence and exit code 1."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from shared.cycles import FOLDING, look_rarely
from shared.log.log import NotFounded
from shared.tracing import TracingRefused
from zeren import audit as auditing
from zeren import catching_up, logs, republishing, token_command, viewing
from zeren import doctor as doctoring
from zeren import simulate_command as simulating
from zeren.front import front as run_front
from zeren.kafka_refusals import KafkaRefused
from zeren.loading.commands import load_app
from zeren.office_refusals import OfficeRefused
from zeren.postgres_refusals import NO_LOG_YET, PostgresRefused
from zeren.prepare_command import prepare_installation
from zeren.relay_command import relay as run_relay
from zeren.serve import serve as run_service
from zeren.settings import Settings
from zeren.simulate_command import Where
from zeren.simulator.playing import Play
from zeren.supervisor import supervise
from zeren.up import up as run_up

app = typer.Typer(no_args_is_help=True, add_completion=False, help="责任台账 Zeren: the responsibility ledger.")
log_app = typer.Typer(no_args_is_help=True, help="日志：read and prove a log.")
views_app = typer.Typer(no_args_is_help=True, help="视图：look after the read models.")
audit_app = typer.Typer(no_args_is_help=True, help="审计：who did what, when, on whose word.")
app.add_typer(log_app, name="log")
app.add_typer(views_app, name="views")
app.add_typer(load_app, name="load")
app.add_typer(audit_app, name="audit")


class Part(StrEnum):
    """As `shared.running.Part`, for the command line."""

    all = "all"
    api = "api"
    workers = "workers"


console = Console()
errors = Console(stderr=True)

LogName = Annotated[str, typer.Argument(help="the name of a log, such as ledger")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object a line")]


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def _need(sound: bool) -> None:
    if not sound:
        raise typer.Exit(1)


@app.command()
def up() -> None:
    """启动：serve everything until Ctrl-C, in one process or, with ZEREN_FEED=kafka, in one for each service."""
    settings = Settings()
    if settings.feed == "kafka":
        supervise(settings, console=console)
    else:
        run_up(settings, console=console)


@app.command()
def prepare() -> None:
    """准备：make databases, roles, secrets and logs that are missing; once before the processes below."""
    _run(prepare_installation(Settings(), console))


Port = Annotated[int | None, typer.Option(min=1, max=65535, help="the port served; ZEREN_PORT otherwise")]


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help="the name of a service, such as ledger")],
    part: Annotated[Part, typer.Option(help="all, api (answers) or workers (folds, receives, acts)")] = Part.all,
    port: Port = None,
) -> None:
    """服务：one service, or a part of it, in this process."""
    run_service(Settings(), service, part.value, port)


@app.command()
def relay(
    log: Annotated[
        list[str] | None, typer.Argument(help="the name of a log, such as ledger; all when none is given")
    ] = None,
    port: Port = None,
) -> None:
    """转发：send to Kafka what the logs have published."""
    run_relay(Settings(), tuple(log or ()), port)


@app.command()
def front(port: Port = None) -> None:
    """入口：the one address before the processes of all services."""
    run_front(Settings(), port)


@app.command()
def token(
    role: Annotated[str | None, typer.Option(help="a role, such as coordinator")] = None,
    unit: Annotated[str | None, typer.Option(help="the office's code of a unit, such as YL-101")] = None,
    subject: Annotated[str | None, typer.Option(help="the pseudonym of a person, instead of role and unit")] = None,
    portal: Annotated[str | None, typer.Option(help="the client of a registered portal, instead of a person")] = None,
    create: Annotated[
        bool, typer.Option("--create", help="record somebody who holds the role when nobody does")
    ] = False,
    days: Annotated[int, typer.Option(min=1, max=365, help="how long it is valid")] = 1,
) -> None:
    """令牌：print a development token of somebody who holds a role, or of a portal."""
    if portal is not None:
        sys.stdout.write(_run(token_command.portal_token(Settings(), portal, days)) + "\n")
        return
    found = _run(token_command.token(Settings(), role=role, unit=unit, subject=subject, create=create, days=days))
    sys.stdout.write(found + "\n")


@app.command("first-administrator")
def first_administrator(
    name: Annotated[str, typer.Option(prompt=True, help="the person's name; it is stored encrypted")],
    unit_code: Annotated[str, typer.Option(prompt=True)],
    unit_name: Annotated[str, typer.Option(prompt=True)],
    level: Annotated[str, typer.Option(help="province, city, county, township, grassroots")] = "city",
    kind: Annotated[str, typer.Option(help="committee, government, department, …")] = "committee",
    title: Annotated[str, typer.Option(help="the post's title")] = "系统管理员",
) -> None:
    """首任管理员：make the first unit, post and administrator of an empty installation."""
    person = _run(
        token_command.install_administrator(
            Settings(), name=name, unit_code=unit_code, unit_name=unit_name, level=level, kind=kind, title=title
        )
    )
    sys.stdout.write(person + "\n")


@app.command()
def link(
    person: Annotated[str, typer.Argument(help="the pseudonym of somebody who holds a post")],
    issuer: Annotated[str, typer.Option(help="the `issuer` of one of ZEREN_ISSUERS")],
    subject: Annotated[str, typer.Option(help="the `sub` of their tokens")],
) -> None:
    """登录对应：who signs in as this subject of an identity provider is this person."""
    _run(token_command.link(Settings(), person, issuer, subject))


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="the same seed on a fresh city gives the same commands")] = 1,
    days: Annotated[int, typer.Option(min=1, max=366, help="days of the calendar, today included")] = 30,
    url: Annotated[str | None, typer.Option(help="where the office is; this installation's own otherwise")] = None,
    clients: Annotated[int, typer.Option(min=1, max=1000, help="how many act at the same time")] = 1,
    rate: Annotated[float | None, typer.Option(min=0.01, help="at most so many commands a second")] = None,
    patience: Annotated[float, typer.Option(min=1, help="seconds for which one request is repeated")] = 60,
    journal: Annotated[
        Path | None, typer.Option(help="append what is acknowledged; an earlier run's receipts are read")
    ] = None,
    tokens: Annotated[Path | None, typer.Option(help="tokens, one a line, the administrator's first")] = None,
) -> None:
    """模拟：officials and citizens of the sample city: over HTTP, as any client."""
    settings = Settings()
    address = url or f"http://{settings.host}:{settings.port}"
    where = Where(address, rate, patience, journal, tokens)
    _need(_run(simulating.simulate(settings, console, where, Play(seed, days, clients))))


@app.command()
def republish(
    type: Annotated[str, typer.Argument(metavar="TYPE", help="an event type, such as task-issued")],
    log: Annotated[str | None, typer.Option(help="the log whose own facts are meant; the type's own otherwise")] = None,
) -> None:
    """补发：make known to subscribers what was recorded before an event type became public. Upgrade them all first."""
    _run(republishing.republish(Settings(), type, console, log=log))


@app.command()
def doctor() -> None:
    """体检：say what is wrong with this installation, and how to mend it."""
    _need(_run(doctoring.doctor(Settings(), console)))


@log_app.command("tail")
def log_tail(
    log: LogName,
    last: Annotated[int, typer.Option("-n", min=0, help="how many of the last facts")] = 20,
    follow: Annotated[bool, typer.Option("-f", help="go on with those that come")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the last facts of a log."""
    _run(logs.tail(Settings(), log, console, last=last, follow=follow, as_json=as_json))


@log_app.command("stream")
def log_stream(
    log: LogName, stream: Annotated[str, typer.Argument(help="such as task/…")], as_json: AsJson = False
) -> None:
    """Print every fact of one stream."""
    _need(_run(logs.stream(Settings(), log, stream, console, as_json=as_json)))


@log_app.command("verify")
def log_verify(log: LogName) -> None:
    """Recompute every hash from genesis to head."""
    _need(_run(logs.verify(Settings(), log, console)))


@log_app.command("incarnate")
def log_incarnate(
    log: LogName,
    reason: Annotated[str, typer.Option(prompt=True, help="why, such as which copy was restored; it is recorded")],
) -> None:
    """Begin a new life of a log that was restored from a copy, before anything else is written to it."""
    _run(logs.incarnate(Settings(), log, reason, console))


@views_app.command("list")
def views_list() -> None:
    """Every view of every service."""
    viewing.listed(console)


@views_app.command("status")
def views_status() -> None:
    """How far every view stands, and what is parked."""
    _need(_run(viewing.status(Settings(), console)))


@views_app.command("rebuild")
def views_rebuild(
    views: Annotated[list[str] | None, typer.Argument(help="names; all when none is given")] = None,
) -> None:
    """Build views anew beside the ones that serve, and switch."""
    look_rarely(FOLDING)
    _need(_run(viewing.rebuilt(Settings(), tuple(views or ()), console)))


@views_app.command("retry")
def views_retry(
    views: Annotated[list[str] | None, typer.Argument(help="names; all when none is given")] = None,
) -> None:
    """Try parked rows again, after what they failed at was mended."""
    _need(_run(viewing.retried(Settings(), tuple(views or ()), console)))


@views_app.command("catch-up", hidden=True)
def views_catch_up(
    service: Annotated[str, typer.Argument(help="the name of a service, such as ledger")],
    names: Annotated[list[str], typer.Argument(help="checkpoints that stand at one position")],
    attached: Annotated[bool, typer.Option("--attached", help="end when standard input does")] = False,
) -> None:
    """Fold what is far behind up to the head, for the process that serves."""
    look_rarely(FOLDING)
    _need(_run(catching_up.caught_up(Settings(), service, names, console, attached=attached)))


@audit_app.command("trail")
def audit_trail(
    kind: Annotated[str, typer.Argument(help="task, finding, plan, petition, clue, case or decision")],
    identity: Annotated[str, typer.Argument(help="its identity")],
    by: Annotated[str | None, typer.Option(help="whose eyes: a person's pseudonym; the auditor's otherwise")] = None,
) -> None:
    """Every change of one thing: who, from which post, on whose behalf, why, when, and what became different."""
    _run(auditing.trail(Settings(), kind, identity, console, by=by))


def main() -> None:
    """Run a command; what somebody can mend is said in one sentence, everything else is loud."""
    look_rarely()
    try:
        app()
    except (PostgresRefused, KafkaRefused, OfficeRefused, TracingRefused) as refused:
        _say_no(refused)
    except NotFounded:
        _say_no(PostgresRefused(NO_LOG_YET.of()))
    except ValidationError as invalid:
        for wrong in invalid.errors(include_input=False, include_url=False):
            name = "ZEREN_" + "_".join(str(part) for part in wrong["loc"]).upper()
            sentence = f"环境变量 {name} 无效（{wrong['msg']}）"
            errors.print(f"[red]✗[/red] {escape(sentence)}", soft_wrap=True, highlight=False)
        sys.exit(1)


def _say_no(refused: PostgresRefused | KafkaRefused | OfficeRefused | TracingRefused) -> None:
    errors.print(f"[red]✗[/red] {escape(refused.zh)}\n  {escape(refused.en)}", soft_wrap=True, highlight=False)
    sys.exit(1)


if __name__ == "__main__":
    main()
