"""How a letter reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.notifications.events import Value
from services.notifications.views.notices import ToWriteRow
from services.notifications.writing import copied_post, rendered
from shared.directory import PostCreated
from shared.domain import PostId, PublicText
from tests.notifications.letters import CITY, FOUNDED, NOTICE, TITLE, VALUES, WATER, letters, unit

CHIEF = PostId("局长")
NAMED = (*VALUES, Value("number", "3-1"), Value("title", "完成清水河河道清淤"))
OVERDUE = ToWriteRow(NOTICE, "overdue-urges", "urging-letter", CITY, WATER, None, CHIEF, TITLE, NAMED, 5)


def test_a_letter_names_the_task_writes_its_dates_as_a_document_does_and_says_who_gets_a_copy() -> None:
    text = rendered(OVERDUE, "市水务局", "中共云岭市委", date(2026, 3, 2), date(2026, 3, 9), copied="市水务局局长")
    assert text == (
        "市水务局：\n\n"
        "你单位承担的第3-1项任务“完成清水河河道清淤”，办理时限为2026年2月28日，现已逾期，尚未申请办结。\n\n"
        "请高度重视，认真研究办理。请于2026年3月9日前书面答复办理情况。\n\n"
        "特此函告。\n\n"
        "中共云岭市委\n2026年3月2日\n\n"
        "抄送：市水务局局长。\n"
    )


def test_the_report_of_a_round_says_what_the_unit_scored_in_which_period_and_where_it_reads_why() -> None:
    told = {"score": "79.995", "pass_line": "80", "standing": "低于", "round": "年中考核"}
    told |= {"period_from": "2026-01-01", "period_to": "2026-06-30"}
    row = replace(
        OVERDUE,
        policy="round-reports",
        instrument="health-report",
        values=tuple(Value(name, text) for name, text in told.items()),
    )
    assert rendered(row, "市水务局", "中共云岭市委", date(2026, 7, 2), None) == (
        "市水务局：\n\n"
        "在2026年1月1日至2026年6月30日的年中考核中，你单位得分79.995分，低于考核合格线（80分）。"
        "各项得失分及其依据的事实，可以在系统中逐项查阅。\n\n"
        "中共云岭市委\n2026年7月2日\n"
    )


def test_what_was_drafted_before_tasks_were_named_is_written_too() -> None:
    text = rendered(replace(OVERDUE, values=VALUES), "市水务局", "中共云岭市委", date(2026, 3, 2), None)
    assert "你单位承担的任务，办理时限为2026年2月28日，" in text
    assert "抄送" not in text


def test_whoever_gets_a_copy_is_called_by_their_post() -> None:
    def called(title: str) -> str | None:
        post: Any = PostCreated(CHIEF, WATER, PublicText(title), ("unit-head",), True, WATER, FOUNDED)
        return copied_post(OVERDUE, letters.given(unit(WATER, None, 1), post).references().directory)

    assert called("局长") == "市水务局局长"
    assert called("市水务局局长") == "市水务局局长"
    assert copied_post(replace(OVERDUE, copy_post=None), letters.given().references().directory) is None
