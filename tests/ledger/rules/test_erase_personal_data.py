"""删除个人信息."""

import pytest

from services.ledger.main import SERVICE
from services.ledger.rules.erase_personal_data import SEALED_BY_STREAM, ErasePersonalData
from shared.domain import PersonalText, PersonId
from shared.facts import PersonalDataErased, PersonErased
from tests.ledger.city import PRIVACY_OFFICER, YUNLING, ledger
from tests.ledger.course import FINDING, FOUND

REASON = PersonalText("本人申请，已离职满五年")
HEAD = PersonId("江澜")
ERASURE = ErasePersonalData("person/江澜", REASON)


def test_the_key_of_a_person_is_destroyed_and_every_service_told() -> None:
    ledger.given(*YUNLING).when(ERASURE, by=PRIVACY_OFFICER).then(
        PersonalDataErased("person/江澜", REASON), PersonErased(HEAD)
    )


def test_the_key_of_a_finding_is_destroyed_here_alone() -> None:
    subject = f"stream/finding/{FINDING}"
    ledger.given(*YUNLING, *FOUND).when(ErasePersonalData(subject, REASON), by=PRIVACY_OFFICER).then(
        PersonalDataErased(subject, REASON)
    )


def test_the_reason_of_an_erasure_is_erased_too() -> None:
    subject = "stream/erasure/person/江澜"
    erased = (PersonalDataErased("person/江澜", REASON), PersonErased(HEAD))
    ledger.given(*YUNLING, *erased).when(ErasePersonalData(subject, REASON), by=PRIVACY_OFFICER).then(
        PersonalDataErased(subject, REASON)
    )


@pytest.mark.parametrize(
    "subject", ["江澜", "person/", "person/江澜/水务局", "stream/finding", "unit/市水务局", "stream/trigger/t1"]
)
def test_other_subjects_have_no_key_in_the_ledger(subject: str) -> None:
    command = ErasePersonalData(subject, REASON)
    ledger.given(*YUNLING).when(command, by=PRIVACY_OFFICER).then_refused("erasure-subject-invalid")


@pytest.mark.parametrize("subject", ["person/江蓝", "stream/finding/没有的问题"])
def test_a_subject_misspelt_is_not_taken_for_erased(subject: str) -> None:
    command = ErasePersonalData(subject, REASON)
    ledger.given(*YUNLING).when(command, by=PRIVACY_OFFICER).then_refused("erasure-subject-unknown")


def test_an_erasure_has_a_reason() -> None:
    command = ErasePersonalData("person/江澜", PersonalText(" "))
    ledger.given(*YUNLING).when(command, by=PRIVACY_OFFICER).then_refused("reason-missing")


def test_a_key_is_destroyed_once() -> None:
    erased = (PersonalDataErased("person/江澜", REASON), PersonErased(HEAD))
    ledger.given(*YUNLING, *erased).when(ERASURE, by=PRIVACY_OFFICER).then_refused("already-erased")


def test_an_erasure_from_before_the_others_were_told_is_told_when_it_is_repeated() -> None:
    erased = PersonalDataErased("person/江澜", REASON)
    ledger.given(*YUNLING, erased).when(ERASURE, by=PRIVACY_OFFICER).then(PersonErased(HEAD))


def test_the_kinds_of_streams_are_those_whose_own_key_seals_something() -> None:
    sealing = {
        kind.stream_format.partition("/")[0]
        for kind in SERVICE.catalogue().kinds.values()
        if None in kind.sealed_fields.values()
    }
    assert sealing == set(SEALED_BY_STREAM)
