"""廉政承诺."""

from dataclasses import replace

from services.ledger.events import CommitmentId, CommitmentMade
from services.ledger.rules.make_commitment import MakeCommitment
from services.ledger.state import CommitmentText, hash_of, signable
from shared.domain import Actor, PersonId, PublicText
from tests.ledger.city import FINANCE, SYSTEM, WATER, WATER_HEAD, WATER_POST, YUNLING, ledger
from tests.support.spec import TODAY

TEXT, BASIS = PublicText("不插手工程招投标"), PublicText("《中国共产党廉洁自律准则》")
COMMITMENT = CommitmentId("c1")
COMMAND = MakeCommitment(COMMITMENT, WATER, TEXT, BASIS)
GIVEN = ledger.given(*YUNLING)


def test_the_promise_is_public_and_its_hash_comes_back() -> None:
    signed = hash_of(signable(CommitmentText(COMMITMENT, WATER, TEXT)))
    GIVEN.when(COMMAND, by=WATER_HEAD).then(
        CommitmentMade(COMMITMENT, WATER, TEXT, signed, BASIS, TODAY.today, WATER_HEAD)
    )


def test_a_promise_says_something() -> None:
    GIVEN.when(replace(COMMAND, text=PublicText("")), by=WATER_HEAD).then_refused("text-missing", field_zh="承诺内容")


def test_a_promise_names_its_basis() -> None:
    GIVEN.when(replace(COMMAND, basis=PublicText("")), by=WATER_HEAD).then_refused("basis-missing")


def test_nobody_promises_from_a_unit_that_is_not_theirs() -> None:
    GIVEN.when(replace(COMMAND, unit=FINANCE), by=WATER_HEAD).then_refused("not-your-unit")
    GIVEN.when(COMMAND, by=SYSTEM).then_refused("not-your-unit")


def test_nobody_promises_on_behalf_of_another() -> None:
    delegate = Actor("韩溪", WATER_POST, on_behalf=PersonId("江澜"))
    GIVEN.when(COMMAND, by=delegate).then_refused("not-your-unit")
