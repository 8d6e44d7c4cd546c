"""The merged schema in plain data, as merging makes it and printing writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.supergraph import Kind


@dataclass(slots=True)
class Element:
    """Anything that can be described and marked. `marks` are @deprecated, @tag, @inaccessible, as written."""

    name: str
    description: str | None = None
    marks: tuple[str, ...] = ()

    @property
    def inaccessible(self) -> bool:
        return "@inaccessible" in self.marks


@dataclass(slots=True)
class MergedValue(Element):
    """An argument or a field of an input type. `default` is as written, None where there is none."""

    type: str = ""
    default: str | None = None

    @property
    def required(self) -> bool:
        return self.type.endswith("!") and self.default is None


@dataclass(slots=True)
class MergedField(Element):
    """A field of an object or interface."""

    type: str = ""
    arguments: dict[str, MergedValue] = field(default_factory=dict)


@dataclass(slots=True)
class MergedType(Element):
    """One named type. Which of the collections are filled is by its kind; `url` is a scalar's @specifiedBy."""

    kind: Kind = "OBJECT"
    interfaces: tuple[str, ...] = ()
    fields: dict[str, MergedField] = field(default_factory=dict)
    inputs: dict[str, MergedValue] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    values: dict[str, Element] = field(default_factory=dict)
    url: str | None = None
    one_of: bool = False

    def children(self) -> Iterator[Element]:
        yield from self.fields.values()
        yield from self.inputs.values()
        yield from self.values.values()


@dataclass(slots=True)
class MergedDirective:
    """A directive of queries. Those of schemas are each subgraph's own affair."""

    name: str
    arguments: dict[str, MergedValue]
    locations: tuple[str, ...]
    repeatable: bool


def bare(type_: str) -> str:
    """The named type inside of lists and exclamation marks."""
    return type_.strip("[]!")
