"""Whether what clients see is whole without what is @inaccessible."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import EnumValueNode, ObjectValueNode, parse_value
from graphql.language import ListValueNode, ValueNode

from gateway.compose.merge import Merged
from gateway.compose.merged import Element, MergedType, MergedValue, bare
from gateway.subgraph import ROOTS
from gateway.supergraph import CompositionError


def hidden_and_needed(merged: Merged) -> list[CompositionError]:
    """Everything inaccessible that something accessible needs."""
    checked = _Access(merged)
    return list(checked.errors())


class _Access:
    def __init__(self, merged: Merged) -> None:
        self.types = merged.types

    def errors(self) -> Iterator[CompositionError]:
        for type_ in self.types.values():
            if not type_.inaccessible:
                yield from self._of_type(type_)
            elif type_.name == ROOTS["query"]:
                yield _error("QUERY_ROOT_TYPE_INACCESSIBLE", type_.name, "it is the root of queries")

    def _of_type(self, type_: MergedType) -> Iterator[CompositionError]:
        children = list(type_.children())
        if children and all(child.inaccessible for child in children):
            yield _error("ONLY_INACCESSIBLE_CHILDREN", type_.name, "it is accessible, and nothing in it is")
        if type_.members and all(self._hidden(member) for member in type_.members):
            yield _error("ONLY_INACCESSIBLE_CHILDREN", type_.name, "it is accessible, and none of its members is")
        for field in type_.fields.values():
            where = f"{type_.name}.{field.name}"
            if field.inaccessible:
                yield from self._implemented(type_, field, where)
                continue
            yield from self._reference(where, field.type)
            for argument in field.arguments.values():
                yield from self._value(f"{where}({argument.name}:)", argument)
                if argument.inaccessible:
                    yield from self._implemented_argument(type_, field.name, argument, where)
        for value in type_.inputs.values():
            yield from self._value(f"{type_.name}.{value.name}", value)

    def _hidden(self, type_name: str) -> bool:
        return type_name in self.types and self.types[type_name].inaccessible

    def _interfaces(self, type_: MergedType) -> Iterator[MergedType]:
        return (self.types[name] for name in type_.interfaces if name in self.types and not self._hidden(name))

    def _implemented(self, type_: MergedType, field: Element, where: str) -> Iterator[CompositionError]:
        for interface in self._interfaces(type_):
            if field.name in interface.fields and not interface.fields[field.name].inaccessible:
                yield _error("IMPLEMENTED_BY_INACCESSIBLE", where, f"{interface.name}.{field.name} is accessible")

    def _implemented_argument(
        self, type_: MergedType, field: str, argument: Element, where: str
    ) -> Iterator[CompositionError]:
        for interface in self._interfaces(type_):
            of = interface.fields.get(field)
            there = of.arguments.get(argument.name) if of and not of.inaccessible else None
            if there and not there.inaccessible:
                place = f"{where}({argument.name}:)"
                yield _error("IMPLEMENTED_BY_INACCESSIBLE", place, f"in {interface.name} it is accessible")

    def _value(self, where: str, value: MergedValue) -> Iterator[CompositionError]:
        if value.inaccessible:
            if value.required:
                yield _error("REQUIRED_INACCESSIBLE", where, "it is required, so clients must see it")
            return
        yield from self._reference(where, value.type)
        if value.default is not None:
            for hidden in self._hidden_in(parse_value(value.default), bare(value.type)):
                yield _error("DEFAULT_VALUE_USES_INACCESSIBLE", where, f"its default uses {hidden}")

    def _reference(self, where: str, type_: str) -> Iterator[CompositionError]:
        if self._hidden(bare(type_)):
            yield _error("REFERENCED_INACCESSIBLE", where, f"it is accessible, and its type {bare(type_)} is not")

    def _hidden_in(self, value: ValueNode, type_name: str) -> Iterator[str]:
        type_ = self.types.get(type_name)
        match value:
            case EnumValueNode() if type_ and value.value in type_.values and type_.values[value.value].inaccessible:
                yield f"{type_name}.{value.value}"
            case ListValueNode():
                for each in value.values:
                    yield from self._hidden_in(each, type_name)
            case ObjectValueNode() if type_:
                for given in value.fields:
                    field = type_.inputs.get(given.name.value)
                    if field and field.inaccessible:
                        yield f"{type_name}.{field.name}"
                    elif field:
                        yield from self._hidden_in(given.value, bare(field.type))


def _error(code: str, where: str, message: str) -> CompositionError:
    mend = "mark both as @inaccessible, or neither"
    return CompositionError(code, f"{where}: {message}", (), where, mend)
