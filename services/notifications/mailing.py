"""Addressees are told by e-mail that there is a notice: its number and title, and never what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.ledger.ports import ADDRESSES
from services.notifications.rules.record_mail import RecordMail
from services.notifications.views.mails import MAILS, MailRow
from shared.outbound import Answer, Outbound
from shared.outside.mail import Letter, MailDelayed, MailRefused, hand_in
from shared.refusals import RefusedRequest
from shared.views.reading import Reading


async def tell(reading: Reading, row: MailRow) -> Answer:
    """One attempt. The Message-ID is that of the notice at every attempt."""
    server = reading.outside.mail
    if server is None:
        return Answer("later", "no-server")
    days = reading.refs.terms.whole("mail-within-days", reading.moment.today)
    if row.issued_on + timedelta(days=days) < reading.moment.today:
        return Answer("refused", "too-late")
    try:
        address = (await reading.ask(ADDRESSES, [row.to])).get(row.to)
    except RefusedRequest:
        return Answer("later", "ledger-away")
    if address is None:
        return Answer("refused", "no-address")
    try:
        await hand_in(server, letter(row, address))
    except MailRefused as error:
        return Answer("refused", error.why)
    except MailDelayed as error:
        return Answer("later", error.why)
    return Answer("sent", "250")


def letter(row: MailRow, address: str) -> Letter:
    """Whoever reads along learns that there is a notice, and what it is called."""
    called = f"{row.number}《{row.title}》" if row.number is not None else f"《{row.title}》"
    text = (
        f"您有一份新的文书：{called}，签发日期 {row.issued_on}。\n\n"
        "请登录责任台账查阅、签收并按要求办理。本邮件由系统自动发送，请勿回复；文书内容以系统内所载为准。\n"
    )
    return Letter(f"notice-{row.notice}", address, f"责任台账：{called}", text)


def _pauses(reading: Reading) -> Sequence[int]:
    return [int(pause) for pause in reading.refs.terms.words("mail-pauses", reading.moment.today).split()]


def _end(row: MailRow, answer: Answer, attempts: int) -> RecordMail:
    return RecordMail(row.notice, answer.end == "sent", attempts, answer.why)


NOTICE_MAILS: Outbound[MailRow] = Outbound(
    kind="mail",
    view=MAILS,
    send=tell,
    pauses=_pauses,
    end=_end,
    ready=lambda outside: outside.mail is not None,
)
