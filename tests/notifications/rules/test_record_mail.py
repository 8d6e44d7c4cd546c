"""登记电子邮件结果."""

from __future__ import annotations

from services.notifications.events import MailFailed, MailSent, NoticeId
from services.notifications.rules.record_mail import RecordMail
from tests.notifications.city import SYSTEM, notifications

NOTICE = NoticeId("督办函一")


def test_how_it_ended_is_recorded_once() -> None:
    notifications.given().when(RecordMail(NOTICE, True, 2, "250"), by=SYSTEM).then(MailSent(NOTICE, 2))
    failed = RecordMail(NOTICE, False, 1, "550")
    notifications.given().when(failed, by=SYSTEM).then(MailFailed(NOTICE, 1, "550"))
    notifications.given(MailSent(NOTICE, 2)).when(failed, by=SYSTEM).then()
