"""Small sets of subgraphs, valid and not, each for one rule of composition.

What has no `schema` by itself is linked to Federation 2.3.
"""

from __future__ import annotations

from collections.abc import Mapping

SETS: Mapping[str, Mapping[str, str]] = {
    # --- what composes ------------------------------------------------------------------------------------------
    "one subgraph": {"a": "type Query { towns: [Town!]! } type Town { name: String! }"},
    "an entity with a field from each": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! name: String! }',
        "b": 'type Town @key(fields: "id") { id: ID! mayor: String }',
    },
    "an entity only extended, with its key external": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! name: String! }',
        "b": 'extend type Town @key(fields: "id") { id: ID! @external mayor: String }',
    },
    "an entity with @extends": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! name: String! }',
        "b": 'type Town @extends @key(fields: "id") { id: ID! @external mayor: String }',
    },
    "a nested and composite key": {
        "a": 'type Query { town: Town } type Town @key(fields: "county { code } number") { county: County! number: Int! } type County { code: ID! }',
        "b": 'type Town @key(fields: "county { code } number") { county: County! number: Int! mayor: String } type County { code: ID! }',
    },
    "a key that cannot be resolved": {
        "a": 'type Query { town: Town } type Town @key(fields: "id", resolvable: false) { id: ID! }',
        "b": 'type Town @key(fields: "id") { id: ID! mayor: String }',
    },
    "keys that are reached in two steps": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! }',
        "b": 'type Town @key(fields: "id") @key(fields: "post") { id: ID! post: String! }',
        "c": 'type Town @key(fields: "post") { post: String! mayor: String }',
    },
    "requires": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! area: Int }',
        "b": 'type Town @key(fields: "id") { id: ID! area: Int @external tax: Int @requires(fields: "area") }',
    },
    "requires, nested, with a type condition": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! place: Place } union Place = Hill | Lake type Hill { height: Int } type Lake { depth: Int }',
        "b": 'type Town @key(fields: "id") { id: ID! place: Place @external tax: Int @requires(fields: "place { ... on Hill { height } ... on Lake { depth } }") } union Place = Hill | Lake type Hill { height: Int @external } type Lake { depth: Int @external }',
    },
    "requires with an argument": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! area(unit: Unit): Int } enum Unit { KM2 HA }',
        "b": 'type Town @key(fields: "id") { id: ID! area(unit: Unit): Int @external tax: Int @requires(fields: "area(unit: HA)") } enum Unit { KM2 HA }',
    },
    "provides": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! name: String @shareable }',
        "b": 'type Query { biggest: Town @provides(fields: "name") } type Town @key(fields: "id") { id: ID! name: String @external }',
    },
    "a value type in two": {
        "a": "type Query { a: Point } type Point @shareable { x: Int! y: Int! }",
        "b": "type Query { b: Point } type Point @shareable { x: Int! y: Int! }",
    },
    "the least strict of two nullabilities": {
        "a": "type Query { a: Point } type Point @shareable { x: Int! all: [Int!]! }",
        "b": "type Query { b: Point } type Point @shareable { x: Int all: [Int] }",
    },
    "an interface here, one that implements it there": {
        "a": "type Query { a: Box @shareable } interface Item { id: ID! } type Toy implements Item { id: ID! } type Box @shareable { item: Item }",
        "b": "type Query { a: Box @shareable } interface Item { id: ID! } type Toy implements Item @shareable { id: ID! } type Box @shareable { item: Toy }",
    },
    "arguments of both": {
        "a": "type Query { n(of: Int!, more: Int): Int @shareable }",
        "b": "type Query { n(of: Int, less: Int): Int @shareable }",
    },
    "interfaces of both": {
        "a": "type Query { a: Item } interface Item { id: ID! } type Toy implements Item { id: ID! } interface Thing { id: ID! }",
        "b": "type Query { b: Item } interface Item { id: ID! } type Book implements Item { id: ID! }",
    },
    "unions of both": {
        "a": "type Query { a: Any } union Any = Toy type Toy { id: ID! }",
        "b": "type Query { b: Any } union Any = Book type Book { id: ID! }",
    },
    "an enum that is only received": {
        "a": "type Query { a: Colour } enum Colour { RED GREEN }",
        "b": "type Query { b: Colour } enum Colour { GREEN BLUE }",
    },
    "an enum that is only sent": {
        "a": "type Query { a(of: Colour): Int } enum Colour { RED GREEN }",
        "b": "type Query { b(of: Colour): Int } enum Colour { GREEN BLUE }",
    },
    "an input type of both": {
        "a": "type Query { a(of: In): Int } input In { x: Int y: Int = 1 }",
        "b": "type Query { b(of: In): Int } input In { x: Int! z: Int }",
    },
    "a default in one": {
        "a": "type Query { a(of: Int = 1): Int @shareable }",
        "b": "type Query { a(of: Int): Int @shareable }",
    },
    "a key of a list": {"a": 'type Query { a: T } type T @key(fields: "ids") { ids: [ID!]! }'},
    "scalars": {
        "a": 'type Query { a: Date } scalar Date @specifiedBy(url: "https://date.example")',
        "b": "type Query { b: Date } scalar Date",
    },
    "descriptions and deprecations": {
        "a": '"of towns" type Query { "a here" t(n: Int): Int @shareable @deprecated(reason: "old") } "one" enum E { "ein\\"s" A @deprecated B }',
        "b": 'type Query { "b here" t("how many" n: Int): Int @shareable e: E } "two" enum E { A "two" B }',
        "c": 'type Query { "b here" t("how many" n: Int): Int @shareable c: E } "two" enum E { A B }',
    },
    "tags": {
        "a": 'type Query @tag(name: "x") { a(of: Int @tag(name: "y")): E } enum E @tag(name: "z") { A @tag(name: "z") }'
    },
    "what is inaccessible": {
        "a": "type Query { a(of: In, more: Int @inaccessible): Item hidden: Hidden @inaccessible } type Hidden @inaccessible { x: Int } input In { x: Int secret: Int = 1 @inaccessible } interface Item { id: ID! } type Toy implements Item & Kept { id: ID! shy: Int @inaccessible } interface Kept @inaccessible { id: ID! } enum E { A B @inaccessible } union Two = Toy | Hidden",
        "b": "type Query { e: E two: Two } enum E { A B @inaccessible } union Two = Toy type Toy @shareable { id: ID! @inaccessible }",
    },
    "an inaccessible value in one": {
        "a": "type Query { a(of: E): E } enum E { A B @inaccessible }",
        "b": "type Query { b(of: E): E } enum E { A }",
    },
    "override": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! name: String }',
        "b": 'type Town @key(fields: "id") { id: ID! name: String @override(from: "a") }',
    },
    "override from nobody": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! }',
        "b": 'type Town @key(fields: "id") { id: ID! name: String @override(from: "z") }',
    },
    "roots under other names": {
        "a": 'schema @link(url: "https://specs.apollo.dev/federation/v2.0") { query: Questions mutation: Orders } type Questions { a: Int } type Orders { b: Questions }',
        "b": "type Query { b: Int } type Subscription { c: Int }",
    },
    "renamed directives": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: [{name: "@key", as: "@primary"}, "@shareable"]) type Query { a: Town } type Town @primary(fields: "id") { id: ID! name: String @shareable }',
        "b": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", as: "fed") type Town @fed__key(fields: "id") { id: ID! name: String @fed__shareable }',
    },
    "definitions written out": {
        "a": """schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"]) { query: Query }
            directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
            directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
            scalar link__Import scalar federation__FieldSet enum link__Purpose { SECURITY EXECUTION }
            type Query { town: Town _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
            type Town @key(fields: "id") { id: ID! } scalar _Any union _Entity = Town type _Service { sdl: String }""",
    },
    "directives of one's own": {
        "a": 'directive @unit(of: String!) on FIELD_DEFINITION type Query { a: Int @unit(of: "m") }',
        "b": "directive @slow on FIELD type Query { b: Int }",
    },
    "a directive of queries in all": {
        "a": "directive @slow(by: Int) on FIELD | QUERY type Query { a: Int }",
        "b": "directive @slow(by: Int) on FIELD type Query { b: Int }",
    },
    "an interface that implements an interface": {
        "a": "type Query { a: Wide } interface Wide { id: ID! } interface Narrow implements Wide { id: ID! n: Int } type Toy implements Narrow & Wide { id: ID! n: Int }",
    },
    "an interface with a key": {
        "a": 'type Query { a: Item } interface Item @key(fields: "id") { id: ID! } type Toy implements Item @key(fields: "id") { id: ID! }',
    },
    "external for the sake of an interface": {
        "a": 'type Query { a: Toy } type Toy @key(fields: "id") { id: ID! name: String }',
        "b": 'type Query { b: Item } interface Item { name: String } type Toy implements Item @key(fields: "id") { id: ID! name: String @external }',
    },
    "subgraphs without federation": {
        "a": "schema { query: Query } type Query { a: P } type P { x: Int }",
        "b": "schema { query: Query } type Query { b: P } type P { x: Int }",
    },
    # --- what does not ------------------------------------------------------------------------------------------
    "no query": {"a": "type Town { name: String }"},
    "an unknown type": {"a": "type Query { a: Town }"},
    "an unknown directive": {"a": "type Query { a: Int @unknown }"},
    "two kinds of one type": {
        "a": "type Query { a: P } type P { x: Int }",
        "b": "type Query { b(of: P): Int } input P { x: Int }",
    },
    "two types of one field": {"a": "type Query { a: Int @shareable }", "b": "type Query { a: String @shareable }"},
    "a list and none": {"a": "type Query { a: Int @shareable }", "b": "type Query { a: [Int] @shareable }"},
    "two types of one argument": {
        "a": "type Query { a(of: Int): Int @shareable }",
        "b": "type Query { a(of: ID): Int @shareable }",
    },
    "two types of one input field": {
        "a": "type Query { a(of: In): Int } input In { x: Int }",
        "b": "type Query { b(of: In): Int } input In { x: ID }",
    },
    "two defaults of one argument": {
        "a": "type Query { a(of: Int = 1): Int @shareable }",
        "b": "type Query { a(of: Int = 2): Int @shareable }",
    },
    "two defaults of one input field": {
        "a": "type Query { a(of: In): Int } input In { x: Int = 1 }",
        "b": "type Query { b(of: In): Int } input In { x: Int = 2 }",
    },
    "a required argument in one": {
        "a": "type Query { a(of: Int!): Int @shareable }",
        "b": "type Query { a: Int @shareable }",
    },
    "a required input field in one": {
        "a": "type Query { a(of: In): Int } input In { x: Int! y: Int }",
        "b": "type Query { b(of: In): Int } input In { y: Int }",
    },
    "input types with nothing in common": {
        "a": "type Query { a(of: In): Int } input In { x: Int }",
        "b": "type Query { b(of: In): Int } input In { y: Int }",
    },
    "an enum sent and received": {
        "a": "type Query { a(of: E): E } enum E { A B }",
        "b": "type Query { b: E } enum E { A }",
    },
    "sent enums with nothing in common": {
        "a": "type Query { a(of: E): Int } enum E { A }",
        "b": "type Query { b(of: E): Int } enum E { B }",
    },
    "a field shared by nobody's leave": {"a": "type Query { a: Int }", "b": "type Query { a: Int }"},
    "a field shared by one's leave": {"a": "type Query { a: Int @shareable }", "b": "type Query { a: Int }"},
    "a provided field that its owner does not share": {
        "a": 'type Query { town: Town } type Town @key(fields: "id") { id: ID! name: String }',
        "b": 'type Query { biggest: Town @provides(fields: "name") } type Town @key(fields: "id") { id: ID! name: String @external }',
    },
    "shareable on an interface": {
        "a": "type Query { a: I } interface I { x: Int @shareable } type T implements I { x: Int }"
    },
    "a key of no field": {"a": 'type Query { a: T } type T @key(fields: "no") { id: ID! }'},
    "a key that cannot be read": {"a": 'type Query { a: T } type T @key(fields: "{") { id: ID! }'},
    "a key that is no string": {"a": 'type Query { a: T } type T @key(fields: ["id"]) { id: ID! }'},
    "a key of an interface type": {
        "a": 'type Query { a: T } type T @key(fields: "i { x }") { i: I } interface I { x: Int } type J implements I { x: Int }'
    },
    "a key of a field with arguments": {"a": 'type Query { a: T } type T @key(fields: "id") { id(of: Int): ID! }'},
    "a key with a directive": {"a": 'type Query { a: T } type T @key(fields: "id @skip(if: true)") { id: ID! }'},
    "a key with an alias": {"a": 'type Query { a: T } type T @key(fields: "a: id") { id: ID! }'},
    "a key of an object without fields": {"a": 'type Query { a: T } type T @key(fields: "t") { t: T }'},
    "a key of an interface before 2.3": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.2", import: ["@key"]) type Query { a: I } interface I @key(fields: "id") { id: ID! } type T implements I @key(fields: "id") { id: ID! }'
    },
    "a key of an interface that its types lack": {
        "a": 'type Query { a: I } interface I @key(fields: "id") { id: ID! } type T implements I { id: ID! }'
    },
    "a key of an interface without all its types": {
        "a": 'type Query { a: I } interface I @key(fields: "id") { id: ID! } type T implements I @key(fields: "id") { id: ID! }',
        "b": "type Query { b: I } interface I { id: ID! } type U implements I { id: ID! }",
    },
    "requires of no field": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int @requires(fields: "no") }'
    },
    "requires that is no string": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int @requires(fields: 3) }'
    },
    "requires of what is not external": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! y: Int x: Int @requires(fields: "y") }'
    },
    "requires on an interface": {
        "a": 'type Query { a: I } interface I { y: Int x: Int @requires(fields: "y") } type T implements I { x: Int y: Int }'
    },
    "provides of no field": {"a": 'type Query { a: T @provides(fields: "no") } type T @key(fields: "id") { id: ID! }'},
    "provides of a scalar": {"a": 'type Query { a: Int @provides(fields: "no") }'},
    "provides of what is not external": {
        "a": 'type Query { a: T @provides(fields: "x") } type T @key(fields: "id") { id: ID! x: Int }'
    },
    "provides of a field with arguments": {
        "a": 'type Query { a: T @provides(fields: "x") } type T @key(fields: "id") { id: ID! x(of: Int): Int @external }',
        "b": 'type T @key(fields: "id") { id: ID! x(of: Int): Int @shareable }',
    },
    "external for nothing": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external y: Int }',
    },
    "external everywhere": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }'
    },
    "external on an interface": {
        "a": "type Query { a: I } interface I { x: Int @external } type T implements I { x: Int }"
    },
    "external of another type": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int }',
        "b": 'type T @key(fields: "id") { id: ID! x: String @external y: Int @requires(fields: "x") }',
    },
    "external and stricter": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int! @external y: Int @requires(fields: "x") }',
    },
    "external and laxer": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int! }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
    },
    "external without an argument": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x(of: Int): Int }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
    },
    "external with another argument": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x(of: Int): Int }',
        "b": 'type T @key(fields: "id") { id: ID! x(of: String): Int @external y: Int @requires(fields: "x") }',
    },
    "external with another default": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x(of: Int = 1): Int }',
        "b": 'type T @key(fields: "id") { id: ID! x(of: Int = 2): Int @external y: Int @requires(fields: "x") }',
    },
    "an interface's field that a type lacks": {
        "a": "type Query { a: I } interface I { x: Int y: Int } type T implements I { x: Int y: Int }",
        "b": "type Query { b: I } interface I { x: Int } type U implements I { x: Int }",
    },
    "override from oneself": {"a": 'type Query { a: Int @override(from: "a") }'},
    "override of an override": {
        "a": 'type Query { a: Int @override(from: "b") }',
        "b": 'type Query { a: Int @override(from: "a") }',
    },
    "override of an external field": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external @override(from: "a") y: Int @requires(fields: "x") }',
    },
    "override of a field that requires": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
        "c": 'type T @key(fields: "id") { id: ID! y: Int @override(from: "b") }',
    },
    "override on an interface": {
        "a": 'type Query { a: I } interface I { x: Int @override(from: "b") } type T implements I { x: Int }',
        "b": "type Query { b: Int }",
    },
    "two overrides of one field": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! x: Int }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @override(from: "a") }',
        "c": 'type T @key(fields: "id") { id: ID! x: Int @override(from: "a") }',
    },
    "a type named Query that is no root": {
        "a": 'schema @link(url: "https://specs.apollo.dev/federation/v2.0") { query: Q } type Q { a: Query } type Query { b: Int }'
    },
    "an unknown version": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.99") type Query { a: Int }'
    },
    "an unknown import": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@unknown"]) type Query { a: Int }'
    },
    "an import of a later version": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@interfaceObject"]) type Query { a: Int }'
    },
    "an inaccessible query root": {"a": "type Query @inaccessible { a: Int }"},
    "a reference to what is inaccessible": {"a": "type Query { a: T } type T @inaccessible { x: Int }"},
    "an argument of what is inaccessible": {"a": "type Query { a(of: In): Int } input In @inaccessible { x: Int }"},
    "a required inaccessible argument": {"a": "type Query { a(of: Int! @inaccessible): Int }"},
    "a required inaccessible input field": {
        "a": "type Query { a(of: In): Int } input In { x: Int! @inaccessible y: Int }"
    },
    "nothing but inaccessible fields": {"a": "type Query { a: T } type T { x: Int @inaccessible }"},
    "nothing but inaccessible values": {"a": "type Query { a: E } enum E { A @inaccessible }"},
    "an inaccessible field of an accessible interface": {
        "a": "type Query { a: I } interface I { x: Int } type T implements I { x: Int @inaccessible y: Int }"
    },
    "a default that is inaccessible": {"a": "type Query { a(of: E = B): Int } enum E { A B @inaccessible }"},
    "a field without a way to it": {
        "a": "type Query { a: T } type T @shareable { x: Int }",
        "b": "type Query { b: T } type T @shareable { x: Int y: Int }",
    },
    "a key that the asked lacks": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! }',
        "b": 'type T @key(fields: "code") { code: ID! y: Int }',
    },
    "a key that nobody resolves": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! }',
        "b": 'type T @key(fields: "id", resolvable: false) { id: ID! y: Int }',
    },
    "required from nowhere to be had": {
        "a": 'type Query { a: T } type T @key(fields: "id") { id: ID! }',
        "b": 'type T @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
        "c": 'type T @key(fields: "code") { code: ID! x: Int }',
    },
    "required, and brought back by no key": {
        "a": 'type Query { a: T } type T @key(fields: "id y") { id: ID! y: Int code: ID! @external z: Int @requires(fields: "code") }',
        "b": 'type T @key(fields: "id") { id: ID! code: ID! y: Int @override(from: "a") }',
    },
    "a way to a subgraph that leads through it": {
        "a": 'type Query { a: T } type T @shareable { to: U } type U @key(fields: "id") { id: ID! }',
        "b": 'type T @key(fields: "to { x }") { to: U @shareable y: Int } type U @key(fields: "id") { id: ID! x: Int }',
    },
    "mutations reach as queries do": {
        "a": "type Query { q: Int } type Mutation { a: T } type T @shareable { x: Int }",
        "b": "type Mutation { b: T } type T @shareable { x: Int y: Int }",
    },
    "types of a union without a way": {
        "a": "type Query { a: U } union U = T type T @shareable { x: Int }",
        "b": "type Query { b: U } union U = T type T @shareable { x: Int y: Int }",
    },
    "a shared field of types that never meet": {
        "a": "type Query { u: U @shareable } union U = A type A @shareable { x: Int }",
        "b": "type Query { u: U @shareable } union U = B type B @shareable { x: Int }",
    },
    "a query reached from within": {
        "a": "type Query { a: T } type T { query: Query }",
        "b": "type Query { b: Int }",
    },
    "a name that is taken": {"_": "type Query { a: Int }"},
}
