"""What a gateway that runs alone is told: on the command line, or in a TOML file.

```toml
host = "0.0.0.0"
port = 4000

[subgraphs.products]
url = "http://products:8080/graphql"

[subgraphs.reviews]
url = "http://reviews:8080/graphql"
sdl = "reviews.graphql"               # beside this file; left out, the subgraph is asked
headers = { x-gateway = "yes" }       # sent with every request, besides http.passed_on
patience = { answer_seconds = 5, connections = 20 }

[http]
passed_on = ["authorization", "accept-language"]
merged = [{ header = "x-version", rule = "highest" }]
limits = { depth = 10, cost = 5000 }
```
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.fetch import Patience
from gateway.http import HttpSettings


class ConfigRefused(Exception):
    """What is wrong with what the gateway was told, in a sentence."""


class SubgraphConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sdl` is a file; None asks the subgraph itself. A `url` is needed to ask it anything."""

    url: str = ""
    sdl: Path | None = None
    headers: dict[str, str] = {}
    patience: Patience = msgspec.field(default_factory=Patience)


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`start_seconds` is how long subgraphs may take to say what they are before the gateway gives up.

    Of errors that subgraphs send, clients see `subgraph_extensions`, and the message only with `subgraph_messages`: many
    servers put into it whatever went wrong inside. With `nodes` every entity has a `nodeId`, which `node(id)` takes.
    """

    subgraphs: dict[str, SubgraphConfig] = {}
    host: str = "127.0.0.1"
    port: int = 4000
    path: str = "/graphql"
    start_seconds: float = 60.0
    introspection: bool = True
    nodes: bool = False
    plans_kept: int = 1_000
    subgraph_messages: bool = False
    subgraph_extensions: tuple[str, ...] = ("code",)
    http: HttpSettings = msgspec.field(default_factory=HttpSettings)


def read_config(file: Path) -> Config:
    """The configuration in a file; the SDL files that it names lie beside it. ConfigRefused says what is wrong, and where."""
    try:
        config = msgspec.toml.decode(file.read_bytes(), type=Config, dec_hook=_path)
    except OSError as error:
        raise ConfigRefused(f"{file}: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise ConfigRefused(f"{file}: {error}") from None
    beside = {
        name: msgspec.structs.replace(each, sdl=file.parent / each.sdl) if each.sdl else each
        for name, each in config.subgraphs.items()
    }
    return msgspec.structs.replace(config, subgraphs=beside)


def named(text: str) -> tuple[str, SubgraphConfig]:
    """A subgraph as it is named on the command line: `NAME=URL`, or `NAME=FILE` where it is only composed."""
    name, is_there, where = text.partition("=")
    if not is_there or not name or not where:
        raise ConfigRefused(f"{text!r} is no NAME=URL")
    if where.startswith(("http://", "https://")):
        return name, SubgraphConfig(url=where)
    return name, SubgraphConfig(sdl=Path(where))


def _path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"no {kind.__name__}")
