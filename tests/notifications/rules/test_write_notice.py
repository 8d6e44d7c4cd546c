"""Somebody writes a letter by hand."""

from __future__ import annotations

from dataclasses import replace

from services.notifications import events as e
from services.notifications.events import NoticeId
from services.notifications.rules.write_notice import WriteNotice
from shared.domain import PersonalText, PublicText, UnitId
from tests.notifications.letters import CITY, ISSUER, WATER, YUNLING, letters

WRITE = WriteNotice(
    NoticeId("文书一"), CITY, WATER, "work-advice", PublicText("工作建议书"), PersonalText("建议完善台账。")
)


def test_it_waits_for_signature_and_what_it_says_is_sealed() -> None:
    outcome = letters.given(*YUNLING).when(WRITE, by=ISSUER)
    assert outcome.event(e.NoticeDrafted).values == ()
    assert outcome.event(e.NoticeBodyWritten) == e.NoticeBodyWritten(WRITE.notice, PersonalText("建议完善台账。"))


def test_to_a_unit_that_there_is_and_with_a_text() -> None:
    letters.given(*YUNLING).when(replace(WRITE, to=UnitId("无此单位")), by=ISSUER).then_refused("unit-unknown")
    letters.given(*YUNLING).when(replace(WRITE, body=PersonalText("")), by=ISSUER).then_refused(
        "text-missing", field="body"
    )
