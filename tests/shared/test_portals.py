"""Which tokens are a portal's, and what a portal may do with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from shared.codec import stream_of, type_name
from shared.directory import Directory, Machine, PortalId, PortalRegistered, PortalRevoked, Principal, Program
from shared.domain import Actor, PersonId, PublicText, UnitId
from shared.facts import Fact

CITY, ISSUER, TODAY = UnitId("云岭市委"), "https://id.yunling.example", date(2026, 3, 16)
PORTAL = PortalId("yl-zwfw")
REGISTERED = PortalRegistered(
    PORTAL, CITY, PublicText("云岭市政务服务网"), ISSUER, "yl-zwfw", ("complaints:lodge", "public:read")
)
SOMEBODY = PersonId("p-1")


def program(**changed: object) -> Program:
    said = {"issuer": ISSUER, "client": "yl-zwfw", "subject": "yl-zwfw", "scopes": frozenset({"public:read"})}
    return Program(**{**said, **changed})  # type: ignore[arg-type]


def directory(*events: object) -> Directory:
    made = Directory()
    for position, event in enumerate(events, start=1):
        now = datetime(2026, 3, 16, tzinfo=UTC)
        nobody = UUID(int=0)
        made.apply(
            Fact(
                position=position,
                event_id=nobody,
                source="ledger",
                source_seq=position,
                stream=stream_of(event),
                version=position,
                type=type_name(type(event)),
                event=event,
                occurred=now,
                recorded_at=now,
                learned_at=now,
                history=False,
                actor=Actor("管平"),
                command_id=None,
                correlation_id=nobody,
                causation_id=None,
            )
        )
    return made


def test_a_portal_may_do_what_is_registered_as_far_as_its_token_says_so_too() -> None:
    known = directory(REGISTERED)
    asked = program(scopes=frozenset({"public:read", "webhooks:manage", "openid"}))
    assert known.principal(SOMEBODY, TODAY, asked) == Principal(
        PersonId("portal/yl-zwfw"), (), Machine(PORTAL, CITY, frozenset({"public:read"}))
    )


@pytest.mark.parametrize(
    "other",
    [
        program(subject="8c1f-a-citizen-who-signed-in-at-the-portal"),
        program(issuer="https://id.qingxi.example"),
        program(client="another-client"),
    ],
)
def test_a_token_that_is_not_the_clients_own_is_no_portals(other: Program) -> None:
    assert directory(REGISTERED).principal(SOMEBODY, TODAY, other) == Principal(SOMEBODY, ())


def test_one_that_is_revoked_is_still_no_person_and_may_do_nothing() -> None:
    known = directory(REGISTERED, PortalRevoked(PORTAL, PublicText("密钥外泄")))
    who = known.principal(SOMEBODY, TODAY, program())
    assert who.machine == Machine(PORTAL, CITY, frozenset())
