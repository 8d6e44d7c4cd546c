"""How a letter reads."""

from __future__ import annotations

from datetime import date

from services.notifications.views.notices import ToWriteRow
from services.notifications.writing import rendered
from tests.notifications.letters import CITY, NOTICE, TITLE, VALUES, WATER


def test_every_date_in_a_letter_is_written_as_in_a_document() -> None:
    row = ToWriteRow(NOTICE, "overdue-urges", "urging-letter", CITY, WATER, None, TITLE, VALUES, 5)
    assert rendered(row, "市水务局", "云岭市委", date(2026, 3, 2), date(2026, 3, 9)) == (
        "市水务局：\n\n"
        "你单位承担的任务时限为2026年2月28日，现已逾期，尚未申请办结。\n\n"
        "请高度重视，认真研究办理。请于2026年3月9日前书面答复办理情况。\n\n"
        "特此函告。\n\n"
        "云岭市委\n2026年3月2日\n"
    )
