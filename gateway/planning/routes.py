"""Where each field is asked: the cheapest way to every leaf, given what is asked already.

A subgraph comes to a place in one of three ways: it is asked at the root; it is at the place above and resolves the field
between; or it resolves the place's objects as entities, by a key that others supply (where the root type occurs again below
the root, by none). What a way costs is the fetches that
it adds, then how many must wait for one another. A leaf that only one subgraph has is placed before one that many have.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from gateway.planning.catalogue import Catalogue, named
from gateway.planning.places import Names, Place, Places, TooBroad, Wanted
from gateway.supergraph import FieldSet

DEPTH_OF_KEYS = 4
"""How far keys may lead through nested objects whose own keys must be fetched first."""

FETCHES = 500
"""How many fetches one operation may need."""


@dataclass(eq=False, slots=True)
class Selection:
    """A selection set of one subgraph's document, on its type `type`: fields by the place of their objects.

    `typed` asks `__typename`.
    """

    type: str
    fields: dict[Place, dict[Wanted, Selection | None]] = field(default_factory=dict)
    typed: bool = False


@dataclass(eq=False, slots=True)
class Group:
    """A fetch in the making. It begins at `places` (several where objects of one position are of several).

    `identified` is by place what its representations are made of, empty at a root. `after` are the fetches that it needs
    the answers of, `depth` is how many wait for one another up to it.
    """

    subgraph: str
    selection: Selection
    root: bool
    places: list[Place] = field(default_factory=list)
    identified: dict[Place, FieldSet] = field(default_factory=dict)
    after: dict[Group, None] = field(default_factory=dict)
    before: list[Group] = field(default_factory=list)
    depth: int = 1

    def wait(self, others: Iterable[Group]) -> None:
        """Makes it come after others, and what comes after it later still."""
        for other in others:
            if other not in self.after:
                self.after[other] = None
                other.before.append(self)
                self._deepen(other.depth + 1)

    def _deepen(self, depth: int) -> None:
        if depth > self.depth:
            self.depth = depth
            for group in self.before:
                group._deepen(depth + 1)

    def needed_by(self, others: Iterable[Group]) -> bool:
        """Whether it is one of the others, or one of them must wait for it."""
        seen: set[Group] = set()
        left = list(others)
        while left:
            group = left.pop()
            if group is self:
                return True
            if group not in seen:
                seen.add(group)
                left += group.after
        return False


@dataclass(frozen=True, slots=True)
class Spot:
    """An open selection at a place. `provided` is what @provides adds to it."""

    group: Group
    selection: Selection
    provided: FieldSet = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How a subgraph can come to a place.

    `fetches` are those it adds, `depth` is how many wait for one another. `key` is given where it comes by an entity.
    `down` says that it resolves the field above.
    """

    fetches: frozenset[Hashable]
    depth: int
    provided: FieldSet = ()
    key: FieldSet | None = None
    down: bool = False

    @property
    def cost(self) -> tuple[int, int]:
        return len(self.fetches), self.depth

    def cheaper(self, other: Way) -> bool:
        """At one cost, entities are better asked for where they stand than found again below others."""
        if self.cost == other.cost:
            return other.down and bool(other.fetches) and not self.down
        return self.cost < other.cost

    def __and__(self, other: Way) -> Way:
        """Both."""
        return Way(self.fetches | other.fetches, max(self.depth, other.depth))


NOTHING = Way(frozenset(), 0)

Ways = dict[str, Way]


class Routes:
    """The fetches of one operation (of one root field, if it is a mutation), as they grow."""

    def __init__(self, catalogue: Catalogue, places: Places, root: Place) -> None:
        self.groups: list[Group] = []
        self._catalogue = catalogue
        self._places = places
        self._root = root
        self._entered: dict[Names, list[Group]] = {}
        self._ways: dict[Place, Ways] = {}
        self._making: dict[Place, Ways] = {}
        self._asked: set[tuple[Place, Wanted, str]] = set()

    def plan(self) -> None:
        """Finds a spot for every leaf below the root."""
        places = _below(self._root)
        shown = [wanted for place in places for _, wanted in place.shown if wanted]
        for wanted in sorted(filter(self._decides, shown), key=self._freedom):
            if self._occurs(wanted.place):
                self.ask(wanted.place, wanted)
        for place in places:
            if place.asks_type and self._occurs(place):
                self._ask_type(place)

    def _occurs(self, place: Place) -> bool:
        """Whether such objects can occur, given who was asked for the field above.

        An abstract type may stand for other types in each subgraph. Who has to be asked anyway decides; nobody is asked for
        a type that only he knows, since all that resolve a field must answer the same.
        """
        parent = place.parent
        if parent is None:
            return True
        if not self._occurs(parent.place):
            return False
        if not parent.abstract:
            return True
        if not parent.spots:
            self.ask(parent.place, parent)
        return bool(place.spots)

    def _decides(self, wanted: Wanted) -> bool:
        """Whether a field decides who is asked: a leaf, or an object that only one subgraph has; others follow their leaves."""
        if not wanted.composite:
            return True
        having = self._catalogue.types[wanted.place.type].fields[wanted.name]
        return len(having) == 1 and not any(found.requires for found in having.values())

    def _freedom(self, wanted: Wanted) -> tuple[bool, int]:
        """Fields that need others come last, otherwise those first that few subgraphs have."""
        having = self._catalogue.having(wanted.place.type, wanted.name)
        return any(found.requires for found in having.values()), len(having)

    def _ask_type(self, place: Place) -> None:
        if not place.spots:
            ways = self._ways_to(place)
            if not ways:
                raise NoWay(f"No subgraph can be asked for {place.type}")
            self._reach(place, min(ways, key=lambda subgraph: ways[subgraph].cost))
        if place.parent and place.parent.abstract and any(spot.selection.typed for spot in place.spots):
            return
        min(place.spots, key=lambda spot: spot.group.depth).selection.typed = True

    def ask(self, place: Place, wanted: Wanted) -> Group:
        """Has a field asked where that costs least."""
        here = [spot for spot in place.spots if self._answers(place, wanted.name, spot.group.subgraph, spot.provided)]
        if here:
            spot = min(here, key=lambda spot: (spot.group.depth, spot not in wanted.spots))
            self._add(place, wanted, spot)
            return spot.group
        ways = self._ways_to(place)
        found = {subgraph: self._way_to_field(place, wanted, subgraph, ways) for subgraph in ways}
        options = {subgraph: way for subgraph, way in found.items() if way is not None}
        if not options:
            raise NoWay(f"No subgraph can be asked for {place.type}.{wanted.name}")
        places = wanted.places or [place]
        best = min(options, key=lambda subgraph: (*options[subgraph].cost, -self._also(places, subgraph)))
        return self._ask_in(place, wanted, best).group

    def _also(self, places: list[Place], subgraph: str) -> int:
        """How many fields that the client wants at some places, and nobody is asked for yet, a subgraph could answer too."""
        return sum(
            self._catalogue.own(place.type, wanted.name, subgraph)
            for place in places
            for _, wanted in place.shown
            if wanted and not wanted.spots
        )

    def _ask_in(self, place: Place, wanted: Wanted, subgraph: str) -> Spot:
        found = self._catalogue.field(place.type, wanted.name, subgraph)
        if found and found.requires:
            spot = self._enter(place, subgraph, found.requires)
        else:
            spot = self._reach(place, subgraph)
        self._add(place, wanted, spot)
        return spot

    def _answers(self, place: Place, name: str, subgraph: str, provided: FieldSet) -> bool:
        """Whether a subgraph that is at a place can be asked for a field as things are."""
        found = self._catalogue.field(place.type, name, subgraph)
        if found is None or found.requires:
            return False
        return self._catalogue.own(place.type, name, subgraph) or any(
            chosen.name == name for chosen in self._catalogue.applying(provided, place.type)
        )

    # What ways there are

    def _ways_to(self, place: Place) -> Ways:
        """The cheapest way of every subgraph that can come to a place. While they are being found, those found so far."""
        known = self._ways.get(place) or self._making.get(place)
        if known is not None:
            return known
        ways = self._making[place] = {}
        for spot in place.spots:
            way = Way(frozenset(), spot.group.depth, spot.provided)
            if spot.group.subgraph not in ways or way.cost < ways[spot.group.subgraph].cost:
                ways[spot.group.subgraph] = way
        if place is self._root:
            for subgraph in self._catalogue.types[place.type].subgraphs:
                ways.setdefault(subgraph, Way(frozenset([(None, subgraph)]), 1))
        elif place.parent is not None:
            self._ways_down(place, place.parent, ways)
        while self._ways_by_key(place, ways):
            pass
        del self._making[place]
        if not self._making:
            self._ways[place] = ways
        return ways

    def _ways_down(self, place: Place, parent: Wanted, ways: Ways) -> None:
        above = self._ways_to(parent.place)
        for subgraph, way in list(above.items()):
            found = self._catalogue.field(parent.place.type, parent.name, subgraph)
            if subgraph in ways or found is None:
                continue
            if place.type not in self._catalogue.possible_in(subgraph, named(found.type)):
                continue
            to_field = self._way_to_field(parent.place, parent, subgraph, above)
            if to_field is not None:
                provided = found.provides + self._within(way.provided, parent)
                ways[subgraph] = Way(to_field.fetches, to_field.depth, provided, down=True)

    def _ways_by_key(self, place: Place, ways: Ways) -> bool:
        """One round more; whether it found a better way."""
        if len(self._making) > DEPTH_OF_KEYS:
            return False
        better = False
        for subgraph in self._catalogue.types[place.type].subgraphs:
            for key in self._catalogue.keys(place.type, subgraph):
                way = self._way_by_key(place, subgraph, key.fields, ways)
                if way is not None and (subgraph not in ways or way.cheaper(ways[subgraph])):
                    ways[subgraph] = way
                    better = True
        return better

    def _way_by_key(self, place: Place, subgraph: str, key: FieldSet, ways: Ways) -> Way | None:
        having = self._way_to_have(place, key, ways)
        if having is None:
            return None
        fetches, depth = having.fetches, having.depth + 1
        if not any(group.subgraph == subgraph for group in self._entering(place)):
            fetches |= {(place.names, subgraph)}
        return Way(fetches, depth, key=key)

    def _way_to_have(self, place: Place, fields: FieldSet, ways: Ways) -> Way | None:
        """The cheapest way to have everything of a field set."""
        total = NOTHING
        for chosen in self._catalogue.applying(fields, place.type):
            wanted = self._places.want(place, chosen.name, chosen.arguments)
            if chosen.selections:
                parts = [self._way_to_have(inner, chosen.selections, self._ways_to(inner)) for inner in wanted.places]
            else:
                found = (self._way_to_field(place, wanted, subgraph, ways) for subgraph in list(ways))
                parts = [min((way for way in found if way), key=lambda way: way.cost, default=None)]
            for part in parts:
                if part is None:
                    return None
                total &= part
        return total

    def _way_to_field(self, place: Place, wanted: Wanted, subgraph: str, ways: Ways) -> Way | None:
        """What it costs to have a field from one subgraph, None if it cannot answer it there."""
        way = ways[subgraph]
        if self._answers(place, wanted.name, subgraph, way.provided):
            return way
        found = self._catalogue.field(place.type, wanted.name, subgraph)
        question = (place, wanted, subgraph)
        if found is None or not found.requires or question in self._asked:
            return None
        self._asked.add(question)
        try:
            required = self._way_to_have(place, found.requires, ways)
            keys = (
                self._way_by_key(place, subgraph, key.fields, ways)
                for key in self._catalogue.keys(place.type, subgraph)
            )
            entering = min((way for way in keys if way), key=lambda way: way.cost, default=None)
        finally:
            self._asked.discard(question)
        if required is None or entering is None:
            return None
        both = required & entering
        return Way(both.fetches, max(required.depth + 1, entering.depth))

    # Going them

    def _reach(self, place: Place, subgraph: str) -> Spot:
        """A spot of a subgraph at a place, made where there is none."""
        spots = [spot for spot in place.spots if spot.group.subgraph == subgraph]
        if spots:
            return min(spots, key=lambda spot: spot.group.depth)
        way = self._ways_to(place)[subgraph]
        if way.key is not None:
            return self._enter(place, subgraph, (), way.key)
        if place is self._root:
            group = Group(subgraph, Selection(place.type), root=True, places=[place])
            return self._open(place, group)
        parent = cast(Wanted, place.parent)
        self._ask_in(parent.place, parent, subgraph)
        return next(spot for spot in place.spots if spot.group.subgraph == subgraph)

    def _enter(self, place: Place, subgraph: str, required: FieldSet, key: FieldSet | None = None) -> Spot:
        """A spot where a subgraph resolves the place's objects as entities, with what it requires in hand."""
        needed = self._have(place, required) if required else {}
        if key is None:
            ways = self._ways_to(place)
            options = [one.fields for one in self._catalogue.keys(place.type, subgraph)]
            costs = {one: self._way_by_key(place, subgraph, one, ways) for one in options}
            key = min((one for one, way in costs.items() if way), key=lambda one: costs[one].cost)  # type: ignore[union-attr]
        for group in self._entering(place):
            if group.subgraph != subgraph or group.needed_by(needed):
                continue
            if place not in group.places:
                supplied = self._have(place, key)
                if group.needed_by(supplied) or not self._joins(place, group, key + required):
                    continue
                return self._enter_group(place, group, key + required, {**needed, **supplied})
            identified = group.identified[place] + required
            if _clash(group.identified[place], required) or not self._joins(place, group, identified):
                continue
            group.identified[place] = identified
            group.wait(needed)
            self._ways.clear()
            return next(spot for spot in place.spots if spot.group is group and spot.selection is group.selection)
        supplied = self._have(place, key)
        group = Group(subgraph, Selection("_Entity" if key else place.type), root=False)
        return self._enter_group(place, group, key + required, {**needed, **supplied})

    def _enter_group(self, place: Place, group: Group, identified: FieldSet, after: dict[Group, None]) -> Spot:
        group.places.append(place)
        group.identified[place] = identified
        group.wait(after)
        return self._open(place, group)

    def _entering(self, place: Place) -> Sequence[Group]:
        """The fetches that begin at a place's position, whatever the types of the objects above."""
        return self._entered.get(place.names, ())

    def _joins(self, place: Place, group: Group, identified: FieldSet) -> bool:
        """Whether a fetch can begin at a place too, or go on to if its objects are to be identified so.

        Objects of one type below others of several types must be found and identified alike.
        """
        return all(
            other is place
            or other.parent is place.parent
            or (
                _beside(place, other)
                and self._identity(place, identified) == self._identity(other, group.identified[other])
            )
            for other in group.places
        )

    def _identity(self, place: Place, fields: FieldSet) -> frozenset[Hashable]:
        """The names under which the merged answer has a field set."""
        names: set[Hashable] = set()
        for chosen in self._catalogue.applying(fields, place.type):
            wanted = self._places.want(place, chosen.name, chosen.arguments)
            below = frozenset((inner.types, self._identity(inner, chosen.selections)) for inner in wanted.places)
            names.add((chosen.name, wanted.key, below))
        return frozenset(names)

    def _open(self, place: Place, group: Group) -> Spot:
        if not group.selection.fields and len(group.places) == 1:
            self.groups.append(group)
            if len(self.groups) > FETCHES:
                raise TooBroad
            if not group.root:
                self._entered.setdefault(place.names, []).append(group)
        spot = Spot(group, group.selection)
        place.spots.append(spot)
        self._ways.clear()
        return spot

    def _have(self, place: Place, fields: FieldSet) -> dict[Group, None]:
        """Has everything of a field set asked; the fetches that bring it, or the objects themselves if it is empty."""
        if not fields:
            self._ask_type(place)
            return {min(place.spots, key=lambda spot: spot.group.depth).group: None}
        bringing: dict[Group, None] = {}
        for chosen in self._catalogue.applying(fields, place.type):
            wanted = self._places.want(place, chosen.name, chosen.arguments)
            if not chosen.selections:
                bringing[self.ask(place, wanted)] = None
            for inner in wanted.places:
                bringing |= self._have(inner, chosen.selections)
        return bringing

    def _add(self, place: Place, wanted: Wanted, spot: Spot) -> None:
        fields = spot.selection.fields.setdefault(place, {})
        if wanted in fields:
            return
        wanted.spots.append(spot)
        fields[wanted] = None
        if not wanted.composite:
            return
        subgraph = spot.group.subgraph
        found = self._catalogue.types[place.type].fields[wanted.name][subgraph]
        below = fields[wanted] = Selection(named(found.type), typed=wanted.abstract)
        known = self._catalogue.possible_in(subgraph, below.type)
        provided = found.provides + self._within(spot.provided, wanted)
        for inner in wanted.places:
            if inner.type in known:
                inner.spots.append(Spot(spot.group, below, provided))
        self._ways.clear()

    def _within(self, provided: FieldSet, wanted: Wanted) -> FieldSet:
        """What is provided below a field of what is provided at its place."""
        inner: FieldSet = ()
        for chosen in self._catalogue.applying(provided, wanted.place.type):
            if chosen.name == wanted.name:
                inner += chosen.selections
        return inner


class NoWay(Exception):
    """A field cannot be reached: composition should have refused these subgraphs."""


def _below(place: Place) -> list[Place]:
    """A place and all below it, the nearer ones first."""
    places = [place]
    for one in places:
        places += [inner for wanted in one.wanted.values() for inner in wanted.places]
    return places


def _beside(place: Place, other: Place) -> bool:
    """Whether two places are at one position, apart only by the types of some object above them."""
    while place.parent is not other.parent:
        if place.parent is None or other.parent is None:
            return False
        if place.types != other.types or place.parent.abstract != other.parent.abstract:
            return False
        place, other = place.parent.place, other.parent.place
    return True


def _clash(one: FieldSet, other: FieldSet) -> bool:
    """Whether a representation cannot have both: the same field with other arguments."""
    return any(
        a.arguments != b.arguments or _clash(a.selections, b.selections)
        for a in one
        for b in other
        if a.name == b.name and a.on == b.on
    )
