"""更正姓名."""

from services.ledger.events import PersonNamed, PersonRegistered
from services.ledger.rules.name_person import NamePerson
from shared.domain import PersonalText, PersonId
from tests.ledger.city import BAISHUI_COORDINATOR, COORDINATOR, YUNLING, ledger

PERSON = PersonId("江澜")


def test_a_later_name_replaces_the_earlier_one() -> None:
    ledger.given(*YUNLING).when(NamePerson(PERSON, PersonalText("江岚")), by=COORDINATOR).then(
        PersonNamed(PERSON, PersonalText("江岚"))
    )


def test_an_empty_name_is_refused() -> None:
    ledger.given(*YUNLING).when(NamePerson(PERSON, PersonalText("")), by=COORDINATOR).then_refused("text-missing")


def test_who_reaches_none_of_the_persons_units_does_not_name_them() -> None:
    ledger.given(*YUNLING).when(NamePerson(PERSON, PersonalText("江岚")), by=BAISHUI_COORDINATOR).then_refused(
        "person-out-of-reach"
    )


def test_whoever_has_held_no_post_yet_is_named_by_any_organiser() -> None:
    fresh = PersonId("新来")
    named = PersonNamed(fresh, PersonalText("新 来"))
    ledger.given(*YUNLING, PersonRegistered(fresh)).when(
        NamePerson(fresh, PersonalText("新 来")), by=BAISHUI_COORDINATOR
    ).then(named)
