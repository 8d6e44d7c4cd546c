"""Every way the intake says no. Codes never change; the sentences are what a citizen or an official reads."""

from __future__ import annotations

from shared.domain import Refusal

# --- receipts ---------------------------------------------------------------------------------------------------

RECEIPT_INVALID = Refusal(
    "receipt-invalid",
    "回执码应为本系统签发的16位数字，请核对后重新填写，或者重新领取回执码。",
    "This is not a receipt of 16 digits that was signed here: check it, or ask for a new one.",
)
RECEIPT_EXPIRED = Refusal(
    "receipt-expired",
    "回执码领取已超过 {minutes} 分钟，请重新领取后再提交。",
    "The receipt was asked for more than {minutes} minutes ago: ask for a new one and lodge with that.",
)
RECEIPT_USED = Refusal(
    "receipt-used",
    "此回执码已用于另一件内容不同的信访件，请重新领取回执码。",
    "Something else was lodged with this receipt already: ask for a new one.",
)
RECEIPT_UNKNOWN = Refusal(
    "receipt-unknown",
    "没有与此回执码对应的信访件，请核对16位数字。",
    "Nothing was lodged with this receipt: check its 16 digits.",
)

# --- what is lodged ---------------------------------------------------------------------------------------------

TEXT_MISSING = Refusal("text-missing", "“{field_zh}”没有填写。", "“{field}” is empty.")
UNIT_UNKNOWN = Refusal(
    "unit-unknown", "没有编号为 {unit} 的单位，或者该单位已经撤销。", "There is no unit {unit}, or it was dissolved."
)
NOBODY_RECEIVES = Refusal(
    "nobody-receives",
    "尚无机关受理涉及该单位的信访举报，请向上级机关反映。",
    "No body here receives reports about this unit: turn to the upper level.",
)
PHONE_INVALID = Refusal("phone-invalid", "电话号码应为5至20位数字，可含区号。", "A phone number has 5 to 20 digits.")
IDENTITY_NUMBER_INVALID = Refusal(
    "identity-number-invalid",
    "公民身份号码应为18位且校验码正确。",
    "An identity number has 18 characters and a right check digit.",
    source="GB 11643-1999",
)
RECEIVED_LATER = Refusal(
    "received-later", "收到日期 {day} 晚于今天。", "It cannot have been received on {day}, which is after today."
)
NOT_A_RECEIVING_BODY = Refusal(
    "not-a-receiving-body",
    "您没有代表 {unit} 受理信访举报的职务。",
    "You hold no post that receives reports for {unit}.",
)

# --- what comes after -------------------------------------------------------------------------------------------

WAITING_TOO_MANY = Refusal(
    "messages-waiting-too-many",
    "本件已有 {most} 条补充内容等待登记，请在登记后再提交。",
    "{most} messages under this receipt wait to be entered: come back once they are.",
)
WAS_HANDED_UP = Refusal(
    "was-handed-up",
    "本件已上送 {to}，请向该机关补充反映。",
    "This was sent up to {to}: turn to that body.",
)
NOTHING_TO_RATE = Refusal(
    "nothing-to-rate", "本件尚无答复，答复后方可评价。", "There is no answer yet that could be rated."
)
ALREADY_RATED = Refusal("already-rated", "您已对最近一次答复作出评价。", "The latest answer was rated already.")

# --- handing up -------------------------------------------------------------------------------------------------

MUST_GO_UP = Refusal(
    "must-go-up",
    "本件反映本机关或者本机关主要负责人的问题，应当直接上送上级机关。",
    "It is about this body or the chief over it, and goes straight up.",
    source="纪检监察机关处理检举控告工作规则",
)
DECIDED_OTHERWISE = Refusal(
    "held-decided", "本件已经作出处理决定。", "It was decided what becomes of this report already."
)
ALREADY_EXPORTED = Refusal(
    "handed-up-exported",
    "本件已按另一密钥导出，不能再次导出。",
    "It was exported for another key already; it leaves once.",
)
RECIPIENT_KEY_INVALID = Refusal(
    "recipient-key-invalid",
    "上级机关的公钥应为32字节的X25519公钥（base64url）。",
    "The public key of the upper body is not an X25519 key of 32 bytes in base64url.",
    source="RFC 7748",
)
NOT_EXPORTED = Refusal(
    "handed-up-not-exported", "本件尚未导出，不能登记收妥。", "It was not exported yet, so nobody can have received it."
)
ALREADY_CONFIRMED = Refusal("handed-up-confirmed", "上级机关收妥已经登记。", "Its receipt is confirmed already.")

# --- identity and erasure ---------------------------------------------------------------------------------------

COMPLAINT_UNKNOWN = Refusal("complaint-unknown", "没有这件信访举报。", "There is no such report.")
ANONYMOUS = Refusal(
    "complaint-anonymous", "本件为匿名举报，没有身份信息。", "The report is anonymous: nobody is named."
)
IDENTITY_ERASED = Refusal("identity-erased", "本件举报人身份信息已经删除。", "Who reported it is erased.")
CONTENT_ERASED = Refusal("content-erased", "本件内容已经删除。", "What it says is erased already.")
RECUSED = Refusal(
    "recused",
    "您任职于被反映的单位，按照回避规定不得办理本件。",
    "You hold a post in the unit that is complained of.",
    source="回避",
)

REFUSALS: tuple[Refusal, ...] = (
    RECEIPT_INVALID,
    RECEIPT_EXPIRED,
    RECEIPT_USED,
    RECEIPT_UNKNOWN,
    TEXT_MISSING,
    UNIT_UNKNOWN,
    NOBODY_RECEIVES,
    PHONE_INVALID,
    IDENTITY_NUMBER_INVALID,
    RECEIVED_LATER,
    NOT_A_RECEIVING_BODY,
    WAITING_TOO_MANY,
    WAS_HANDED_UP,
    NOTHING_TO_RATE,
    ALREADY_RATED,
    MUST_GO_UP,
    DECIDED_OTHERWISE,
    ALREADY_EXPORTED,
    RECIPIENT_KEY_INVALID,
    NOT_EXPORTED,
    ALREADY_CONFIRMED,
    COMPLAINT_UNKNOWN,
    ANONYMOUS,
    IDENTITY_ERASED,
    CONTENT_ERASED,
    RECUSED,
)
"""All of them, as `Service.refusals` wants them."""
