"""Random worlds: data, one schema over it, and the same cut into subgraphs; and random questions about it.

Every entity has an `id`, some also a `code`, and either may be a key. A field lies in one subgraph, or is @shareable in two.
Objects of all worlds are plain dictionaries; a subgraph only knows the fields that lie in it, and what representations bring.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.gateway.subgraphs import Served

SCALARS = ("String", "Int", "String!", "Int!")


@dataclass
class Field:
    """`target` is the type that it refers to. `requires` are the fields that it is reckoned from, some (`below`) of objects
    that others refer to. `provides` is a field of the target that the only owner knows on this path. One that `echoes` has an
    argument.
    """

    name: str
    type: str
    owners: list[str]
    target: str | None = None
    requires: list[str] = field(default_factory=list)
    below: dict[str, str] = field(default_factory=dict)
    provides: str | None = None
    shared: bool = False
    echoes: bool = False

    def sdl(self, subgraph: str | None) -> str:
        argument = '(as: String = "?", times: Int)' if self.echoes else ""
        marks = ""
        if subgraph:
            if self.requires:
                needed = [f"{one} {{ {self.below[one]} }}" if one in self.below else one for one in self.requires]
                marks = f' @requires(fields: "{" ".join(needed)}")'
            elif len(self.owners) > 1 or self.shared:
                marks = " @shareable"
            if self.provides:
                marks += f' @provides(fields: "{self.provides}")'
        return f"{self.name}{argument}: {self.type}{marks}"


@dataclass
class Entity:
    """`keys` are by subgraph; what has none anywhere comes with the object that it belongs to."""

    name: str
    keys: dict[str, list[str]]
    fields: dict[str, Field] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)


class World:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.subgraphs = ["a", "b", "c", "d"][: random.randint(2, 4)]
        self.entities: dict[str, Entity] = {}
        self.members: dict[str, list[str]] = {}
        self.roots: dict[str, Field] = {}
        self.objects: dict[str, list[dict[str, Any]]] = {}
        for number in range(random.randint(2, 4)):
            self._entity(f"E{number}")
        self._abstract()
        self.parts_of: dict[str, Entity] = {}
        self.external: dict[str, set[tuple[str, str]]] = {subgraph: set() for subgraph in self.subgraphs}
        for entity in self.entities.values():
            self._fields(entity)
        for entity in self.entities.values():
            self._reckoned(entity)
            self._provided(entity)
        self._values()
        self._roots()

    # Schema

    def _entity(self, name: str) -> None:
        hub = self.random.choice(self.subgraphs)
        keys: dict[str, list[str]] = {}
        for subgraph in self.subgraphs:
            if subgraph == hub:
                keys[subgraph] = ["id", "code"]
            else:
                keys[subgraph] = self.random.choice([["id"], ["id"], ["code"], ["id", "code"]])
        self.entities[name] = Entity(name, keys)

    def _abstract(self) -> None:
        names = list(self.entities)
        self.members = {"Thing": self.random.sample(names, self.random.randint(2, len(names))), "Any": []}
        self.members["Any"] = self.random.sample(names, self.random.randint(2, len(names)))
        owners, together = self._owners(), self.random.random() < 0.6
        for name in self.members["Thing"]:
            entity = self.entities[name]
            entity.interfaces.append("Thing")
            for keys in entity.keys.values():
                if "id" not in keys:
                    keys.append("id")
            for common in ("title", "size"):
                type_ = {"title": "String", "size": "Int"}[common]
                entity.fields[common] = Field(common, type_, owners if together else self._owners())

    def _owners(self) -> list[str]:
        return self.random.sample(self.subgraphs, self.random.choice([1, 1, 1, 2]))

    def _fields(self, entity: Entity) -> None:
        for number in range(self.random.randint(2, 4)):
            name = f"{entity.name.lower()}f{number}"
            entity.fields[name] = Field(
                name, self.random.choice(SCALARS), self._owners(), echoes=self.random.random() < 0.2
            )
            if entity.fields[name].echoes:
                entity.fields[name].type = "String"
        for number in range(self.random.randint(1, 3)):
            name = f"{entity.name.lower()}r{number}"
            target = self.random.choice([*self.entities, "Thing", "Any"])
            form = self.random.choice(["{}", "[{}]", "[{}!]!", "[{}]!", "{}!"])
            entity.fields[name] = Field(name, form.format(target), self._owners(), target=target)
        if self.random.random() < 0.5:
            self._part(entity)

    def _part(self, entity: Entity) -> None:
        """An object without key, of whose fields each owner has some."""
        owners = self.random.sample(self.subgraphs, self.random.choice([1, 2]))
        part = Entity(f"Part{entity.name}", {})
        part.fields["both"] = Field("both", "String", owners)
        for owner in owners:
            part.fields[f"of_{owner}"] = Field(f"of_{owner}", self.random.choice(SCALARS), [owner])
        self.parts_of[part.name] = part
        name = f"{entity.name.lower()}p"
        form = self.random.choice(["{}", "[{}]", "{}!"])
        entity.fields[name] = Field(name, form.format(part.name), owners, target=part.name)

    def _reckoned(self, entity: Entity) -> None:
        owner = self.random.choice(self.subgraphs)
        others = [
            one
            for one in entity.fields.values()
            if owner not in one.owners and not one.echoes and (one.target is None or one.target in self.entities)
        ]
        if not others:
            return
        name = f"{entity.name.lower()}c"
        reckoned = Field(name, "String", [owner])
        for one in self.random.sample(others, min(len(others), self.random.randint(1, 3))):
            if one.target is not None:
                inner = [
                    found for found in self.entities[one.target].fields.values() if not (found.target or found.echoes)
                ]
                inner = [found for found in inner if not found.requires]
                if not inner:
                    continue
                chosen = self.random.choice(inner)
                reckoned.below[one.name] = chosen.name
                if owner not in chosen.owners:
                    self.external[owner].add((one.target, chosen.name))
            reckoned.requires.append(one.name)
            self.external[owner].add((entity.name, one.name))
        if reckoned.requires:
            entity.fields[name] = reckoned

    def _provided(self, entity: Entity) -> None:
        for one in entity.fields.values():
            if one.target in self.entities and len(one.owners) == 1 and self.random.random() < 0.4:
                owner = one.owners[0]
                known = self.entities[one.target].fields.values()
                others = [
                    found.name
                    for found in known
                    if owner not in found.owners and not (found.target or found.echoes or found.requires)
                ]
                if others:
                    one.provides = self.random.choice(others)
                    self.entities[one.target].fields[one.provides].shared = True
                    self.external[owner].add((one.target, one.provides))

    def _roots(self) -> None:
        for name in [*self.entities, "Thing", "Any"]:
            owners = self._owners()
            self.roots[f"all{name}"] = Field(f"all{name}", f"[{name}!]", owners, target=name)
            self.roots[f"one{name}"] = Field(f"one{name}", name, self._owners(), target=name)

    # Data

    def _values(self) -> None:
        for name in self.entities:
            self.objects[name] = [
                {"__typename": name, "id": f"{name}-{number}", "code": f"code {name} {number}"} for number in range(3)
            ]
        for entity in self.entities.values():
            needed = {field for fields in self.external.values() for type_, field in fields if type_ == entity.name}
            needed |= {
                one.below[name]
                for other in self.entities.values()
                for one in other.fields.values()
                for name in one.below
                if other.fields[name].target == entity.name
            }
            for number, one in enumerate(self.objects[entity.name]):
                for found in entity.fields.values():
                    if not found.requires:
                        one[found.name] = self._value(entity, found, number, found.name in needed)

    def _value(self, entity: Entity, found: Field, number: int, needed: bool) -> Any:
        if found.target in self.parts_of:
            return self._parts(found)
        if found.target is not None:
            return self._references(found)
        chance = self.random.random()
        if chance < 0.08 and not needed:
            return ValueError(f"no {found.name} of {entity.name} {number}")
        if chance < 0.2 and not found.type.endswith("!"):
            return None
        return f"{found.name} {number}" if found.type.startswith("String") else number

    def _parts(self, found: Field) -> Any:
        part = self.parts_of[found.target or ""]
        several = [
            {one.name: self._value(part, one, number, False) for one in part.fields.values()}
            for number in range(self.random.randint(1, 2))
        ]
        return several if "[" in found.type else several[0]

    def _references(self, found: Field) -> Any:
        candidates = [
            (name, number) for name in self.members.get(found.target or "", [found.target]) for number in range(3)
        ]
        if "[" in found.type:
            several: list[Any] = self.random.choices(candidates, k=self.random.randint(0, 3))
            if "!]" not in found.type and several and self.random.random() < 0.3:
                several[0] = None
            return several
        return None if not found.type.endswith("!") and self.random.random() < 0.2 else self.random.choice(candidates)

    def _seen(self, subgraph: str | None) -> dict[str, list[dict[str, Any]]]:
        """Objects as a subgraph (None: the whole) knows them."""
        known: dict[str, list[dict[str, Any]]] = {name: [] for name in self.objects}

        def follow(reference: Any, provided: str | None = None) -> Any:
            if isinstance(reference, list):
                return [follow(one, provided) for one in reference]
            if reference is None or not provided:
                return reference and known[reference[0]][reference[1]]
            name, number = reference
            return {**known[name][number], provided: self.objects[name][number][provided]}

        for name, entity in self.entities.items():
            for whole in self.objects[name]:
                keys = entity.keys[subgraph] if subgraph else ["id", "code"]
                one = {"__typename": name, **{key: whole[key] for key in keys}}
                for found in entity.fields.values():
                    if subgraph and subgraph not in found.owners:
                        continue
                    value = whole.get(found.name)
                    if found.requires:
                        one[found.name] = _reckoned(found, None if subgraph else self._deep(whole, found))
                    elif found.target in self.parts_of:
                        one[found.name] = value
                    elif found.echoes:
                        one[found.name] = _echo(value)
                    elif found.target is not None:
                        one[found.name] = lambda _source, value=value, provides=found.provides: follow(
                            value, provides if subgraph else None
                        )
                    else:
                        one[found.name] = value
                known[name].append(one)
        return known

    def _deep(self, whole: dict[str, Any], reckoned: Field) -> dict[str, Any]:
        """What a field is reckoned from."""

        def follow(reference: Any, name: str) -> Any:
            if isinstance(reference, list):
                return [follow(one, name) for one in reference]
            return reference and {name: self.objects[reference[0]][reference[1]][name]}

        below = reckoned.below
        return {one: follow(whole[one], below[one]) if one in below else whole[one] for one in reckoned.requires}

    def _root_values(self, subgraph: str | None, known: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, found in self.roots.items():
            if subgraph and subgraph not in found.owners:
                continue
            every = [
                one for member in self.members.get(found.target or "", [found.target]) for one in known[member or ""]
            ]
            values[name] = every if name.startswith("all") else every[-1]
        return values

    # Schema, written

    def sdl(self, subgraph: str | None = None) -> str:
        text = ""
        for entity in self.entities.values():
            keys = entity.keys[subgraph] if subgraph else ["id", "code"]
            marks = "".join(f' @key(fields: "{key}")' for key in keys) if subgraph else ""
            lines = [f"{key}: ID!" for key in keys]
            for found in entity.fields.values():
                if subgraph is None or subgraph in found.owners:
                    lines.append(found.sdl(subgraph))
                elif (entity.name, found.name) in self.external[subgraph]:
                    lines.append(f"{found.name}: {found.type} @external")
            implements = " implements Thing" if entity.interfaces and self._speaks(subgraph, "Thing") else ""
            text += f"type {entity.name}{implements}{marks} {{ {' '.join(lines)} }}\n"
        for part in self.parts_of.values():
            fields = [one.sdl(subgraph) for one in part.fields.values() if subgraph is None or subgraph in one.owners]
            text += f"type {part.name} {{ {' '.join(fields)} }}\n" if fields else ""
        common = {"title": "String", "size": "Int"}
        things = [self.entities[name] for name in self.members["Thing"]]
        shown = [
            f"{name}: {type_}"
            for name, type_ in common.items()
            if subgraph is None or all(subgraph in one.fields[name].owners for one in things)
        ]
        if self._speaks(subgraph, "Thing"):
            text += f"interface Thing {{ {' '.join(['id: ID!', *shown])} }}\n"
        if self._speaks(subgraph, "Any"):
            text += f"union Any = {' | '.join(self.members['Any'])}\n"
        roots = [found.sdl(subgraph) for found in self.roots.values() if subgraph is None or subgraph in found.owners]
        return text + (f"type Query {{ {' '.join(roots)} }}\n" if roots else "")

    def _speaks(self, subgraph: str | None, abstract: str) -> bool:
        """Whether a subgraph has fields of an abstract type; otherwise it does not know of it."""
        fields = [*self.roots.values(), *(one for entity in self.entities.values() for one in entity.fields.values())]
        return subgraph is None or any(
            one.target == abstract and (subgraph in one.owners or self._external_to(subgraph, one)) for one in fields
        )

    def _external_to(self, subgraph: str, found: Field) -> bool:
        return any(name == found.name for _, name in self.external[subgraph])

    def whole(self) -> Served:
        """Everything in one."""
        known = self._seen(None)
        return Served("whole", self.sdl(), {"Query": self._root_values(None, known), **known}, head="")

    def parts(self) -> list[Served]:
        served = []
        for subgraph in self.subgraphs:
            known = self._seen(subgraph)
            served.append(Served(subgraph, self.sdl(subgraph), {"Query": self._root_values(subgraph, known), **known}))
        return served


def _reckoned(reckoned: Field, whole: dict[str, Any] | None) -> Any:
    """A value that shows everything it is reckoned from, so that what lacks or is wrong is seen."""

    def shown(value: Any) -> str:
        if isinstance(value, list):
            return f"[{', '.join(map(shown, value))}]"
        return str(value)

    def inner(value: Any, name: str) -> Any:
        if isinstance(value, list):
            return [inner(one, name) for one in value]
        return value and value[name]

    def reckon(source: dict[str, Any]) -> str:
        known = whole or source
        below = reckoned.below
        return " + ".join(
            shown(inner(known[one], below[one]) if one in below else known[one]) for one in reckoned.requires
        )

    return reckon


def _echo(value: Any) -> Any:
    def echo(_source: Any, **arguments: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        return f"{value}, {arguments.get('as')}, {arguments.get('times')}"

    return echo


class Questions:
    """Random operations over a world's schema. `variables` are the values for the variables that all may use."""

    DECLARED = ("$yes: Boolean! = true", "$no: Boolean! = false", "$word: String", "$many: Int")

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        self.fragments: list[str] = []
        self.variables = {
            "yes": random.random() < 0.8,
            "no": random.random() < 0.2,
            "word": random.choice(["x", None]),
            "many": 3,
        }

    def one(self) -> str:
        names = self._random.sample(list(self._world.roots), self._random.randint(1, 3))
        fields = " ".join(self._field(self._world.roots[name], 3) for name in names)
        text = f"{{ {fields} }} {' '.join(self.fragments)}"
        declared = [one for one in self.DECLARED if one.split(":")[0] in text]
        return f"query{'(' + ', '.join(declared) + ')' if declared else ''} {text}"

    def _field(self, found: Field, depth: int) -> str:
        random = self._random
        text = f"{random.choice('xyz')}: {found.name}" if random.random() < 0.25 else found.name
        if found.echoes:
            text += random.choice(['(as: "b")', "(as: $word)", "(times: $many, as: $word)", ""])
        text += self._condition()
        return f"{text} {self._selections(found.target, depth)}" if found.target else text

    def _condition(self) -> str:
        chance = self._random.random()
        if chance < 0.85:
            return ""
        return " " + self._random.choice(
            [
                "@include(if: $yes)",
                "@skip(if: $no)",
                "@skip(if: true)",
                "@include(if: $no)",
                "@include(if: $yes) @skip(if: $no)",
            ]
        )

    def _selections(self, type_: str, depth: int) -> str:
        random, world = self._random, self._world
        lines = ["__typename"] if random.random() < 0.3 else []
        if type_ in world.entities or type_ in world.parts_of:
            entity = world.entities.get(type_) or world.parts_of[type_]
            usable = [one for one in entity.fields.values() if depth > 0 or one.target is None]
            chosen = random.sample(usable, min(len(usable), random.randint(1, 3)))
            lines += [self._field(found, depth - 1) for found in chosen]
            if entity.keys and random.random() < 0.3:
                lines.append(random.choice(["id", "code", "x: id", "id: code"]))
            if random.random() < 0.15 and "Thing" in entity.interfaces:
                lines.append("... on Thing { title }")
        else:
            if type_ == "Thing" and random.random() < 0.7:
                lines.append(random.choice(["title", "size", "title size", "x: title"]))
            elif random.random() < 0.2 and set(world.members["Thing"]) & set(world.members[type_]):
                lines.append(random.choice(["... on Thing { id }", "... on Thing { x: id }"]))
            members = world.members[type_]
            for member in random.sample(members, random.randint(0, len(members))):
                inner = self._selections(member, depth - 1)
                if random.random() < 0.3:
                    self.fragments.append(f"fragment F{len(self.fragments)} on {member} {inner}")
                    lines.append(f"...F{len(self.fragments) - 1}{self._condition()}")
                else:
                    lines.append(f"... on {member}{self._condition()} {inner}")
        random.shuffle(lines)
        return f"{{ {' '.join(lines or ['__typename'])} }}"
