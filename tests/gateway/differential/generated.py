"""Sets of subgraphs made at random: entities with keys, and inputs and outputs of every strictness.

What they are called is short, for the text of a failed comparison is long enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

FIELDS = {"id": "ID!", "code": "String", "x": "Int", "y": "[Int]"}


def entities(chance: Random) -> Mapping[str, str]:
    """Two to four subgraphs that share the entities T and U, by whatever keys; an interface and a union beside."""
    names = "abcd"[: chance.choice([2, 2, 3, 3, 4])]
    own = {
        (name, entity): [field for field in FIELDS if chance.random() < (0.8 if field == "id" else 0.5)] or ["id"]
        for name in names
        for entity in "TU"
        if chance.random() < 0.8
    }
    made = {name: _of_entities(chance, name, names, own) for name in names}
    if not any("type Query" in sdl for sdl in made.values()):
        made["a"] += " type Query { nothing: Int }"
    return made


def _of_entities(chance: Random, name: str, names: str, own: Mapping[tuple[str, str], list[str]]) -> str:
    here = [entity for entity in "TU" if (name, entity) in own]
    if not here:
        return "type Query { nothing: Int @shareable }"
    common = [field for field in FIELDS if all(field in own[name, entity] for entity in here)]
    abstract = bool(common) and chance.random() < 0.4
    union = chance.random() < 0.3
    fields = {entity: {field: f"{FIELDS[field]} @shareable" for field in own[name, entity]} for entity in here}
    keys: dict[str, list[str]] = {}
    for entity in here:
        keys[entity] = [_key(chance, own[name, entity]) for _ in range(chance.choice([0, 1, 1, 1, 2]))]
        other = "U" if entity == "T" else "T"
        if other in here and chance.random() < 0.5:
            fields[entity]["to"] = f"{other} @shareable"
            if chance.random() < 0.3:
                keys[entity].append(f'@key(fields: "to {{ {chance.choice(own[name, other])} }}")')
        if abstract and chance.random() < 0.4:
            fields[entity]["near"] = "I @shareable"
        if union and chance.random() < 0.4:
            fields[entity]["some"] = "[V] @shareable"
    for entity in here:
        _add_needs(chance, name, names, entity, own, fields)
    text = [
        f"type {entity} {'implements I' if abstract else ''} {' '.join(keys[entity])} {{ {_fields(fields[entity])} }}"
        for entity in here
    ]
    roots = {f"{name}{entity}": entity for entity in here if chance.random() < 0.5}
    roots |= {f"s{entity}": f"{entity} @shareable" for entity in here if chance.random() < 0.2}
    if abstract:
        text.append(f"interface I {{ {common[0]}: {FIELDS[common[0]]} }}")
        roots |= {f"{name}I": "I"}
    if union:
        text.append(f"union V = {' | '.join(here)}")
        roots |= {f"{name}V": "V"}
    return " ".join([*text, f"type Query {{ {_fields(roots)} }}" if roots else ""])


def _key(chance: Random, fields: list[str]) -> str:
    if "id" in fields and chance.random() < 0.5:
        return '@key(fields: "id")'
    return f'@key(fields: "{" ".join(chance.sample(fields, min(len(fields), chance.choice([1, 1, 2]))))}")'


def _add_needs(
    chance: Random,
    name: str,
    names: str,
    entity: str,
    own: Mapping[tuple[str, str], list[str]],
    fields: dict[str, dict[str, str]],
) -> None:
    """Now and then a field that requires another's, one that is provided, one that is overridden."""

    def elsewhere(of: str) -> list[str]:
        others = {field for other in names if other != name for field in own.get((other, of), ())}
        return sorted(others.difference(own[name, of]))

    if (found := elsewhere(entity)) and chance.random() < 0.5:
        field = chance.choice(found)
        fields[entity][field] = f"{FIELDS[field]} @external"
        fields[entity][f"r{name}"] = f'Int @requires(fields: "{field}")'
    other = "U" if entity == "T" else "T"
    if "to" in fields[entity] and chance.random() < 0.25 and (found := elsewhere(other)):
        field = chance.choice(found)
        fields[other][field] = f"{FIELDS[field]} @external"
        fields[entity]["to"] = f'{other} @shareable @provides(fields: "{field}")'
    if chance.random() < 0.1:
        field = chance.choice(own[name, entity])
        fields[entity][field] = f'{FIELDS[field]} @shareable @override(from: "{chance.choice(names)}")'


def values(chance: Random) -> Mapping[str, str]:
    """Two or three subgraphs that share fields, arguments, an enum, an input type and a value type."""
    kinds = {name: chance.choice(["Int", "String", "E", "In"]) for name in "ab"}
    lists = {name: chance.random() < 0.2 for name in "abfg"}
    return {name: _of_values(chance, name, kinds, lists) for name in "abc"[: chance.choice([2, 2, 3])]}


def _of_values(chance: Random, name: str, kinds: Mapping[str, str], lists: Mapping[str, bool]) -> str:
    def written(of: str, type_: str) -> str:
        type_ += "!" if chance.random() < 0.25 else ""
        return f"[{type_}]{'!' if chance.random() < 0.3 else ''}" if lists[of] else type_

    def hidden(often: float) -> str:
        return " @inaccessible" if chance.random() < often else ""

    def arguments() -> str:
        given = []
        for argument, kind in kinds.items():
            if chance.random() < 0.75:
                defaults = {"Int": [" = 1", " = 1", " = 2", "", "", ""], "E": [" = A", ""]}.get(kind, [""])
                default = "" if lists[argument] else chance.choice(defaults)
                given.append(f"{argument}: {written(argument, kind)}{default}{hidden(0.07)}")
        return f"({', '.join(given)})" if given else ""

    fields = [f"own{name}: E"]
    if chance.random() < 0.9:
        fields.append(f"f{arguments()}: {written('f', chance.choice(['Int'] * 6 + ['String']))} @shareable")
    if chance.random() < 0.7:
        fields.append(f"g{arguments()}: {written('g', 'E')} @shareable")
    if chance.random() < 0.6:
        fields.append(f"h: P @shareable{hidden(0.1)}")
    enum = [f"{value}{hidden(0.06)}" for value in "BC" if chance.random() < 0.85]
    inputs = [f"x: Int{chance.choice(['', '', '!'])}{chance.choice([' = 1', ''])}"]
    inputs += [f"y: E{chance.choice(['', '', '!'])}{hidden(0.1)}"] if chance.random() < 0.8 else []
    inputs += ["z: [In!]"] if chance.random() < 0.8 else []
    point = [f"p: Int{chance.choice(['', '!'])}", *([f"q: E{hidden(0.1)}"] if chance.random() < 0.7 else [])]
    return (
        f"type Query {{ {' '.join(fields)} }} enum E {{ A {' '.join(enum)} }} "
        f"input In{hidden(0.05)} {{ {' '.join(inputs)} }} type P @shareable{hidden(0.07)} {{ {' '.join(point)} }}"
    )


def _fields(fields: Mapping[str, str]) -> str:
    return " ".join(f"{name}: {type_}" for name, type_ in fields.items())
