"""What an e-mail address looks like, as far as a mail server could take it."""

from __future__ import annotations

import re

from services.ledger.refusals import MAIL_INVALID
from shared.domain import Refused

_LONGEST = 254
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def mail_invalid(mail: str) -> Refused | None:
    """Nothing that could end a line of a letter's head or name a second addressee. Source: RFC 5321."""
    return None if len(mail) <= _LONGEST and _MAIL.fullmatch(mail) else MAIL_INVALID.of()
