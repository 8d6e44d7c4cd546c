"""`python -m gateway`: serve a gateway, compose subgraphs, look at a plan."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import orjson
import typer
import uvloop
from rich.console import Console
from rich.markup import escape

from gateway.compose import SubgraphSource
from gateway.compose import compose as composed
from gateway.config import Config, ConfigRefused, named, read_config
from gateway.engine import Engine, GraphQLErrors
from gateway.fetch import session_for_subgraphs
from gateway.nodes import Nodes, entity_types
from gateway.serve import StartFailed, listen, read_sources, run
from gateway.supergraph import CompositionFailed, Supergraph

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A gateway for federated GraphQL.")
errors = Console(stderr=True, soft_wrap=True)

Subgraphs = Annotated[
    list[str] | None, typer.Option("--subgraph", metavar="NAME=URL", help="a subgraph; NAME=FILE.graphql to compose it")
]
ConfigFile = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="a TOML file")]


@app.command()
def serve(
    subgraph: Subgraphs = None,
    config: ConfigFile = None,
    host: Annotated[str | None, typer.Option(help="where to listen; 127.0.0.1 unless the file says otherwise")] = None,
    port: Annotated[int | None, typer.Option(help="4000 unless the file says otherwise")] = None,
) -> None:
    """Answer at /graphql for all subgraphs, until SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with _refusing():
        told = _config(config, subgraph)
        given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
        told = msgspec.structs.replace(told, **given)
        with contextlib.closing(listen(told.host, told.port)) as listening:
            uvloop.run(run(told, listening, lambda line: typer.echo(line)))


@app.command()
def compose(subgraph: Subgraphs = None, config: ConfigFile = None) -> None:
    """Print the supergraph, or every reason why there is none."""
    with _refusing():
        typer.echo(_supergraph(_config(config, subgraph)).sdl)


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(metavar="FILE.graphql", help="a document with an operation")],
    subgraph: Subgraphs = None,
    config: ConfigFile = None,
    operation: Annotated[str | None, typer.Option(help="which, where there are several")] = None,
    variables: Annotated[str, typer.Option(metavar="JSON", help="for what @skip and @include depend on")] = "{}",
) -> None:
    """Print which subgraph is asked what, and in which order."""
    with _refusing():
        engine = Engine(_supergraph(_config(config, subgraph)), {})
        try:
            document, values = file.read_text(encoding="utf-8"), orjson.loads(variables)
        except OSError as error:
            raise ConfigRefused(f"{file}: {error.strerror}") from None
        except orjson.JSONDecodeError as error:
            raise ConfigRefused(f"the variables are not JSON: {error}") from None
        typer.echo(str(engine.plan(engine.prepare(document, operation), values)))


def _config(file: Path | None, subgraphs: list[str] | None) -> Config:
    """What the file says, and the subgraphs named on the command line besides."""
    told = read_config(file) if file else Config()
    return msgspec.structs.replace(told, subgraphs=told.subgraphs | dict(map(named, subgraphs or ())))


def _supergraph(config: Config) -> Supergraph:
    async def sources() -> list[SubgraphSource]:
        async with session_for_subgraphs() as session:
            return await read_sources(config, session)

    found = asyncio.run(sources())
    return composed([*found, Nodes(entity_types(found)).source] if config.nodes else found)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """What somebody can mend is said on standard error, with exit code 1."""
    try:
        yield
    except CompositionFailed as failed:
        for error in failed.errors:
            where = " ".join(part for part in (error.where, f"[{', '.join(error.subgraphs)}]") if part != "[]" and part)
            errors.print(f"[bold]{escape(error.code)}[/] {escape(where)}\n  {escape(error.message)}")
            if error.mend:
                errors.print(f"  → {escape(error.mend)}")
    except GraphQLErrors as refused:
        for problem in refused.errors:
            errors.print(escape(str(problem)))
    except (ConfigRefused, StartFailed) as stopped:
        errors.print(f"✗ {escape(str(stopped))}")
    else:
        return
    raise typer.Exit(1)
