"""How the kernel itself says no: about the request, the token, permission, and what is too busy to answer.

Whatever a rule refuses stands in the `refusals.py` of its service. None of these carries HTTP; `shared.web.problem`
knows the status of each code.
"""

from __future__ import annotations

from shared.domain import Refusal, Refused


class RefusedRequest(Exception):
    """A refusal where a return value cannot carry it: while asking a question, or waiting for a position."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


NOT_FOUND = Refusal("not-found", "没有找到这项内容，或者您无权查看。", "There is no such thing, or you may not see it.")
NOT_ALLOWED = Refusal(
    "not-allowed", "您现任的职务无权办理此事。", "None of the posts that you hold may do this.", source="domain.md 1"
)
ALREADY_EXISTS = Refusal("already-exists", "这项内容已经存在，不能重复建立。", "This exists already.")
DATA_ERASED = Refusal(
    "data-erased",
    "有关人员的个人信息已依法删除，不能再记录其个人信息。",
    "The personal data of somebody concerned was erased; nothing personal about them can be recorded any more.",
    source="个人信息保护法第四十七条",
)
VERSION_MISMATCH = Refusal(
    "version-mismatch",
    "此事在您读取之后已有变更，请重新读取后再办理。",
    "This has changed since you read it: read it again, then decide again.",
    source="RFC 9110, 13.1.1",
)
CONFLICT = Refusal(
    "conflict",
    "同一事项正有多人同时办理，本次未能完成，请稍后重试。",
    "Too many people changed this at the same moment; nothing was recorded, try again.",
)
BUSY = Refusal("busy", "系统繁忙，本次未予受理，请稍后重试。", "Too much is waiting; nothing was recorded, try again.")
TOO_MANY = Refusal(
    "too-many",
    "同时办理的人较多，请稍候几秒再试；您填写的内容没有提交，请勿关闭页面。",
    "Too many are being served at once; nothing was handed in, try again in a few seconds.",
)
TOO_MANY_OF_YOURS = Refusal(
    "too-many-of-yours",
    "您同时提交的请求过多，本次未予受理，请待前面的请求办结后再试。",
    "Too many of your own requests wait already; nothing was recorded, try again when some of them are answered.",
)
TIMED_OUT = Refusal(
    "timed-out",
    "办理超过 {seconds} 秒，已停止等待；是否已经办结不能确定，请用同一请求编号重试。",
    "There was no answer within {seconds} s. Whether it was recorded is not known here: send it again under the same key.",
)
BEHIND = Refusal(
    "behind",
    "所需的最新数据尚未汇总完成，请稍后重试。",
    "The views have not reached the position asked for; try again in a moment.",
)
POSITION_AHEAD = Refusal(
    "position-ahead",
    "所要求的位置 {position} 在台账中尚不存在（现至 {head}）。",
    "There is no position {position} in this log, which ends at {head}: nobody was given it as an answer.",
)
LOG_UNAVAILABLE = Refusal(
    "log-unavailable",
    "台账暂时无法读写，请稍后用同一请求编号重试。",
    "The log cannot be reached now; try again with the same idempotency key.",
)

SERVICE_AWAY = Refusal(
    "service-away",
    "该项服务暂时无法连接，请稍后用同一请求编号重试。",
    "The service cannot be reached now; try again with the same idempotency key.",
)
SERVICE_SILENT = Refusal(
    "service-silent",
    "该项服务没有答复，办理结果不明，请用同一请求编号重试。",
    "The service gave no answer, and what became of the request is unknown; repeat it with the same idempotency key.",
)

KEY_MISSING = Refusal(
    "key-missing",
    "请求缺少 Idempotency-Key（请求编号）：每次办理须有唯一编号，以免重复记录。",
    "The header Idempotency-Key is required, so that a repeated request records nothing twice.",
    source="draft-ietf-httpapi-idempotency-key-header",
)
KEY_MALFORMED = Refusal(
    "key-malformed",
    "请求编号（Idempotency-Key）须为 1 至 200 个可见的 ASCII 字符，不含空格。",
    "An idempotency key is 1 to 200 visible ASCII characters without spaces.",
)
KEY_REUSED = Refusal(
    "key-reused",
    "此请求编号已用于另一份内容不同的请求，请换用新的编号。",
    "This idempotency key was already used for a request with another body.",
    source="draft-ietf-httpapi-idempotency-key-header",
)

BODY_MALFORMED = Refusal("body-malformed", "请求正文不是有效的 JSON。", "The request body is not valid JSON.")
BODY_NOT_JSON = Refusal(
    "body-not-json", "请求正文的类型须为 application/json。", "The content type of the body must be application/json."
)
BODY_INVALID = Refusal(
    "body-invalid",
    "请求有 {count} 处不符合要求，逐项说明见 errors。",
    "The request is wrong in {count} places, each listed under errors.",
)
BODY_TOO_LARGE = Refusal(
    "body-too-large", "请求正文超过 {limit_bytes} 字节的上限。", "The request body is larger than {limit_bytes} bytes."
)
HEADER_MALFORMED = Refusal(
    "header-malformed", "请求头 {header} 的格式不正确。", "The request header {header} is not well-formed."
)
METHOD_NOT_ALLOWED = Refusal(
    "method-not-allowed", "此地址不支持该请求方法。", "This address does not take this method."
)
INTERNAL_ERROR = Refusal(
    "internal-error",
    "系统内部出错，已记录（编号 {incident}），请联系管理员。",
    "Something unexpected went wrong and has been recorded as {incident}; please tell the administrator.",
)

NOT_AUTHENTICATED = Refusal("not-authenticated", "请先登录。", "Who you are is not known: please sign in.")
TOKEN_MISSING = Refusal(
    "token-missing", "请先登录：请求缺少访问令牌。", "The request carries no bearer token.", source="RFC 6750"
)
TOKEN_MALFORMED = Refusal("token-malformed", "访问令牌的格式不正确。", "The bearer token is not a well-formed JWT.")
TOKEN_WRONG_ISSUER = Refusal(
    "token-wrong-issuer", "访问令牌不是由本单位认可的机构签发。", "The token is of an issuer that is not trusted here."
)
TOKEN_WRONG_ALGORITHM = Refusal(
    "token-wrong-algorithm",
    "访问令牌的签名算法不在许可之列。",
    "The token is signed with an algorithm that is not allowed for its issuer.",
    source="RFC 8725, 3.1",
)
TOKEN_WRONG_TYPE = Refusal(
    "token-wrong-type", "此令牌不是访问令牌。", "The token is not an access token.", source="RFC 9068, 4"
)
TOKEN_UNKNOWN_KEY = Refusal(
    "token-unknown-key",
    "签发机构没有公布此令牌所用的密钥。",
    "The token is signed with a key that its issuer does not publish.",
)
TOKEN_BAD_SIGNATURE = Refusal("token-bad-signature", "访问令牌的签名无效。", "The signature of the token is not valid.")
TOKEN_CLAIMS_MISSING = Refusal(
    "token-claims-missing", "访问令牌缺少必要内容。", "The token lacks one of the claims iss, sub, aud and exp."
)
TOKEN_WRONG_AUDIENCE = Refusal(
    "token-wrong-audience", "此访问令牌不是为本系统签发的。", "The token was issued for another audience."
)
TOKEN_EXPIRED = Refusal("token-expired", "登录已过期，请重新登录。", "The token has expired: please sign in again.")
TOKEN_NOT_YET_VALID = Refusal("token-not-yet-valid", "访问令牌尚未生效。", "The token is not valid yet.")
TOKEN_KEYS_UNAVAILABLE = Refusal(
    "token-keys-unavailable",
    "暂时无法取得登录验证所需的密钥，请稍后重试。",
    "The keys of the token's issuer cannot be fetched now; try again in a moment.",
)

DIRECTORY_NOT_CURRENT = Refusal(
    "directory-not-current",
    "暂时无法核实最新的任职和权限信息，此类事项请稍后再办。",
    "Who holds which post just now cannot be known for sure: matters of this kind have to wait, try again.",
    source="design.md 2: cases, clues and identities",
)
IDENTITIES_UNAVAILABLE = Refusal(
    "identities-unavailable",
    "暂时无法确认登录人的身份，请稍后重试。",
    "Whose subject this is cannot be asked now; try again in a moment.",
)

PORT_UNAVAILABLE = Refusal(
    "port-unavailable",
    "所需资料（{port}）暂时无法向有关服务取得，请稍后重试。",
    "What another service has to tell ({port}) cannot be asked now; try again in a moment.",
)

KERNEL_REFUSALS: tuple[Refusal, ...] = (
    NOT_FOUND,
    NOT_ALLOWED,
    ALREADY_EXISTS,
    DATA_ERASED,
    VERSION_MISMATCH,
    CONFLICT,
    BUSY,
    TOO_MANY,
    TOO_MANY_OF_YOURS,
    TIMED_OUT,
    BEHIND,
    POSITION_AHEAD,
    LOG_UNAVAILABLE,
    SERVICE_AWAY,
    SERVICE_SILENT,
    KEY_MISSING,
    KEY_MALFORMED,
    KEY_REUSED,
    BODY_MALFORMED,
    BODY_NOT_JSON,
    BODY_INVALID,
    BODY_TOO_LARGE,
    HEADER_MALFORMED,
    METHOD_NOT_ALLOWED,
    INTERNAL_ERROR,
    NOT_AUTHENTICATED,
    TOKEN_MISSING,
    TOKEN_MALFORMED,
    TOKEN_WRONG_ISSUER,
    TOKEN_WRONG_ALGORITHM,
    TOKEN_WRONG_TYPE,
    TOKEN_UNKNOWN_KEY,
    TOKEN_BAD_SIGNATURE,
    TOKEN_CLAIMS_MISSING,
    TOKEN_WRONG_AUDIENCE,
    TOKEN_EXPIRED,
    TOKEN_NOT_YET_VALID,
    TOKEN_KEYS_UNAVAILABLE,
    DIRECTORY_NOT_CURRENT,
    IDENTITIES_UNAVAILABLE,
    PORT_UNAVAILABLE,
)
