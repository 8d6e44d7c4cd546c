"""Makes the plan of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from graphql import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
    print_ast,
)

from gateway.plan import Node, Plan, Sequence
from gateway.planning.catalogue import Catalogue
from gateway.planning.places import Names, Place, Places
from gateway.planning.routes import Routes
from gateway.planning.wishes import Wishes, variables_in
from gateway.planning.writing import Writer
from gateway.shape import Shapes
from gateway.supergraph import Supergraph

PLACES = 10_000
"""How many places an operation may unfold into, which bounds what planning it may cost."""

INTROSPECTION = ("__schema", "__type")


class Planner:
    """Plans operations over one supergraph. Raises TooBroad for one that unfolds into too many places."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._catalogue = Catalogue(supergraph)

    def plan(
        self, document: DocumentNode, operation: OperationDefinitionNode, conditions: Mapping[str, bool] | None = None
    ) -> Plan:
        """The plan of a valid operation. `conditions` are the values of the variables in its @skip and @include."""
        places = Places(self._catalogue, PLACES)
        wishes = Wishes(places, document, conditions or {})
        kind: Literal["query", "mutation"] = "mutation" if operation.operation is OperationType.MUTATION else "query"
        root = self._catalogue.supergraph.roots[kind]
        collected = wishes.collect(root, [operation.selection_set])
        own = {key: nodes for key, nodes in collected.items() if nodes[0].name.value in INTROSPECTION}
        asked = {key: nodes for key, nodes in collected.items() if key not in own}
        names = Names()
        # Every root field of a mutation has a place of its own, so that all it needs is fetched before the next begins.
        parts = [{key: nodes} for key, nodes in asked.items()] if kind == "mutation" else [asked]
        definitions = operation.variable_definitions or ()
        writer = Writer(self._catalogue, kind, {one.variable.name.value: _definition(one) for one in definitions})
        nodes: list[Node] = []
        roots: list[Place] = []
        for part in parts:
            place = places.place((root,), None, names)
            wishes.read(place, part)
            routes = Routes(self._catalogue, places, place)
            routes.plan()
            node = writer.node(routes.groups)
            if node is not None:
                nodes.append(node)
            roots.append(place)
        whole = None if not nodes else nodes[0] if len(nodes) == 1 else Sequence(tuple(nodes))
        shape = Shapes(self._catalogue.supergraph.api).root(root, roots, list(collected), list(own))
        return Plan(whole, shape, _introspection(document, operation, own) if own else None)


def _definition(definition: VariableDefinitionNode) -> str:
    text = f"${definition.variable.name.value}:{print_ast(definition.type)}"
    return text + (f"={print_ast(definition.default_value)}" if definition.default_value else "")


def _introspection(
    document: DocumentNode, operation: OperationDefinitionNode, own: Mapping[str, list[FieldNode]]
) -> DocumentNode:
    """An operation of the introspection fields alone. Fragments that it does not use do no harm: it is not validated."""
    fields = [node for nodes in own.values() for node in nodes]
    used = set(variables_in([operation, *document.definitions]))
    alone = OperationDefinitionNode(
        operation=OperationType.QUERY,
        selection_set=SelectionSetNode(selections=tuple(fields)),
        variable_definitions=tuple(
            one for one in operation.variable_definitions or () if one.variable.name.value in used
        ),
    )
    others = tuple(one for one in document.definitions if not isinstance(one, OperationDefinitionNode))
    return DocumentNode(definitions=(alone, *others))
