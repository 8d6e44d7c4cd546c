"""@inaccessible: hidden from clients, known to planning; @tag is for others."""

from __future__ import annotations

import pytest

from tests.gateway.composing import codes, composed, errors, printed, same

SHOP = """
type Query { item: Item secret: Secret @inaccessible }
type Item implements Kept @key(fields: "code") { code: ID! @inaccessible name(of: Int @inaccessible): String @tag(name: "public") size: Size }
type Secret @inaccessible { x: Int }
interface Kept @inaccessible { code: ID! }
enum Size { S M @inaccessible }
"""


def test_clients_do_not_see_it_and_planning_does() -> None:
    supergraph = composed(shop=SHOP)
    assert printed(supergraph.api) == same("""
        type Item {
          name: String
          size: Size
        }

        type Query {
          item: Item
        }

        enum Size {
          S
        }
    """)
    assert "code" in supergraph.types["Item"].fields
    assert "Secret" in supergraph.schema.type_map
    assert '@tag(name: "public")' in supergraph.sdl


@pytest.mark.parametrize(
    ("sdl", "code", "where"),
    [
        ("type Query @inaccessible { a: Int }", "QUERY_ROOT_TYPE_INACCESSIBLE", "Query"),
        ("type Query { a: T } type T @inaccessible { x: Int }", "REFERENCED_INACCESSIBLE", "Query.a"),
        ("type Query { a(of: In): Int } input In @inaccessible { x: Int }", "REFERENCED_INACCESSIBLE", "Query.a(of:)"),
        ("type Query { a(of: Int! @inaccessible): Int }", "REQUIRED_INACCESSIBLE", "Query.a(of:)"),
        ("type Query { a(of: In): Int } input In { x: Int! @inaccessible y: Int }", "REQUIRED_INACCESSIBLE", "In.x"),
        ("type Query { a: T } type T { x: Int @inaccessible }", "ONLY_INACCESSIBLE_CHILDREN", "T"),
        ("type Query { a: E } enum E { A @inaccessible }", "ONLY_INACCESSIBLE_CHILDREN", "E"),
        ("type Query { a(of: E = A): E } enum E { A @inaccessible B }", "DEFAULT_VALUE_USES_INACCESSIBLE", "Query.a(of:)"),
        ("type Query { a(of: In = { e: [A] }): Int } input In { e: [E] } enum E { A @inaccessible B }", "DEFAULT_VALUE_USES_INACCESSIBLE", "Query.a(of:)"),
        ("type Query { a: I } interface I { x: Int } type T implements I { x: Int @inaccessible y: Int }", "IMPLEMENTED_BY_INACCESSIBLE", "T.x"),
    ],
)  # fmt: skip
def test_what_is_seen_may_not_need_what_is_hidden(sdl: str, code: str, where: str) -> None:
    (said,) = errors(shop=sdl)
    assert (said.code, said.where) == (code, where)


def test_a_field_is_brought_in_subgraph_by_subgraph() -> None:
    both = "type Query { %s(of: In): E } input In { x: Int%s } enum E { A%s }"
    one = both % ("a", " y: Int @inaccessible", " B @inaccessible")
    assert codes(one=one, other=both % ("b", "", "")) == []
