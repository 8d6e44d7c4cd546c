"""认领书: the responsible unit takes a task on."""

from dataclasses import replace
from datetime import date

from services.ledger.events import ClaimSigned, CompletionClaimed, TaskAmended, TaskCancelled, TaskSuspended
from services.ledger.rules.sign_claim import SignClaim
from services.ledger.state import hash_of, signable_of
from shared.domain import PersonId, PublicText
from tests.ledger.city import (
    ADOPTED,
    COORDINATOR,
    DEPUTY_POST,
    DREDGING,
    PLAN,
    SECRETARY,
    WATER,
    WATER_CLERK,
    WATER_HEAD,
    YUNLING,
    issued,
    ledger,
)
from tests.support.spec import TODAY

BASIS = PublicText("云委发〔2026〕3号第四条")
GIVEN = ledger.given(*YUNLING, *ADOPTED, *issued())
HASH = hash_of(signable_of(GIVEN.situations()[f"task/{DREDGING}"]))
SIGN = SignClaim(DREDGING, 1, BASIS)
SIGNED = ClaimSigned(DREDGING, WATER, PLAN, 1, HASH, BASIS, TODAY.today, WATER_HEAD)
AMENDED = TaskAmended(
    task=DREDGING,
    unit=WATER,
    plan=PLAN,
    revision=2,
    title=PublicText("完成清水河河道清淤"),
    co_units=(),
    leader_post=DEPUTY_POST,
    leader_person=PersonId("韩溪"),
    requirement=PublicText("清淤15公里"),
    standard=PublicText("河床高程达到设计标准并通过验收"),
    due=date(2026, 12, 31),
    weight=None,
    reason=PublicText("增加支流"),
)


def test_the_head_signs_and_gets_the_hash_of_the_task_back() -> None:
    GIVEN.when(SIGN, by=WATER_HEAD).then(SIGNED)


def test_an_amended_task_has_another_hash_and_is_signed_again() -> None:
    outcome = ledger.given(*YUNLING, *ADOPTED, *issued(), SIGNED, AMENDED).when(
        SignClaim(DREDGING, 2, BASIS), by=WATER_HEAD
    )
    outcome.then(replace(SIGNED, version=2, hash=outcome.event(ClaimSigned).hash))
    assert outcome.event(ClaimSigned).hash != HASH


def test_a_version_that_no_longer_stands_is_not_signed() -> None:
    ledger.given(*YUNLING, *ADOPTED, *issued(), AMENDED).when(SIGN, by=WATER_HEAD).then_refused(
        "version-not-current", version=1, current=2
    )


def test_a_version_is_claimed_once() -> None:
    ledger.given(*YUNLING, *ADOPTED, *issued(), SIGNED).when(SIGN, by=WATER_HEAD).then_refused("claim-signed-already")


def test_a_head_of_the_unit_above_does_not_claim_for_it() -> None:
    GIVEN.when(SIGN, by=SECRETARY).then_refused("not-responsible-unit")


def test_a_signature_names_its_basis() -> None:
    GIVEN.when(SignClaim(DREDGING, 1, PublicText("")), by=WATER_HEAD).then_refused("basis-missing")


def test_what_rests_waits_or_is_over_is_not_claimed() -> None:
    why, decision = PublicText("河道改线"), PublicText("市长办公会")
    day = date(2026, 3, 1)
    before = (*YUNLING, *ADOPTED, *issued())
    waits = CompletionClaimed(DREDGING, WATER, PLAN, PublicText("已完成"), (), day, WATER_CLERK)
    ledger.given(*before, waits).when(SIGN, by=WATER_HEAD).then_refused("task-claimed")
    rests = TaskSuspended(DREDGING, WATER, PLAN, day, why, decision, COORDINATOR)
    ledger.given(*before, rests).when(SIGN, by=WATER_HEAD).then_refused("task-suspended")
    over = TaskCancelled(DREDGING, WATER, PLAN, day, why, decision, COORDINATOR)
    ledger.given(*before, over).when(SIGN, by=WATER_HEAD).then_refused("task-ended")
