"""How the types of several subgraphs become one: the rules of the public specification, kind by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    is_specified_directive,
    is_specified_scalar_type,
    print_ast,
)

from gateway.compose.facts import Coordinate, Facts, Fielded
from gateway.compose.merged import Element, MergedDirective, MergedField, MergedType, MergedValue, bare
from gateway.compose.types import is_subtype, merged_input, merged_output
from gateway.subgraph import applied
from gateway.supergraph import CompositionError, FieldIn, Kind, TypeOf

KINDS: Mapping[type[GraphQLNamedType], Kind] = {
    GraphQLObjectType: "OBJECT",
    GraphQLInterfaceType: "INTERFACE",
    GraphQLUnionType: "UNION",
    GraphQLEnumType: "ENUM",
    GraphQLInputObjectType: "INPUT_OBJECT",
    GraphQLScalarType: "SCALAR",
}

EXECUTABLE = frozenset(
    {
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    }
)
"""Where a directive stands in a query; in all other places it stands in a schema."""

Having = dict[str, Any]
"""By subgraph, its definition of one thing."""


@dataclass(slots=True)
class Owned:
    """How the subgraphs stand to one field: who resolves it, who names it as external, whose was overridden."""

    resolved: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    overridden: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Merged:
    """The outcome: types for clients, types for planning, and what only the text says: who resolves what, who overrides it
    from whom, and which type is only extended in which subgraph.
    """

    types: dict[str, MergedType] = field(default_factory=dict)
    directives: list[MergedDirective] = field(default_factory=list)
    plans: dict[str, TypeOf] = field(default_factory=dict)
    owned: dict[Coordinate, Owned] = field(default_factory=dict)
    overrides: dict[Coordinate, dict[str, str]] = field(default_factory=dict)
    extended: set[tuple[str, str]] = field(default_factory=set)


def merge(subgraphs: Sequence[Facts]) -> tuple[Merged, list[CompositionError]]:
    """All types of all subgraphs, merged; and everything in which they disagree."""
    merger = _Merger(subgraphs)
    merger.merge()
    return merger.merged, merger.errors


class _Merger:
    def __init__(self, subgraphs: Sequence[Facts]) -> None:
        self.subgraphs = {facts.name: facts for facts in subgraphs}
        self.merged = Merged()
        self.errors: list[CompositionError] = []
        self.inputs, self.outputs = _used_types(subgraphs)

    def wrong(self, code: str, where: str, message: str, subgraphs: Iterable[str], mend: str) -> None:
        self.errors.append(CompositionError(code, f"{where}: {message}", tuple(subgraphs), where, mend))

    def merge(self) -> None:
        names: dict[str, None] = {}
        for facts in self.subgraphs.values():
            names |= dict.fromkeys(
                name
                for name, type_ in facts.subgraph.schema.type_map.items()
                if not name.startswith(("__", "federation__")) and not is_specified_scalar_type(type_)
            )
        for name in names:
            having: dict[str, GraphQLNamedType] = {
                facts.name: type_ for facts in self.subgraphs.values() if (type_ := facts.type(name)) is not None
            }
            kinds = {subgraph: KINDS[type(type_)] for subgraph, type_ in having.items()}
            if len(set(kinds.values())) > 1:
                said = ", ".join(f"{kind} in {subgraph}" for subgraph, kind in kinds.items())
                self.wrong("TYPE_KIND_MISMATCH", name, f"it is {said}", having, "use one kind, or two names")
                continue
            self._type(name, next(iter(kinds.values())), having)
        self._directives()
        self._keys_of_interfaces()
        if not self.errors:
            self._fields_of_interfaces()
        if "Query" not in self.merged.types:
            self.wrong("NO_QUERIES", "Query", "no subgraph answers any query", self.subgraphs, "add a field to Query")

    def _type(self, name: str, kind: Kind, having: Having) -> None:
        type_ = MergedType(name, kind=kind, **self._described(having))
        plan: dict[str, Any] = {}
        match kind:
            case "OBJECT" | "INTERFACE":
                plan = self._fielded(type_, having)
            case "UNION":
                plan["members"] = {sub: tuple(each.name for each in union.types) for sub, union in having.items()}
                type_.members = tuple(dict.fromkeys(name for names in plan["members"].values() for name in names))
            case "ENUM":
                plan = self._enum(type_, having)
            case "INPUT_OBJECT":
                plan = self._input(type_, having)
            case "SCALAR":
                type_.url = next((each.specified_by_url for each in having.values() if each.specified_by_url), None)
        self.merged.types[name] = type_
        self.merged.plans[name] = TypeOf(name, kind, tuple(having), **plan)

    def _described(self, having: Having) -> dict[str, Any]:
        """Description and marks: of those that differ, the one that most subgraphs have, and of these the first."""
        descriptions = Counter(each.description for each in having.values() if each.description)
        deprecated = Counter(
            tuple(sorted(given.items())) for each in having.values() for given in applied(each, "deprecated")
        )
        marks = [_deprecated(dict(most)) for most, _ in deprecated.most_common(1)]
        tags = {given["name"] for each in having.values() for given in applied(each, "federation__tag")}
        marks += [f"@tag(name: {_quoted(tag)})" for tag in sorted(tags)]
        if any(applied(each, "federation__inaccessible") for each in having.values()):
            marks.append("@inaccessible")
        return {
            "description": next((text for text, _ in descriptions.most_common(1)), None),
            "marks": tuple(marks),
        }

    # --- objects and interfaces ---------------------------------------------------------------------------------

    def _fielded(self, type_: MergedType, having: dict[str, Fielded]) -> dict[str, Any]:
        self.merged.extended |= {
            (type_.name, sub) for sub in having if type_.name in self.subgraphs[sub].subgraph.extended
        }
        keys = {sub: self.subgraphs[sub].keys[type_.name] for sub in having if type_.name in self.subgraphs[sub].keys}
        fields: dict[str, dict[str, FieldIn]] = {}
        for name in dict.fromkeys(name for each in having.values() for name in each.fields):
            defining = {sub: each.fields[name] for sub, each in having.items() if name in each.fields}
            coordinate = type_.name, name
            owned = self._owned(coordinate, defining, type_.kind == "INTERFACE")
            self.merged.owned[coordinate] = owned
            if not owned.resolved:
                if not owned.overridden:
                    self.wrong(
                        "EXTERNAL_MISSING_ON_BASE",
                        f"{type_.name}.{name}",
                        "it is @external wherever it is defined",
                        owned.external,
                        "resolve it in one subgraph",
                    )
                continue
            merged = self._field(coordinate, {sub: defining[sub] for sub in owned.resolved})
            self._check_external(coordinate, merged, {sub: defining[sub] for sub in owned.external})
            type_.fields[name] = merged
            fields[name] = self._fields_in(coordinate, defining, owned)
        interfaces = {sub: tuple(each.name for each in fielded.interfaces) for sub, fielded in having.items()}
        type_.interfaces = tuple(dict.fromkeys(name for names in interfaces.values() for name in names))
        plan: dict[str, Any] = {"keys": keys, "fields": fields, "interfaces": interfaces}
        if type_.kind == "INTERFACE":
            plan["members"] = {
                sub: tuple(each.name for each in self.subgraphs[sub].subgraph.schema.get_possible_types(interface))
                for sub, interface in having.items()
                if isinstance(interface, GraphQLInterfaceType)
            }
        return plan

    def _owned(self, coordinate: Coordinate, defining: Having, interface: bool) -> Owned:
        """Who resolves a field. @override takes it from its old owner, and two owners must both say @shareable."""
        owned = Owned()
        where = ".".join(coordinate)
        facts = {sub: self.subgraphs[sub].fields[coordinate] for sub in defining}
        overrides = {sub: each.override for sub, each in facts.items() if each.override is not None}
        taken: set[str] = set()
        self.merged.overrides[coordinate] = overrides
        for new, old in overrides.items():
            if old == new:
                self.wrong(
                    "OVERRIDE_FROM_SELF_ERROR",
                    where,
                    f"{new} overrides it from itself",
                    (new,),
                    "name another subgraph in `from`",
                )
            elif facts[new].external:
                self.wrong(
                    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                    where,
                    f"{new} overrides it, and says by @external that it is resolved elsewhere",
                    (new,),
                    "remove one of the two directives",
                )
            elif old in overrides:
                self.wrong(
                    "OVERRIDE_SOURCE_HAS_OVERRIDE",
                    where,
                    f"{new} overrides it from {old}, which overrides it itself",
                    (new, old),
                    "keep one @override",
                )
            elif old in facts and (facts[old].requires or facts[old].provides):
                self.wrong(
                    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                    where,
                    f"{new} overrides it from {old}, where it has @requires or @provides",
                    (new, old),
                    f"remove that directive in {old}",
                )
            elif old in facts and not facts[old].external:
                taken.add(old)
        for sub, each in facts.items():
            if sub in taken:
                owned.overridden.append(sub)
            elif each.external:
                owned.external.append(sub)
            else:
                owned.resolved.append(sub)
        provided = [sub for sub in owned.external if facts[sub].provided]
        unshared = [sub for sub in owned.resolved if not facts[sub].shareable]
        if not interface and unshared and len(owned.resolved) + len(provided) > 1:
            others = [*owned.resolved, *provided]
            self.wrong(
                "INVALID_FIELD_SHARING",
                where,
                f"{', '.join(others)} resolve it, and it is not @shareable in {', '.join(unshared)}",
                others,
                "mark it @shareable in every subgraph that resolves it, or resolve it in one alone",
            )
        return owned

    def _field(self, coordinate: Coordinate, resolving: dict[str, GraphQLField]) -> MergedField:
        where = ".".join(coordinate)
        types = {sub: str(each.type) for sub, each in resolving.items()}
        type_ = merged_output(list(types.values()), self._is_named_subtype)
        if type_ is None:
            self._disagree("FIELD_TYPE_MISMATCH", where, types)
        merged = MergedField(coordinate[1], type=type_ or next(iter(types.values())), **self._described(resolving))
        merged.arguments = self._arguments(where, resolving)
        return merged

    def _arguments(self, where: str, having: Having) -> dict[str, MergedValue]:
        """Arguments that every subgraph knows; what some require, all must know."""
        arguments: dict[str, MergedValue] = {}
        for name in dict.fromkeys(name for each in having.values() for name in each.args):
            knowing = {sub: each.args[name] for sub, each in having.items() if name in each.args}
            argument = f"{where}({name}:)"
            if lacking := [sub for sub in having if sub not in knowing]:
                if any(_is_required(each) for each in knowing.values()):
                    self.wrong(
                        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
                        argument,
                        f"it is required in {', '.join(knowing)}, and missing in {', '.join(lacking)}",
                        having,
                        "make it nullable, or add it to the others",
                    )
                continue
            arguments[name] = self._value(argument, name, knowing, "FIELD_ARGUMENT")
        return arguments

    def _check_external(self, coordinate: Coordinate, merged: MergedField, external: dict[str, GraphQLField]) -> None:
        """What is named as external must be what its owner has."""
        where = ".".join(coordinate)
        for sub, each in external.items():
            if str(each.type) != merged.type:
                self.wrong(
                    "EXTERNAL_TYPE_MISMATCH",
                    where,
                    f"it is of type {merged.type}, and as external in {sub} of {each.type}",
                    (sub,),
                    f"write {merged.type} in {sub}",
                )
            for name, argument in merged.arguments.items():
                given = each.args.get(name)
                place = f"{where}({name}:)"
                if given is None:
                    self.wrong(
                        "EXTERNAL_ARGUMENT_MISSING", place, f"it is missing in {sub}", (sub,), f"add it in {sub}"
                    )
                elif not is_subtype(str(given.type), argument.type, self._is_named_subtype):
                    self.wrong(
                        "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
                        place,
                        f"it is of type {argument.type}, and in {sub} of {given.type}",
                        (sub,),
                        f"write {argument.type} in {sub}",
                    )
                elif _default(given) != argument.default:
                    self.wrong(
                        "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
                        place,
                        f"its default is {argument.default}, and in {sub} {_default(given)}",
                        (sub,),
                        f"write the same default in {sub}",
                    )

    def _fields_in(self, coordinate: Coordinate, defining: dict[str, GraphQLField], owned: Owned) -> dict[str, FieldIn]:
        """What planning is told of a field. What was overridden and is still part of a key counts as external."""
        fields: dict[str, FieldIn] = {}
        for sub, each in defining.items():
            facts = self.subgraphs[sub].fields[coordinate]
            if sub in owned.overridden:
                if coordinate in self.subgraphs[sub].used:
                    fields[sub] = FieldIn(str(each.type), external=True)
                continue
            fields[sub] = FieldIn(str(each.type), sub in owned.external, facts.requires, facts.provides)
        return fields

    # --- enums, inputs ------------------------------------------------------------------------------------------

    def _enum(self, type_: MergedType, having: dict[str, GraphQLEnumType]) -> dict[str, Any]:
        """Values that a client sends are those that every subgraph knows, those that it receives of any."""
        is_input, is_output = type_.name in self.inputs, type_.name in self.outputs
        for name in dict.fromkeys(name for each in having.values() for name in each.values):
            knowing = {sub: each.values[name] for sub, each in having.items() if name in each.values}
            value = Element(name, **self._described(knowing))
            if is_input and len(knowing) < len(having):
                if not is_output:
                    continue
                if not value.inaccessible:
                    lacking = [sub for sub in having if sub not in knowing]
                    self.wrong(
                        "ENUM_VALUE_MISMATCH",
                        f"{type_.name}.{name}",
                        f"the enum is used for input and output, and {', '.join(lacking)} lacks the value",
                        having,
                        "add the value there, or mark it @inaccessible",
                    )
            type_.values[name] = value
        if not type_.values:
            self.wrong(
                "EMPTY_MERGED_ENUM_TYPE", type_.name, "no value is known to every subgraph", having, "share a value"
            )
        return {"values": {sub: tuple(each.values) for sub, each in having.items()}}

    def _input(self, type_: MergedType, having: dict[str, GraphQLInputObjectType]) -> dict[str, Any]:
        """Fields that every subgraph knows; what some require, all must know."""
        fields: dict[str, dict[str, FieldIn]] = {}
        type_.one_of = any(each.is_one_of for each in having.values())
        for name in dict.fromkeys(name for each in having.values() for name in each.fields):
            knowing = {sub: each.fields[name] for sub, each in having.items() if name in each.fields}
            where = f"{type_.name}.{name}"
            lacking = [sub for sub in having if sub not in knowing]
            # What clients do not see need not be known to all: that is how a field is brought in, subgraph by subgraph.
            if lacking and not any(applied(each, "federation__inaccessible") for each in knowing.values()):
                if any(_is_required(each) for each in knowing.values()):
                    self.wrong(
                        "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
                        where,
                        f"it is required in {', '.join(knowing)}, and missing in {', '.join(lacking)}",
                        having,
                        "make it nullable, or add it to the others",
                    )
                continue
            type_.inputs[name] = self._value(where, name, knowing, "INPUT_FIELD")
            fields[name] = {sub: FieldIn(str(each.type)) for sub, each in knowing.items()}
        if not type_.inputs:
            self.wrong(
                "EMPTY_MERGED_INPUT_TYPE", type_.name, "no field is known to every subgraph", having, "share a field"
            )
        return {"fields": fields}

    def _value(self, where: str, name: str, having: Having, code: str) -> MergedValue:
        """An argument or a field of an input type that all have: its type must suit all, its default be one."""
        types = {sub: str(each.type) for sub, each in having.items()}
        type_ = merged_input(list(types.values()), self._is_named_subtype)
        if type_ is None:
            self._disagree(f"{code}_TYPE_MISMATCH" if code != "INPUT_FIELD" else "FIELD_TYPE_MISMATCH", where, types)
        defaults = {sub: _default(each) for sub, each in having.items()}
        if len(set(defaults.values()) - {None}) > 1:
            said = ", ".join(f"{default} in {sub}" for sub, default in defaults.items() if default is not None)
            self.wrong(f"{code}_DEFAULT_MISMATCH", where, f"its default is {said}", having, "agree on one")
        # Where only some have a default, clients see none, and each subgraph applies its own.
        default = next(iter(defaults.values())) if len(set(defaults.values())) == 1 else None
        return MergedValue(name, type=type_ or next(iter(types.values())), default=default, **self._described(having))

    # --- across types -------------------------------------------------------------------------------------------

    def _directives(self) -> None:
        """A directive of queries is one for clients where every subgraph knows it, in the places that all have."""
        known = [
            {each.name: each for each in facts.subgraph.schema.directives if not is_specified_directive(each)}
            for facts in self.subgraphs.values()
        ]
        for name in sorted(set.intersection(*(set(each) for each in known))):
            having = dict(zip(self.subgraphs, (each[name] for each in known), strict=True))
            places = [[place.name for place in each.locations] for each in having.values()]
            common = tuple(
                place for place in places[0] if place in EXECUTABLE and all(place in each for each in places)
            )
            if common:
                arguments = self._arguments(f"@{name}", having)
                repeatable = all(each.is_repeatable for each in having.values())
                self.merged.directives.append(MergedDirective(name, arguments, common, repeatable))

    def _fields_of_interfaces(self) -> None:
        """Whatever implements an interface has every field that any subgraph gives it."""
        for type_ in self.merged.types.values():
            for name in type_.interfaces:
                interface = self.merged.types.get(name)
                for lacking in (interface.fields.keys() - type_.fields.keys()) if interface else ():
                    self.wrong(
                        "INTERFACE_FIELD_NO_IMPLEM",
                        f"{name}.{lacking}",
                        f"{type_.name}, which implements {name}, has no field {lacking}",
                        self.merged.plans[type_.name].subgraphs,
                        f"add {type_.name}.{lacking}, or remove {name}.{lacking}",
                    )

    def _keys_of_interfaces(self) -> None:
        """Who resolves an interface by a key knows everything that implements it."""
        for plan in self.merged.plans.values():
            if plan.kind != "INTERFACE":
                continue
            everywhere = {each for members in plan.members.values() for each in members}
            for sub, keys in plan.keys.items():
                unknown = everywhere.difference(plan.members[sub])
                if unknown and any(key.resolvable for key in keys):
                    self.wrong(
                        "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
                        plan.name,
                        f"{sub} resolves it by its key, and lacks {', '.join(sorted(unknown))}, which implement it elsewhere",
                        (sub,),
                        f"define them in {sub}",
                    )

    # --- types --------------------------------------------------------------------------------------------------

    def _disagree(self, code: str, where: str, types: Mapping[str, str]) -> None:
        said = ", ".join(f"{type_} in {sub}" for sub, type_ in types.items())
        self.wrong(code, where, f"its type is {said}", types, "agree on one")

    def _is_named_subtype(self, of: str, type_: str) -> bool:
        """Whether any subgraph has the second as a member or an implementation of the first."""
        if of == type_:
            return True
        for facts in self.subgraphs.values():
            wider, narrower = facts.type(of), facts.type(type_)
            if isinstance(wider, GraphQLUnionType) and any(each.name == type_ for each in wider.types):
                return True
            if isinstance(narrower, Fielded) and any(each.name == of for each in narrower.interfaces):
                return True
        return False


def _used_types(subgraphs: Iterable[Facts]) -> tuple[set[str], set[str]]:
    """Names of the types that are used for input, and of those used for output, in any subgraph."""
    inputs: set[str] = set()
    outputs: set[str] = set()
    for facts in subgraphs:
        for type_ in facts.subgraph.schema.type_map.values():
            if type_.name.startswith("__"):
                continue
            if isinstance(type_, GraphQLInputObjectType):
                inputs |= {bare(str(each.type)) for each in type_.fields.values()}
            elif isinstance(type_, Fielded):
                outputs |= {bare(str(each.type)) for each in type_.fields.values()}
                inputs |= {bare(str(arg.type)) for each in type_.fields.values() for arg in each.args.values()}
    return inputs, outputs


def _default(value: GraphQLArgument | GraphQLInputField) -> str | None:
    node = value.ast_node.default_value if value.ast_node else None
    return print_ast(node) if node else None


def _is_required(value: GraphQLArgument | GraphQLInputField) -> bool:
    return str(value.type).endswith("!") and _default(value) is None


def _deprecated(given: dict[str, Any]) -> str:
    reason = given.get("reason")
    return f"@deprecated(reason: {_quoted(reason)})" if reason is not None else "@deprecated"


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()
