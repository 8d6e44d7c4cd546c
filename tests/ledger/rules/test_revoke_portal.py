"""撤销接入平台."""

from services.ledger.rules.revoke_portal import RevokePortal
from shared.directory import PortalRevoked
from shared.domain import PublicText
from tests.ledger.city import ADMIN, YUNLING, ledger
from tests.ledger.rules.test_register_portal import PORTAL, REGISTERED

REVOKED = PortalRevoked(PORTAL, PublicText("密钥外泄"))
COMMAND = RevokePortal(PORTAL, PublicText("密钥外泄"))


def test_it_may_do_nothing_any_more() -> None:
    ledger.given(*YUNLING, REGISTERED).when(COMMAND, by=ADMIN).then(REVOKED)


def test_once() -> None:
    ledger.given(*YUNLING, REGISTERED, REVOKED).when(COMMAND, by=ADMIN).then_refused("portal-revoked")


def test_the_reason_is_recorded() -> None:
    command = RevokePortal(PORTAL, PublicText(" "))
    ledger.given(*YUNLING, REGISTERED).when(command, by=ADMIN).then_refused("reason-missing")
