"""签订责任书."""

from services.ledger.events import LetterDrawnUp, LetterId, LetterSide, LetterSigned
from services.ledger.rules.sign_letter import SignLetter
from services.ledger.state import BindingLetter, LetterText, hash_of, signable
from shared.directory import PostCreated, PostFilled
from shared.domain import Actor, PersonId, PostId, PublicText
from tests.ledger.city import (
    ADOPTED,
    CITY,
    FINANCE_HEAD,
    FOUNDED,
    PLAN,
    SECRETARY,
    SYSTEM,
    WATER,
    WATER_HEAD,
    YUNLING,
    ledger,
)
from tests.support.spec import TODAY

LETTER = LetterId("l1")
TITLE, TEXT = PublicText("2026年党风廉政建设责任书"), PublicText("市水务局对本局党风廉政建设负主体责任……")
BASIS = PublicText("《中国共产党党内监督条例》第十五条")
DRAWN_UP = LetterDrawnUp(LETTER, PLAN, 1, 2026, CITY, WATER, TITLE, TEXT)
HASH = hash_of(signable(LetterText(LETTER, PLAN, 1, 2026, CITY, WATER, TITLE, TEXT)))
GIVEN = ledger.given(*YUNLING, *ADOPTED, DRAWN_UP)
SIGN = SignLetter(LETTER, 1, BASIS)


def signed(side: LetterSide, by: Actor) -> LetterSigned:
    return LetterSigned(LETTER, PLAN, WATER, side, 1, HASH, BASIS, TODAY.today, by)


def test_the_giver_signs_and_gets_the_hash_of_the_text_back() -> None:
    GIVEN.when(SIGN, by=SECRETARY).then(signed("giver", SECRETARY))


def test_with_the_second_signature_the_letter_binds() -> None:
    outcome = ledger.given(*YUNLING, *ADOPTED, DRAWN_UP, signed("giver", SECRETARY)).when(SIGN, by=WATER_HEAD)
    outcome.then(signed("taker", WATER_HEAD))
    assert isinstance(outcome.after().situations()["letter/l1"], BindingLetter)


def test_the_hash_is_the_one_that_anybody_reckons_from_the_text() -> None:
    text = (
        '{"giver":"云岭市委","kind":"letter","letter":"l1","plan":"plan-2026","plan_revision":1,"revision":1,'
        '"text":"市水务局对本局党风廉政建设负主体责任……","title":"2026年党风廉政建设责任书","unit":"市水务局","year":2026}'
    )
    assert hash_of(text.encode()) == HASH


def test_a_version_that_nobody_drew_up_is_not_signed() -> None:
    GIVEN.when(SignLetter(LETTER, 2, BASIS), by=WATER_HEAD).then_refused("version-not-current", version=2, current=1)


def test_a_signature_names_its_basis() -> None:
    GIVEN.when(SignLetter(LETTER, 1, PublicText(" ")), by=WATER_HEAD).then_refused("basis-missing")


def test_outsiders_do_not_sign() -> None:
    GIVEN.when(SIGN, by=FINANCE_HEAD).then_refused("not-a-party")
    GIVEN.when(SIGN, by=SYSTEM).then_refused("not-a-party")


def test_a_side_signs_once() -> None:
    ledger.given(*YUNLING, *ADOPTED, DRAWN_UP, signed("taker", WATER_HEAD)).when(SIGN, by=WATER_HEAD).then_refused(
        "side-signed-already"
    )


def test_a_letter_that_binds_is_not_signed_again() -> None:
    both = (signed("giver", SECRETARY), signed("taker", WATER_HEAD))
    ledger.given(*YUNLING, *ADOPTED, DRAWN_UP, *both).when(SIGN, by=WATER_HEAD).then_refused("letter-binds-already")


def test_nobody_signs_for_both_sides() -> None:
    second_post = (
        PostCreated(PostId("兼任书记"), CITY, PublicText("常委"), ("unit-head",), False, CITY, FOUNDED),
        PostFilled(PostId("兼任书记"), PersonId("江澜"), FOUNDED),
    )
    given = ledger.given(*YUNLING, *second_post, *ADOPTED, DRAWN_UP, signed("taker", WATER_HEAD))
    given.when(SIGN, by=Actor("江澜", PostId("兼任书记"))).then_refused("one-person-both-sides")


def test_nobody_signs_for_the_second_side_through_a_delegate() -> None:
    given = ledger.given(*YUNLING, *ADOPTED, DRAWN_UP, signed("taker", WATER_HEAD))
    delegate = Actor("江澜", PostId("市委书记"), on_behalf=PersonId("齐岳"))
    given.when(SIGN, by=delegate).then_refused("one-person-both-sides")
