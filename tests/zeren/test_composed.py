"""The services' subgraphs are one schema."""

from __future__ import annotations

from gateway.compose import SubgraphSource, compose
from shared.web.graphql import build_schema
from zeren.office import SERVICES


def test_all_services_compose() -> None:
    supergraph = compose([SubgraphSource(each.name, "", build_schema(each).as_str()) for each in SERVICES])
    # A unit is one entity, whoever tells of it.
    assert set(supergraph.types["Unit"].subgraphs) == {"ledger", "assessment", "complaints", "notifications"}
    assert {"query", "mutation"} <= supergraph.roots.keys()
