"""Scores by hand: what every fact is worth under a clause, to the last decimal, and how it is explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.assessment.events import CategoryPoints, EvidenceKind, FormPoints, Severity, Source
from services.assessment.evidence import Item
from services.assessment.scoring import Evidence, Score, printed, score, standing
from services.complaints.events import Form
from tests.assessment.city import (
    FINDINGS,
    ON_TIME,
    OVERDUE,
    RECTIFICATION,
    leaf,
    source,
    version,
)

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
HALF = (date(2026, 1, 1), date(2026, 6, 30))
MARCH = date(2026, 3, 2)


def item(
    kind: EvidenceKind,
    subject: str,
    position: int,
    *,
    on: date = MARCH,
    due: date | None = None,
    until: date | None = None,
    severity: Severity | None = None,
    by: str = "严明",
) -> Item:
    return Item(
        kind, subject, on, due, until, severity, position, str(UUID(int=position)), kind, "ledger", position, by
    )


def in_time(task: str, position: int, on: date = MARCH) -> Item:
    return item("completion-accepted", f"task/{task}", position, on=on, due=on, until=on)


def fell_overdue(task: str, position: int, due: date = date(2026, 3, 1)) -> Item:
    on = date.fromordinal(due.toordinal() + 1)
    return item("task-fell-overdue", f"task/{task}", position, on=on, due=due, until=on)


def counted(task: str, position: int, as_of: date, due: date = date(2026, 3, 1)) -> Item:
    return item("overdue-days-counted", f"task/{task}", position, on=as_of, due=due, until=as_of)


def found(finding: str, position: int, severity: Severity, on: date = MARCH) -> Item:
    return item("inspection-found", f"finding/{finding}", position, on=on, severity=severity)


def of_leaf(source: Any, *items: Item, period: tuple[date, date] = YEAR, days_until: date | None = None) -> Score:
    """The score under a scheme of this one leaf."""
    return score(version((leaf("1", "100", source),)), Evidence(*period, items, days_until))


def points(result: Score) -> list[str]:
    return [str(line.points) for line in result.lines]


# --- on-time completion -----------------------------------------------------------------------------------------


def test_three_tasks_of_four_in_time_give_three_quarters_of_the_full_marks() -> None:
    result = of_leaf(ON_TIME, in_time("清淤", 1), in_time("护坡", 2), in_time("巡河", 3), fell_overdue("建闸", 4))

    assert result.total == 75
    assert points(result) == ["25", "0", "25", "25"]  # all of one day: by the thing they are about
    assert [line.lost for line in result.lines] == [0, 25, 0, 0]


def test_104_tasks_of_113_print_as_92_04_and_are_kept_to_the_twelfth_place_rounded_down() -> None:
    accepted = [in_time(f"T{n}", n) for n in range(1, 105)]
    overdue = [fell_overdue(f"T{n}", n) for n in range(105, 114)]

    result = of_leaf(ON_TIME, *accepted, *overdue)

    assert result.total == Decimal("92.035398230088")
    assert printed(result.total) == "92.04"
    assert sum(line.points for line in result.lines) == result.total


def test_three_thirds_are_exactly_the_whole() -> None:
    result = of_leaf(ON_TIME, in_time("清淤", 1), in_time("护坡", 2), in_time("巡河", 3))

    assert result.total == 100
    assert points(result) == ["33.333333333333", "33.333333333333", "33.333333333334"]


def test_a_task_accepted_late_counts_as_missed_and_names_when_it_fell_overdue() -> None:
    late = item(
        "completion-accepted", "task/清淤", 5, on=date(2026, 3, 20), due=date(2026, 3, 1), until=date(2026, 3, 9)
    )

    result = of_leaf(ON_TIME, fell_overdue("清淤", 2), late)

    assert result.total == 0
    assert [(line.type, line.position, str(line.lost)) for line in result.lines] == [("task-fell-overdue", 2, "100")]


def test_a_task_that_was_due_before_the_period_is_not_missed_twice() -> None:
    late = item("completion-accepted", "task/清淤", 5, on=MARCH, due=date(2025, 12, 1), until=date(2026, 2, 20))

    assert of_leaf(ON_TIME, late, in_time("护坡", 6)).total == 100


def test_cancelled_and_suspended_tasks_do_not_count() -> None:
    cancelled = item("task-cancelled", "task/清淤", 3)
    suspended = item("task-suspended", "task/护坡", 4)

    result = of_leaf(
        ON_TIME, fell_overdue("清淤", 1), fell_overdue("护坡", 2), cancelled, suspended, in_time("巡河", 5)
    )

    assert points(result) == ["100"]


def test_a_resumed_task_is_overdue_again_by_the_same_limit_and_not_by_a_later_one() -> None:
    suspended = item("task-suspended", "task/清淤", 2)
    same = item("task-resumed", "task/清淤", 3, due=date(2026, 3, 1))
    later = item("task-resumed", "task/清淤", 3, due=date(2026, 9, 30))

    assert of_leaf(ON_TIME, fell_overdue("清淤", 1), suspended, same, in_time("巡河", 4)).total == 50
    assert of_leaf(ON_TIME, fell_overdue("清淤", 1), suspended, later, in_time("巡河", 4)).total == 100


# --- overdue days -----------------------------------------------------------------------------------------------


def test_each_day_overdue_costs_what_the_clause_says() -> None:
    result = of_leaf(OVERDUE, fell_overdue("清淤", 1), counted("清淤", 2, date(2026, 3, 13)))

    assert result.total == 94
    assert [(line.why, str(line.points), line.type) for line in result.lines] == [
        ("满分", "100", "scheme-drafted"),
        ("逾期12日，每日扣0.5分", "-6", "overdue-days-counted"),
    ]


def test_acceptance_fixes_the_days_whatever_was_counted_meanwhile() -> None:
    accepted = item(
        "completion-accepted", "task/清淤", 4, on=date(2026, 3, 20), due=date(2026, 3, 1), until=date(2026, 3, 5)
    )

    result = of_leaf(OVERDUE, fell_overdue("清淤", 1), counted("清淤", 2, date(2026, 3, 19)), accepted)

    assert points(result) == ["100", "-2"]


def test_days_rest_while_a_claim_waits_and_count_after_all_when_it_is_returned() -> None:
    claimed = item("completion-claimed", "task/清淤", 3, on=date(2026, 3, 5), until=date(2026, 3, 5))
    returned = item("completion-returned", "task/清淤", 4, on=date(2026, 3, 8))
    overdue = (fell_overdue("清淤", 1), claimed)

    assert points(of_leaf(OVERDUE, *overdue)) == ["100", "-2"]
    again = counted("清淤", 5, date(2026, 3, 9))
    assert points(of_leaf(OVERDUE, *overdue, returned, again)) == ["100", "-4"]


def test_what_fell_overdue_stays_with_the_unit_that_handed_it_over_up_to_that_day() -> None:
    late = fell_overdue("清淤", 1), counted("清淤", 2, date(2026, 3, 11))
    handed_over = item("task-handed-over", "task/清淤", 3, on=date(2026, 3, 13), until=date(2026, 3, 13))

    assert str(of_leaf(OVERDUE, *late, handed_over, days_until=date(2026, 6, 30)).lines[1].demanded) == "6.0"
    assert of_leaf(ON_TIME, *late, handed_over).total == 0


def test_what_is_handed_over_in_time_counts_no_more_until_it_comes_back() -> None:
    handed_over = item("task-handed-over", "task/清淤", 1)

    assert of_leaf(ON_TIME, handed_over, in_time("护坡", 2)).total == 100
    assert of_leaf(ON_TIME, handed_over, in_time("护坡", 2), fell_overdue("清淤", 3)).total == 50


def test_a_leaf_loses_no_more_than_its_cap_and_says_so() -> None:
    capped = source("overdue-days", per_day="0.5", cap="10")

    result = of_leaf(
        capped,
        fell_overdue("清淤", 1),
        counted("清淤", 3, date(2026, 3, 17)),
        fell_overdue("护坡", 2),
        counted("护坡", 4, date(2026, 3, 11)),
    )

    assert result.total == 90
    assert points(result) == ["100", "-5", "-5"]
    assert (str(result.lines[2].demanded), result.lines[2].why) == ("8.0", "逾期16日，每日扣0.5分（已扣至该项上限）")


def test_which_of_two_facts_of_a_day_was_learned_first_decides_no_line() -> None:
    def lines(first: int, second: int) -> list[tuple[str, str, str]]:
        capped = source("overdue-days", per_day="0.5", cap="0.9")
        on_time = of_leaf(ON_TIME, fell_overdue("清淤", first), fell_overdue("护坡", second), in_time("巡河", 3))
        overdue = of_leaf(capped, fell_overdue("清淤", first), fell_overdue("护坡", second))
        return [(line.subject, str(line.points), line.why) for line in (*on_time.lines, *overdue.lines)]

    assert lines(1, 2) == lines(2, 1)


def test_a_later_limit_given_in_time_leaves_nothing_overdue() -> None:
    moved = item("time-limit-changed", "task/清淤", 2, due=date(2026, 6, 30))

    assert of_leaf(OVERDUE, fell_overdue("清淤", 1), moved, in_time("巡河", 3)).total == 100


def test_only_days_of_the_period_count() -> None:
    since_last_year = counted("清淤", 1, date(2026, 1, 10), due=date(2025, 12, 1))

    assert points(of_leaf(OVERDUE, since_last_year)) == ["100", "-5"]


def test_a_round_fixes_the_days_of_what_is_still_overdue_on_its_last_day() -> None:
    overdue = (fell_overdue("清淤", 1, date(2026, 6, 20)), counted("清淤", 2, date(2026, 6, 22), date(2026, 6, 20)))
    learned_later = counted("清淤", 3, date(2026, 7, 8), date(2026, 6, 20))

    result = of_leaf(OVERDUE, *overdue, learned_later, period=HALF, days_until=date(2026, 6, 30))

    assert points(result) == ["100", "-5"]


# --- findings ---------------------------------------------------------------------------------------------------


def test_findings_cost_by_severity_each_on_a_line_that_names_it() -> None:
    result = of_leaf(FINDINGS, found("W1", 4, "ordinary"), found("W2", 9, "serious"), found("W3", 12, "minor"))

    assert result.total == 88
    assert [(line.subject, str(line.points), line.recorded_by) for line in result.lines[1:]] == [
        ("finding/W1", "-3", "严明"),
        ("finding/W2", "-8", "严明"),
        ("finding/W3", "-1", "严明"),
    ]


def test_findings_outside_the_months_of_the_leaf_do_not_count() -> None:
    spring = source("findings", severities={"minor": "1"}, from_month=3, to_month=5)

    result = of_leaf(
        spring,
        found("W1", 1, "minor", date(2026, 2, 28)),
        found("W2", 2, "minor", date(2026, 5, 31)),
        found("W3", 3, "minor", date(2026, 6, 1)),
    )

    assert points(result) == ["100", "-1"]


# --- rectification ----------------------------------------------------------------------------------------------


def ordered(finding: str, position: int, due: date) -> Item:
    return item("rectification-ordered", f"finding/{finding}", position, due=due, severity="minor")


def reported(finding: str, position: int, on: date, due: date) -> Item:
    return item("rectification-reported", f"finding/{finding}", position, on=on, due=due, until=on, severity="minor")


def test_a_rectification_in_time_costs_nothing() -> None:
    due = date(2026, 4, 1)

    assert points(of_leaf(RECTIFICATION, ordered("W1", 1, due), reported("W1", 2, due, due))) == ["100"]


def test_a_late_rectification_costs_once_and_by_the_day() -> None:
    due = date(2026, 4, 1)

    result = of_leaf(RECTIFICATION, ordered("W1", 1, due), reported("W1", 2, date(2026, 4, 11), due))

    assert [(str(line.points), line.type) for line in result.lines[1:]] == [("-3", "rectification-reported")]


def test_a_rectification_sent_back_costs_and_runs_by_its_new_limit() -> None:
    due, again = date(2026, 4, 1), date(2026, 4, 20)
    returned = item("rectification-returned", "finding/W1", 3, on=date(2026, 4, 5), due=again, severity="minor")

    result = of_leaf(RECTIFICATION, ordered("W1", 1, due), reported("W1", 2, due, due), returned)

    assert [(str(line.points), line.why) for line in result.lines[1:]] == [("-1", "整改被退回")]


def test_what_is_not_reported_when_a_round_ends_is_late() -> None:
    result = of_leaf(RECTIFICATION, ordered("W1", 1, date(2026, 6, 25)), period=HALF, days_until=date(2026, 6, 30))

    assert [str(line.points) for line in result.lines[1:]] == ["-2.5"]


# --- the tree ---------------------------------------------------------------------------------------------------


def test_a_source_without_evidence_follows_the_rule_of_its_leaf() -> None:
    full, zero = source("findings", "full", severities={"minor": "1"}), source("on-time-completion", "zero")
    tree = (leaf("1", "70", full), leaf("2", "30", zero))

    result = standing(version(tree), ())

    assert result.total == 70
    assert [(str(line.points), str(line.lost)) for line in result.lines] == [("70", "0"), ("0", "30")]


def test_a_leaf_left_out_hands_its_weight_to_the_others_in_proportion() -> None:
    left_out = source("rectification", "left-out", per_case="2")
    tree = (leaf("1", "70", FINDINGS), leaf("2", "30", left_out))

    result = standing(version(tree), (found("W1", 1, "serious"),))

    # 62 of 70 becomes 62 × 100/70 of 100.
    assert result.total == Decimal("88.571428571428")
    assert [line.leaf for line in result.lines] == ["1", "1", "2"]
    assert result.lines[2].points == 0


def test_weights_multiply_along_the_path_of_the_tree() -> None:
    tree = (
        leaf("1", "60", None),
        leaf("1.1", "33.3", FINDINGS, "1"),
        leaf("1.2", "66.7", OVERDUE, "1"),
        leaf("2", "40", RECTIFICATION),
    )

    result = standing(version(tree), ())

    assert {line.leaf: str(line.points) for line in result.lines} == {"1.1": "19.98", "1.2": "40.02", "2": "40"}
    assert result.total == 100


def test_why_the_score_is_79_5_is_answered_line_by_line() -> None:
    result = standing(
        version(),
        (
            in_time("清淤", 10),
            fell_overdue("护坡", 11),
            counted("护坡", 12, date(2026, 3, 6)),
            found("W1", 13, "ordinary"),
        ),
    )

    assert result.total == Decimal("79.5")
    assert sum(line.points for line in result.lines) == result.total
    lost = [(line.leaf, str(line.lost), line.subject, line.recorded_by) for line in result.lines if line.lost]
    assert lost == [
        ("1.1", "15", "task/护坡", "严明"),
        ("1.2", "2.5", "task/护坡", "严明"),
        ("2", "3", "finding/W1", "严明"),
    ]
    assert all(line.clause.number and line.event for line in result.lines)


def test_79_995_prints_as_80_00_and_is_below_80() -> None:
    half_a_cent_short = source("findings", severities={"serious": "20.005"})

    result = of_leaf(half_a_cent_short, found("W1", 1, "serious"))

    assert result.total == Decimal("79.995")
    assert printed(result.total) == "80.00"
    assert result.total < 80


# --- accountability and complaints ------------------------------------------------------------------------------

ACCOUNTABILITY = Source(
    "accountability", "full", per_form=(FormPoints("circular", Decimal(2)), FormPoints("admonition", Decimal(4)))
)


def decided(kind: EvidenceKind, decision: str, position: int, form: Form | None, on: date = MARCH) -> Item:
    return replace(item(kind, f"decision/{decision}", position, on=on), form=form)


def test_a_served_decision_costs_by_its_form() -> None:
    result = of_leaf(ACCOUNTABILITY, decided("accountability-served", "甲", 1, "admonition"))

    assert result.total == 96
    assert result.lines[1].why == "责任追究（诫勉），扣4分"


def test_changed_it_costs_as_it_now_reads_and_revoked_nothing() -> None:
    served = decided("accountability-served", "甲", 1, "admonition")
    changed = decided("accountability-changed", "甲", 2, "circular")
    revoked = decided("accountability-revoked", "甲", 3, None)

    assert of_leaf(ACCOUNTABILITY, served, changed).total == 98
    assert of_leaf(ACCOUNTABILITY, served, changed, revoked).total == 100
    assert of_leaf(ACCOUNTABILITY, served, revoked, decided("accountability-served", "乙", 4, "circular")).total == 98


def test_substantiated_complaints_cost_by_class_and_count_alone() -> None:
    leaf_of = Source("substantiated-complaints", "full", per_category=(CategoryPoints("accusation", Decimal("0.5")),))
    counted_ones = replace(
        item("complaint-evidence-counted", "complaint-evidence/水务局/accusation", 1, on=date(2026, 6, 30)),
        category="accusation",
        count=4,
    )

    result = of_leaf(leaf_of, counted_ones)

    assert result.total == 98
    assert result.lines[1].why == "查实检举控告4件，每件扣0.5分"
