"""Two kinds of import contract that import-linter lacks: lists of what is allowed, so that a new module is forbidden.

A name stands for itself and everything inside it; one that ends with `.**` only for what lies inside, one that begins
with `=` for itself alone. `*` is any one part of a name; so is `{service}`, which in `allowed` means the same service again. Only direct imports count: whoever
is imported has contracts of its own.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def _pattern(name: str) -> re.Pattern[str]:
    inside, alone = name.endswith(".**"), name.startswith("=")
    escaped = re.escape(name.removeprefix("=").removesuffix(".**"))
    escaped = escaped.replace(r"\{service\}", r"(?P<service>[^.]+)").replace(r"\*", r"[^.]+")
    return re.compile(escaped + (r"(\..+)" if inside else "" if alone else r"(\..+)?"))


def _is_one_of(module: str, names: list[str], service: str | None = None) -> bool:
    return any(_pattern(name.replace("{service}", service or "{service}")).fullmatch(module) for name in names)


class OnlyImports(Contract):
    """`modules` import nothing but the standard library and `allowed`; with `libraries`, other packages as well."""

    # Any: import-linter puts the value from the file in the field's place.

    modules: Any = fields.ListField(subfield=fields.StringField())
    allowed: Any = fields.ListField(subfield=fields.StringField(), required=False)
    libraries: Any = fields.BooleanField(required=False, default=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = []
        allowed: list[str] = self.allowed or []
        for importer in sorted(graph.modules):
            for name in self.modules:
                match = _pattern(name).fullmatch(importer)
                if not match or graph.is_module_squashed(importer):
                    continue
                service = match.groupdict().get("service")
                broken += [
                    (importer, imported)
                    for imported in sorted(graph.find_modules_directly_imported_by(importer))
                    if not (
                        imported.partition(".")[0] in sys.stdlib_module_names
                        or _is_one_of(imported, allowed, service)
                        or (self.libraries and graph.is_module_squashed(imported))
                    )
                ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _render(check)


class OnlyImportedBy(Contract):
    """`modules` are imported by nobody but `importers`, and by each other."""

    modules: Any = fields.ListField(subfield=fields.StringField())
    importers: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        modules: list[str] = self.modules
        importers: list[str] = self.importers
        broken = [
            (importer, imported)
            for imported in sorted(graph.modules)
            if _is_one_of(imported, modules)
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not _is_one_of(importer, [*importers, *modules])
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _render(check)


def _render(check: ContractCheck) -> None:
    for importer, imported in check.metadata["broken"]:
        output.print_error(f"{importer} must not import {imported}", bold=False)
    output.new_line()
