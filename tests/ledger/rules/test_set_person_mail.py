"""设置个人电子邮箱."""

from __future__ import annotations

import pytest

from services.ledger.events import PersonMailDropped, PersonMailSet, PersonRegistered
from services.ledger.rules.set_person_mail import SetPersonMail
from shared.domain import PersonalText, PersonId
from tests.ledger.city import ADMIN, COORDINATOR, WATER_CLERK, WATER_HEAD, YUNLING, ledger

CLERK = PersonId("闻笔")
MAIL = PersonalText("wenbi@shuiwu.yunling.example")


def test_by_the_person() -> None:
    ledger.given(*YUNLING).when(SetPersonMail(CLERK, MAIL), by=WATER_CLERK).then(PersonMailSet(CLERK, MAIL))


def test_by_an_administrator_over_the_persons_unit() -> None:
    ledger.given(*YUNLING).when(SetPersonMail(CLERK, MAIL), by=ADMIN).then(PersonMailSet(CLERK, MAIL))


def test_by_any_administrator_while_the_person_has_held_no_post() -> None:
    newcomer = PersonId("纪新")
    ledger.given(*YUNLING, PersonRegistered(newcomer)).when(SetPersonMail(newcomer, MAIL), by=ADMIN).then(
        PersonMailSet(newcomer, MAIL)
    )


def test_by_nobody_else() -> None:
    for by in (WATER_HEAD, COORDINATOR):
        ledger.given(*YUNLING).when(SetPersonMail(CLERK, MAIL), by=by).then_refused("mail-not-yours")


def test_who_gives_none_is_told_nothing() -> None:
    ledger.given(*YUNLING, PersonMailSet(CLERK, MAIL)).when(SetPersonMail(CLERK), by=WATER_CLERK).then(
        PersonMailDropped(CLERK)
    )


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "wenbi",
        "@yunling.example",
        "a@b@c",
        "a b@c.example",
        "a@c.example\r\nBcc: x@y.example",
        "闻笔@yunling.example",
    ],
)
def test_it_is_an_address(mail: str) -> None:
    command = SetPersonMail(CLERK, PersonalText(mail))
    ledger.given(*YUNLING).when(command, by=WATER_CLERK).then_refused("mail-invalid")
