"""A clue is put on the books in the custody of somebody whom it does not name."""

from __future__ import annotations

from dataclasses import replace

from services.complaints import events as e
from services.complaints.rules.open_clue import OpenClue
from shared.domain import PersonalText, PersonId, PublicText, UnitId
from tests.complaints.city import (
    CLUE,
    DISCIPLINE,
    FANG,
    FINANCE,
    JIANG,
    QIAN,
    SECRET,
    SHEN,
    SUPERVISOR,
    TODAY,
    WATER,
    YUNLING,
    complaints,
)

OPEN = OpenClue(CLUE, DISCIPLINE, "petition", PublicText("petition/信访一"), WATER, FANG, SECRET, (JIANG,))


def test_a_clue_is_on_the_books_and_in_custody() -> None:
    complaints.given(*YUNLING).when(OPEN, by=SUPERVISOR).then(
        e.ClueOpened(CLUE, DISCIPLINE, "petition", "petition/信访一", WATER, (JIANG,), None, FANG, TODAY, SUPERVISOR),
        e.ClueDescribed(CLUE, SECRET),
    )


def test_a_unit_that_is_not_there_is_named() -> None:
    complaints.given(*YUNLING).when(replace(OPEN, about_unit=UnitId("无此单位")), by=SUPERVISOR).then_refused(
        "unit-unknown", unit="无此单位"
    )


def test_a_person_who_never_held_a_post_is_refused() -> None:
    complaints.given(*YUNLING).when(replace(OPEN, about_persons=(PersonId("无此人"),)), by=SUPERVISOR).then_refused(
        "person-unknown"
    )


def test_more_persons_than_one_command_takes_are_refused() -> None:
    many = tuple(PersonId(f"某{n}") for n in range(60))
    complaints.given(*YUNLING).when(replace(OPEN, about_persons=many), by=SUPERVISOR).then_refused(
        "persons-too-many", most=50
    )


def test_what_it_says_must_be_written() -> None:
    complaints.given(*YUNLING).when(replace(OPEN, narrative=PersonalText(" ")), by=SUPERVISOR).then_refused(
        "text-missing", field="narrative"
    )


def test_whoever_is_of_the_unit_cannot_have_it_in_custody() -> None:
    complaints.given(*YUNLING).when(replace(OPEN, custodian=SHEN), by=SUPERVISOR).then_refused("handler-concerned")


def test_whoever_handles_nothing_for_the_body_cannot_have_it_in_custody() -> None:
    complaints.given(*YUNLING).when(replace(OPEN, custodian=QIAN), by=SUPERVISOR).then_refused("handler-without-post")


def test_nobody_opens_a_clue_about_oneself() -> None:
    about = replace(OPEN, about_unit=FINANCE, about_persons=(PersonId("严谨"),))
    complaints.given(*YUNLING).when(about, by=SUPERVISOR).then_refused("recused")
