"""Every way the notifications service says no. Codes never change; the sentences are what an official reads."""

from __future__ import annotations

from shared.domain import Refusal

# --- letters ------------------------------------------------------------------------------------------------------

TEXT_MISSING = Refusal("text-missing", "“{field_zh}”没有填写。", "“{field}” is empty.")
ORGAN_CODE_INVALID = Refusal(
    "organ-code-invalid",
    "机关代字“{code}”无效：应为1至10个字符，不含空格和括号。",
    "The organ's word “{code}” is invalid: 1 to 10 characters without spaces and brackets.",
    source="GB/T 9704-2012",
)
ORGAN_CODE_TAKEN = Refusal(
    "organ-code-taken",
    "机关代字“{code}”已由其他单位使用。",
    "The word “{code}” is another organ's.",
    source="GB/T 9704-2012",
)
ORGAN_WITHOUT_CODE = Refusal(
    "organ-without-code",
    "发文单位尚未设定机关代字，不能编号签发。",
    "The issuing unit has no word for its series yet, so its letters get no number.",
)
AUTHORISATION_BACKDATED = Refusal(
    "authorisation-backdated",
    "授权起始日 {valid_from} 早于今天（{today}），授权不能追溯。",
    "The authorisation would hold from {valid_from}, before today ({today}).",
)
AUTHORISATION_ENDED = Refusal(
    "authorisation-ended",
    "授权截止日 {until} 早于起始日 {valid_from}。",
    "The authorisation would end on {until}, before it begins on {valid_from}.",
)
AUTHORISATION_NONE = Refusal("authorisation-none", "没有这项常设授权。", "There is no such standing authorisation.")
NOT_A_DRAFT = Refusal("notice-not-a-draft", "该文书已经签发或者作废。", "The letter is issued or discarded already.")
RELEASED_ALREADY = Refusal("notice-released", "该文书已经签发，正在成文。", "The letter is released already.")
NOT_RELEASED = Refusal("notice-not-released", "该文书尚未签发。", "The letter is not released.")
NOT_ISSUED = Refusal("notice-not-issued", "该文书尚未发出。", "The letter has not left.")
SIGNED_FOR_ALREADY = Refusal("notice-signed-for", "该文书已经签收。", "The letter is signed for already.")
NO_ANSWER_EXPECTED = Refusal("notice-no-answer-expected", "该文书不需要答复。", "The letter expects no answer.")
ANSWERED_ALREADY = Refusal("notice-answered", "该文书已经答复。", "The letter is answered already.")
SETTLED_ALREADY = Refusal("notice-settled", "该文书已经办结。", "The letter is settled already.")
NOT_UNANSWERED = Refusal("notice-not-unanswered", "该文书没有逾期未答复。", "The answer is not overdue.")
NOTICE_ERASED = Refusal("notice-erased", "该文书的内容已经删除。", "The text of the letter is erased already.")
UNIT_UNKNOWN = Refusal("unit-unknown", "单位 {unit} 不存在。", "There is no unit {unit}.")

# --- what is pushed to other systems (webhooks) -------------------------------------------------------------------

WEBHOOK_URL_INVALID = Refusal(
    "webhook-url-invalid",
    "推送地址无效：应为不超过2000个字符的 https:// 地址，不含用户名、密码和片段。",
    "The address is invalid: https:// with at most 2000 characters, without user, password and fragment.",
)
WEBHOOK_ADDRESS_REFUSED = Refusal(
    "webhook-address-refused",
    "推送地址指向内部、本机或保留的网络地址，不能使用。",
    "The address leads to a private, local or reserved network address, which is not called.",
)
WEBHOOK_HOST_UNKNOWN = Refusal(
    "webhook-host-unknown", "推送地址的域名无法解析。", "The name in the address has no network address."
)
WEBHOOK_TYPES_MISSING = Refusal(
    "webhook-types-missing",
    "应写明推送哪些事件，且不能重复。",
    "A subscription names at least one type of event, and each once.",
)
WEBHOOK_SECRET_INVALID = Refusal(
    "webhook-secret-invalid",
    "签名密钥无效：应为 whsec_ 加24至64个随机字节的Base64编码。",
    "The secret is invalid: whsec_ and 24 to 64 random bytes in Base64.",
    source="Standard Webhooks 1.0.0",
)
WEBHOOK_DISABLED = Refusal("webhook-disabled", "该推送已经停用。", "Nothing is pushed there any more.")
WEBHOOK_OF_ANOTHER = Refusal(
    "webhook-of-another", "接入平台只能管理自己的推送。", "A portal manages its own subscriptions alone."
)

REFUSALS: tuple[Refusal, ...] = tuple(value for value in tuple(globals().values()) if isinstance(value, Refusal))
