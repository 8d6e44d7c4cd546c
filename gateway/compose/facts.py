"""What each subgraph says about its own types and fields, read once and checked by itself.

Here belong the rules that one subgraph can break alone: field sets that choose nothing, @external that nothing uses,
directives in places where they mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
)

from gateway.fieldsets import WrongFieldSet, field_of, parse_field_set, places, printed, unfit_for_key
from gateway.subgraph import SubgraphSchema, applied
from gateway.supergraph import CompositionError, FieldSet, Key

Coordinate = tuple[str, str]
"""A field: the name of its type, and its own."""

Fielded = GraphQLObjectType | GraphQLInterfaceType


@dataclass(slots=True)
class FieldFacts:
    """What a subgraph says of one field. `override` names the subgraph that it takes the field from.

    `provided`: it is external, and yet resolved here on some paths.
    """

    external: bool = False
    shareable: bool = False
    provided: bool = False
    requires: FieldSet = ()
    provides: FieldSet = ()
    override: str | None = None


@dataclass(slots=True)
class Facts:
    """A subgraph, with its keys by type and what it says of each field of objects and interfaces."""

    subgraph: SubgraphSchema
    keys: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    fields: dict[Coordinate, FieldFacts] = field(default_factory=dict)
    used: set[Coordinate] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.subgraph.name

    def type(self, name: str) -> GraphQLNamedType | None:
        return self.subgraph.schema.type_map.get(name)

    def fielded(self) -> Iterator[Fielded]:
        """Its object and interface types."""
        for type_ in self.subgraph.schema.type_map.values():
            if isinstance(type_, Fielded) and not type_.name.startswith("__"):
                yield type_


def facts_of(subgraph: SubgraphSchema) -> tuple[Facts, list[CompositionError]]:
    """What a subgraph says, and everything in it that is against the rules by itself."""
    reader = _Reader(Facts(subgraph))
    reader.read()
    return reader.facts, reader.errors


class _Reader:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.errors: list[CompositionError] = []
        self.schema = facts.subgraph.schema

    def wrong(self, code: str, where: str, message: str, mend: str) -> None:
        self.errors.append(CompositionError(code, f"{where}: {message}", (self.facts.name,), where, mend))

    def read(self) -> None:
        for type_ in self.facts.fielded():
            self._keys(type_)
            for name, field_ in type_.fields.items():
                self.facts.fields[type_.name, name] = self._simple_facts(type_, name, field_)
        self._key_fields()
        self._keys_of_interfaces()
        for type_ in self.facts.fielded():
            for name, field_ in type_.fields.items():
                self._requires(type_, name, field_)
                self._provides(type_, name, field_)
        self._external_is_used()

    def _simple_facts(self, type_: Fielded, name: str, field_: GraphQLField) -> FieldFacts:
        where = f"{type_.name}.{name}"
        override = applied(field_, "federation__override")
        facts = FieldFacts(
            external=bool(applied(field_, "federation__external") or applied(type_, "federation__external")),
            shareable=bool(applied(field_, "federation__shareable") or applied(type_, "federation__shareable"))
            or self.facts.subgraph.plain,
            override=override[0]["from"] if override else None,
        )
        if isinstance(type_, GraphQLInterfaceType):
            for directive, code in (
                ("external", "EXTERNAL_ON_INTERFACE"),
                ("shareable", "INVALID_SHAREABLE_USAGE"),
                ("override", "OVERRIDE_ON_INTERFACE"),
                ("requires", "REQUIRES_UNSUPPORTED_ON_INTERFACE"),
                ("provides", "PROVIDES_UNSUPPORTED_ON_INTERFACE"),
            ):
                if applied(field_, f"federation__{directive}"):
                    self.wrong(
                        code,
                        where,
                        f"@{directive} means nothing on a field of an interface",
                        f"put @{directive} on the fields of the types that implement {type_.name}",
                    )
            facts = FieldFacts()
        return facts

    def _field_set(self, text: Any, directive: str, where: str, of: str) -> FieldSet | None:
        """What a field set chooses; None where it is against the rules, which is then noted."""
        upper = directive.upper()
        written = f'@{directive}(fields: "{text}")'
        if not isinstance(text, str):
            self.wrong(f"{upper}_INVALID_FIELDS_TYPE", where, f"the fields of @{directive} are no string", "quote them")
            return None
        try:
            return parse_field_set(text, of, self.schema)
        except WrongFieldSet as problem:
            code = {"directive": f"{upper}_DIRECTIVE_IN_FIELDS_ARG"}.get(problem.why, f"{upper}_INVALID_FIELDS")
            self.wrong(code, where, f"{written}: {problem}", f"correct the fields of @{directive}")
            return None

    def _has_arguments(self, field_set: FieldSet, of: str, directive: str, where: str) -> bool:
        for place in places(field_set, of, self.schema):
            if place.field.args:
                self.wrong(
                    f"{directive.upper()}_FIELDS_HAS_ARGS",
                    where,
                    f"the field {place.type}.{place.chosen.name} that @{directive} names has arguments",
                    "name only fields without arguments",
                )
                return True
        return False

    def _use(self, field_set: FieldSet, of: str) -> None:
        self.facts.used.update((place.type, place.chosen.name) for place in places(field_set, of, self.schema))

    # --- @key ---------------------------------------------------------------------------------------------------

    def _keys(self, type_: Fielded) -> None:
        version = self.facts.subgraph.version or (2, 0)
        keys: list[Key] = []
        for given in applied(type_, "federation__key"):
            if isinstance(type_, GraphQLInterfaceType) and version < (2, 3):
                self.wrong(
                    "KEY_UNSUPPORTED_ON_INTERFACE",
                    type_.name,
                    "@key on an interface came with Federation 2.3",
                    "link v2.3 or later, or remove the key",
                )
                continue
            field_set = self._field_set(given["fields"], "key", type_.name, type_.name)
            if field_set is None or self._has_arguments(field_set, type_.name, "key", type_.name):
                continue
            if unfit := unfit_for_key(field_set, type_.name, self.schema):
                self.wrong("KEY_FIELDS_SELECT_INVALID_TYPE", type_.name, unfit, "choose other fields as the key")
                continue
            keys.append(Key(field_set, given.get("resolvable", True) is not False))
        if keys:
            self.facts.keys[type_.name] = tuple(keys)

    def _keys_of_interfaces(self) -> None:
        """Where an interface is an entity, so is each of the types that implement it."""
        for name, keys in self.facts.keys.items():
            interface = self.schema.type_map[name]
            for type_ in (
                self.schema.get_possible_types(interface) if isinstance(interface, GraphQLInterfaceType) else ()
            ):
                own = [sorted(printed((each,)) for each in key.fields) for key in self.facts.keys.get(type_.name, ())]
                for key in keys:
                    if sorted(printed((each,)) for each in key.fields) not in own:
                        self.wrong(
                            "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
                            type_.name,
                            f'it implements {name}, and lacks its @key(fields: "{printed(key.fields)}")',
                            f"give {type_.name} that key",
                        )

    def _key_fields(self) -> None:
        """Fields of keys are shareable everywhere; @external on those of a type only extended says nothing."""
        for type_name, keys in self.facts.keys.items():
            for key in keys:
                self._use(key.fields, type_name)
                for place in places(key.fields, type_name, self.schema):
                    facts = self.facts.fields[place.type, place.chosen.name]
                    facts.shareable = True
                    if place.type in self.facts.subgraph.extended:
                        facts.external = False

    # --- @requires, @provides, @external ------------------------------------------------------------------------

    def _requires(self, type_: Fielded, name: str, field_: GraphQLField) -> None:
        where = f"{type_.name}.{name}"
        for given in applied(field_, "federation__requires"):
            field_set = self._field_set(given["fields"], "requires", where, type_.name)
            if field_set is None:
                continue
            self._use(field_set, type_.name)
            if self._all_external(field_set, type_.name, "requires", where):
                self.facts.fields[type_.name, name].requires = field_set

    def _provides(self, type_: Fielded, name: str, field_: GraphQLField) -> None:
        where = f"{type_.name}.{name}"
        for given in applied(field_, "federation__provides"):
            of = get_named_type(field_.type)
            if not is_composite_type(of):
                self.wrong(
                    "PROVIDES_ON_NON_OBJECT_FIELD",
                    where,
                    f"@provides is about fields of what {where} returns, and {of} has none",
                    "remove @provides",
                )
                continue
            field_set = self._field_set(given["fields"], "provides", where, of.name)
            if field_set is None:
                continue
            self._use(field_set, of.name)
            if self._has_arguments(field_set, of.name, "provides", where):
                continue
            if not self._all_external(field_set, of.name, "provides", where):
                continue
            self.facts.fields[type_.name, name].provides = field_set
            for place in places(field_set, of.name, self.schema):
                for coordinate in self._implementations(place.type, place.chosen.name):
                    facts = self.facts.fields[coordinate]
                    if facts.external:
                        facts.provided = facts.shareable = True

    def _implementations(self, type_name: str, name: str) -> Iterator[Coordinate]:
        """A field itself, and where its type is an interface, that field of the types that implement it."""
        yield type_name, name
        type_ = self.schema.type_map[type_name]
        if isinstance(type_, GraphQLInterfaceType):
            for possible in self.schema.get_possible_types(type_):
                yield possible.name, name

    def _all_external(self, field_set: FieldSet, of: str, directive: str, where: str) -> bool:
        """Whether everything innermost that a field set names is resolved elsewhere, as it must be."""
        if self.facts.subgraph.plain:
            return True
        lacking = self._not_external(field_set, of)
        if lacking is not None:
            self.wrong(
                f"{directive.upper()}_FIELDS_MISSING_EXTERNAL",
                where,
                f"@{directive} names {lacking}, which this subgraph resolves by itself",
                f"mark {lacking} as @external, or leave it out",
            )
        return lacking is None

    def _not_external(self, field_set: FieldSet, of: str) -> str | None:
        """The first innermost field that is not external, nor inside of one that is; None where there is none."""
        for chosen in field_set:
            type_name = chosen.on or of
            if chosen.name == "__typename" or self._is_external(type_name, chosen.name):
                continue
            if not chosen.selections:
                return f"{type_name}.{chosen.name}"
            inner = get_named_type(field_of(type_name, chosen.name, self.schema).type).name
            if lacking := self._not_external(chosen.selections, inner):
                return lacking
        return None

    def _is_external(self, type_name: str, name: str) -> bool:
        """Whether a field, or where its type is an interface, that field of a type that implements it, is external."""
        return any(self.facts.fields[coordinate].external for coordinate in self._implementations(type_name, name))

    def _external_is_used(self) -> None:
        for type_ in self.facts.fielded():
            for name, field_ in type_.fields.items():
                needed = any(name in interface.fields for interface in type_.interfaces)
                used = (type_.name, name) in self.facts.used or self._used_by_interface(type_, name) or needed
                if applied(field_, "federation__external") and not used:
                    self.wrong(
                        "EXTERNAL_UNUSED",
                        f"{type_.name}.{name}",
                        "it is @external, and no @key, @requires or @provides uses it",
                        "remove the field from this subgraph",
                    )

    def _used_by_interface(self, type_: Fielded, name: str) -> bool:
        return any((interface.name, name) in self.facts.used for interface in type_.interfaces)
