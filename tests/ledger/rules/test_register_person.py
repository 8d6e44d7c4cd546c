"""登记人员: the name is personal, the pseudonym is not."""

from services.ledger.events import PersonNamed, PersonRegistered
from services.ledger.rules.register_person import RegisterPerson
from shared.domain import PersonalText, PersonId
from tests.ledger.city import COORDINATOR, YUNLING, ledger

PERSON = PersonId("p-0191")


def test_the_name_goes_into_an_event_of_its_own() -> None:
    ledger.given(*YUNLING).when(RegisterPerson(PERSON, PersonalText("纪新")), by=COORDINATOR).then(
        PersonRegistered(PERSON), PersonNamed(PERSON, PersonalText("纪新"))
    )


def test_a_person_has_a_name() -> None:
    command = RegisterPerson(PERSON, PersonalText("　 "))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("text-missing", field_zh="姓名")
