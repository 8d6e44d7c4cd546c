"""任务分解: 内分、外分、下分, and everything that refuses a split."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from services.ledger.events import (
    CompletionAccepted,
    CompletionClaimed,
    Direction,
    Part,
    TaskCancelled,
    TaskId,
    TaskIssued,
    TaskNumberTaken,
    TaskSplit,
    TaskSuspended,
)
from services.ledger.rules.split_task import GivenPart, SplitTask
from shared.directory import UnitDissolved
from shared.domain import PersonId, PostId, PublicText, UnitId
from tests.ledger.city import (
    ADOPTED,
    BAISHUI,
    BAISHUI_POST,
    BAISHUI_WATER,
    BAISHUI_WATER_POST,
    CHENGGUAN,
    CHENGGUAN_POST,
    CITY,
    COORDINATOR,
    DREDGING,
    FINANCE,
    FINANCE_POST,
    OFFICE,
    PLAN,
    RIVERS,
    RIVERS_POST,
    SOURCES,
    SOURCES_POST,
    VACANT_POST,
    WATER,
    WATER_CLERK,
    WATER_HEAD,
    WATER_POST,
    YUNLING,
    issued,
    ledger,
)
from tests.support.spec import TODAY, Given

COORDINATOR_POST = PostId("惩防办主任")


def part(title: str, weight: str, unit: UnitId = RIVERS, leader: PostId = WATER_POST, **other: Any) -> GivenPart:
    """A part with its four essentials, due at the end of September."""
    fields = {
        "requirement": PublicText("按河段清淤"),
        "standard": PublicText("分段验收合格"),
        "due": date(2026, 9, 30),
        **other,
    }
    return GivenPart(PublicText(title), Decimal(weight), leader, unit, **fields)


def given(**task: Any) -> Given:
    return ledger.given(*YUNLING, *ADOPTED, *issued(**task))


def internal(*parts: GivenPart) -> SplitTask:
    return SplitTask(DREDGING, "internal", parts)


def lateral(*parts: GivenPart) -> SplitTask:
    return SplitTask(DREDGING, "lateral", parts)


def downward(*parts: GivenPart) -> SplitTask:
    return SplitTask(DREDGING, "downward", parts)


NORTH, SOUTH = part("北段清淤", "60", RIVERS, RIVERS_POST), part("南段清淤", "40", SOURCES, SOURCES_POST)


def issued_part(task: str, number: str, title: str, unit: UnitId, post: PostId, person: str, weight: str) -> TaskIssued:
    return TaskIssued(
        task=TaskId(task),
        plan=PLAN,
        project=None,
        number=number,
        title=PublicText(title),
        unit=unit,
        co_units=(),
        leader_post=post,
        leader_person=PersonId(person),
        requirement=PublicText("按河段清淤"),
        standard=PublicText("分段验收合格"),
        due=date(2026, 9, 30),
        issued_on=TODAY.today,
        weight=Decimal(weight),
        parent=DREDGING,
        direction="internal",
        lineage=(WATER,),
    )


def test_the_head_splits_a_task_among_the_sections_and_each_part_is_a_full_task() -> None:
    given().when(internal(NORTH, SOUTH), by=WATER_HEAD).then(
        TaskSplit(
            task=DREDGING,
            unit=WATER,
            plan=PLAN,
            revision=2,
            direction="internal",
            parts=(
                Part(
                    TaskId("id:part-1-1"), "1-1", PublicText("北段清淤"), RIVERS, False, Decimal(60), date(2026, 9, 30)
                ),
                Part(
                    TaskId("id:part-1-2"), "1-2", PublicText("南段清淤"), SOURCES, False, Decimal(40), date(2026, 9, 30)
                ),
            ),
        ),
        issued_part("id:part-1-1", "1-1", "北段清淤", RIVERS, RIVERS_POST, "石河", "60"),
        issued_part("id:part-1-2", "1-2", "南段清淤", SOURCES, SOURCES_POST, "泉清", "40"),
        TaskNumberTaken(PLAN, "1-1", TaskId("id:part-1-1")),
        TaskNumberTaken(PLAN, "1-2", TaskId("id:part-1-2")),
    )


def test_a_lateral_split_goes_to_co_operating_units_with_one_lead() -> None:
    command = lateral(part("施工", "70", WATER, WATER_POST, lead=True), part("资金保障", "30", FINANCE, FINANCE_POST))
    given(co_units=(FINANCE,)).when(command, by=COORDINATOR).then_types(
        TaskSplit, TaskIssued, TaskIssued, TaskNumberTaken, TaskNumberTaken
    )


def test_where_no_co_operating_unit_is_named_a_lateral_split_goes_to_units_beside() -> None:
    command = lateral(part("施工", "70", WATER, WATER_POST, lead=True), part("资金保障", "30", FINANCE, FINANCE_POST))
    given().when(command, by=COORDINATOR).then_types(
        TaskSplit, TaskIssued, TaskIssued, TaskNumberTaken, TaskNumberTaken
    )


def test_a_department_splits_downward_to_its_counterpart_in_the_county() -> None:
    command = downward(
        part("白水段", "50", BAISHUI_WATER, BAISHUI_WATER_POST), part("城关段", "50", CHENGGUAN, CHENGGUAN_POST)
    )
    given().when(command, by=COORDINATOR).then_types(
        TaskSplit, TaskIssued, TaskIssued, TaskNumberTaken, TaskNumberTaken
    )


def test_thirds_written_with_two_decimals_add_up_exactly() -> None:
    thirds = (part("上段", "33.33"), part("中段", "33.33"), part("下段", "33.34"))
    given().when(internal(*thirds), by=WATER_HEAD).then_types(TaskSplit, *[TaskIssued] * 3, *[TaskNumberTaken] * 3)


def test_weights_that_add_up_to_99_9_are_refused() -> None:
    command = internal(part("清淤", "40"), part("护坡", "59.9"))
    given().when(command, by=WATER_HEAD).then_refused("split-weights-not-100", total=Decimal("99.9"))


def test_weights_that_add_up_to_just_over_100_are_refused() -> None:
    command = internal(part("清淤", "40"), part("护坡", "60.000001"))
    given().when(command, by=WATER_HEAD).then_refused("split-weights-not-100", total=Decimal("100.000001"))


@settings(max_examples=60, derandomize=True, deadline=None)
@over(st.sets(st.integers(1, 99_999_998), min_size=1, max_size=30))
def test_however_100_is_cut_the_parts_are_accepted_and_a_millionth_less_is_refused(cuts: set[int]) -> None:
    bounds = [0, *sorted(cuts), 99_999_999]
    millionths = [after - before for before, after in pairwise(bounds)]
    weights = [Decimal(share).scaleb(-6) for share in (*millionths[:-1], millionths[-1] + 1)]
    parts = tuple(replace(part(f"第{at}段", "1"), weight=weight) for at, weight in enumerate(weights))
    outcome = given().when(internal(*parts), by=WATER_HEAD)
    assert sum(one.weight for one in outcome.event(TaskSplit).parts) == 100
    less = (*parts[:-1], replace(parts[-1], weight=Decimal(millionths[-1]).scaleb(-6)))
    given().when(internal(*less), by=WATER_HEAD).then_refused("split-weights-not-100", total=Decimal("99.999999"))


@pytest.mark.parametrize("weight", ["0", "-60", "NaN"])
def test_every_part_weighs_something(weight: str) -> None:
    given().when(internal(part("清淤", weight), part("护坡", "40")), by=WATER_HEAD).then_refused("weight-invalid")


def test_a_part_that_ends_after_the_whole_is_refused() -> None:
    late = part("护坡", "40", due=date(2027, 1, 1))
    given().when(internal(NORTH, late), by=WATER_HEAD).then_refused(
        "split-part-outlasts-task", part="护坡", due=date(2027, 1, 1), limit=date(2026, 12, 31)
    )


def test_a_part_may_end_with_the_whole() -> None:
    last = part("南段清淤", "40", SOURCES, SOURCES_POST, due=date(2026, 12, 31))
    given().when(internal(NORTH, last), by=WATER_HEAD).then_types(
        TaskSplit, TaskIssued, TaskIssued, TaskNumberTaken, TaskNumberTaken
    )


def test_a_part_is_not_due_before_today() -> None:
    past = part("护坡", "40", due=date(2026, 3, 15))
    given().when(internal(NORTH, past), by=WATER_HEAD).then_refused("due-before-issue")


@pytest.mark.parametrize(
    ("missing", "zh"),
    [
        ({"leader": None}, "分管领导"),
        ({"unit": None}, "责任部门"),
        ({"requirement": None}, "任务要求"),
        ({"standard": PublicText(""), "due": None}, "落实标准、工作时限"),
    ],
)
def test_a_part_has_its_own_four_essentials(missing: dict[str, Any], zh: str) -> None:
    command = internal(NORTH, replace(SOUTH, **missing))
    given().when(command, by=WATER_HEAD).then_refused("essentials-missing", title="南段清淤", missing_zh=zh)


def test_an_internal_split_does_not_leave_the_unit() -> None:
    outside = part("资金保障", "40", FINANCE, FINANCE_POST)
    given().when(internal(NORTH, outside), by=COORDINATOR).then_refused(
        "split-part-not-a-section", part="资金保障", unit="市财政局"
    )


def test_an_internal_split_does_not_give_the_task_to_the_unit_itself() -> None:
    given().when(internal(NORTH, part("统筹", "40", WATER)), by=WATER_HEAD).then_refused("split-part-not-a-section")


def test_a_lateral_split_stays_with_the_co_operating_units_that_the_task_names() -> None:
    command = lateral(part("施工", "70", WATER, lead=True), part("督办", "30", OFFICE, COORDINATOR_POST))
    given(co_units=(FINANCE,)).when(command, by=COORDINATOR).then_refused("split-part-not-co-operating", unit="惩防办")


@pytest.mark.parametrize(("unit", "leader"), [(RIVERS, RIVERS_POST), (CITY, PostId("市委书记"))])
def test_a_lateral_split_does_not_go_up_or_down(unit: UnitId, leader: PostId) -> None:
    command = lateral(part("施工", "70", WATER, lead=True), part("配合", "30", unit, leader))
    given().when(command, by=COORDINATOR).then_refused("split-part-not-co-operating", unit=unit)


@pytest.mark.parametrize(("unit", "leader"), [(FINANCE, FINANCE_POST), (RIVERS, RIVERS_POST), (WATER, WATER_POST)])
def test_a_downward_split_goes_to_lower_units_only(unit: UnitId, leader: PostId) -> None:
    command = downward(part("白水段", "50", BAISHUI, BAISHUI_POST), part("其余", "50", unit, leader))
    given().when(command, by=COORDINATOR).then_refused("split-part-not-lower", unit=unit)


def test_a_lateral_split_without_a_lead_is_refused() -> None:
    command = lateral(part("施工", "70", WATER), part("资金保障", "30", FINANCE, FINANCE_POST))
    given().when(command, by=COORDINATOR).then_refused("split-needs-one-lead", count=0)


def test_a_lateral_split_with_two_leads_is_refused() -> None:
    command = lateral(part("施工", "70", WATER, lead=True), part("资金保障", "30", FINANCE, FINANCE_POST, lead=True))
    given().when(command, by=COORDINATOR).then_refused("split-needs-one-lead", count=2)


@pytest.mark.parametrize("direction", ["internal", "downward"])
def test_only_a_lateral_split_has_a_lead(direction: Direction) -> None:
    to = (RIVERS, RIVERS_POST) if direction == "internal" else (BAISHUI, BAISHUI_POST)
    command = SplitTask(DREDGING, direction, (part("甲", "50", *to, lead=True), part("乙", "50", *to)))
    given().when(command, by=COORDINATOR).then_refused("split-lead-only-in-lateral")


def test_the_same_part_is_not_given_to_a_unit_twice() -> None:
    given().when(internal(part("清淤", "40"), part("清淤", "60")), by=WATER_HEAD).then_refused(
        "split-part-given-twice", part="清淤", unit="河道科"
    )


def test_two_different_parts_may_go_to_one_unit() -> None:
    given().when(internal(part("清淤", "40"), part("护坡", "60")), by=WATER_HEAD).then_types(
        TaskSplit, TaskIssued, TaskIssued, TaskNumberTaken, TaskNumberTaken
    )


def test_one_part_is_no_split() -> None:
    given().when(internal(part("清淤", "100")), by=WATER_HEAD).then_refused("split-needs-two-parts")


def test_a_part_that_goes_back_to_a_unit_above_is_a_cycle() -> None:
    command = lateral(part("拨款", "50", FINANCE, FINANCE_POST, lead=True), part("施工", "50", WATER))
    from_water = given(unit=FINANCE, leader=FINANCE_POST, person="钱谷", lineage=(WATER,))
    from_water.when(command, by=COORDINATOR).then_refused("split-cycle", part="施工", unit="市水务局")


def test_a_part_that_stays_with_the_unit_itself_is_no_cycle() -> None:
    command = lateral(part("施工", "50", WATER, lead=True), part("资金保障", "50", FINANCE, FINANCE_POST))
    given(lineage=(WATER,)).when(command, by=COORDINATOR).then_types(
        TaskSplit, TaskIssued, TaskIssued, TaskNumberTaken, TaskNumberTaken
    )


def test_a_split_task_is_not_split_again() -> None:
    split = TaskSplit(DREDGING, WATER, PLAN, 2, "internal", ())
    ledger.given(*YUNLING, *ADOPTED, *issued(), split).when(internal(NORTH, SOUTH), by=WATER_HEAD).then_refused(
        "task-already-split"
    )


def test_a_claimed_task_is_not_split() -> None:
    claimed = CompletionClaimed(DREDGING, WATER, PLAN, PublicText("已完成"), (), date(2026, 3, 10), WATER_CLERK)
    ledger.given(*YUNLING, *ADOPTED, *issued(), claimed).when(internal(NORTH, SOUTH), by=WATER_HEAD).then_refused(
        "task-claimed"
    )


def test_a_finished_task_is_not_split() -> None:
    day = date(2026, 3, 10)
    done = (
        CompletionClaimed(DREDGING, WATER, PLAN, PublicText("已完成"), (), day, WATER_CLERK),
        CompletionAccepted(DREDGING, WATER, PLAN, date(2026, 12, 31), day, day, 0, None, COORDINATOR),
    )
    ledger.given(*YUNLING, *ADOPTED, *issued(), *done).when(internal(NORTH, SOUTH), by=WATER_HEAD).then_refused(
        "task-ended", how="accepted", how_zh="办结"
    )


def test_a_cancelled_task_is_not_split() -> None:
    over = TaskCancelled(
        DREDGING, WATER, PLAN, date(2026, 3, 1), PublicText("河道改线"), PublicText("市长办公会"), COORDINATOR
    )
    ledger.given(*YUNLING, *ADOPTED, *issued(), over).when(internal(NORTH, SOUTH), by=WATER_HEAD).then_refused(
        "task-ended", how="cancelled"
    )


def test_a_suspended_task_is_not_split() -> None:
    rests = TaskSuspended(
        DREDGING, WATER, PLAN, date(2026, 3, 1), PublicText("资金未到位"), PublicText("市长办公会"), COORDINATOR
    )
    ledger.given(*YUNLING, *ADOPTED, *issued(), rests).when(internal(NORTH, SOUTH), by=WATER_HEAD).then_refused(
        "task-suspended"
    )


def test_a_head_gives_parts_to_nobody_beyond_the_own_unit() -> None:
    command = lateral(part("施工", "70", WATER, lead=True), part("资金保障", "30", FINANCE, FINANCE_POST))
    given().when(command, by=WATER_HEAD).then_refused("out-of-reach", unit="市财政局")


def test_a_number_in_use_is_not_given_to_a_part() -> None:
    taken = TaskNumberTaken(PLAN, "1-2", TaskId("t9"))
    ledger.given(*YUNLING, *ADOPTED, *issued(), taken).when(internal(NORTH, SOUTH), by=WATER_HEAD).then_refused(
        "task-number-taken", number="1-2"
    )


def test_two_parts_do_not_share_a_number() -> None:
    command = internal(replace(NORTH, number="1甲"), replace(SOUTH, number="1甲"))
    given().when(command, by=WATER_HEAD).then_refused("task-number-taken", number="1甲")


def test_a_parts_number_has_no_slashes() -> None:
    given().when(internal(replace(NORTH, number="1/甲"), SOUTH), by=WATER_HEAD).then_refused("number-invalid")


def test_a_part_has_a_title() -> None:
    given().when(internal(NORTH, part(" ", "40")), by=WATER_HEAD).then_refused("text-missing", field_zh="分解项")


def test_the_leader_of_a_part_is_of_its_unit_or_above_it_and_in_office() -> None:
    elsewhere = part("护坡", "40", RIVERS, FINANCE_POST)
    given().when(internal(NORTH, elsewhere), by=WATER_HEAD).then_refused("leader-elsewhere")
    vacant = part("护坡", "40", RIVERS, VACANT_POST)
    given().when(internal(NORTH, vacant), by=WATER_HEAD).then_refused("leader-post-vacant")
    unknown = part("护坡", "40", RIVERS, PostId("无此岗位"))
    given().when(internal(NORTH, unknown), by=WATER_HEAD).then_refused("post-unknown")


def test_the_unit_of_a_part_exists() -> None:
    nowhere = part("护坡", "40", UnitId("无此单位"))
    given().when(internal(NORTH, nowhere), by=WATER_HEAD).then_refused("unit-unknown")
    gone = UnitDissolved(SOURCES, WATER, date(2026, 1, 31))
    ledger.given(*YUNLING, *ADOPTED, *issued(), gone).when(internal(NORTH, SOUTH), by=WATER_HEAD).then_refused(
        "unit-dissolved", name="水源科"
    )
