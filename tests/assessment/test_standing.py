"""The live standing as a fold of the stream: which facts count for whom, under which scheme, from when on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.assessment.events import SchemeAmended
from services.ledger.events import (
    CompletionAccepted,
    ExtensionGranted,
    FindingId,
    InspectionFound,
    InspectionId,
    PlanId,
    RectificationOrdered,
    TaskAmended,
    TaskFellOverdue,
    TaskId,
)
from shared.directory import UnitMoved
from shared.domain import Actor, PersonId, PostId, PublicText, UnitId
from tests.assessment.book import Book
from tests.assessment.city import (
    BAISHUI,
    CITY,
    FINANCE,
    FINDINGS,
    RIVERS,
    SCHEME,
    WATER,
    in_force,
    leaf,
    provisions,
    unit,
)

PLAN = PlanId("plan-2026")
INSPECTOR = Actor("严明", PostId("督查专员"))
COORDINATOR = Actor("周正", PostId("惩防办主任"))
HEAD = PersonId("江澜")


def fell_overdue(task: str, due: date, of: UnitId = WATER) -> TaskFellOverdue:
    return TaskFellOverdue(TaskId(task), of, PLAN, due, PostId("水务局长"), HEAD)


def accepted(task: str, due: date, claimed: date, of: UnitId = WATER) -> CompletionAccepted:
    days = max((claimed - due).days, 0)
    return CompletionAccepted(TaskId(task), of, PLAN, due, claimed, claimed, days, None, COORDINATOR)


def found(finding: str, severity: Any = "ordinary", of: UnitId = WATER) -> InspectionFound:
    return InspectionFound(
        FindingId(finding),
        InspectionId("I1"),
        CITY,
        of,
        PublicText("作风建设"),
        severity,
        None,
        None,
        None,
        (),
        date(2026, 3, 2),
        INSPECTOR,
    )


def city() -> Book:
    book = Book()
    book.record(*in_force(), on=date(2026, 1, 8))
    return book


def test_every_unit_of_the_class_has_a_standing_as_soon_as_the_scheme_is_adopted() -> None:
    book = city()

    scored = {key for key, row in book.rows["standing"].items() if row.scheme == SCHEME}
    assert scored == {(2026, WATER), (2026, FINANCE)}
    assert book.standing(WATER).score == 100


def test_facts_before_the_adoption_count_too() -> None:
    book = Book()
    facts = in_force()
    book.record(*facts[:-2])
    book.record(found("W1"), on=date(2026, 1, 6), by="严明")
    assert book.standing(WATER).score is None

    book.record(*facts[-2:], on=date(2026, 1, 8))

    assert book.standing(WATER).score == 97


def test_a_fact_moves_the_score_of_its_unit_alone() -> None:
    book = city()

    book.record(found("W1", "serious"), on=date(2026, 3, 2), by="严明")

    assert book.standing(WATER).score == 92
    assert book.standing(FINANCE).score == 100


def test_each_line_names_its_fact_its_person_and_its_clause() -> None:
    book = city()
    (fact,) = book.record(found("W1"), on=date(2026, 3, 2), by="严明")

    (line,) = (line for line in book.standing(WATER).lines if line.lost)
    assert (line.event, line.position, line.source, line.source_seq) == (
        str(fact.event_id),
        fact.position,
        "ledger",
        fact.source_seq,
    )
    assert (line.recorded_by, line.occurred, line.clause.number) == ("严明", date(2026, 3, 2), "第2条")
    assert (line.subject, str(line.points)) == ("finding/W1", "-3")


def test_a_leafs_opening_line_names_the_version_of_the_scheme_it_comes_from() -> None:
    book = city()

    opening = book.standing(WATER).lines[0]

    assert (opening.type, opening.subject, opening.source) == ("scheme-drafted", f"scheme/{SCHEME}", "assessment")


def test_the_part_of_a_split_task_is_scored_at_its_own_unit() -> None:
    book = city()

    book.record(fell_overdue("清淤-1", date(2026, 3, 1), FINANCE), on=date(2026, 3, 2))

    assert book.standing(WATER).score == 100
    assert book.standing(FINANCE).score == Decimal("69.5")


def test_a_task_of_an_internal_body_counts_through_its_whole_alone_but_a_finding_there_counts_for_the_unit() -> None:
    book = city()

    book.record(fell_overdue("清淤-1", date(2026, 3, 1), RIVERS), on=date(2026, 3, 2))
    assert book.standing(WATER).score == 100
    book.record(found("W1", of=RIVERS), on=date(2026, 3, 2))
    assert book.standing(WATER).score == 97


def test_what_was_loaded_as_history_counts_for_nobody() -> None:
    book = city()

    book.record(found("W1", "serious"), on=date(2026, 3, 2), history=True)

    assert book.standing(WATER).score == 100


def test_facts_of_another_year_count_in_that_year() -> None:
    book = city()

    book.record(found("W1", "serious"), on=date(2025, 12, 31))

    assert book.standing(WATER).score == 100
    assert book.standing(WATER, 2025).score is None


def test_an_extension_and_an_amendment_correct_what_was_overdue() -> None:
    book = city()
    late = date(2026, 9, 30)
    granted = ExtensionGranted(
        task=TaskId("清淤"),
        unit=WATER,
        plan=PLAN,
        revision=2,
        extension=1,
        was_due=date(2026, 3, 1),
        due=late,
        reason=PublicText("汛期停工"),
        by=COORDINATOR,
    )
    amended = TaskAmended(
        TaskId("护坡"),
        WATER,
        PLAN,
        2,
        PublicText("护坡"),
        (),
        PostId("水务局长"),
        HEAD,
        PublicText("要求"),
        PublicText("标准"),
        late,
        None,
        PublicText("时限写错"),
    )
    book.record(fell_overdue("清淤", date(2026, 3, 1)), fell_overdue("护坡", date(2026, 3, 1)), on=date(2026, 3, 2))
    assert book.standing(WATER).score == 69

    book.record(granted, amended, on=date(2026, 3, 3))

    assert book.standing(WATER).score == 100


def test_acceptance_in_time_gains_and_late_acceptance_loses() -> None:
    book = city()

    book.record(accepted("清淤", date(2026, 3, 1), date(2026, 3, 1)), on=date(2026, 3, 1))
    book.record(accepted("护坡", date(2026, 3, 1), date(2026, 3, 11)), on=date(2026, 3, 11))

    assert book.standing(WATER).score == 80


def test_an_amended_scheme_scores_every_unit_anew() -> None:
    book = city()
    book.record(found("W1", "serious"), on=date(2026, 3, 2))
    dearer = (
        leaf("1", "100", replace(FINDINGS, per_severity=(replace(FINDINGS.per_severity[2], points=Decimal(30)),))),
    )

    book.record(SchemeAmended(SCHEME, CITY, 2, provisions(dearer), PublicText("加重扣分")), on=date(2026, 4, 1))

    row = book.standing(WATER)
    assert row.score == 70
    assert (row.scheme_version, book.standing(FINANCE).scheme_version) == (2, 2)


def test_a_unit_registered_later_is_assessed_too_and_one_that_leaves_the_class_no_longer() -> None:
    book = city()
    archives = UnitId("市档案馆")

    book.record(unit(archives, "department", "city", CITY, 9), on=date(2026, 4, 1))
    assert book.standing(archives).score == 100

    book.record(unit(UnitId("别市"), "committee", "city", None, 10), on=date(2026, 4, 1))
    book.record(UnitMoved(archives, UnitId("别市"), 1, date(2026, 5, 1)), on=date(2026, 5, 1))
    assert book.standing(archives).score is None


def test_units_outside_every_class_have_evidence_and_no_score() -> None:
    book = city()

    book.record(found("W1", of=BAISHUI), on=date(2026, 3, 2))

    row = book.standing(BAISHUI)
    assert (row.score, len(row.items)) == (None, 1)


# --- days overdue -------------------------------------------------------------------------------------------------


def overdue(book: Book, task: str) -> Any:
    return book.rows["overdue"].get(("task", task))


def test_a_task_that_fell_overdue_is_counted_from_the_day_after_it_became_known() -> None:
    book = city()

    book.record(fell_overdue("清淤", date(2026, 3, 1)), on=date(2026, 3, 2))

    row = overdue(book, "清淤")
    assert (row.known_on, row.acts_on) == (date(2026, 3, 2), date(2026, 3, 3))


def test_an_accepted_task_is_counted_no_more() -> None:
    book = city()
    book.record(fell_overdue("清淤", date(2026, 3, 1)), on=date(2026, 3, 2))

    book.record(accepted("清淤", date(2026, 3, 1), date(2026, 3, 6)), on=date(2026, 3, 8))

    assert overdue(book, "清淤") is None


def test_an_old_task_loaded_as_history_is_never_counted() -> None:
    book = city()

    book.record(fell_overdue("清淤", date(2024, 3, 1)), on=date(2026, 3, 2), history=True)

    assert overdue(book, "清淤") is None


def test_a_rectification_is_counted_from_the_day_after_its_limit() -> None:
    book = city()
    order = RectificationOrdered(
        FindingId("W1"),
        InspectionId("I1"),
        WATER,
        "ordinary",
        PublicText("限期整改"),
        date(2026, 3, 2),
        date(2026, 4, 1),
        INSPECTOR,
    )

    book.record(order, on=date(2026, 3, 2))

    assert book.rows["overdue"]["rectification", "W1"].acts_on == date(2026, 4, 2)
