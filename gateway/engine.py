"""The gateway as a whole: takes an operation apart once, and answers it as often as it is asked."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    execute_sync,
    get_operation_ast,
    get_variable_values,
    parse,
    print_ast,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import ASTValidationRule

from gateway.execute import Execution
from gateway.plan import Plan
from gateway.planning.places import TooBroad
from gateway.planning.planner import Planner
from gateway.planning.routes import NoWay
from gateway.request import Subgraph
from gateway.shape import introspected
from gateway.supergraph import Supergraph

T = TypeVar("T")

PLANS_OF_ONE = 32
"""How many plans of one operation are kept: it has one for all values that its @skip and @include came with."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What one request brings besides its operation. `headers` are passed on to every subgraph, names in lower case."""

    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """`errors` are as the client sees them. `headers` are those of every answer of a subgraph, in the order they came in."""

    data: Mapping[str, Any] | None
    errors: Sequence[Mapping[str, Any]] = ()
    headers: Sequence[Mapping[str, str]] = ()


class GraphQLErrors(Exception):
    """The operation is refused before any subgraph is asked: syntax, validation, unknown operation, variables."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = tuple(errors)


class Kept(Generic[T]):
    """What was made, by what it was made of; the longest unused goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, T] = OrderedDict()

    def get(self, key: bytes) -> T | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: bytes, made: T) -> T:
        self._kept[key] = made
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return made


@dataclass(frozen=True, slots=True)
class Prepared:
    """A valid operation, and its plans. `conditions` are the variables in its @skip and @include."""

    document: DocumentNode
    operation: OperationDefinitionNode
    kind: Literal["query", "mutation", "subscription"]
    conditions: tuple[str, ...]
    plans: OrderedDict[tuple[bool, ...], Plan] = field(default_factory=OrderedDict)


class Engine:
    """Answers operations over one supergraph.

    `plans_kept` bounds the operations that are remembered. `passed_extensions` are those of a subgraph's error that clients
    may see; everything else of it stays here, but for its message where `passed_messages` says so.
    """

    def __init__(
        self,
        supergraph: Supergraph,
        subgraphs: Mapping[str, Subgraph],
        *,
        plans_kept: int = 1000,
        rules: Collection[type[ASTValidationRule]] = specified_rules,
        passed_extensions: Collection[str] = ("code",),
        passed_messages: bool = True,
    ) -> None:
        self.supergraph = supergraph
        self._subgraphs = subgraphs
        self._rules = rules
        self._passed = tuple(passed_extensions)
        self._passed_messages = passed_messages
        self._planner = Planner(supergraph)
        self._by_text: Kept[Prepared] = Kept(plans_kept)
        self._by_meaning: Kept[Prepared] = Kept(plans_kept)

    def prepare(self, document: str, operation_name: str | None = None) -> Prepared:
        """The operation, parsed and valid. What differs only in white space, commas and the order of arguments is one."""
        key = _digest(document, operation_name)
        known = self._by_text.get(key)
        if known is None:
            known = self._by_text.keep(key, self._prepare(document, operation_name))
        return known

    def _prepare(self, text: str, operation_name: str | None) -> Prepared:
        try:
            document = parse(text, no_location=True)
        except GraphQLError as error:
            raise GraphQLErrors([error]) from None
        key = _digest(print_ast(visit(document, _Ordered())), operation_name)
        known = self._by_meaning.get(key)
        if known is not None:
            return known
        if validate(self.supergraph.api, document, self._rules):
            # Once more with locations, which a document that is kept does without.
            raise GraphQLErrors(validate(self.supergraph.api, parse(text), self._rules))
        operation = get_operation_ast(document, operation_name)
        if operation is None:
            raise GraphQLErrors([GraphQLError(_no_operation(operation_name))])
        return self._by_meaning.keep(
            key, Prepared(document, operation, operation.operation.value, _conditions(document))
        )

    def plan(self, prepared: Prepared, variables: Mapping[str, Any]) -> Plan:
        """The plan for an operation with these values of the variables in its @skip and @include, made if need be."""
        values = tuple(bool(variables.get(name)) for name in prepared.conditions)
        plan = prepared.plans.get(values)
        if plan is None:
            try:
                conditions = dict(zip(prepared.conditions, values, strict=True))
                plan = self._planner.plan(prepared.document, prepared.operation, conditions)
            except (TooBroad, RecursionError):
                raise GraphQLErrors([GraphQLError("The operation asks for too much at once.")]) from None
            except NoWay as no_way:
                raise GraphQLErrors([GraphQLError(f"{no_way}.")]) from None
            prepared.plans[values] = plan
            if len(prepared.plans) > PLANS_OF_ONE:
                prepared.plans.popitem(last=False)
        return plan

    async def execute(
        self, prepared: Prepared, variables: Mapping[str, Any] | None = None, context: RequestContext | None = None
    ) -> Answer:
        """The answer. Raises GraphQLErrors for variables that do not fit, before any subgraph is asked."""
        if prepared.operation.operation is OperationType.SUBSCRIPTION:
            raise GraphQLErrors([GraphQLError("Subscriptions are not served here.")])
        definitions = prepared.operation.variable_definitions or ()
        values: Mapping[str, Any] = {}
        if definitions:
            coerced = get_variable_values(self.supergraph.api, definitions, dict(variables or {}))
            if isinstance(coerced, list):
                raise GraphQLErrors(coerced)
            values = coerced.coerced
        plan = self.plan(prepared, values)
        headers = context.headers if context else {}
        execution = Execution(self._subgraphs, plan.shape, values, headers, self._passed, self._passed_messages)
        if plan.introspection is not None:
            self._introspect(plan.introspection, values, execution)
        if plan.root is not None:
            await execution.run(plan.root)
        data = execution.finish()
        return Answer(data, execution.errors, execution.answered)

    def _introspect(self, document: DocumentNode, variables: Mapping[str, Any], execution: Execution) -> None:
        result = execute_sync(self.supergraph.api, document, variable_values=dict(variables))
        for key, value in (result.data or {}).items():
            execution.data[introspected(key)] = value
        execution.errors += [{"message": error.message, "path": error.path or []} for error in result.errors or ()]


def _digest(document: str, operation_name: str | None) -> bytes:
    """Of a fixed size, however long the document: what strangers send must not fill the memory."""
    return hashlib.sha256(f"{operation_name or ''}\n{document}".encode("utf-8", "surrogatepass")).digest()


def _no_operation(name: str | None) -> str:
    if name:
        return f"Unknown operation named '{name}'."
    return "Must provide operation name if query contains multiple operations."


class _Ordered(Visitor):
    """Puts arguments in the order of their names."""

    def leave_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        arguments = node.arguments or ()
        ordered = tuple(sorted(arguments, key=lambda argument: argument.name.value))
        return None if ordered == arguments else replace(node, arguments=ordered)


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        if node.name.value in ("skip", "include"):
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.names[argument.value.name.value] = None


def _conditions(document: DocumentNode) -> tuple[str, ...]:
    visitor = _Conditions()
    visit(document, visitor)
    return tuple(visitor.names)
