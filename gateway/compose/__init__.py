"""Composition: from subgraphs one supergraph, or every reason why not."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import validate_schema

from gateway.compose.access import hidden_and_needed
from gateway.compose.facts import Facts, facts_of
from gateway.compose.merge import merge
from gateway.compose.printing import supergraph_sdl
from gateway.compose.satisfy import unsatisfied
from gateway.compose.schemas import api_schema, whole_schema
from gateway.subgraph import ROOTS, SubgraphSource, read
from gateway.supergraph import CompositionError, CompositionFailed, Supergraph

__all__ = ["SubgraphSource", "compose"]


def compose(subgraphs: Sequence[SubgraphSource]) -> Supergraph:
    """One supergraph of all; raises CompositionFailed with every error found.

    Each stage builds upon the last, so errors are those of the first stage that has any: what subgraphs break by
    themselves, then where they disagree, then what no client could see or reach.
    """
    facts = _read(subgraphs)
    merged, errors = merge(facts)
    _raise(errors)
    urls = {source.name: source.url for source in subgraphs}
    roots = {operation: name for operation, name in ROOTS.items() if name in merged.types}
    sdl = supergraph_sdl(urls, merged, roots)
    schema = whole_schema(sdl)
    _raise([CompositionError("INVALID_GRAPHQL", problem.message) for problem in validate_schema(schema)])
    _raise(hidden_and_needed(merged))
    api = api_schema(sdl)
    _raise(unsatisfied(merged.plans, api, roots))
    root_names = {each.name: each.subgraph.root_names for each in facts}
    return Supergraph(urls, merged.plans, schema, api, sdl, roots, root_names)


def _read(subgraphs: Sequence[SubgraphSource]) -> list[Facts]:
    facts: list[Facts] = []
    errors: list[CompositionError] = []
    seen: set[str] = set()
    for source in subgraphs:
        if source.name in seen or not source.name.strip() or source.name == "_":
            message = f"{source.name!r} cannot be a subgraph's name, or is already one"
            errors.append(
                CompositionError("INVALID_SUBGRAPH_NAME", message, (source.name,), "", "give it a name of its own")
            )
            continue
        seen.add(source.name)
        schema, problems = read(source)
        errors += problems
        if schema is not None:
            known, problems = facts_of(schema)
            errors += problems
            facts.append(known)
    _raise(errors)
    return facts


def _raise(errors: Sequence[CompositionError]) -> None:
    if errors:
        raise CompositionFailed(tuple(errors))
