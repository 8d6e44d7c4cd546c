"""登记接入平台."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.rules.register_portal import RegisterPortal
from shared.directory import PortalId, PortalRegistered, PortalRevoked, Scope, UnitDissolved
from shared.domain import PublicText, UnitId
from tests.ledger.city import ADMIN, CITY, SOURCES, WATER, YUNLING, ledger

PORTAL, ISSUER = PortalId("yl-zwfw"), "https://id.yunling.example"
SCOPES: tuple[Scope, ...] = ("complaints:lodge", "complaints:follow")
COMMAND = RegisterPortal(PORTAL, CITY, PublicText("云岭市政务服务网"), ISSUER, SCOPES)
REGISTERED = PortalRegistered(PORTAL, CITY, PublicText("云岭市政务服务网"), ISSUER, "yl-zwfw", SCOPES)


def test_tokens_name_the_client_itself_unless_it_is_said_otherwise() -> None:
    ledger.given(*YUNLING).when(COMMAND, by=ADMIN).then(REGISTERED)
    service_account = replace(COMMAND, subject="f7b1c6de-service-account")
    ledger.given(*YUNLING).when(service_account, by=ADMIN).then(replace(REGISTERED, subject="f7b1c6de-service-account"))


def test_a_client_stands_for_one_portal() -> None:
    ledger.given(*YUNLING, REGISTERED).when(COMMAND, by=ADMIN).then_refused("portal-registered", portal="yl-zwfw")


def test_one_that_was_revoked_may_come_back_with_less() -> None:
    revoked = PortalRevoked(PORTAL, PublicText("系统升级"))
    less = replace(COMMAND, scopes=("complaints:follow",))
    ledger.given(*YUNLING, REGISTERED, revoked).when(less, by=ADMIN).then(
        replace(REGISTERED, scopes=("complaints:follow",))
    )


@pytest.mark.parametrize("portal", ["", "云岭", "a/b", "a b", "x" * 81])
def test_a_client_is_a_plain_name(portal: str) -> None:
    command = replace(COMMAND, portal=PortalId(portal))
    ledger.given(*YUNLING).when(command, by=ADMIN).then_refused("portal-invalid")


@pytest.mark.parametrize("scopes", [(), ("public:read", "public:read")])
def test_each_scope_is_named_once_and_one_at_least(scopes: tuple[Scope, ...]) -> None:
    ledger.given(*YUNLING).when(replace(COMMAND, scopes=scopes), by=ADMIN).then_refused("portal-scopes-missing")


def test_a_unit_that_exists_answers_for_it() -> None:
    unknown = replace(COMMAND, unit=UnitId("市旅游局"))
    ledger.given(*YUNLING).when(unknown, by=ADMIN).then_refused("unit-unknown")
    gone = UnitDissolved(SOURCES, WATER, date(2026, 3, 1))
    ledger.given(*YUNLING, gone).when(replace(COMMAND, unit=SOURCES), by=ADMIN).then_refused("unit-dissolved")


def test_it_has_a_name_and_an_issuer() -> None:
    nameless = replace(COMMAND, name=PublicText(" "))
    ledger.given(*YUNLING).when(nameless, by=ADMIN).then_refused("text-missing", field_zh="平台名称")
    ledger.given(*YUNLING).when(replace(COMMAND, issuer=""), by=ADMIN).then_refused("text-missing", field_zh="签发机构")
