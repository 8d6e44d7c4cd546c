"""What composes has no dead end: everything that clients can ask for can be had from wherever a query has come."""

from __future__ import annotations

from tests.gateway.composing import codes, errors


def test_a_field_without_a_way_is_shown_by_a_query() -> None:
    (said,) = errors(
        towns="type Query { town: Town } type Town @shareable { name: String }",
        people="type Mutation { elect: Town } type Town @shareable { name: String mayor: String }",
    )
    assert (said.code, said.where, said.subgraphs) == ("SATISFIABILITY_ERROR", "Town.mayor", ("towns",))
    assert "{ town { mayor }} cannot be answered: from towns" in said.message
    assert "people resolves it, and has no resolvable @key of Town" in said.message


def test_the_way_may_lead_over_a_third() -> None:
    third = 'type Town @key(fields: "id") @key(fields: "post") { id: ID! post: String! }'
    towns = 'type Query { town: Town } type Town @key(fields: "id") { id: ID! }'
    people = 'type Town @key(fields: "post") { post: String! mayor: String }'
    assert codes(towns=towns, posts=third, people=people) == []
    (said,) = [error for error in errors(towns=towns, people=people) if error.where == "Town.mayor"]
    assert 'its @key "post" cannot be had' in said.message


def test_what_is_required_must_be_had_where_it_is_needed() -> None:
    towns = 'type Query { town: Town } type Town @key(fields: "id") { id: ID! }'
    taxes = 'type Town @key(fields: "id") { id: ID! area: Int @external tax: Int @requires(fields: "area") }'
    maps = 'type Town @key(fields: "%s") { %s: ID! area: Int }'
    assert codes(towns=towns, taxes=taxes, maps=maps % ("id", "id")) == []
    said = errors(towns=towns, taxes=taxes, maps=maps % ("code", "code"))
    assert "what taxes requires for it, area, cannot be had" in next(e.message for e in said if e.where == "Town.tax")


def test_what_is_provided_need_not_be_reached() -> None:
    towns = "type Query { town: Town } type Town @shareable { name: String mayor: String }"
    news = "type Query { talked: Town%s } type Town @shareable { name: String mayor: String @external }"
    assert codes(towns=towns, news=news % ' @provides(fields: "mayor")') == []


def test_every_type_of_a_union_is_followed() -> None:
    (said,) = errors(
        a="type Query { a: Pet } union Pet = Cat | Dog type Cat @shareable { name: String } type Dog { name: String }",
        b="type Query { b: Cat } type Cat @shareable { name: String lives: Int }",
    )
    assert "{ a { ... on Cat { lives }}}" in said.message


def test_any_query_can_be_begun_within_another() -> None:
    assert codes(a="type Query { a: Town } type Town { query: Query }", b="type Query { b: Int }") == []


def test_who_shares_a_field_answers_with_the_same_objects() -> None:
    assert codes(
        a="type Query { pet: Pet @shareable } union Pet = Cat type Cat @shareable { name: String }",
        b="type Query { pet: Pet @shareable } union Pet = Dog type Dog @shareable { name: String }",
    ) == ["SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES"]
