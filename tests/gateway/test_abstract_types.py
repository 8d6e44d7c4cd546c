"""Interfaces and unions: what is asked by type where a subgraph does not know the abstract type, or not all of its members."""

from __future__ import annotations

from textwrap import dedent

from tests.gateway.subgraphs import Federated, Served

BOOK = {"__typename": "Book", "id": "b1", "title": "Emma", "pages": 400}
FILM = {"__typename": "Film", "id": "f1", "title": "Heat", "minutes": 170}


def library() -> Federated:
    return Federated(
        Served(
            "catalogue",
            """
            type Query { items: [Item!]! found: [Found] item(id: ID!): Item }
            interface Item { id: ID! title: String }
            type Book implements Item @key(fields: "id") { id: ID! title: String pages: Int }
            type Film implements Item @key(fields: "id") { id: ID! title: String minutes: Int }
            type Map { scale: Int }
            union Found = Book | Film | Map
            """,
            {
                "Query": {
                    "items": [BOOK, FILM],
                    "found": [{"__typename": "Map", "scale": 100}, FILM, None, BOOK],
                    "item": lambda _source, id: {"b1": BOOK, "f1": FILM}.get(id),
                }
            },
        ),
        Served(
            "loans",
            """
            type Book @key(fields: "id") { id: ID! lent: Boolean }
            type Film @key(fields: "id") { id: ID! lent: Boolean age: Int }
            """,
            {"Book": [{"id": "b1", "lent": True}], "Film": [{"id": "f1", "lent": False, "age": 16}]},
        ),
    )


async def test_a_field_that_all_have_is_asked_of_the_interface() -> None:
    gateway = library()
    assert await gateway.data("{ items { title } }") == {"items": [{"title": "Emma"}, {"title": "Heat"}]}
    assert gateway.fetched() == [("catalogue", "query{items{__typename title}}")]


async def test_fields_of_other_subgraphs_are_fetched_for_all_types_together() -> None:
    gateway = library()
    query = "{ items { title ... on Book { lent } ... on Film { lent age minutes } } }"
    assert await gateway.data(query) == {
        "items": [{"title": "Emma", "lent": True}, {"title": "Heat", "lent": False, "age": 16, "minutes": 170}]
    }
    assert gateway.plan(query) == dedent("""\
        QueryPlan {
          Sequence {
            Fetch(service: "catalogue") {
              {
                items {
                  __typename
                  title
                  id
                  ... on Film {
                    minutes
                  }
                }
              }
            }
            Flatten(path: "items.@") {
              Fetch(service: "loans") {
                {
                  ... on Book {
                    __typename
                    id
                  }
                  ... on Film {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Book {
                    lent
                  }
                  ... on Film {
                    lent
                    age
                  }
                }
              }
            }
          }
        }
        """)


async def test_only_objects_of_the_types_meant_are_fetched() -> None:
    gateway = library()
    query = "{ found { ... on Film { age } ... on Map { scale } } }"
    assert await gateway.data(query) == {"found": [{"scale": 100}, {"age": 16}, None, {}]}
    assert 'Flatten(path: "found.@|[Film]")' in gateway.plan(query)
    (request,) = gateway.subgraphs["loans"].asked
    assert request.variables == {"representations": [{"__typename": "Film", "id": "f1"}]}


async def test_typename_of_every_kind() -> None:
    gateway = library()
    query = '{ __typename item(id: "f1") { __typename t: __typename ... on Film { kind: __typename } } nothing: item(id: "x") { __typename } }'
    assert await gateway.data(query) == {
        "__typename": "Query",
        "item": {"__typename": "Film", "t": "Film", "kind": "Film"},
        "nothing": None,
    }


async def test_typename_of_an_object_alone_asks_whether_it_is_there() -> None:
    gateway = Federated(
        Served("a", "type Query { user: User none: User } type User { id: ID }", {"Query": {"user": {"id": 1}}})
    )
    assert await gateway.data("{ user { __typename } none { __typename } }") == {
        "user": {"__typename": "User"},
        "none": None,
    }


async def test_an_interface_that_another_subgraph_does_not_know() -> None:
    """The second has the field on the types, and no interface: it is asked by type."""
    gateway = Federated(
        Served(
            "a",
            """
            type Query { agents: [Agent] }
            interface Agent { id: ID! name: String }
            type Person implements Agent @key(fields: "id") { id: ID! name: String @external }
            type Robot implements Agent @key(fields: "id") { id: ID! name: String }
            """,
            {
                "Query": {
                    "agents": [{"__typename": "Person", "id": "p"}, {"__typename": "Robot", "id": "r", "name": "R2"}]
                }
            },
        ),
        Served(
            "b",
            'type Person @key(fields: "id") { id: ID! name: String }',
            {"Person": [{"id": "p", "name": "Ada"}]},
        ),
    )
    assert await gateway.data("{ agents { name } }") == {"agents": [{"name": "Ada"}, {"name": "R2"}]}
    assert gateway.fetched()[0] == ("a", "query{agents{__typename ... on Person{id} ... on Robot{name}}}")


async def test_types_that_have_a_field_with_other_arguments_are_asked_under_names_of_their_own() -> None:
    gateway = Federated(
        Served(
            "a",
            """
            type Query { all: [Any] }
            union Any = User | Admin
            type User { level: Int }
            type Admin { level(of: Int): Int }
            """,
            {
                "Query": {
                    "all": [
                        {"__typename": "User", "level": 1},
                        {"__typename": "Admin", "level": lambda _source, of: of},
                    ]
                }
            },
        )
    )
    query = "{ all { ... on User { x: level } ... on Admin { x: level(of: 5) } } }"
    assert await gateway.data(query) == {"all": [{"x": 1}, {"x": 5}]}
    assert gateway.fetched() == [("a", "query{all{__typename ... on User{x:level} ... on Admin{x__1:level(of: 5)}}}")]


async def test_keys_of_several_types_that_differ_are_asked_under_names_of_their_own() -> None:
    """`id: ID!` and `id: Int` cannot be asked under one name in one document."""
    gateway = Federated(
        Served(
            "a",
            """
            type Query { all: [Any] }
            union Any = User | Admin
            type User @key(fields: "id") { id: ID! }
            type Admin @key(fields: "id") { id: Int }
            """,
            {"Query": {"all": [{"__typename": "User", "id": "u"}, {"__typename": "Admin", "id": 7}]}},
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! age: Int } type Admin @key(fields: "id") { id: Int age: Int }',
            {"User": [{"id": "u", "age": 1}], "Admin": [{"id": 7, "age": 2}]},
        ),
    )
    assert await gateway.data("{ all { ... on User { age } ... on Admin { age } } }") == {
        "all": [{"age": 1}, {"age": 2}]
    }


async def test_types_that_only_other_subgraphs_know_do_not_occur() -> None:
    """`a` says Book | Song, `b` says Book | Film; both resolve `media`, so it is never a Film or a Song."""
    gateway = Federated(
        Served(
            "a",
            """
            type Query { media: Media @shareable mine: Media }
            union Media = Book | Song
            type Book @key(fields: "id") { id: ID! title: String @shareable a: String }
            type Song @key(fields: "id") { id: ID! title: String a: String }
            """,
            {
                "Query": {
                    "media": {"__typename": "Book", "id": "1", "title": "Emma", "a": "A"},
                    "mine": {"__typename": "Song", "id": "2", "title": "Dover", "a": "A"},
                }
            },
        ),
        Served(
            "b",
            """
            type Query { media: Media @shareable }
            union Media = Book | Film
            type Book @key(fields: "id") { id: ID! title: String @shareable b: String }
            type Film @key(fields: "id") { id: ID! title: String b: String }
            """,
            {
                "Query": {"media": {"__typename": "Book", "id": "1", "title": "Emma", "b": "B"}},
                "Book": [{"id": "1", "title": "Emma", "b": "B"}],
            },
        ),
    )
    assert await gateway.data("{ media { __typename ... on Film { title } } }") == {"media": {"__typename": "Book"}}
    query = "{ media { ... on Film { b } ... on Song { a } ... on Book { title a b } } }"
    assert await gateway.data(query) == {"media": {"title": "Emma", "a": "A", "b": "B"}}
    assert await gateway.data("{ mine { ... on Film { b } ... on Song { a title } ... on Book { b } } }") == {
        "mine": {"a": "A", "title": "Dover"}
    }


async def test_a_list_is_not_asked_of_another_subgraph_for_a_type_that_only_that_one_knows() -> None:
    """Each subgraph has its own members of the union below one entity; whoever is there already answers."""

    def part(name: str, only: str) -> Served:
        mine = {"id": "1", "actions": [{"__typename": "Common", "label": "c"}, {"__typename": only, name: name}]}
        return Served(
            name,
            f"""
            type Query {{ of_{name}: Container }}
            type Container @key(fields: "id") {{ id: ID! actions: [Action!] @shareable }}
            union Action = Common | {only}
            type Common @shareable {{ label: String }}
            type {only} {{ {name}: String }}
            """,
            {"Query": {f"of_{name}": mine}, "Container": [mine]},
        )

    gateway = Federated(part("a", "OnlyA"), part("b", "OnlyB"))
    actions = "actions { __typename ... on OnlyB { b } ... on OnlyA { a } ... on Common { label } }"
    assert await gateway.data(f"{{ of_a {{ {actions} }} of_b {{ {actions} }} }}") == {
        "of_a": {"actions": [{"__typename": "Common", "label": "c"}, {"__typename": "OnlyA", "a": "a"}]},
        "of_b": {"actions": [{"__typename": "Common", "label": "c"}, {"__typename": "OnlyB", "b": "b"}]},
    }
    assert [name for name, _ in gateway.fetched()] == ["a", "b"]


async def test_entities_by_interface_of_many_types_are_asked_once() -> None:
    names = [f"Kind{number}" for number in range(12)]
    types = " ".join(f'type {name} implements Node @key(fields: "id") {{ id: ID! label: String }}' for name in names)
    more = " ".join(f'type {name} @key(fields: "id") {{ id: ID! likes: Int friend: {name} }}' for name in names)
    gateway = Federated(
        Served(
            "a",
            "type Query { nodes: [Node!]! } interface Node { id: ID! label: String } " + types,
            {"Query": {"nodes": [{"__typename": name, "id": name, "label": name} for name in names]}},
        ),
        Served("b", more, {name: [{"id": name, "likes": 1, "friend": {"id": name, "likes": 1}}] for name in names}),
    )
    inner = " ".join(f"... on {name} {{ likes }}" for name in names)
    data = await gateway.data(f"{{ nodes {{ id {inner} }} }}")
    assert data == {"nodes": [{"id": name, "likes": 1} for name in names]}
    assert [name for name, _ in gateway.fetched()] == ["a", "b"]


async def test_objects_of_one_position_are_fetched_together_whatever_they_belong_to() -> None:
    """Books and films have their owners at the same place of the answer; maps' owners are not asked for."""
    owners = "owner: User"
    gateway = Federated(
        Served(
            "a",
            f"""
            type Query {{ items: [Item] }}
            interface Item {{ {owners} }}
            type Book implements Item @key(fields: "id") {{ id: ID! {owners} }}
            type Film implements Item {{ {owners} }}
            type Map implements Item {{ {owners} }}
            type User @key(fields: "id") {{ id: ID! }}
            """,
            {
                "Query": {
                    "items": [
                        {"__typename": "Book", "id": "b", "owner": {"id": "1"}},
                        {"__typename": "Film", "owner": {"id": "2"}},
                        {"__typename": "Map", "owner": {"id": "3"}},
                    ]
                }
            },
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! name: String age: Int } type Book @key(fields: "id") { id: ID! lent: Int }',
            {"User": [{"id": one, "name": one, "age": int(one)} for one in "123"]},
        ),
    )
    query = (
        "{ items { ... on Book { owner { name } } ... on Film { owner { name age } } ... on Map { owner { id } } } }"
    )
    assert await gateway.data(query) == {
        "items": [{"owner": {"name": "1"}}, {"owner": {"name": "2", "age": 2}}, {"owner": {"id": "3"}}]
    }
    (request,) = gateway.subgraphs["b"].asked
    assert [one["id"] for one in request.variables["representations"]] == ["1", "2"]
    assert await gateway.data("{ items { owner { name } } }") == {"items": [{"owner": {"name": one}} for one in "123"]}
    assert len(gateway.subgraphs["b"].asked) == 2
