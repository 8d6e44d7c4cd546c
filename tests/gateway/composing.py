"""How tests write subgraphs: `composed(wards="type Query { … }", nurses="…")`."""

from __future__ import annotations

from textwrap import dedent

from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema

from gateway.compose import SubgraphSource, compose
from gateway.supergraph import CompositionError, CompositionFailed, Supergraph

LINK = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [
    "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", "@extends"
])
"""


def sources(**subgraphs: str) -> list[SubgraphSource]:
    """Subgraphs by name. What links no specification by itself gets a link to Federation 2.3."""
    return [
        SubgraphSource(name, f"http://{name}.example/graphql", sdl if "schema" in sdl else LINK + sdl)
        for name, sdl in subgraphs.items()
    ]


def composed(**subgraphs: str) -> Supergraph:
    return compose(sources(**subgraphs))


def errors(**subgraphs: str) -> tuple[CompositionError, ...]:
    """Every error of subgraphs that do not compose; none if they do."""
    try:
        composed(**subgraphs)
    except CompositionFailed as failed:
        return failed.errors
    return ()


def codes(**subgraphs: str) -> list[str]:
    return sorted({error.code for error in errors(**subgraphs)})


def api(**subgraphs: str) -> str:
    """What clients see, with everything sorted."""
    return printed(composed(**subgraphs).api)


def printed(schema: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(schema))


def same(text: str) -> str:
    """A schema as it is written in a test, without the indentation that it has there."""
    return dedent(text).strip()
