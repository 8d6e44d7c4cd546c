"""Field sets: what @key, @requires and @provides say in their argument `fields`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
    parse,
    print_ast,
)

from gateway.supergraph import Chosen, FieldSet


class WrongFieldSet(Exception):
    """Why a field set says nothing: in a word (`invalid`, `arguments`, `directive`, `type`) and in a sentence."""

    def __init__(self, why: str, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why


@dataclass(frozen=True, slots=True)
class Place:
    """One field that a field set names, at any depth: the type that it is of there, what is chosen, its definition."""

    type: str
    chosen: Chosen
    field: GraphQLField


def parse_field_set(text: str, type_name: str, schema: GraphQLSchema) -> FieldSet:
    """What `text` chooses of a type; raises WrongFieldSet where it is no selection of that type's fields."""
    try:
        document = parse("{" + text + "}")
    except GraphQLError as error:
        raise WrongFieldSet("invalid", f"it cannot be read: {error.message}") from error
    operation = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(operation, OperationDefinitionNode):
        raise WrongFieldSet("invalid", "it cannot be read: it is no list of fields")
    return _chosen(operation.selection_set, schema.type_map[type_name], schema, None)


def _chosen(selection: SelectionSetNode, of: GraphQLNamedType, schema: GraphQLSchema, on: str | None) -> FieldSet:
    found: list[Chosen] = []
    for node in selection.selections:
        if node.directives:
            raise WrongFieldSet("directive", f"it applies @{node.directives[0].name.value}, and may not apply any")
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else None
            narrowed = schema.type_map.get(condition) if condition else of
            if narrowed is None or not is_composite_type(narrowed):
                raise WrongFieldSet("invalid", f"there is no type {condition} to choose from")
            if not _overlap(of, narrowed, schema):
                raise WrongFieldSet("invalid", f"{of.name} is never a {narrowed.name}")
            found += _chosen(node.selection_set, narrowed, schema, condition or on)
        elif isinstance(node, FieldNode):
            found.append(_field(node, of, schema, on))
        else:
            raise WrongFieldSet("invalid", "it names a fragment, and there is none")
    return tuple(found)


def _field(node: FieldNode, of: GraphQLNamedType, schema: GraphQLSchema, on: str | None) -> Chosen:
    name = node.name.value
    if node.alias:
        raise WrongFieldSet("invalid", f"it gives {name} the alias {node.alias.value}, and may not give any")
    if name == "__typename":
        return Chosen(name, on=on)
    if not isinstance(of, GraphQLObjectType | GraphQLInterfaceType) or name not in of.fields:
        raise WrongFieldSet("invalid", f"{of.name} has no field {name}")
    field = of.fields[name]
    given = {argument.name.value for argument in node.arguments or ()}
    if unknown := given - field.args.keys():
        raise WrongFieldSet("invalid", f"{of.name}.{name} has no argument {min(unknown)}")
    if lacking := {each for each, argument in field.args.items() if is_required_argument(argument)} - given:
        raise WrongFieldSet("invalid", f"{of.name}.{name} requires its argument {min(lacking)}")
    type_ = get_named_type(field.type)
    if is_composite_type(type_) and node.selection_set is None:
        raise WrongFieldSet("invalid", f"{of.name}.{name} is of type {type_}: choose of its fields, {name} {{ … }}")
    if not is_composite_type(type_) and node.selection_set is not None:
        raise WrongFieldSet("invalid", f"{of.name}.{name} is of type {type_}, which has no fields to choose")
    arguments = ", ".join(print_ast(argument) for argument in node.arguments or ())
    selections = _chosen(node.selection_set, type_, schema, None) if node.selection_set else ()
    return Chosen(name, selections, on, f"({arguments})" if arguments else "")


def _overlap(one: GraphQLNamedType, other: GraphQLNamedType, schema: GraphQLSchema) -> bool:
    def possible(of: GraphQLNamedType) -> set[str]:
        if isinstance(of, GraphQLInterfaceType | GraphQLUnionType):
            return {each.name for each in schema.get_possible_types(of)}
        return {of.name}

    return bool(possible(one) & possible(other))


def places(field_set: FieldSet, type_name: str, schema: GraphQLSchema) -> Iterator[Place]:
    """Every field that a field set names, outer before inner."""
    for chosen in field_set:
        if chosen.name == "__typename":
            continue
        of = chosen.on or type_name
        field = field_of(of, chosen.name, schema)
        yield Place(of, chosen, field)
        yield from places(chosen.selections, get_named_type(field.type).name, schema)


def field_of(type_name: str, name: str, schema: GraphQLSchema) -> GraphQLField:
    """A field that the type is known to have."""
    return schema.type_map[type_name].fields[name]  # type: ignore[attr-defined, no-any-return]


def unfit_for_key(field_set: FieldSet, type_name: str, schema: GraphQLSchema) -> str | None:
    """Which field cannot be in a @key because of its type, in a sentence: it may be of several types."""
    for place in places(field_set, type_name, schema):
        if is_abstract_type(get_named_type(place.field.type)):
            return f"{place.type}.{place.chosen.name} is of type {place.field.type}, and interfaces and unions identify nothing"
    return None


def printed(field_set: FieldSet) -> str:
    """A field set as it is written: `id organization { id }`."""
    return " ".join(_printed(chosen) for chosen in field_set)


def _printed(chosen: Chosen) -> str:
    text = chosen.name + chosen.arguments
    if chosen.selections:
        text += f" {{ {printed(chosen.selections)} }}"
    return f"... on {chosen.on} {{ {text} }}" if chosen.on else text
