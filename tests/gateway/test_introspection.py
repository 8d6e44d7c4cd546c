"""What the schema says of itself is answered by the gateway, from what clients see, beside whatever else is asked."""

from __future__ import annotations

from graphql import build_client_schema, get_introspection_query, lexicographic_sort_schema, print_schema

from tests.gateway.subgraphs import Federated, Served


def gateway() -> Federated:
    return Federated(
        Served(
            "a",
            'type Query { user: User hidden: Int @inaccessible } type User @key(fields: "id") { id: ID! name: String }',
            {"Query": {"user": {"id": "1", "name": "Ada"}}},
        ),
        Served("b", 'type User @key(fields: "id") { id: ID! visits: Int }', {"User": [{"id": "1", "visits": 3}]}),
    )


async def test_the_whole_schema() -> None:
    federated = gateway()
    answer = await federated.data(get_introspection_query())
    told = print_schema(lexicographic_sort_schema(build_client_schema(answer)))
    assert told == print_schema(lexicographic_sort_schema(federated.supergraph.api))
    assert "hidden" not in told
    assert "_entities" not in told
    assert federated.fetched() == []


async def test_beside_other_fields_with_names_variables_and_fragments() -> None:
    query = """
        query ($name: String!) {
            s: __schema { queryType { ...Name } }
            user { name visits }
            t: __type(name: $name) { ...Name fields { name } }
            none: __type(name: "Nothing") { name }
            __typename
        }
        fragment Name on __Type { name kind }
    """
    answer = await gateway().data(query, name="User")
    assert answer == {
        "s": {"queryType": {"name": "Query", "kind": "OBJECT"}},
        "user": {"name": "Ada", "visits": 3},
        "t": {"name": "User", "kind": "OBJECT", "fields": [{"name": "id"}, {"name": "name"}, {"name": "visits"}]},
        "none": None,
        "__typename": "Query",
    }
    assert list(answer) == ["s", "user", "t", "none", "__typename"]
