"""GraphQL over HTTP, as its specification demands: what is a request, which media type and status an answer has.

A request that is none is refused with its own status. What is wrong in a document has status 400 in
application/graphql-response+json and 200 in application/json, where no client could tell 400 from a proxy's.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from graphql import GraphQLError, GraphQLSyntaxError, OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway import refusals
from gateway.engine import Answer, Engine, GraphQLErrors, Kept, RequestContext
from gateway.fetch import LEGACY_TYPE, NEWER_TYPE
from gateway.headers import Merging, merge_headers
from gateway.limits import Limits, Measured, check_cost, measure, read_document
from gateway.metrics import Metrics
from gateway.refusals import Language, Languages, Refusal, RefusedRequest, quality_of

logger = logging.getLogger(__name__)


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`passed_on` are the header fields of the client that every subgraph gets; `merged` those of theirs that it gets back.

    A request that a browser may send from any page without asking first (GET; POST is JSON alone) must carry one of
    `preflight_headers`. Without `suggestions` nobody learns names of the schema from their own misspelt ones.
    """

    limits: Limits = msgspec.field(default_factory=Limits)
    body_bytes: int = 1 << 20
    passed_on: tuple[str, ...] = ("authorization", "accept-language", "traceparent", "tracestate")
    merged: tuple[Merging, ...] = ()
    preflight_headers: tuple[str, ...] = (
        "graphql-require-preflight",
        "apollo-require-preflight",
        "x-apollo-operation-name",
    )
    suggestions: bool = False
    language: Language = "en"
    documents_kept: int = 1_000


@dataclass(frozen=True, slots=True)
class _Asked:
    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


class _Refused(Exception):
    """A document or its variables are refused, and of what kind the mistake is."""

    def __init__(self, kind: Refusal, errors: Sequence[GraphQLError]) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.errors = errors


class GraphQLOverHttp:
    """The ASGI application that answers at one address."""

    def __init__(
        self,
        engine: Engine,
        settings: HttpSettings | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings or HttpSettings()
        self._metrics = metrics or Metrics()
        self._languages = Languages(self._settings.language)
        self._known: Kept[Mapping[str, Measured]] = Kept(self._settings.documents_kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        request = Request(scope, receive)
        language = self._languages.of(request.headers.get("accept-language", ""))
        with self._metrics.request() as counted:
            try:
                response = await self._answer(request, language)
            except ClientDisconnect:
                return
            except RefusedRequest as refused:
                response = refusal_response(refused, request, language)
            except Exception:
                incident = secrets.token_hex(4)
                logger.exception("unexpected error, incident %s", incident)
                response = refusal_response(refusals.INTERNAL.of(incident=incident), request, language)
            counted.status = response.status_code
        await response(scope, receive, send)

    async def _answer(self, request: Request, language: Language) -> Response:
        if request.method not in ("GET", "POST"):
            raise refusals.METHOD_NOT_ALLOWED.of()
        media_type = _media_type(request)
        if media_type is None:
            raise refusals.NOT_ACCEPTABLE.of()
        if request.method == "GET":
            self._check_preflight(request)
            asked = _asked_by_query(request)
        else:
            asked = _asked_by_body(await self._body(request))
        try:
            measured = self._measured(asked)
            if measured is not None:
                if request.method == "GET" and measured.operation is not OperationType.QUERY:
                    raise refusals.GET_IS_FOR_QUERIES.of()
                if measured.operation is OperationType.SUBSCRIPTION:
                    raise refusals.SUBSCRIPTIONS_UNSUPPORTED.of()
                check_cost(measured, asked.variables, self._settings.limits)
            answer = await self._executed(asked, RequestContext(self._passed_on(request)))
        except RefusedRequest as refused:
            if refused.refusal.status != 400:
                raise
            return _response({"errors": [refused.error(language)]}, media_type, 400)
        except _Refused as refused_document:
            kind = refused_document.kind
            errors = [self._error(error, kind, language) for error in refused_document.errors]
            return _response({"errors": errors}, media_type, 400)
        body: dict[str, Any] = {"data": answer.data}
        if answer.errors:
            body = {"errors": [_in_language(error, language) for error in answer.errors], **body}
        return _response(body, media_type, 200, merge_headers(self._settings.merged, answer.headers))

    async def _executed(self, asked: _Asked, context: RequestContext) -> Answer:
        try:
            prepared = self._engine.prepare(asked.query, asked.operation_name)
        except GraphQLErrors as refused:
            raise _Refused(refusals.VALIDATION_FAILED, refused.errors) from None
        try:
            return await self._engine.execute(prepared, asked.variables, context)
        except GraphQLErrors as refused:
            raise _Refused(refusals.INPUT_INVALID, refused.errors) from None

    def _check_preflight(self, request: Request) -> None:
        headers = self._settings.preflight_headers
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type == LEGACY_TYPE or any(request.headers.get(name) for name in headers):
            return
        raise refusals.CSRF_PREVENTED.of(headers=", ".join(headers))

    async def _body(self, request: Request) -> bytes:
        media_type, _, parameters = request.headers.get("content-type", "").partition(";")
        charset = next(
            (
                value.strip(' "').lower()
                for name, _, value in (parameter.partition("=") for parameter in parameters.split(";"))
                if name.strip().lower() == "charset"
            ),
            "utf-8",
        )
        encoding = request.headers.get("content-encoding", "identity").strip().lower()
        if media_type.strip().lower() != LEGACY_TYPE or charset not in ("utf-8", "utf8") or encoding != "identity":
            raise refusals.MEDIA_TYPE_UNSUPPORTED.of()
        limit = self._settings.body_bytes
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise refusals.BODY_TOO_LARGE.of(limit=limit)
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise refusals.BODY_TOO_LARGE.of(limit=limit)
            parts.append(part)
        return b"".join(parts)

    def _measured(self, asked: _Asked) -> Measured | None:
        """The operation meant, within the limits; None where the document does not say which, which the engine refuses."""
        key = hashlib.sha256(asked.query.encode("utf-8", "surrogatepass")).digest()
        operations = self._known.get(key)
        if operations is None:
            try:
                document = read_document(asked.query, self._settings.limits)
                operations = measure(document, self._engine.supergraph.api, self._settings.limits)
            except GraphQLSyntaxError as error:
                raise _Refused(refusals.PARSE_FAILED, [error]) from None
            except RecursionError:
                raise refusals.TOO_DEEP.of(limit=self._settings.limits.depth) from None
            self._known.keep(key, operations)
        if asked.operation_name is None:
            return next(iter(operations.values())) if len(operations) == 1 else None
        return operations.get(asked.operation_name)

    def _passed_on(self, request: Request) -> Mapping[str, str]:
        found = ((name, request.headers.get(name)) for name in self._settings.passed_on)
        return {name: value for name, value in found if value is not None}

    def _error(self, error: GraphQLError, kind: Refusal, language: Language) -> dict[str, Any]:
        """What is wrong in a document, in the words of the library; in Chinese with what kind of mistake it is."""
        detail = error.message if self._settings.suggestions else error.message.partition(" Did you mean ")[0]
        sentence = (kind.zh if language == "zh" else kind.en).format(detail=detail)
        return {**error.formatted, "message": sentence, "extensions": {"code": kind.code, **(error.extensions or {})}}


def _in_language(error: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    """An error of the answer; why a subgraph gave none is said in the language asked for."""
    extensions = error.get("extensions", {})
    refusal = refusals.OF_SUBGRAPHS.get(extensions.get("code", ""))
    if language != "zh" or refusal is None:
        return error
    return {**error, "message": refusal.zh.format(service=extensions.get("service", ""))}


def refusal_response(refused: RefusedRequest, request: Request, language: Language) -> Response:
    """The answer to a request that is none, with the status of its refusal."""
    return Response(
        orjson.dumps({"errors": [refused.error(language)]}),
        refused.refusal.status,
        {"cache-control": "no-store", **_HEADERS.get(refused.refusal, {})},
        media_type=f"{_media_type(request) or LEGACY_TYPE}; charset=utf-8",
    )


_HEADERS: Mapping[Refusal, Mapping[str, str]] = {
    refusals.METHOD_NOT_ALLOWED: {"allow": "GET, POST"},
    refusals.GET_IS_FOR_QUERIES: {"allow": "POST"},
    refusals.NOT_READY: {"retry-after": "1"},
}


def _response(
    body: Mapping[str, Any], media_type: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(body),
        status if media_type == NEWER_TYPE else 200,
        {"cache-control": "no-store", **(headers or {})},
        media_type=f"{media_type}; charset=utf-8",
    )


def _media_type(request: Request) -> str | None:
    """The media type of the answer, by `Accept`; None where it admits neither. Of two alike the newer is taken.

    Who does not say, or takes anything, is a client from before there was the newer one.
    """
    accepted = request.headers.get("accept", "").strip()
    if not accepted:
        return LEGACY_TYPE
    found: dict[str, float] = {}
    for member in accepted.split(","):
        media_type, _, parameters = member.partition(";")
        found[media_type.strip().lower()] = quality_of(parameters)
    anything = found.get("application/*", found.get("*/*", 0.0))
    newer = found.get(NEWER_TYPE, 0.0)
    legacy = found.get(LEGACY_TYPE, anything)
    if newer > 0 and newer >= legacy:
        return NEWER_TYPE
    if legacy > 0:
        return LEGACY_TYPE
    return NEWER_TYPE if NEWER_TYPE not in found and anything > 0 else None


def _asked_by_query(request: Request) -> _Asked:
    values: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in values:
            values[name] = _json(values[name].encode("utf-8", "replace")) if values[name] else None
    return _asked(values)


def _asked_by_body(body: bytes) -> _Asked:
    values = _json(body)
    if isinstance(values, list):
        raise refusals.BATCHING_UNSUPPORTED.of()
    return _asked(values)


def _json(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise refusals.BODY_NOT_JSON.of() from None


def _asked(values: Any) -> _Asked:
    if not isinstance(values, dict) or not isinstance(values.get("query"), str):
        raise refusals.PARAMETER_INVALID.of(name="query")
    for name, kind in (("variables", dict), ("operationName", str), ("extensions", dict)):
        if not isinstance(values.get(name), kind | None):
            raise refusals.PARAMETER_INVALID.of(name=name)
    return _Asked(values["query"], values.get("variables") or {}, values.get("operationName") or None)
