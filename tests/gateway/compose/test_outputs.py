"""Output types: what clients receive is described as loosely as the loosest subgraph answers."""

from __future__ import annotations

import pytest

from tests.gateway.composing import api, codes, composed, errors, printed, same


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ("Int!", "Int", "Int"),
        ("[Int!]!", "[Int]!", "[Int]!"),
        ("[Int!]!", "[Int]", "[Int]"),
        ("Pet", "Cat", "Pet"),
        ("[Cat!]", "[Either]", "[Either]"),
    ],
)
def test_the_least_strict_type_is_promised(one: str, other: str, merged: str) -> None:
    others = "interface Pet { name: String } type Cat implements Pet @shareable { name: String } union Either = Cat"
    supergraph = composed(
        a=f"type Query {{ it: {one} @shareable pet: Pet either: Either }} {others}",
        b=f"type Query {{ it: {other} @shareable }} {others}",
    )
    assert f"it: {merged}\n" in printed(supergraph.api)
    assert {name: each.type for name, each in supergraph.types["Query"].fields["it"].items()} == {"a": one, "b": other}


@pytest.mark.parametrize(("one", "other"), [("Int", "String"), ("Int", "[Int]"), ("[Int!]", "[Int]!"), ("Cat", "Dog")])
def test_types_of_different_kinds_are_no_field(one: str, other: str) -> None:
    others = "type Cat @shareable { name: String } type Dog @shareable { name: String }"
    said = errors(
        a=f"type Query {{ it: {one} @shareable }} {others}", b=f"type Query {{ it: {other} @shareable }} {others}"
    )
    assert [(error.code, error.where, error.subgraphs) for error in said] == [
        ("FIELD_TYPE_MISMATCH", "Query.it", ("a", "b"))
    ]
    assert f"{one} in a, {other} in b" in said[0].message


def test_interfaces_unions_and_enums_are_everything_that_any_subgraph_has() -> None:
    assert api(
        a="type Query { a: Pet b: Either c: Size } interface Pet { name: String } type Cat implements Pet { name: String } union Either = Cat enum Size { S M }",
        b="type Query { d: Pet e: Either f: Size } interface Pet { name: String } type Dog implements Pet { name: String } union Either = Dog enum Size { M L }",
    ) == same("""
        type Cat implements Pet {
          name: String
        }

        type Dog implements Pet {
          name: String
        }

        union Either = Cat | Dog

        interface Pet {
          name: String
        }

        type Query {
          a: Pet
          b: Either
          c: Size
          d: Pet
          e: Either
          f: Size
        }

        enum Size {
          L
          M
          S
        }
    """)


def test_planning_is_told_what_an_abstract_type_is_where() -> None:
    supergraph = composed(
        a="type Query { a: Pet b: Either } interface Pet { name: String } type Cat implements Pet { name: String } union Either = Cat",
        b="type Query { d: Pet e: Either } interface Pet { name: String } type Dog implements Pet { name: String } union Either = Dog",
    )
    assert supergraph.types["Pet"].members == {"a": ("Cat",), "b": ("Dog",)}
    assert supergraph.types["Either"].members == {"a": ("Cat",), "b": ("Dog",)}
    assert supergraph.types["Cat"].interfaces == {"a": ("Pet",)}


def test_an_interface_may_not_ask_what_a_type_elsewhere_lacks() -> None:
    (said,) = errors(
        a="type Query { a: Pet } interface Pet { name: String age: Int } type Cat implements Pet { name: String age: Int }",
        b="type Query { b: Pet } interface Pet { name: String } type Dog implements Pet { name: String }",
    )
    assert (said.code, said.where) == ("INTERFACE_FIELD_NO_IMPLEM", "Pet.age")
    assert "Dog" in said.message


def test_one_name_is_one_kind_of_type() -> None:
    (said,) = errors(a="type Query { a: Size } enum Size { S }", b="type Query { b: Size } type Size { cm: Int }")
    assert said.code == "TYPE_KIND_MISMATCH"
    assert "ENUM in a, OBJECT in b" in said.message


def test_descriptions_are_those_that_most_have_and_deprecations_stay() -> None:
    assert api(
        a='type Query { "one" it: Int @shareable }',
        b='type Query { "two" it: Int @shareable @deprecated(reason: "Use \\"that\\".") }',
        c='type Query { "two" it: Int @shareable }',
    ) == same('''
        type Query {
          """two"""
          it: Int @deprecated(reason: "Use \\"that\\".")
        }
    ''')


def test_a_field_shared_without_leave_names_who_must_give_it() -> None:
    (said,) = errors(a="type Query { it: Int }", b="type Query { it: Int @shareable }", c="type Query { c: Int }")
    assert (said.code, said.where, said.subgraphs) == ("INVALID_FIELD_SHARING", "Query.it", ("a", "b"))
    assert "not @shareable in a" in said.message


def test_directives_of_queries_are_those_that_all_know() -> None:
    assert "directive @slow(by: Int) on FIELD" in api(
        a="directive @slow(by: Int, at: Int) on FIELD | QUERY type Query { a: Int }",
        b="directive @slow(by: Int) repeatable on FIELD directive @fast on FIELD type Query { b: Int }",
    )


def test_no_subgraph_with_a_query_is_said() -> None:
    assert codes(a="type Town { name: String }") == ["NO_QUERIES"]
