"""GraphQL: the federated subgraph of a service. Queries are its own class; mutations are made from its action table.

A mutation answers `<Command>Done` or a typed `Refusal`; errors are for what nobody foresaw, and those are masked. What
comes in is checked by the same models as over REST.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import logging
import re
import types
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Literal,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

import orjson
import strawberry
from graphql import GraphQLError
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from strawberry import federation
from strawberry.dataloader import DataLoader
from strawberry.exceptions import StrawberryGraphQLError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.extensions.max_aliases import create_validator as at_most_aliases
from strawberry.extensions.query_depth_limiter import create_validator as at_most_deep
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType
from strawberry.types.scalar import scalar

from shared import tracing
from shared.actions import Action
from shared.domain import PersonalText, PersonId, PublicText, Refused
from shared.refusals import BODY_INVALID, BODY_MALFORMED, METHOD_NOT_ALLOWED, NOT_ALLOWED, RefusedRequest
from shared.service import Question, Service
from shared.views.paging import MOST_ITEMS, Page
from shared.web import rest
from shared.web.asgi import checked_key, position_asked, position_told, read_json_body, refused_by, traceparent_of
from shared.web.auth import Authenticator
from shared.web.bodies import Models, refused_body
from shared.web.openapi import words_of
from shared.web.port import RunningService
from shared.web.problem import Language, language_of, problem, status_of

if TYPE_CHECKING:
    from strawberry.types.execution import ExecutionContext

    from shared.handle import Done
    from shared.views.reading import Reading

logger = logging.getLogger(__name__)

DEEPEST = 20
MOST_ALIASES = 100
MOST_TOKENS = 8_000
"""Above those of `/graphql`: it asks with aliases and key fields of its own, deeper by the entity that it begins at."""
DOCUMENTS_KEPT = 256

Position = NewType("Position", int)
"""A position in a log; wider than GraphQL's Int."""

SCALARS: Mapping[object, Any] = {
    Position: scalar(name="Position", description="A position in a log.", serialize=int, parse_value=int),
}


K = TypeVar("K")
T = TypeVar("T")
Find = Callable[["Reading", Sequence[K]], Awaitable[Mapping[K, T]]]
"""Finds those of several things that the asker may see, by their keys."""


@dataclasses.dataclass(frozen=True, slots=True)
class Context:
    """What resolvers of one request are given as `info.context`.

    `loaders` are by what they find things with; `done` is what mutations of the request have recorded.
    """

    running: RunningService
    person: PersonId
    reading: Reading
    traceparent: str | None = None
    loaders: dict[Find[Any, Any], DataLoader[Any, Any]] = dataclasses.field(default_factory=dict)
    done: list[Done] = dataclasses.field(default_factory=list)


async def ask(info: strawberry.Info[Context, None], question: Question, params: Any) -> Any:
    """A question of the service's table, asked by a resolver: the same answer and permission as over REST.

    None where REST answers 404.
    """
    context = info.context
    try:
        return await rest.ask(context.reading, question, params)
    except RefusedRequest as stopped:
        if stopped.refused.code == "not-found":
            return None
        raise


async def load(
    info: strawberry.Info[Context, None], find: Find[K, T], key: K, question: Question | None = None
) -> T | None:
    """What `find` finds for a key, looked up once for all the keys that the request asks for at the same time.

    None for what is not there or may not be seen, which `find` knows. The roles of `question`, which answers the same
    over REST, are asked for first.
    """
    context = info.context
    if question is not None:
        rest.check_may_ask(context.reading, question)
    if find not in context.loaders:

        async def found(keys: list[K]) -> list[T | None]:
            by_key = await find(context.reading, keys)
            return [by_key.get(key) for key in keys]

        context.loaders[find] = DataLoader(found, max_batch_size=MOST_ITEMS)
    loader: DataLoader[K, T | None] = context.loaders[find]
    return await loader.load(key)


# --- lists -------------------------------------------------------------------------------------------------------


@federation.type(shareable=True, description="Whether a list goes on before and behind the part that was asked for.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="One of a list, with the cursor from which the list goes on behind it.")
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type(description="A part of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo


def connected(page: Page[K], node: Callable[[K], T], after: str | None) -> Connection[T]:
    """A page of what a question answers, as Relay's clients read it: `after` is the cursor that was asked from."""
    mark = page.cursor_of
    if mark is None:
        raise TypeError("a list without cursors cannot be told in parts")
    cursors = [mark(n) for n in range(len(page.items))]
    return Connection(
        edges=[Edge(cursor=cursor, node=node(item)) for cursor, item in zip(cursors, page.items, strict=True)],
        page_info=PageInfo(
            has_next_page=page.next is not None,
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )


def nothing() -> Connection[Any]:
    """A list in which there is nothing."""
    return connected(Page((), None, str), lambda item: item, None)


# --- what mutations answer ---------------------------------------------------------------------------------------


@federation.type(shareable=True, description="一条拒绝理由。Why a rule, or the system, said no.")
class Refusal:
    code: str = strawberry.field(description="Never changes its meaning.")
    zh: str
    en: str
    values: JSON = strawberry.field(description="The values that make the sentences concrete.")


@federation.type(shareable=True, description="记录下来的一个事件。An event as it was recorded.")
class RecordedEvent:
    type: str
    stream: str
    version: int
    data: JSON = strawberry.field(description="The event without its personal texts.")


def refusal_of(refused: Refused) -> Refusal:
    values = orjson.loads(orjson.dumps(dict(refused.values), default=str))
    return Refusal(code=refused.code, zh=refused.sentence("zh"), en=refused.sentence("en"), values=values)


class _Inputs:
    """Input types of one service: one for each dataclass, one enumeration for each set of words."""

    def __init__(self) -> None:
        self._made: dict[type, Any] = {}
        self._enums: dict[tuple[Any, ...], Any] = {}
        self._names: set[str] = set()

    def of(self, kind: type, name: str, leave_out: Iterable[str] = ()) -> Any:
        """The input type of a dataclass, without the fields left out; None when no field remains."""
        hints = get_type_hints(kind)
        fields: list[tuple[str, Any, Any]] = []
        for field in dataclasses.fields(kind):
            if field.name in set(leave_out):
                continue
            annotation = self._annotation(hints[field.name], kind, field.name)
            has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
            if has_default or _optional(hints[field.name]):
                # Left out and null are told apart, so that the model's own default applies.
                fields.append((field.name, annotation | None, strawberry.field(default=strawberry.UNSET)))
            else:
                fields.append((field.name, annotation, strawberry.field()))
        if not fields:
            return None
        ordered = sorted(fields, key=lambda one: one[2].default is strawberry.UNSET)
        plain = type(
            self._named(name),
            (),
            {"__annotations__": {n: a for n, a, _ in ordered}, **{n: f for n, _, f in ordered}},
        )
        return strawberry.input(plain, description=words_of(kind) or None)

    def _annotation(self, hint: Any, owner: type, name: str) -> Any:
        if hint in (PersonalText, PublicText):
            return str
        if hint in (str, int, bool, Decimal, date, datetime, UUID):
            return hint
        if isinstance(hint, NewType):
            return strawberry.ID if hint.__supertype__ is str else self._annotation(hint.__supertype__, owner, name)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            if hint not in self._made:
                self._made[hint] = self.of(hint, f"{hint.__name__}Input")
            return self._made[hint]
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._annotation(args[0], owner, name)
        if origin is Literal:
            return self._enum(args, owner, name)
        if origin in (Union, types.UnionType):
            inner = [self._annotation(arg, owner, name) for arg in args if arg is not type(None)]
            if len(inner) != 1:
                # GraphQL has no union of inputs; the model takes either form of the same text.
                return str
            return inner[0]
        if origin in (tuple, list, frozenset):
            item = self._annotation(args[0], owner, name)
            return list[item | None] if _optional(args[0]) else list[item]  # type: ignore[valid-type]
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return JSON
        raise TypeError(f"{owner.__name__}.{name}: a mutation cannot carry {hint!r}")

    def _enum(self, words: tuple[Any, ...], owner: type, field: str) -> Any:
        if words not in self._enums:
            # Named by its owner: services that are composed into one schema would call different words alike.
            name = f"{owner.__name__}{_pascal(field)}Input"
            members = {re.sub(r"\W", "_", str(word)).upper(): word for word in words}
            made: Any = enum.Enum(self._named(name), members)  # type: ignore[misc]
            self._enums[words] = strawberry.enum(made)
        return self._enums[words]

    def _named(self, name: str) -> str:
        if name in self._names:
            raise ValueError(f"two input types would be called {name}")
        self._names.add(name)
        return name


def _optional(hint: Any) -> bool:
    return type(None) in get_args(hint)


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _sent(value: Any) -> Any:
    """What arrived in an input type, as the plain values that the model checks."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, list):
        return tuple(_sent(item) for item in value)
    if dataclasses.is_dataclass(value):
        found = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {name: _sent(item) for name, item in found.items() if item is not strawberry.UNSET}
    return value


def _mutation(action: Action, inputs: _Inputs, models: Models) -> Any:
    """The mutation of one action: `splitTask(input: SplitTaskInput!, key: String!): SplitTaskResult!`."""
    name = action.name
    blank = {action.creates: ""} if action.creates else {}
    words = words_of(action.command, action.decide)
    model = models.of(action.command, f"{name}Mutation", blank)
    input_type = inputs.of(action.command, f"{name}Input", blank)
    done_type = strawberry.type(
        type(
            f"{name}Done",
            (),
            {
                "__annotations__": {
                    "position": Position | None,
                    "events": list[RecordedEvent],
                    "id": strawberry.ID | None,
                }
            },
        ),
        description=f"{name}: what it recorded.",
    )
    result = Annotated[Union[done_type, Refusal], strawberry.union(f"{name}Result")]  # type: ignore[valid-type]  # noqa: UP007

    async def resolve(info: strawberry.Info[Context, None], key: str, input: Any = None) -> Any:
        context = info.context
        try:
            command = _command(action.command, model, {} if input is None else _sent(input), blank)
            outcome = await context.running.handle(
                action, command, context.person, checked_key(key), traceparent=context.traceparent
            )
        except Exception as error:
            return refusal_of(refused_by(error))
        if isinstance(outcome, Refused):
            return refusal_of(outcome)
        context.done.append(outcome)
        return _done(done_type, action, outcome)

    # Strawberry reads arguments and their types from the signature.
    parameters = [
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info),
        inspect.Parameter("key", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str),
    ]
    if input_type is not None:
        parameters.append(inspect.Parameter("input", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=input_type))
    resolve.__signature__ = inspect.Signature(parameters, return_annotation=result)  # type: ignore[attr-defined]
    resolve.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": result}
    description = f"{words}\n\nRoles: {', '.join(action.may)}.".strip()
    return strawberry.mutation(resolver=resolve, name=name[:1].lower() + name[1:], description=description)


def _command(kind: type, model: type[BaseModel], values: Mapping[str, Any], blank: Mapping[str, str]) -> Any:
    try:
        checked = model.__pydantic_validator__.validate_python(values)
    except ValidationError as error:
        raise RefusedRequest(refused_body(error)) from None
    return kind(**blank, **checked.__dict__)


def _done(done_type: Any, action: Action, done: Done) -> Any:
    events = [
        RecordedEvent(
            type=fact["type"],
            stream=fact["stream"],
            version=fact["version"],
            data=orjson.loads(rest.dump(fact["data"])),
        )
        for fact in map(rest.told, done.facts)
    ]
    return done_type(position=done.position, events=events, id=rest.created(action, done))


# --- the schema --------------------------------------------------------------------------------------------------

# Made once: the validation cache is keyed by these classes too.
_RULES: list[Any] = [at_most_deep(DEEPEST, None), at_most_aliases(MOST_ALIASES)]


class _Traced(SchemaExtension):
    """A span for the execution as a whole, named by the type of the operation alone: its name is the caller's to choose."""

    def on_execute(self) -> Iterator[None]:
        kind = self.execution_context.operation_type.value.lower()
        with tracing.span(kind, {"graphql.operation.type": kind}) as span:
            yield
            result = self.execution_context.result
            if result is not None and getattr(result, "errors", None):
                span.failed("graphql-errors")


class Subgraph(federation.Schema):
    """The schema of one service; unexpected errors are logged in its own words and answered without details."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: `safe_error` logs what nobody foresaw, without the values that Strawberry would write."""


def build_schema(service: Service) -> Subgraph:
    """The subgraph of a service: its query class, and a mutation for every action that a person may take."""
    inputs, models = _Inputs(), Models()
    actions = rest.reachable(service.actions)
    mutations = {action.name: _mutation(action, inputs, models) for action in actions}
    mutation = strawberry.type(type("Mutation", (), mutations)) if mutations else None
    return Subgraph(
        query=service.query,
        mutation=mutation,
        types=service.types,
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
            lambda: AddValidationRules(_RULES),
            lambda: ParserCache(maxsize=DOCUMENTS_KEPT),
            lambda: ValidationCache(maxsize=DOCUMENTS_KEPT),
            *([_Traced] if tracing.is_on() else []),
        ],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
    )


# --- over HTTP ---------------------------------------------------------------------------------------------------

_RESPONSE_TYPE = "application/graphql-response+json"


def answer_graphql(
    running: RunningService, auth: Authenticator, schema: Subgraph
) -> Callable[[Request], Awaitable[Response]]:
    """GraphQL over HTTP: POST of JSON, GET for queries alone; the token as everywhere.

    What is refused before anything is executed is a problem, or an error of GraphQL to whoever asks for its media type.
    """

    async def answer(request: Request) -> Response:
        try:
            return await execute(request)
        except ClientDisconnect:
            raise
        except Exception as error:
            if not _wants_newer(request):
                raise
            refused = refused_by(error)
            return _response(request, {"errors": [_told(refused, _language(request))]}, status_of(refused.code))

    async def execute(request: Request) -> Response:
        who = await auth.signed_in(request.headers.get("authorization"))
        is_get = request.method == "GET"
        asked = _asked_by_query(request) if is_get else _asked_by_body(await read_json_body(request))
        reading = await rest.reading_for(running, who, position_asked(request, running.service.name))
        if reading.who.machine is not None:
            raise RefusedRequest(NOT_ALLOWED.of())
        context = Context(running, who.person, reading, traceparent_of(request))
        allowed = [OperationType.QUERY] if is_get else [OperationType.QUERY, OperationType.MUTATION]
        try:
            result = await schema.execute(
                asked.query,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                context_value=context,
                allowed_operation_types=allowed,
            )
        except InvalidOperationTypeError:
            refused = METHOD_NOT_ALLOWED.of()
            return problem(refused, language_of(request.headers.get("accept-language")), {"allow": "POST"})
        except CannotGetOperationTypeError:
            result = None
        if result is None:
            errors: list[Any] = [{"message": "The operation is not in the document, or must be named."}]
            return _response(request, {"errors": errors}, 400)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [safe_error(error, _language(request)) for error in result.errors]
            if result.data is None and not any(error.path for error in result.errors):
                del body["data"]
        headers = await _position_of(running, context.done)
        return _response(request, body, 200 if "data" in body else 400, headers)

    return answer


def _language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


def _wants_newer(request: Request) -> bool:
    return _RESPONSE_TYPE in request.headers.get("accept", "")


async def _position_of(running: RunningService, done: Sequence[Done]) -> Mapping[str, str]:
    """`Zeren-Position` of the last of several commands; nothing when none recorded anything."""
    last = max(done, key=lambda one: one.position or 0, default=None)
    if last is None or last.position is None:
        return {}
    return {"zeren-position": position_told(running.service.name, last.position, await running.feed_number(last))}


def _response(
    request: Request, body: dict[str, Any], status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """By the media type asked for: only the newer one says in its status that the request could not be executed."""
    newer = _wants_newer(request)
    media_type = _RESPONSE_TYPE if newer else "application/json"
    sent = {"cache-control": "no-store", **(headers or {})}
    return Response(orjson.dumps(body, default=str), status if newer else 200, sent, media_type=media_type)


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


def _asked_by_body(body: bytes) -> _Asked:
    return _asked(_json(body))


def _asked_by_query(request: Request) -> _Asked:
    values: dict[str, Any] = dict(request.query_params)
    if variables := values.get("variables"):
        values["variables"] = _json(variables.encode("utf-8", "replace"))
    return _asked(values)


def _json(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RefusedRequest(BODY_MALFORMED.of()) from None


def _asked(values: Any) -> _Asked:
    if not isinstance(values, dict) or not isinstance(values.get("query"), str):
        raise RefusedRequest(BODY_INVALID.of(count=1))
    variables, name = values.get("variables"), values.get("operationName")
    if not isinstance(variables, (dict, type(None))) or not isinstance(name, (str, type(None))):
        raise RefusedRequest(BODY_INVALID.of(count=1))
    return _Asked(values["query"], variables, name or None)


# --- errors, without what was sent -------------------------------------------------------------------------------

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_VARIABLE = re.compile(r"Variable '\$(\w+)' has invalid value(?: at ((?:\.\w+|\[\d+\])+))?: ")


def _told(refused: Refused, language: Language) -> dict[str, Any]:
    zh, en = refused.sentence("zh"), refused.sentence("en")
    return {"message": zh if language == "zh" else en, "extensions": {"code": refused.code, "zh": zh, "en": en}}


def safe_error(error: GraphQLError, language: Language = "zh") -> dict[str, Any]:
    """An error as it may leave: refusals with their code, mistakes in the document without values, the rest masked."""
    found: dict[str, Any] = {}
    cause = error.original_error
    in_document = error.path is None and bool(error.locations)
    if cause is None or in_document or isinstance(cause, (GraphQLError, StrawberryGraphQLError)):
        found["message"] = _without_values(error.message)
        found["extensions"] = {"code": "graphql-invalid"}
    else:
        found = _told(refused_by(cause), language)
    if error.locations:
        found["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        found["path"] = list(error.path)
    return found


def _without_values(message: str) -> str:
    """What the library says about a document or its variables, cut where it begins to repeat the value."""
    if match := _VARIABLE.match(message):
        # A place is a path of our own field names; what is said after it may hold anything that was sent.
        return f"Variable '${match[1]}{match[2] or ''}' has an invalid value."
    message = re.sub(r"(?s) cannot represent .*", " cannot represent this value.", message)
    message = re.sub(r"(?s),? found:? .*", ".", message)
    message = re.sub(
        r"(?s)^Value .* does not exist in '(\w+)' enum.*", r"The value does not exist in '\1' enum.", message
    )
    return _QUOTED.sub('"…"', message)
