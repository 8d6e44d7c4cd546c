"""The OpenAPI 3.1 document of one service, from the models that check what comes in and the types of what goes out.

Every status that an operation can answer is named; nothing is described that the code does not do.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from shared.actions import Action
from shared.directory import Role, Scope
from shared.domain import Refusal
from shared.refusals import KERNEL_REFUSALS
from shared.service import Door, Question, Service
from shared.web.problem import MEDIA_TYPE, PROBLEM_SCHEMA, status_of, statuses

if TYPE_CHECKING:
    from shared.web.bodies import Shape

_ACTIONS_TAG = {"name": "办理 actions", "description": "Commands: each is decided by a rule and recorded as events."}
_QUESTIONS_TAG = {"name": "查询 questions", "description": "Answers from the views."}
_DOORS_TAG = {
    "name": "来信 doors",
    "description": "For whoever must not be noticed: requests are neither logged, counted nor traced.",
}
_ACTION_STATUSES = (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503)
_DOOR_STATUSES = (400, 404, 413, 415, 422, 429, 500, 503)
_QUESTION_STATUSES = (400, 401, 403, 404, 429, 500, 503)

_RECORDED: Mapping[str, Any] = {
    "type": "object",
    "description": "What the action recorded; the same again when the request is repeated with its key.",
    "required": ["position", "id", "events"],
    "properties": {
        "position": {
            "type": ["integer", "null"],
            "description": "Position of the last event in the service's log; null when there was nothing to record.",
        },
        "id": {"type": ["string", "null"], "description": "The identity that was allotted, if the action creates one."},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "stream", "version", "data"],
                "properties": {
                    "type": {"type": "string", "examples": ["task-split"]},
                    "stream": {"type": "string"},
                    "version": {"type": "integer"},
                    "data": {"type": "object", "description": "The event without its personal texts."},
                },
            },
        },
    },
}


def openapi_document(
    service: Service,
    actions: Sequence[tuple[Action, Shape]],
    questions: Sequence[tuple[Question, Shape]],
    doors: Sequence[tuple[Door, Shape]] = (),
) -> dict[str, Any]:
    """The document, as a JSON object."""
    adapters: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []
    for _, shape in actions:
        adapters += _both(shape)
    for question, shape in questions:
        adapters += _both(shape)
        adapters.append((_answer_key(question), "serialization", TypeAdapter(question.answer)))
    for door, shape in doors:
        adapters += _both(shape)
        adapters.append((_door_key(door), "serialization", TypeAdapter(door.answered)))
    schemas, shared = TypeAdapter.json_schemas(adapters, ref_template="#/components/schemas/{model}")
    definitions: dict[str, Any] = dict(shared.get("$defs", {}))
    by_key = {key: schema for (key, _mode), schema in schemas.items()}

    paths: dict[str, dict[str, Any]] = {}
    for action, shape in actions:
        paths.setdefault(f"/{action.path}", {})["post"] = _action(service, action, shape, by_key, definitions)
    for question, shape in questions:
        paths.setdefault(f"/{question.path}", {})["get"] = _question(service, question, shape, by_key, definitions)
    for door, shape in doors:
        paths.setdefault(f"/{door.path}", {})["post"] = _door(service, door, shape, by_key, definitions)
    tags = [_ACTIONS_TAG, _QUESTIONS_TAG, *([_DOORS_TAG] if doors else [])]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": service.title,
            "version": "1",
            "description": (
                f"{service.title}：事项均以 POST 办理（须带 Idempotency-Key），查询均以 GET 进行。\n\n"
                "Every action is a POST with an Idempotency-Key, every question a GET. Refusals are problem details "
                "(RFC 9457), in Chinese unless Accept-Language prefers English."
            ),
        },
        "servers": [{"url": f"/api/{service.name}"}],
        "security": [{"bearer": []}],
        "tags": [dict(tag) for tag in tags],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": {**definitions, "Problem": dict(PROBLEM_SCHEMA), "Recorded": dict(_RECORDED)},
        },
    }


def _both(shape: Shape) -> list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]]:
    models: tuple[type[BaseModel], ...] = (shape.path_model, shape.model)
    return [(model.__name__, "validation", TypeAdapter(model)) for model in models]


def _door_key(door: Door) -> str:
    return f"{door.asked.__name__}Answer"


def _answer_key(question: Question) -> str:
    return f"{question.params.__name__}Answer"


def rule_words(action: Action) -> str:
    """What an action is about: the first line of its rule's file, then what its command says of its fields."""
    rule = sys.modules[action.decide.__module__].__doc__ or ""
    first = inspect.cleandoc(rule).partition("\n")[0]
    return "\n\n".join(part for part in (first, words_of(action.command)) if part)


def words_of(*described: Any) -> str:
    """The first docstring among these that somebody wrote (dataclasses without one get their signature)."""
    for one in described:
        text = inspect.cleandoc(one.__doc__ or "")
        if text and not text.startswith(f"{getattr(one, '__name__', '')}("):
            return text
    return ""


def summary_of(words: str, otherwise: str) -> str:
    first = words.partition("\n\n")[0].replace("\n", " ").strip()
    return first.rstrip(".") or otherwise


def name_of_operation(name: str) -> str:
    return name[:1].lower() + name[1:]


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    resolved: dict[str, Any] = definitions[reference.rpartition("/")[2]] if reference else schema
    return resolved


def _parameters(
    model: type[BaseModel], where: str, by_key: Mapping[str, Any], definitions: dict[str, Any]
) -> list[dict[str, Any]]:
    schema = _resolved(by_key[model.__name__], definitions)
    # Parameters stand by themselves; the object that checks them together is not part of the interface.
    definitions.pop(model.__name__, None)
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "in": where,
            "required": where == "path" or name in required,
            "schema": _without_null(property_schema) if where == "query" else property_schema,
        }
        for name, property_schema in schema.get("properties", {}).items()
    ]


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A query parameter is left out rather than null."""
    plain = {key: value for key, value in schema.items() if key != "default" or value is not None}
    options = [option for option in plain.pop("anyOf", ()) if option.get("type") != "null"]
    if not options:
        return plain
    return {**plain, **options[0]} if len(options) == 1 else {**plain, "anyOf": options}


def _header(name: str, description: str, schema: Mapping[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": description, "schema": dict(schema)}


_LANGUAGE = _header(
    "Accept-Language",
    "Language of refusals (RFC 9110, 12.5.4): en when it is preferred to zh, otherwise zh.",
    {"type": "string", "examples": ["zh", "en"]},
)
_POSITION_ASKED = _header(
    "Zeren-Position",
    "Answer from no earlier than these positions, as answers to actions of any service gave them, joined by commas. 503 "
    "if they are not reached in time, 400 if the log does not have them at all.",
    {
        "type": "string",
        "pattern": "^[a-z]{1,20}=[0-9]{1,15}(;feed=[0-9]{1,15})?(, [a-z]{1,20}=[0-9]{1,15}(;feed=[0-9]{1,15})?)*$",
        "examples": ["ledger=1;feed=1"],
    },
)
_ACTION_HEADERS = (
    _header(
        "Idempotency-Key",
        "Unique for each request of the caller; repeated with it, the same answer is given and nothing recorded twice.",
        {"type": "string", "pattern": "^[!-~]{1,200}$", "examples": ["8e03978e-40d5-43dd-bc93-6894a57f9324"]},
        required=True,
    ),
    _header(
        "If-Match",
        "The ETag read before: refused with 412 if there has been a change since.",
        {"type": "string", "pattern": '^"[0-9]{1,15}"$', "examples": ['"3"']},
    ),
    _LANGUAGE,
)


def _problems(of: Sequence[int], refusals: Sequence[Refusal]) -> dict[str, Any]:
    by_status = statuses(refusals)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {
            "description": "\n".join(f"- `{refusal.code}` {refusal.en}" for refusal in by_status.get(status, ()))
            or "A refusal.",
            "content": content,
        }
        for status in of
    }


def _who(may: Sequence[Role], scope: Scope | None) -> str:
    """Who may, as the description of an operation ends; nothing where everybody may who has signed in."""
    roles = f"\n\nRoles: {', '.join(may)}." if may else ""
    return f"{roles}\n\nScope of a portal: {scope}." if scope is not None else roles


def _action(
    service: Service,
    action: Action,
    shape: Shape,
    by_key: Mapping[str, Any],
    definitions: dict[str, Any],
) -> dict[str, Any]:
    words = rule_words(action)
    done = {
        "description": "Done.",
        "headers": {
            "Zeren-Position": {"schema": {"type": "string"}, "description": "Position reached, to ask from."},
            "ETag": {"schema": {"type": "string"}, "description": "Version of what the action changed."},
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Recorded"}}},
    }
    answers = {"200": {**done, "description": "Done; nothing was created."}}
    if action.creates:
        answers = {"201": {**done, "description": "Created."}, "200": {**done, "description": "Nothing to record."}}
    operation: dict[str, Any] = {
        "operationId": name_of_operation(action.name),
        "summary": service.words.addresses.get(action.name) or summary_of(words, action.name),
        "description": f"{words}{_who(action.may, action.scope)}".strip(),
        "tags": ["办理 actions"],
        "parameters": [*_parameters(shape.path_model, "path", by_key, definitions), *_ACTION_HEADERS],
        "responses": {**answers, **_problems(_ACTION_STATUSES, (*KERNEL_REFUSALS, *service.refusals))},
    }
    body = by_key[shape.model.__name__]
    properties = _resolved(body, definitions)
    operation["requestBody"] = {
        "required": bool(properties.get("required")),
        "content": {"application/json": {"schema": body}},
    }
    return operation


def _question(
    service: Service, question: Question, shape: Shape, by_key: Mapping[str, Any], definitions: dict[str, Any]
) -> dict[str, Any]:
    words = words_of(question.params, question.ask)
    refusals = [r for r in KERNEL_REFUSALS if status_of(r.code) in _QUESTION_STATUSES]
    return {
        "operationId": name_of_operation(question.params.__name__),
        "summary": service.words.addresses.get(question.path) or summary_of(words, question.path),
        "description": f"{words}{_who(question.may, question.scope)}".strip(),
        "tags": ["查询 questions"],
        "parameters": [
            *_parameters(shape.path_model, "path", by_key, definitions),
            *_parameters(shape.model, "query", by_key, definitions),
            _POSITION_ASKED,
            _header("If-None-Match", "The ETag of an answer that the caller still has.", {"type": "string"}),
            _LANGUAGE,
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {
                    "ETag": {"schema": {"type": "string"}, "description": "Hash of the answer."},
                    "Link": {"schema": {"type": "string"}, "description": "The next page (RFC 8288), if there is one."},
                },
                "content": {"application/json": {"schema": by_key[_answer_key(question)]}},
            },
            "304": {"description": "The answer is still the one that the caller has."},
            **_problems(_QUESTION_STATUSES, refusals),
        },
    }


def _door(
    service: Service, door: Door, shape: Shape, by_key: Mapping[str, Any], definitions: dict[str, Any]
) -> dict[str, Any]:
    """One door, with an example; a door that asks nobody who they are takes no token."""
    words = words_of(door.asked, door.answer)
    definitions.pop(shape.path_model.__name__, None)
    asks = bool(door.may) or door.scope is not None
    statuses_of_door = (*_DOOR_STATUSES, *((401, 403) if asks else ()))
    body = {"schema": by_key[shape.model.__name__], "example": dict(door.example)}
    return {
        "operationId": name_of_operation(door.asked.__name__),
        "summary": service.words.addresses.get(door.asked.__name__) or summary_of(words, door.path),
        "description": f"{words}{_who(door.may, door.scope)}".strip(),
        "tags": [_DOORS_TAG["name"]],
        # {} is nobody in particular: a citizen. OpenAPI 3.1, Security Requirement Object.
        "security": [{"bearer": []}] if door.may else [{}, {"bearer": []}] if door.scope else [],
        "parameters": [_LANGUAGE],
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {
            "200": {
                "description": "Answered; the same again when the same is sent again.",
                "content": {"application/json": {"schema": by_key[_door_key(door)]}},
            },
            **_problems(sorted(statuses_of_door), (*KERNEL_REFUSALS, *service.refusals)),
        },
    }
