"""How large an operation may be, found before it is validated, because validation itself is what some documents attack.

Everything is measured with fragments in the place of their spreads, each fragment once, so that documents whose expansion
would be immense are measured as quickly as others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    parse,
)

from gateway.refusals import (
    TOO_BROAD,
    TOO_COSTLY,
    TOO_DEEP,
    TOO_MANY_ALIASES,
    TOO_MANY_ROOT_FIELDS,
    TOO_MANY_TOKENS,
)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one operation may have at most.

    `breadth` are the fields selected in one place, `aliases` those of the whole operation. `cost` counts every object that
    the operation may touch, and 10 for each field of a mutation. A list counts as many times as the argument among
    `slicing_arguments` says that stands on it or on the field around it (a connection's `edges`), otherwise `list_size`.
    """

    depth: int = 15
    aliases: int = 30
    root_fields: int = 20
    breadth: int = 200
    tokens: int = 4_000
    cost: int = 20_000
    list_size: int = 10
    slicing_arguments: tuple[str, ...] = ("first", "last", "limit")


MUTATION_COST = 10
_NESTED_AT_MOST = 200
"""Selection sets within one another, fragments counted: measuring is recursive, and so is validation."""

_MOST_TOLD = 1 << 53
"""Beyond it readers of JSON disagree about numbers."""

Terms = Counter[tuple[str, ...]]
"""A cost that depends on variables: a sum of products, each some variables and how often."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An operation that is within the limits, but for a cost that depends on variables."""

    operation: OperationType
    terms: Terms
    defaults: Mapping[str, int]

    def cost(self, variables: Mapping[str, Any], list_size: int) -> int:
        total = 0
        for names, times in self.terms.items():
            for name in names:
                value = variables.get(name)
                length = value if isinstance(value, int) else self.defaults.get(name, list_size)
                times *= max(length, 0)
            total += times
        return total


def read_document(text: str, limits: Limits) -> DocumentNode:
    """The document. GraphQLSyntaxError, or RefusedRequest for one of too many tokens, found while it is read."""
    try:
        return parse(text, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if "tokens" in error.message and "more than" in error.message:
            raise TOO_MANY_TOKENS.of(limit=limits.tokens) from None
        raise


def measure(document: DocumentNode, schema: GraphQLSchema, limits: Limits) -> Mapping[str, Measured]:
    """The operations of a document by their names, "" for one without. RefusedRequest when one is beyond the limits."""
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    measuring = _Measuring(schema, limits, fragments)
    return {
        part.name.value if part.name else "": measuring.operation(part)
        for part in document.definitions
        if isinstance(part, OperationDefinitionNode)
    }


def check_cost(measured: Measured, variables: Mapping[str, Any], limits: Limits) -> int:
    """The cost with these variables. RefusedRequest when it is too high."""
    cost = measured.cost(variables, limits.list_size)
    if cost > limits.cost:
        raise TOO_COSTLY.of(cost=min(cost, _MOST_TOLD), limit=limits.cost)
    return cost


@dataclass(frozen=True, slots=True)
class _Size:
    """Of one selection set: how deep it goes, its own fields, the most in one place below, and all aliases."""

    depth: int = 0
    fields: int = 0
    broadest: int = 0
    aliases: int = 0


@dataclass(frozen=True, slots=True)
class _Measuring:
    schema: GraphQLSchema
    limits: Limits
    fragments: Mapping[str, FragmentDefinitionNode]
    sizes: dict[str, _Size] = field(default_factory=dict)
    costs: dict[tuple[str, int | str | None], Terms] = field(default_factory=dict)

    def operation(self, operation: OperationDefinitionNode) -> Measured:
        limits = self.limits
        size = self._size(operation.selection_set, ())
        for value, limit, refusal in (
            (size.depth, limits.depth, TOO_DEEP),
            (size.fields, limits.root_fields, TOO_MANY_ROOT_FIELDS),
            (size.broadest, limits.breadth, TOO_BROAD),
            (size.aliases, limits.aliases, TOO_MANY_ALIASES),
        ):
            if value > limit:
                raise refusal.of(limit=limit)
        root = self.schema.get_root_type(operation.operation)
        terms = self._cost(operation.selection_set, root, None, ())
        if operation.operation is OperationType.MUTATION:
            terms[()] += MUTATION_COST * size.fields
        defaults = {
            each.variable.name.value: int(each.default_value.value)
            for each in operation.variable_definitions or ()
            if isinstance(each.default_value, IntValueNode)
        }
        return Measured(operation.operation, terms, defaults)

    def _size(self, selected: SelectionSetNode, within: tuple[str, ...], nested: int = 0) -> _Size:
        if nested > _NESTED_AT_MOST:
            raise TOO_DEEP.of(limit=self.limits.depth)
        depth = fields = broadest = aliases = 0
        for selection in selected.selections:
            match selection:
                case FieldNode():
                    fields += 1
                    aliases += selection.alias is not None
                    inner = (
                        self._size(selection.selection_set, within, nested + 1) if selection.selection_set else _Size()
                    )
                    depth = max(depth, inner.depth + 1)
                case InlineFragmentNode():
                    inner = self._size(selection.selection_set, within, nested + 1)
                    depth, fields = max(depth, inner.depth), fields + inner.fields
                case FragmentSpreadNode():
                    inner = self._size_of_fragment(selection.name.value, within, nested + 1)
                    depth, fields = max(depth, inner.depth), fields + inner.fields
                case _:
                    continue
            broadest, aliases = max(broadest, inner.broadest), aliases + inner.aliases
        return _Size(depth, fields, max(fields, broadest), aliases)

    def _size_of_fragment(self, name: str, within: tuple[str, ...], nested: int) -> _Size:
        """Of a fragment; nothing for one that is not there or contains itself, which validation refuses."""
        if name in within or name not in self.fragments:
            return _Size()
        if name not in self.sizes:
            self.sizes[name] = self._size(self.fragments[name].selection_set, (*within, name), nested)
        return self.sizes[name]

    def _cost(
        self,
        selected: SelectionSetNode,
        parent: GraphQLNamedType | None,
        pending: int | str | None,
        within: tuple[str, ...],
    ) -> Terms:
        """`pending` is the length that the field around has asked for, of a list that is still to come."""
        total: Terms = Counter()
        for selection in selected.selections:
            match selection:
                case FieldNode():
                    total.update(self._cost_of_field(selection, parent, pending, within))
                case InlineFragmentNode(type_condition=condition):
                    on = self.schema.get_type(condition.name.value) if condition else parent
                    total.update(self._cost(selection.selection_set, on, pending, within))
                case FragmentSpreadNode():
                    total.update(self._cost_of_fragment(selection.name.value, pending, within))
        return total

    def _cost_of_fragment(self, name: str, pending: int | str | None, within: tuple[str, ...]) -> Terms:
        if name in within or name not in self.fragments:
            return Counter()
        if (name, pending) not in self.costs:
            fragment = self.fragments[name]
            on = self.schema.get_type(fragment.type_condition.name.value)
            self.costs[name, pending] = self._cost(fragment.selection_set, on, pending, (*within, name))
        return self.costs[name, pending]

    def _cost_of_field(
        self, node: FieldNode, parent: GraphQLNamedType | None, pending: int | str | None, within: tuple[str, ...]
    ) -> Terms:
        """Introspection is answered from the schema, and how deep it goes is limited by validation."""
        found = _field(parent, node.name.value)
        if found is None:
            return Counter()
        named = get_named_type(found.type)
        if is_leaf_type(named):
            return Counter()
        is_list = is_list_type(get_nullable_type(found.type))
        asked = self._length_asked(node)
        inner: Terms = Counter({(): 1})
        if node.selection_set:
            inner.update(self._cost(node.selection_set, named, None if is_list else asked, within))
        if not is_list:
            return inner
        length = asked if asked is not None else pending if pending is not None else self.limits.list_size
        if isinstance(length, str):
            return Counter({tuple(sorted((*names, length))): times for names, times in inner.items()})
        return Counter({names: times * length for names, times in inner.items()})

    def _length_asked(self, node: FieldNode) -> int | str | None:
        """What a slicing argument says: a number, or the name of the variable that will say it."""
        for argument in node.arguments or ():
            if argument.name.value in self.limits.slicing_arguments:
                match argument.value:
                    case IntValueNode(value=value):
                        return max(int(value), 0)
                    case VariableNode(name=name):
                        return name.value
        return None


def _field(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    if is_object_type(parent) or is_interface_type(parent):
        fields: Mapping[str, GraphQLField] = parent.fields
        return fields.get(name)
    return None
