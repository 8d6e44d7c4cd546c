"""What a subgraph's `@link`s mean: by which name it calls each directive and type of the federation specification.

Everywhere else these are called by one name, `federation__key`, whatever a subgraph imports them as.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import DirectiveNode, value_from_ast_untyped

from gateway.supergraph import CompositionError

SPECIFICATIONS = "https://specs.apollo.dev/"
NEWEST = (2, 11)

SINCE: dict[str, tuple[int, int]] = {
    "key": (2, 0),
    "requires": (2, 0),
    "provides": (2, 0),
    "external": (2, 0),
    "shareable": (2, 0),
    "extends": (2, 0),
    "override": (2, 0),
    "tag": (2, 0),
    "inaccessible": (2, 0),
    "composeDirective": (2, 1),
    "interfaceObject": (2, 3),
    "authenticated": (2, 5),
    "requiresScopes": (2, 5),
    "policy": (2, 6),
    "context": (2, 8),
    "fromContext": (2, 8),
    "cost": (2, 9),
    "listSize": (2, 9),
}
"""Every directive of the federation specification, and the version that brought it."""

TYPES_SINCE: dict[str, tuple[int, int]] = {
    "FieldSet": (2, 0),
    "Scope": (2, 5),
    "Policy": (2, 6),
    "ContextFieldValue": (2, 8),
}

NOT_HONOURED = frozenset(
    {
        "composeDirective",
        "interfaceObject",
        "authenticated",
        "requiresScopes",
        "policy",
        "context",
        "fromContext",
        "cost",
        "listSize",
    }
)
"""Refused by name where they are used, because to ignore them would change what they promise."""

ALONE = frozenset({"tag", "inaccessible", "authenticated", "requiresScopes", "policy", "cost"})
"""Specifications of their own that hold a directive which the federation specification holds too."""

DEFINITIONS = """
scalar federation__FieldSet
directive @federation__key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @federation__requires(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @federation__provides(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @federation__external(reason: String) on OBJECT | FIELD_DEFINITION
directive @federation__shareable repeatable on OBJECT | FIELD_DEFINITION
directive @federation__extends on OBJECT | INTERFACE
directive @federation__override(from: String!, label: String) on FIELD_DEFINITION
directive @federation__tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
directive @federation__inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
"""
"""What takes the place of a subgraph's own definitions. A field set may be any value here; its own check says more."""


@dataclass(frozen=True, slots=True)
class Link:
    """One `@link` of a subgraph's schema. `imports` are local names by the specification's, with @ for directives."""

    identity: str
    name: str
    version: tuple[int, int]
    prefix: str
    imports: dict[str, str]


@dataclass(slots=True)
class Names:
    """What a subgraph calls the things of specifications, by its own name; and `federation`, the version it links."""

    federation: tuple[int, int] | None = None
    directives: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)

    def is_of_specification(self, name: str) -> bool:
        """Whether a type or directive, by its local name, is defined by a linked specification."""
        return name in self.directives or name in self.types or name.partition("__")[0] in self.prefixes


def names_of(subgraph: str, applied: Sequence[DirectiveNode]) -> tuple[Names, list[CompositionError]]:
    """What the directives on a subgraph's schema say about names, and every misuse of `@link` found."""
    names, errors = Names(prefixes={"link", "core"}, directives={"link": "link", "core": "link"}), []

    def wrong(code: str, message: str, mend: str) -> None:
        errors.append(CompositionError(code, message, (subgraph,), "schema", mend))

    for link in _links(applied, wrong):
        if link.identity == SPECIFICATIONS + "link":
            names.prefixes.add(link.prefix)
            names.directives[link.prefix] = "link"
        elif link.identity == SPECIFICATIONS + "federation":
            _add_federation(names, link, wrong)
        elif link.identity.startswith(SPECIFICATIONS) and link.name in ALONE:
            names.directives[link.imports.get(f"@{link.name}", link.prefix)] = link.name
            names.prefixes.add(link.prefix)
        elif link.identity.startswith(SPECIFICATIONS):
            wrong("UNSUPPORTED_FEATURE", f"the specification {link.identity} is not supported", "do without it")
    return names, errors


def _add_federation(names: Names, link: Link, wrong: Any) -> None:
    if link.version[0] != 2 or link.version > NEWEST:
        wrong(
            "UNKNOWN_FEDERATION_LINK_VERSION",
            f"Federation v{link.version[0]}.{link.version[1]} is not known",
            f"link a version from v2.0 to v{NEWEST[0]}.{NEWEST[1]}",
        )
        return
    names.federation = link.version
    names.prefixes.add(link.prefix)
    directives = {name for name, since in SINCE.items() if since <= link.version}
    types = {name for name, since in TYPES_SINCE.items() if since <= link.version}
    for name in directives:
        names.directives[link.imports.get(f"@{name}", f"{link.prefix}__{name}")] = name
    for name in types:
        names.types[link.imports.get(name, f"{link.prefix}__{name}")] = name
    for asked in link.imports:
        if asked.removeprefix("@") not in (directives if asked.startswith("@") else types):
            wrong(
                "INVALID_LINK_DIRECTIVE_USAGE",
                f"cannot import unknown element {asked} of Federation v{link.version[0]}.{link.version[1]}",
                "correct its name, or link a newer version",
            )


def _links(applied: Sequence[DirectiveNode], wrong: Any) -> Iterator[Link]:
    given = [(node.name.value, arguments_of(node)) for node in applied]
    itself = next(
        (
            name
            for name, arguments in given
            if str(arguments.get("url", arguments.get("feature", ""))).startswith(SPECIFICATIONS + "link/")
            and name == arguments.get("as", "link")
        ),
        "link",
    )
    for name, arguments in given:
        if name != itself or "url" not in arguments:
            continue
        url = str(arguments["url"])
        found = re.fullmatch(r"(?P<identity>.*?(?P<name>[^/]+))/v(?P<major>\d+)\.(?P<minor>\d+)/?", url)
        if found is None:
            if url.startswith(SPECIFICATIONS):
                wrong("INVALID_LINK_IDENTIFIER", f"{url} names no version", "end the url in a version such as /v2.3")
            continue
        try:
            imports = _imports(arguments.get("import") or [])
        except ValueError as error:
            wrong("INVALID_LINK_DIRECTIVE_USAGE", str(error), 'write import: ["@key", { name: "@tag", as: "@label" }]')
            imports = {}
        version = int(found["major"]), int(found["minor"])
        yield Link(found["identity"], found["name"], version, arguments.get("as") or found["name"], imports)


def _imports(listed: Any) -> dict[str, str]:
    """Local names by the names of the specification. A directive's local name has no @ any more."""
    if not isinstance(listed, list):
        raise ValueError("the argument import of @link is no list")
    imports = {}
    for entry in listed:
        name, local = (entry.get("name"), entry.get("as")) if isinstance(entry, dict) else (entry, None)
        if not isinstance(name, str) or not isinstance(local, str | None):
            raise ValueError(f"{entry} in the argument import of @link names nothing")
        if local is not None and name.startswith("@") != local.startswith("@"):
            raise ValueError(f"{name} is imported as {local}: both have an @, or none")
        imports[name] = (local or name).removeprefix("@")
    return imports


def arguments_of(applied: DirectiveNode) -> dict[str, Any]:
    """The arguments of an applied directive as plain values."""
    return {argument.name.value: value_from_ast_untyped(argument.value) for argument in applied.arguments or ()}
