"""REST: a POST for every action and every door, and a GET for every question of a service, made from its tables by plain
loops.

The routes are plain ASGI addresses rather than functions with injected parameters: a body is checked once, an answer
written once, and the OpenAPI document is made from the same models (`shared.web.openapi`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_origin
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from shared.actions import Action
from shared.codec import sealed_fields
from shared.directory import Principal, Role
from shared.domain import PersonalText, Refused
from shared.facts import Fact
from shared.refusals import BEHIND, METHOD_NOT_ALLOWED, NOT_ALLOWED, NOT_FOUND, RefusedRequest
from shared.service import Door, Question, Service
from shared.views.paging import Page
from shared.web.asgi import (
    Address,
    PositionAsked,
    answer_error,
    idempotency_key,
    position_asked,
    position_told,
    read_json_body,
    traceparent_of,
    version_asserted,
)
from shared.web.auth import Authenticator, SignedIn
from shared.web.bodies import Models, Shape
from shared.web.openapi import openapi_document
from shared.web.port import RunningService
from shared.web.problem import language_of, problem

if TYPE_CHECKING:
    from shared.handle import Done
    from shared.views.reading import Reading

CURSOR = "after"
"""The query parameter that takes the mark of the page before (`Page.next`)."""

_IN_PATH = re.compile(r"\{(\w+)\}")


def path_fields(path: str) -> tuple[str, ...]:
    """The fields that a path template names: `tasks/{task}/split` → task."""
    return tuple(_IN_PATH.findall(path))


def reachable(actions: Iterable[Action]) -> tuple[Action, ...]:
    """The actions that a person may take at all; the others belong to the system alone."""
    return tuple(action for action in actions if action.may)


def action_shape(models: Models, action: Action) -> Shape:
    """How an action's command comes in: some fields from the path, the created one not at all, the rest in the body."""
    return Shape(models, action.command, path_fields(action.path), f"{action.name}Body", action.creates)


def question_shape(models: Models, question: Question) -> Shape:
    return Shape(models, question.params, path_fields(question.path), question.params.__name__)


def door_shape(models: Models, door: Door) -> Shape:
    """How what is asked at a door comes in: in the body alone, because addresses are written down on the way."""
    return Shape(models, door.asked, (), door.asked.__name__)


# --- what goes out -----------------------------------------------------------------------------------------------


def dump(value: Any) -> bytes:
    """JSON of dataclasses; decimals as strings. TypeError for a personal text, which no answer may carry."""
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, PersonalText):
        raise TypeError("a personal text must be opened before it is answered")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if dataclasses.is_dataclass(value) or value is None:
        raise TypeError(f"cannot be answered: {type(value).__name__}")
    return str(value)


@lru_cache(maxsize=1024)
def open_fields(event: Any) -> tuple[str, ...]:
    """The fields of an event class that are not personal."""
    sealed = sealed_fields(event)
    return tuple(field.name for field in dataclasses.fields(event) if field.name not in sealed)


def told(fact: Fact) -> dict[str, Any]:
    """What an answer tells of a recorded fact: everything but its personal texts."""
    kind: Any = type(fact.event)
    return {
        "type": fact.type,
        "stream": fact.stream,
        "version": fact.version,
        "data": {name: getattr(fact.event, name) for name in open_fields(kind)},
    }


def created(action: Action, done: Done) -> str | None:
    """The identity that an action allotted, as its first event names it; None for actions that create nothing."""
    if action.creates is None:
        return None
    for fact in done.facts:
        if (identity := getattr(fact.event, action.creates, None)) is not None:
            return str(identity)
    return None


def version_after(action: Action, command: Any, identity: str | None, done: Done) -> int | None:
    """The version of the action's own stream after what it recorded; None when it wrote none there."""
    fields = {field.name: getattr(command, field.name) for field in dataclasses.fields(command)}
    if action.creates is not None:
        fields[action.creates] = identity
    stream = action.stream.format_map(fields)
    return max((fact.version for fact in done.facts if fact.stream == stream), default=None)


# --- who may ask -------------------------------------------------------------------------------------------------


def holds(principal: Principal, may: Iterable[Role]) -> bool:
    """Whether somebody holds a post with one of the roles; everybody does when none is asked for."""
    wanted = set(may)
    return not wanted or any(role in wanted for held in principal.posts for role in held.roles)


def may_ask(principal: Principal, asked: Question | Door) -> bool:
    """Whether somebody holds one of the roles that are asked for, or is a portal with the scope."""
    if principal.machine is not None:
        return asked.scope in principal.machine.scopes
    return holds(principal, asked.may)


def check_may_ask(reading: Reading, question: Question) -> None:
    """RefusedRequest NOT_ALLOWED for an asker without one of the question's roles, or a portal without its scope."""
    if not may_ask(reading.who, question):
        raise RefusedRequest(NOT_ALLOWED.of())


async def ask(reading: Reading, question: Question, params: Any) -> Any:
    """The answer to a question. RefusedRequest NOT_ALLOWED without one of its roles, NOT_FOUND when there is none."""
    check_may_ask(reading, question)
    found = await question.ask(reading, params)
    if found is None:
        raise RefusedRequest(NOT_FOUND.of())
    return found


async def reading_for(running: RunningService, who: SignedIn | None, asked: PositionAsked) -> Reading:
    """What their questions are answered from, at what is asked or later. RefusedRequest BEHIND if not in time."""
    person, program = (who.person, who.program) if who is not None else (None, None)
    reading = await running.reading(person, asked.own, asked.feeds, program)
    if reading is None:
        raise RefusedRequest(BEHIND.of())
    return reading


# --- the addresses -----------------------------------------------------------------------------------------------

Answer = Callable[[Request], Awaitable[Response]]


def answer_action(running: RunningService, auth: Authenticator, action: Action, shape: Shape) -> Answer:
    """POST of one action: 201 for what it created, 200 otherwise, or the refusal."""
    log = running.service.name

    async def answer(request: Request) -> Response:
        who = await auth.signed_in(request.headers.get("authorization"))
        key = idempotency_key(request)
        if_version = version_asserted(request)
        command = shape.from_body(request.path_params, await read_json_body(request))
        outcome = await running.handle(
            action,
            command,
            who.person,
            key,
            program=who.program,
            traceparent=traceparent_of(request),
            if_version=if_version,
        )
        if isinstance(outcome, Refused):
            return problem(outcome, language_of(request.headers.get("accept-language")))
        identity = created(action, outcome)
        body = {"position": outcome.position, "id": identity, "events": [told(fact) for fact in outcome.facts]}
        headers = {"cache-control": "no-store"}
        if outcome.position is not None:
            headers["zeren-position"] = position_told(log, outcome.position, await running.feed_number(outcome))
        if (version := version_after(action, command, identity, outcome)) is not None:
            headers["etag"] = f'"{version}"'
        return Response(dump(body), 201 if identity is not None else 200, headers, media_type="application/json")

    return answer


def answer_question(running: RunningService, auth: Authenticator, question: Question, shape: Shape) -> Answer:
    """GET of one question: the answer with its ETag, 304 when the caller has it, Link to the next page."""
    log = running.service.name
    if get_origin(question.answer) is Page and CURSOR not in shape.others:
        raise ValueError(f"{question.path} answers with pages, so its parameters need a field {CURSOR!r}")

    async def answer(request: Request) -> Response:
        who = await auth.signed_in(request.headers.get("authorization"))
        asked = position_asked(request, log)
        params = shape.from_query(request.path_params, request.query_params.multi_items())
        found = await ask(await reading_for(running, who, asked), question, params)
        body = dump({"items": found.items, "next": found.next} if isinstance(found, Page) else found)
        headers = {
            "etag": f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"',
            "cache-control": "private, no-cache",
            "vary": "authorization",
        }
        if isinstance(found, Page) and found.next is not None:
            query = urlencode({**request.query_params, CURSOR: found.next})
            headers["link"] = f'<{request.url.path}?{query}>; rel="next"'
        if _has_already(request.headers.get("if-none-match"), headers["etag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, media_type="application/json")

    return answer


def _has_already(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag in tags


def answer_door(running: RunningService, auth: Authenticator, door: Door, shape: Shape) -> Answer:
    """POST of one door: its answer, or the refusal. Nothing of the request is looked at but token, language and body."""

    async def answer(request: Request) -> Response:
        shown = request.headers.get("authorization")
        who = await auth.signed_in(shown) if door.may or (door.scope is not None and shown is not None) else None
        reading = await reading_for(running, who, PositionAsked(None, {}))
        if not may_ask(reading.who, door):
            raise RefusedRequest(NOT_ALLOWED.of())
        outcome = await door.answer(reading, shape.from_body({}, await read_json_body(request)))
        if isinstance(outcome, Refused):
            return problem(outcome, language_of(request.headers.get("accept-language")))
        return Response(dump(outcome), 200, {"cache-control": "no-store"}, media_type="application/json")

    return answer


@dataclass(frozen=True, slots=True)
class Unseen:
    """Where whoever comes is neither logged, counted nor traced: all doors, and what is asked for their sake.

    An official who asks at the path of a door (`questions`, by GET) is seen, as anywhere else.
    """

    paths: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()

    def __contains__(self, came: tuple[str, str]) -> bool:
        """Whether a request of this method and path is one of them."""
        method, path = came
        return path in self.paths and not (method == "GET" and path in self.questions)


def unseen(services: Iterable[Service]) -> Unseen:
    """Of these services."""
    paths: list[str] = []
    questions: list[str] = []
    for service in services:
        base = f"/api/{service.name}"
        paths += [f"{base}/{door.path}" for door in service.doors]
        paths += [f"{base}/ports/{o.port.name.partition('/')[2]}" for o in service.ports if o.port.unseen]
        questions += [f"{base}/{question.path}" for question in service.questions]
    return Unseen(frozenset(paths), frozenset(questions))


def build_api(running: RunningService, auth: Authenticator) -> FastAPI:
    """The REST interface of one service, to be mounted at `/api/<service>`; its document stands at `/openapi.json`."""
    service = running.service
    models = Models()
    actions = [(action, action_shape(models, action)) for action in reachable(service.actions)]
    questions = [(question, question_shape(models, question)) for question in service.questions]
    doors = [(door, door_shape(models, door)) for door in service.doors]
    document = openapi_document(service, actions, questions, doors)
    written = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)

    async def answer_document(request: Request) -> Response:
        return Response(written, media_type="application/json")

    app = FastAPI(title=service.title, openapi_url=None, docs_url=None, redoc_url=None)
    app.openapi = lambda: document  # type: ignore[method-assign]
    app.add_exception_handler(HTTPException, framework_refusal)
    base = f"/api/{service.name}"
    paths: dict[str, dict[str, Address]] = {
        "openapi.json": {"GET": Address(f"{base}/openapi.json", answer_document)},
    }
    for action, shape in actions:
        _place(
            paths, "POST", action.path, Address(f"{base}/{action.path}", answer_action(running, auth, action, shape))
        )
    for question, shape in questions:
        answer = answer_question(running, auth, question, shape)
        _place(paths, "GET", question.path, Address(f"{base}/{question.path}", answer))
    for door, shape in doors:
        _place(paths, "POST", door.path, Address(f"{base}/{door.path}", answer_door(running, auth, door, shape)))
    for path, addresses in paths.items():
        if "GET" in addresses:
            addresses["HEAD"] = addresses["GET"]
        app.router.routes.append(Route(f"/{path}", ByMethod(addresses), methods=sorted(addresses)))
    return app


def _place(paths: dict[str, dict[str, Address]], method: str, path: str, address: Address) -> None:
    addresses = paths.setdefault(path, {})
    if method in addresses:
        raise ValueError(f"two rows stand at {method} {path}")
    addresses[method] = address


class ByMethod:
    """The addresses of one path; together, so that a 405 names the methods of all (RFC 9110, 15.5.6)."""

    def __init__(self, addresses: Mapping[str, Address]) -> None:
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._addresses[scope["method"]](scope, receive, send)


async def framework_refusal(request: Request, error: Exception) -> Response:
    """What the router itself refuses, as a problem: no such address, or not with this method."""
    if isinstance(error, HTTPException) and error.status_code in (404, 405):
        refusal = NOT_FOUND if error.status_code == 404 else METHOD_NOT_ALLOWED
        return problem(refusal.of(), language_of(request.headers.get("accept-language")), error.headers)
    return answer_error(error, request.headers.get("accept-language"))
