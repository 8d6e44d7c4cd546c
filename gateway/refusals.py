"""Every way in which the gateway itself says no: a code that never changes, and a sentence in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """`status` is that of a request that is none; what is wrong in a document has 400, and 200 in the older media type."""

    code: str
    zh: str
    en: str
    status: int = 400

    def of(self, **values: Any) -> RefusedRequest:
        return RefusedRequest(self, values)


class RefusedRequest(Exception):
    """A request that is refused, with the values that make the sentence concrete."""

    def __init__(self, refusal: Refusal, values: Mapping[str, Any]) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.values = values

    def error(self, language: Language) -> dict[str, Any]:
        """As an entry of `errors`."""
        sentence = self.refusal.zh if language == "zh" else self.refusal.en
        return {
            "message": sentence.format(**self.values),
            "extensions": {"code": self.refusal.code, **self.values},
        }


# What is no request.
METHOD_NOT_ALLOWED = Refusal("METHOD_NOT_ALLOWED", "仅接受 GET 和 POST。", "Only GET and POST are answered.", 405)
GET_IS_FOR_QUERIES = Refusal(
    "GET_IS_FOR_QUERIES", "GET 仅可用于查询，变更请用 POST。", "GET is for queries alone; send mutations by POST.", 405
)
NOT_ACCEPTABLE = Refusal(
    "NOT_ACCEPTABLE",
    "仅能以 application/graphql-response+json 或 application/json 作答。",
    "Answers are application/graphql-response+json or application/json.",
    406,
)
BODY_TOO_LARGE = Refusal(
    "BODY_TOO_LARGE", "请求超过 {limit} 字节。", "The request is larger than {limit} bytes.", status=413
)
MEDIA_TYPE_UNSUPPORTED = Refusal(
    "MEDIA_TYPE_UNSUPPORTED",
    "POST 的内容须为 UTF-8 编码、未压缩的 application/json。",
    "What is posted must be application/json in UTF-8, not compressed.",
    415,
)
CSRF_PREVENTED = Refusal(
    "CSRF_PREVENTED",
    "浏览器无需预检即可从别处发出这样的请求，故不作答。请附带下列请求头之一：{headers}。",
    "A browser could send this from anywhere without asking first. Send one of these headers along: {headers}.",
)
BODY_NOT_JSON = Refusal("BODY_NOT_JSON", "请求内容不是有效的 JSON。", "The request is not valid JSON.")
BATCHING_UNSUPPORTED = Refusal(
    "BATCHING_UNSUPPORTED", "一次请求只能有一个操作。", "One request holds one operation, not a list of them."
)
PARAMETER_INVALID = Refusal(
    "PARAMETER_INVALID", "参数 {name} 缺失或类型有误。", "The parameter {name} is missing or of the wrong type."
)

# What is wrong in the document.
PARSE_FAILED = Refusal("GRAPHQL_PARSE_FAILED", "查询文档有语法错误：{detail}", "{detail}")
VALIDATION_FAILED = Refusal("GRAPHQL_VALIDATION_FAILED", "查询文档与接口定义不符：{detail}", "{detail}")
INPUT_INVALID = Refusal("BAD_USER_INPUT", "变量有误：{detail}", "{detail}")
SUBSCRIPTIONS_UNSUPPORTED = Refusal(
    "SUBSCRIPTIONS_UNSUPPORTED", "此处不提供订阅。", "Subscriptions are not served here."
)
TOO_MANY_TOKENS = Refusal(
    "TOO_MANY_TOKENS", "查询文档超过 {limit} 个词法单元。", "The document has more than {limit} tokens."
)
TOO_DEEP = Refusal("QUERY_TOO_DEEP", "查询嵌套超过 {limit} 层。", "The operation is nested deeper than {limit}.")
TOO_MANY_ALIASES = Refusal("TOO_MANY_ALIASES", "别名超过 {limit} 个。", "The operation has more than {limit} aliases.")
TOO_MANY_ROOT_FIELDS = Refusal(
    "TOO_MANY_ROOT_FIELDS", "顶层字段超过 {limit} 个。", "The operation has more than {limit} root fields."
)
TOO_BROAD = Refusal(
    "QUERY_TOO_BROAD", "某一处选取的字段超过 {limit} 个。", "More than {limit} fields are selected in one place."
)
TOO_COSTLY = Refusal(
    "QUERY_TOO_COSTLY",
    "查询的估算开销为 {cost}，超过 {limit}。请减少每页条数或嵌套的列表。",
    "The operation is estimated to cost {cost}, more than {limit}. Ask for shorter pages or fewer nested lists.",
)

# What is not the caller's fault.
NOT_READY = Refusal("NOT_READY", "网关正在启动，请稍后再试。", "The gateway is starting; try again soon.", 503)
INTERNAL = Refusal(
    "INTERNAL_SERVER_ERROR", "网关内部错误，编号 {incident}。", "Something went wrong here, incident {incident}.", 500
)

SUBGRAPH_AWAY = Refusal(
    "SUBGRAPH_UNREACHABLE", "子服务 {service} 暂时无法访问。", "The subgraph {service} cannot be reached."
)
SUBGRAPH_TOO_SLOW = Refusal(
    "SUBGRAPH_TIMED_OUT", "子服务 {service} 未在时限内作答。", "The subgraph {service} did not answer in time."
)
SUBGRAPH_TOO_LARGE = Refusal(
    "SUBGRAPH_ANSWER_TOO_LARGE",
    "子服务 {service} 的答复过大。",
    "What the subgraph {service} answered is too large.",
)
SUBGRAPH_NOT_GRAPHQL = Refusal(
    "SUBGRAPH_ANSWER_NOT_GRAPHQL",
    "子服务 {service} 的答复无法理解。",
    "What the subgraph {service} answered is not GraphQL.",
)
SUBGRAPH_FAILED = Refusal("SUBGRAPH_FAILED", "子服务 {service} 出错。", "The subgraph {service} failed.")
OF_SUBGRAPHS: Mapping[str, Refusal] = {
    refusal.code: refusal
    for refusal in (
        SUBGRAPH_AWAY,
        SUBGRAPH_TOO_SLOW,
        SUBGRAPH_TOO_LARGE,
        SUBGRAPH_NOT_GRAPHQL,
        SUBGRAPH_FAILED,
    )
}
"""Why a subgraph gave no answer, by code."""


@dataclass(frozen=True, slots=True)
class Languages:
    """Which language a request asks for."""

    default: Language = "en"
    known: tuple[Language, ...] = field(default=("zh", "en"))

    def of(self, accept_language: str) -> Language:
        """The known language that `Accept-Language` prefers; the default where it names none."""
        best: tuple[float, Language] = (0.0, self.default)
        for part in accept_language.split(","):
            tag, _, weight = part.partition(";")
            quality = quality_of(weight)
            for language in self.known:
                if tag.strip().lower().partition("-")[0] == language and quality > best[0]:
                    best = (quality, language)
        return best[1]


def quality_of(parameters: str) -> float:
    """The weight among the parameters of one member of an Accept header; 1 where there is none, 0 where it is malformed."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
