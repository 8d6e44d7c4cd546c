"""The supergraph's text, with the join directives of the public specification (join v0.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import orjson
from graphql.language.block_string import print_block_string

from gateway.compose.merge import Merged
from gateway.compose.merged import Element, MergedDirective, MergedField, MergedType, MergedValue
from gateway.fieldsets import printed
from gateway.supergraph import FieldIn, TypeOf

JOIN = """
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

directive @join__graph(name: String!, url: String!) on ENUM_VALUE

directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR

directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION

directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE

directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION

directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE

scalar join__FieldSet

scalar link__Import

enum link__Purpose {
  \"\"\"`SECURITY` features provide metadata necessary to securely resolve fields.\"\"\"
  SECURITY

  \"\"\"`EXECUTION` features provide metadata necessary for operation execution.\"\"\"
  EXECUTION
}
"""

TAG = "directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA\n"
INACCESSIBLE = "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION\n"


def graph_names(subgraphs: Iterable[str]) -> dict[str, str]:
    """What each subgraph is called in the enum join__Graph."""
    names: dict[str, str] = {}
    for subgraph in subgraphs:
        name = re.sub(r"\W", "_", subgraph, flags=re.ASCII).upper()
        name = f"_{name}" if name[0].isdigit() else name
        taken, unique, number = set(names.values()), name, 1
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        names[subgraph] = unique
    return names


def supergraph_sdl(subgraphs: Mapping[str, str], merged: Merged, roots: Mapping[str, str]) -> str:
    """The whole text, for subgraphs by name with their URLs."""
    printer = _Printer(graph_names(subgraphs), merged)
    types = [printer.type(type_) for type_ in sorted(merged.types.values(), key=lambda each: each.name)]
    text = "\n\n".join([*(_directive(each) for each in merged.directives), *types])
    links = [
        '@link(url: "https://specs.apollo.dev/link/v1.0")',
        '@link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)',
    ]
    definitions = JOIN
    if printer.marked("@tag"):
        links.append('@link(url: "https://specs.apollo.dev/tag/v0.3")')
        definitions = TAG + definitions
    if printer.marked("@inaccessible"):
        links.append('@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)')
        definitions = INACCESSIBLE + definitions
    schema = "schema\n" + "".join(f"  {link}\n" for link in links)
    schema += "{\n" + "".join(f"  {operation}: {name}\n" for operation, name in roots.items()) + "}"
    graphs = "".join(
        f"  {printer.graphs[name]} @join__graph(name: {_quoted(name)}, url: {_quoted(url)})\n"
        for name, url in subgraphs.items()
    )
    return f"{schema}\n{definitions}\nenum join__Graph {{\n{graphs}}}\n\n{text}\n"


class _Printer:
    def __init__(self, graphs: Mapping[str, str], merged: Merged) -> None:
        self.graphs = graphs
        self.merged = merged

    def marked(self, mark: str) -> bool:
        """Whether anything at all is marked so."""
        return any(
            each.startswith(mark)
            for type_ in self.merged.types.values()
            for element in (
                type_,
                *type_.children(),
                *(argument for field in type_.fields.values() for argument in field.arguments.values()),
            )
            for each in element.marks
        )

    def type(self, type_: MergedType) -> str:
        plan = self.merged.plans[type_.name]
        marks = [*self._joins(plan), *type_.marks]
        match type_.kind:
            case "SCALAR":
                marks += [f"@specifiedBy(url: {_quoted(type_.url)})"] if type_.url else []
                return _described(type_, f"scalar {type_.name}{_lines(marks)}")
            case "UNION":
                members = "".join(f"\n  | {name}" for name in type_.members)
                return _described(type_, f"union {type_.name}{_lines(marks)} ={members}")
            case "ENUM":
                values = [
                    _indented(value, f"  {value.name}{_inline([*self._values(plan, value.name), *value.marks])}")
                    for value in type_.values.values()
                ]
                return _described(type_, _block(f"enum {type_.name}{_lines(marks)}", values))
            case "INPUT_OBJECT":
                marks += ["@oneOf"] if type_.one_of else []
                inputs = [
                    _indented(value, f"  {_value(value, self._fields(plan, value.name, value.type))}")
                    for value in type_.inputs.values()
                ]
                return _described(type_, _block(f"input {type_.name}{_lines(marks)}", inputs))
            case _:
                word = "type" if type_.kind == "OBJECT" else "interface"
                implements = f" implements {' & '.join(type_.interfaces)}" if type_.interfaces else ""
                fields = [self._field(plan, field) for field in type_.fields.values()]
                return _described(type_, _block(f"{word} {type_.name}{implements}{_lines(marks)}", fields))

    def _field(self, plan: TypeOf, field: MergedField) -> str:
        arguments = ""
        if field.arguments:
            parts = [_value(argument, ()) for argument in field.arguments.values()]
            if any(argument.description for argument in field.arguments.values()):
                lines = [
                    _indented(argument, f"    {part}", "    ")
                    for argument, part in zip(field.arguments.values(), parts, strict=True)
                ]
                arguments = "(\n" + "\n".join(lines) + "\n  )"
            else:
                arguments = f"({', '.join(parts)})"
        marks = [*self._fields(plan, field.name, field.type), *field.marks]
        return _indented(field, f"  {field.name}{arguments}: {field.type}{_inline(marks)}")

    def _joins(self, plan: TypeOf) -> Iterable[str]:
        for subgraph in plan.subgraphs:
            graph = self.graphs[subgraph]
            extension = ", extension: true" if (plan.name, subgraph) in self.merged.extended else ""
            for key in plan.keys.get(subgraph, ()):
                resolvable = "" if key.resolvable else ", resolvable: false"
                yield f"@join__type(graph: {graph}, key: {_quoted(printed(key.fields))}{extension}{resolvable})"
            if subgraph not in plan.keys:
                yield f"@join__type(graph: {graph}{extension})"
        for subgraph, interfaces in plan.interfaces.items():
            for interface in interfaces:
                yield f"@join__implements(graph: {self.graphs[subgraph]}, interface: {_quoted(interface)})"
        if plan.kind == "UNION":
            for subgraph, members in plan.members.items():
                for member in members:
                    yield f"@join__unionMember(graph: {self.graphs[subgraph]}, member: {_quoted(member)})"

    def _values(self, plan: TypeOf, value: str) -> Iterable[str]:
        for subgraph, values in plan.values.items():
            if value in values:
                yield f"@join__enumValue(graph: {self.graphs[subgraph]})"

    def _fields(self, plan: TypeOf, name: str, merged: str) -> Sequence[str]:
        """Which subgraphs have a field, and how; nothing where each that has the type has the field just so."""
        having = plan.fields[name]
        coordinate = plan.name, name
        overrides = self.merged.overrides.get(coordinate, {})
        overridden = self.merged.owned[coordinate].overridden if coordinate in self.merged.owned else ()
        joins = []
        for subgraph, each in having.items():
            parts = [f"graph: {self.graphs[subgraph]}", *_particulars(each, merged, subgraph in overridden)]
            if subgraph in overrides:
                parts.append(f"override: {_quoted(overrides[subgraph])}")
            joins.append(f"@join__field({', '.join(parts)})")
        trivial = len(having) == len(plan.subgraphs) and all("," not in join for join in joins)
        return () if trivial else joins


def _directive(directive: MergedDirective) -> str:
    arguments = ", ".join(_value(each, ()) for each in directive.arguments.values())
    head = f"directive @{directive.name}" + (f"({arguments})" if arguments else "")
    return f"{head}{' repeatable' if directive.repeatable else ''} on {' | '.join(directive.locations)}"


def _particulars(field: FieldIn, merged: str, overridden: bool) -> Iterable[str]:
    if field.requires:
        yield f"requires: {_quoted(printed(field.requires))}"
    if field.provides:
        yield f"provides: {_quoted(printed(field.provides))}"
    if field.type != merged:
        yield f"type: {_quoted(field.type)}"
    if overridden:
        yield "usedOverridden: true"
    elif field.external:
        yield "external: true"


def _value(value: MergedValue, joins: Sequence[str]) -> str:
    default = f" = {value.default}" if value.default is not None else ""
    return f"{value.name}: {value.type}{default}{_inline([*joins, *value.marks])}"


def _block(head: str, lines: Sequence[str]) -> str:
    opening = "\n{" if "\n" in head else " {"
    return f"{head}{opening}\n" + "\n".join(lines) + "\n}" if lines else head


def _lines(marks: Iterable[str]) -> str:
    return "".join(f"\n  {mark}" for mark in marks)


def _inline(marks: Iterable[str]) -> str:
    return "".join(f" {mark}" for mark in marks)


def _described(element: Element, text: str) -> str:
    return f"{print_block_string(element.description)}\n{text}" if element.description else text


def _indented(element: Element, text: str, indent: str = "  ") -> str:
    if not element.description:
        return text
    description = print_block_string(element.description).replace("\n", f"\n{indent}")
    return f"{indent}{description}\n{text}"


def _quoted(text: str | None) -> str:
    return orjson.dumps(text).decode()
