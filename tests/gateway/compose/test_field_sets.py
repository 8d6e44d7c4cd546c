"""@key, @requires, @provides, @external: what a subgraph can get wrong by itself, each told with where and how to mend."""

from __future__ import annotations

import pytest

from gateway.supergraph import Chosen, FieldIn
from tests.gateway.composing import codes, composed, errors

TOWN = 'type Query { town: Town } type Town @key(fields: "id") { id: ID! area(unit: String = "ha"): Int county: County } type County @shareable { code: ID! name: String }'


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ('"no"', "KEY_INVALID_FIELDS"),
        ('"county"', "KEY_INVALID_FIELDS"),
        ('"id { x }"', "KEY_INVALID_FIELDS"),
        ('"{"', "KEY_INVALID_FIELDS"),
        ('"other: id"', "KEY_INVALID_FIELDS"),
        ('["id"]', "KEY_INVALID_FIELDS_TYPE"),
        ('"area"', "KEY_FIELDS_HAS_ARGS"),
        ('"pet { name }"', "KEY_FIELDS_SELECT_INVALID_TYPE"),
        ('"id @skip(if: true)"', "KEY_DIRECTIVE_IN_FIELDS_ARG"),
    ],
)
def test_a_key_that_identifies_nothing_is_refused(key: str, code: str) -> None:
    (said,) = errors(
        towns=f"type Query {{ town: Town }} type Town @key(fields: {key}) {{ id: ID! area(of: Int): Int county: County pet: Pet }} type County {{ code: ID! }} interface Pet {{ name: String }} type Cat implements Pet {{ name: String }}"
    )
    assert (said.code, said.where, said.subgraphs) == (code, "Town", ("towns",))
    assert said.mend


def test_requires_is_parsed_with_nesting_and_arguments() -> None:
    supergraph = composed(
        towns=TOWN,
        taxes='type Town @key(fields: "id") { id: ID! area(unit: String = "ha"): Int @external county: County @external tax: Int @requires(fields: "area(unit: \\"km2\\") county { name }") } type County { name: String @external }',
    )
    assert supergraph.types["Town"].fields["tax"]["taxes"].requires == (
        Chosen("area", arguments='(unit: "km2")'),
        Chosen("county", (Chosen("name"),)),
    )


def test_provides_is_parsed_and_its_field_stays_external() -> None:
    supergraph = composed(
        towns=TOWN.replace("area(", "mayor: String @shareable area("),
        news='type Query { talked: Town @provides(fields: "mayor") } type Town @key(fields: "id") { id: ID! mayor: String @external }',
    )
    assert supergraph.types["Query"].fields["talked"] == {"news": FieldIn("Town", provides=(Chosen("mayor"),))}
    assert supergraph.types["Town"].fields["mayor"]["news"] == FieldIn("String", external=True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ('area: Int tax: Int @requires(fields: "area")', "REQUIRES_FIELDS_MISSING_EXTERNAL"),
        ('tax: Int @requires(fields: "area")', "REQUIRES_INVALID_FIELDS"),
        ("tax: Int @requires(fields: 1)", "REQUIRES_INVALID_FIELDS_TYPE"),
        ("area: Int @external", "EXTERNAL_UNUSED"),
        ('mayor: String @provides(fields: "name")', "PROVIDES_ON_NON_OBJECT_FIELD"),
        ('county: County @provides(fields: "code")', "PROVIDES_FIELDS_MISSING_EXTERNAL"),
        ('county: County @provides(fields: "no")', "PROVIDES_INVALID_FIELDS"),
    ],
)
def test_what_means_nothing_on_a_field_is_refused(fields: str, code: str) -> None:
    assert codes(
        other=f'type Query {{ town: Town }} type Town @key(fields: "id") {{ id: ID! {fields} }} type County {{ code: ID! }}'
    ) == [code]


def test_external_fields_are_as_their_owner_has_them() -> None:
    def taxes(area: str) -> list[str]:
        return codes(
            towns=TOWN,
            taxes=f'type Town @key(fields: "id") {{ id: ID! {area} @external tax: Int @requires(fields: "area") }}',
        )

    assert taxes('area(unit: String = "ha"): Int') == []
    assert taxes('area(unit: String = "ha"): String') == ["EXTERNAL_TYPE_MISMATCH"]
    assert taxes("area: Int") == ["EXTERNAL_ARGUMENT_MISSING"]
    assert taxes("area(unit: Int = 1): Int") == ["EXTERNAL_ARGUMENT_TYPE_MISMATCH"]
    assert taxes('area(unit: String = "km2"): Int') == ["EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"]


def test_a_field_that_all_name_as_external_has_no_owner() -> None:
    assert codes(
        a='type Query { town: Town } type Town @key(fields: "id") { id: ID! area: Int @external tax: Int @requires(fields: "area") }'
    ) == ["EXTERNAL_MISSING_ON_BASE"]


def test_all_errors_of_all_subgraphs_are_told_at_once() -> None:
    said = errors(
        a='type Query { a: Town } type Town @key(fields: "no") @key(fields: ["id"]) { id: ID! }',
        b="type Query { b: Nowhere }",
        c='type Query { c: Town } type Town @key(fields: "id") { id: ID! area: Int @external }',
    )
    assert [(error.code, *error.subgraphs) for error in said] == [
        ("KEY_INVALID_FIELDS", "a"),
        ("KEY_INVALID_FIELDS_TYPE", "a"),
        ("INVALID_GRAPHQL", "b"),
        ("EXTERNAL_UNUSED", "c"),
    ]
