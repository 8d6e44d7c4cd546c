"""Problem details (RFC 9457): how a refusal leaves over HTTP, in the language asked for.

This is the only place that knows the HTTP status of a code. What a rule refuses is 422; the codes of the kernel have
the statuses below. Nothing that the caller sent is repeated, and nothing internal is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from starlette.responses import Response

from shared.domain import Refusal, Refused

Language = Literal["zh", "en"]

MEDIA_TYPE = "application/problem+json"
RULE_STATUS = 422
RETRY_AFTER_SECONDS = "1"

STATUS_OF_CODE: Mapping[str, int] = {
    "not-found": 404,
    "not-allowed": 403,
    "already-exists": 409,
    "conflict": 409,
    "version-mismatch": 412,
    "busy": 503,
    "too-many": 429,
    "too-many-of-yours": 429,
    "timed-out": 503,
    "behind": 503,
    "position-ahead": 400,
    "log-unavailable": 503,
    "service-away": 502,
    "service-silent": 504,
    "key-missing": 400,
    "key-malformed": 400,
    "key-reused": 422,
    "data-erased": 422,
    "body-malformed": 400,
    "body-invalid": 400,
    "body-not-json": 415,
    "body-too-large": 413,
    "header-malformed": 400,
    "method-not-allowed": 405,
    "internal-error": 500,
    "not-authenticated": 401,
    "token-missing": 401,
    "token-malformed": 401,
    "token-wrong-issuer": 401,
    "token-wrong-algorithm": 401,
    "token-wrong-type": 401,
    "token-unknown-key": 401,
    "token-bad-signature": 401,
    "token-claims-missing": 401,
    "token-wrong-audience": 401,
    "token-expired": 401,
    "token-not-yet-valid": 401,
    "token-keys-unavailable": 503,
    "identities-unavailable": 503,
    "directory-not-current": 503,
    "port-unavailable": 503,
}

_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("请求不符合要求", "The request is not well-formed"),
    401: ("需要登录", "Authentication is required"),
    403: ("无权办理", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不支持该请求方法", "Method not allowed"),
    409: ("与他人的办理冲突", "Conflict"),
    412: ("内容已有变更", "It has changed meanwhile"),
    413: ("请求过大", "The request is too large"),
    415: ("请求正文类型不符", "Unsupported media type"),
    422: ("按规定不能办理", "Refused by a rule"),
    429: ("请求过多", "Too many requests"),
    500: ("系统内部出错", "Internal error"),
    502: ("服务暂时无法连接", "The service cannot be reached"),
    503: ("暂时不能办理", "Unavailable for the moment"),
    504: ("服务没有答复", "The service gave no answer"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a request: where (a JSON pointer; parameters stand under their name) and why."""

    pointer: str
    code: str
    zh: str
    en: str


def status_of(code: str) -> int:
    """The HTTP status of a refusal's code."""
    return STATUS_OF_CODE.get(code, RULE_STATUS)


def language_of(accept_language: str | None) -> Language:
    """The language to answer in: Chinese, unless English is preferred to it (RFC 9110, 12.5.4)."""
    if not accept_language:
        return "zh"
    quality = {"zh": -1.0, "en": -1.0, "*": -1.0}
    for part in accept_language.split(","):
        tag, _, weight = part.partition(";")
        primary = tag.strip().partition("-")[0].lower()
        if primary in quality:
            try:
                value = float(weight.strip().removeprefix("q=")) if weight else 1.0
            except ValueError:
                continue
            quality[primary] = max(quality[primary], value)
    zh = quality["zh"] if quality["zh"] >= 0 else quality["*"]
    en = quality["en"] if quality["en"] >= 0 else min(quality["*"], zh)
    return "en" if en > 0 and en > zh else "zh"


def json_values(value: Any) -> Any:
    """What orjson does not know by itself: decimals become strings."""
    return str(value)


def body_of(refused: Refused, language: Language) -> dict[str, Any]:
    """The members of a problem: the standard ones, the code, both sentences and the values they were made with."""
    status = status_of(refused.code)
    titles = _TITLES.get(status, _TITLES[RULE_STATUS])
    values = dict(refused.values)
    errors: Sequence[Wrong] | None = values.pop("errors", None)
    zh, en = refused.sentence("zh"), refused.sentence("en")
    body: dict[str, Any] = {
        "type": f"/problems/{refused.code}",
        "title": titles[0] if language == "zh" else titles[1],
        "status": status,
        "detail": zh if language == "zh" else en,
        "code": refused.code,
        "zh": zh,
        "en": en,
        "values": values,
    }
    if errors is not None:
        body["errors"] = errors
    return body


def problem(refused: Refused, language: Language, headers: Mapping[str, str] | None = None) -> Response:
    """The refusal as a response."""
    status = status_of(refused.code)
    sent = {"content-language": language, "vary": "accept-language", "cache-control": "no-store", **(headers or {})}
    if status == 401:
        detail = "" if refused.code in ("token-missing", "not-authenticated") else ', error="invalid_token"'
        sent["www-authenticate"] = f'Bearer realm="zeren"{detail}'
    if status in (429, 502, 503, 504):
        sent["retry-after"] = RETRY_AFTER_SECONDS
    body = orjson.dumps(body_of(refused, language), default=json_values)
    return Response(body, status, sent, media_type=MEDIA_TYPE)


PROBLEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "RFC 9457: why a request was refused.",
    "required": ["type", "title", "status", "detail", "code", "zh", "en", "values"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Names the kind of refusal."},
        "title": {"type": "string", "description": "What kind of problem it is, in the language asked for."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "The sentence for a person, in the language asked for."},
        "code": {"type": "string", "description": "Never changes its meaning."},
        "zh": {"type": "string"},
        "en": {"type": "string"},
        "values": {"type": "object", "description": "The values that make the sentence concrete."},
        "errors": {
            "type": "array",
            "description": "Everything that is wrong with the request, all at once.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "zh", "en"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) into the request."},
                    "code": {"type": "string"},
                    "zh": {"type": "string"},
                    "en": {"type": "string"},
                },
            },
        },
    },
    "example": {
        "type": "/problems/not-found",
        "title": "没有找到",
        "status": 404,
        "detail": "没有找到这项内容，或者您无权查看。",
        "code": "not-found",
        "zh": "没有找到这项内容，或者您无权查看。",
        "en": "There is no such thing, or you may not see it.",
        "values": {},
    },
}


def statuses(refusals: Sequence[Refusal]) -> dict[int, list[Refusal]]:
    """The refusals by their status."""
    found: dict[int, list[Refusal]] = {}
    for refusal in refusals:
        found.setdefault(status_of(refusal.code), []).append(refusal)
    return found
