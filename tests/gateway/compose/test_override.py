"""@override: a field moves from one subgraph to another."""

from __future__ import annotations

from gateway.supergraph import FieldIn
from tests.gateway.composing import codes, composed

TOWNS = 'type Query { town: Town } type Town @key(fields: "id") { id: ID! mayor: String }'


def test_the_old_owner_is_not_asked_any_more() -> None:
    people = 'type Town @key(fields: "id") { id: ID! mayor: String @override(from: "towns") }'
    assert composed(towns=TOWNS, people=people).types["Town"].fields["mayor"] == {"people": FieldIn("String")}


def test_a_field_that_the_old_owner_has_in_a_key_is_external_there() -> None:
    towns = 'type Query { town: Town } type Town @key(fields: "id") @key(fields: "code") { id: ID! code: String }'
    people = 'type Town @key(fields: "id") { id: ID! code: String @override(from: "towns") }'
    supergraph = composed(towns=towns, people=people)
    assert supergraph.types["Town"].fields["code"] == {
        "towns": FieldIn("String", external=True),
        "people": FieldIn("String"),
    }
    assert (
        'code: String @join__field(graph: TOWNS, usedOverridden: true) @join__field(graph: PEOPLE, override: "towns")'
        in supergraph.sdl
    )


def test_from_a_subgraph_that_is_gone_says_nothing() -> None:
    assert codes(towns=TOWNS.replace("mayor: String", 'mayor: String @override(from: "gone")')) == []


def test_misuse_is_refused() -> None:
    override = 'type Town @key(fields: "id") { id: ID! mayor: String @override(from: "%s") }'
    assert codes(people=override % "people", towns=TOWNS.replace(" mayor: String", "")) == ["OVERRIDE_FROM_SELF_ERROR"]
    assert "OVERRIDE_SOURCE_HAS_OVERRIDE" in codes(
        towns=TOWNS.replace("mayor: String", 'mayor: String @override(from: "people")'), people=override % "towns"
    )
    assert codes(
        towns='type Query { pet: Pet } interface Pet { name: String @override(from: "zoo") } type Cat implements Pet { name: String }'
    ) == ["OVERRIDE_ON_INTERFACE"]
