"""Input types: what clients may send is what every subgraph understands."""

from __future__ import annotations

import pytest

from tests.gateway.composing import api, codes, errors, same


def test_arguments_and_input_fields_are_those_that_all_know_as_strict_as_the_strictest() -> None:
    assert api(
        a="type Query { find(of: Filter, first: Int!, hint: String): Int @shareable } input Filter { name: String! old: Int size: Size } enum Size { S M }",
        b="type Query { find(of: Filter, first: Int): Int @shareable } input Filter { name: String size: Size } enum Size { M L }",
    ) == same("""
        input Filter {
          name: String!
          size: Size
        }

        type Query {
          find(first: Int!, of: Filter): Int
        }

        enum Size {
          M
        }
    """)


def test_what_some_require_all_must_know() -> None:
    said = errors(
        a="type Query { find(of: Filter, first: Int!): Int @shareable } input Filter { name: String! old: Int }",
        b="type Query { find(of: Filter): Int @shareable } input Filter { old: Int }",
    )
    assert {(error.code, error.where) for error in said} == {
        ("REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH", "Query.find(first:)"),
        ("REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH", "Filter.name"),
    }


def test_a_default_is_promised_where_all_have_the_same() -> None:
    same_default = "type Query { find(first: Int = 10): Int @shareable }"
    none = "type Query { find(first: Int): Int @shareable }"
    assert "first: Int = 10)" in api(a=same_default, b=same_default)
    assert "first: Int)" in api(a=same_default, b=none)
    assert codes(a=same_default, b="type Query { find(first: Int = 20): Int @shareable }") == [
        "FIELD_ARGUMENT_DEFAULT_MISMATCH"
    ]


@pytest.mark.parametrize(
    ("uses", "code"),
    [
        ("a(of: Size): Int", None),
        ("a: Size", None),
        ("a(of: Size): Size", "ENUM_VALUE_MISMATCH"),
    ],
)
def test_an_enum_that_is_sent_and_received_has_the_same_values_everywhere(uses: str, code: str | None) -> None:
    found = codes(
        a=f"type Query {{ {uses} }} enum Size {{ S M }}",
        b=f"type Query {{ {uses.replace('a', 'b', 1)} }} enum Size {{ M }}",
    )
    assert found == ([code] if code else [])


def test_what_has_nothing_in_common_is_no_type() -> None:
    assert codes(
        a="type Query { a(of: Filter, size: Size): Int } input Filter { name: String } enum Size { S }",
        b="type Query { b(of: Filter, size: Size): Int } input Filter { age: Int } enum Size { L }",
    ) == ["EMPTY_MERGED_ENUM_TYPE", "EMPTY_MERGED_INPUT_TYPE"]


def test_types_of_inputs_must_agree() -> None:
    assert codes(
        a="type Query { a(of: Int): Int @shareable b(of: Filter): Int } input Filter { x: Int }",
        b="type Query { a(of: ID): Int @shareable c(of: Filter): Int } input Filter { x: [Int] }",
    ) == ["FIELD_ARGUMENT_TYPE_MISMATCH", "FIELD_TYPE_MISMATCH"]
