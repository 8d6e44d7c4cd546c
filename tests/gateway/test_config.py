"""What a gateway is told, and what its pages say of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import get_introspection_query, parse

from gateway import config as told
from gateway import http
from gateway.compose import SubgraphSource, compose
from gateway.config import Config, ConfigRefused, named, read_config
from gateway.engine import Engine
from gateway.headers import Merging, merge_headers
from gateway.limits import Limits, measure
from gateway.metrics import Metrics
from gateway.refusals import Languages
from gateway.serve import build
from tests.gateway.subgraphs import Served

README = Path(http.__file__).with_name("README.md").read_text(encoding="utf-8")
ONE = Served("one", "type Query { n: Int }", {"Query": {"n": 7}})


def test_the_example_in_the_code_is_a_configuration(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", told.__doc__ or "", re.DOTALL)
    assert example is not None
    file = tmp_path / "gateway.toml"
    file.write_text(example[1])
    config = read_config(file)
    assert list(config.subgraphs) == ["products", "reviews"]
    assert config.subgraphs["reviews"].sdl == tmp_path / "reviews.graphql"
    assert config.subgraphs["reviews"].patience.answer_seconds == 5
    assert config.http.merged == (Merging("x-version", "highest"),)
    assert (config.http.limits.depth, config.http.limits.cost) == (10, 5000)
    assert config.http.limits.aliases == Limits().aliases


@pytest.mark.parametrize(
    "text",
    [
        "port = 'x'",
        "[http]\nbody = 3",
        "[subgraphs.a]\nuri = 'x'",
        "[http]\nmerged = [{ header = 'x', rule = 'y' }]",
        "[",
    ],
)
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(text)
    with pytest.raises(ConfigRefused, match=re.escape(str(file))):
        read_config(file)


@pytest.mark.parametrize("text", ["products", "=http://x", "products="])
def test_a_subgraph_has_a_name_and_a_place(text: str) -> None:
    with pytest.raises(ConfigRefused):
        named(text)


def test_the_limits_that_the_page_tells_are_those_there_are() -> None:
    rows = dict(re.findall(r"\| ([^|]+) \| ([\d ]+) \| `[A-Z_]+` \|", README))
    limits = Limits()
    assert [int(value.replace(" ", "")) for value in rows.values()] == [
        *(limits.tokens, limits.depth, limits.root_fields, limits.breadth, limits.aliases, limits.cost),
    ]
    assert "| size of the body | 1 MiB |" in README
    assert http.HttpSettings().body_bytes == 1 << 20


def test_what_tools_ask_of_a_schema_is_within_the_limits() -> None:
    supergraph = compose([SubgraphSource("one", "", ONE.sdl)])
    measured = measure(parse(get_introspection_query()), supergraph.api, Limits())
    assert list(measured) == ["IntrospectionQuery"]


async def test_a_schema_can_be_closed() -> None:
    supergraph = compose([SubgraphSource("one", "", ONE.sdl)])
    closed = build(supergraph, [ONE], Config(introspection=False), Metrics())
    engine: Engine = closed._engine
    with pytest.raises(Exception, match="introspection"):
        engine.prepare("{ __schema { types { name } } }")
    assert (await engine.execute(engine.prepare("{ n __typename }"))).data == {"n": 7, "__typename": "Query"}


def test_header_fields_are_merged_by_their_rule() -> None:
    answers = [{"v": "a=3;of=7, b=5", "c": "x, y"}, {"v": "a=12;of=1, c=no"}, {"c": "y, z"}]
    rules = {
        rule: merge_headers([Merging("v", rule), Merging("c", rule)], answers)
        for rule in ("first", "last", "list", "highest")
    }
    assert rules["first"] == {"v": "a=3;of=7, b=5", "c": "x, y"}
    assert rules["last"] == {"v": "a=12;of=1, c=no", "c": "y, z"}
    assert rules["list"]["c"] == "x, y, z"
    assert rules["highest"]["v"] == "a=12;of=1, b=5, c=no"
    assert merge_headers([Merging("absent", "first")], answers) == {}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("zh-Hans-CN, en;q=0.9", "zh"),
        ("en, zh;q=0.9", "en"),
        ("en;q=0.1, zh;q=0.2", "zh"),
        ("fr", "en"),
        ("zh;q=0", "en"),
        ("zh;q=x", "en"),
    ],
)
def test_the_language_preferred_is_taken(accepted: str, language: str) -> None:
    assert Languages("en").of(accepted) == language
