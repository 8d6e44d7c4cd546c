"""What becomes of a held report that may belong to an upper body: decided without its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from services.intake.refusals import DECIDED_OTHERWISE, MUST_GO_UP, TEXT_MISSING
from shared.domain import PublicText, Refused

Next = Literal["kept", "handing-up"]
"""本级受理、上送."""


def wrong_with(state: str, facts: Mapping[str, Any], then: Next, to: PublicText | None) -> Refused | None:
    """Why it is not to be; None when it is. A decision stands: the same again is the same, another is refused.

    Source: 纪检监察机关处理检举控告工作规则.
    """
    if then == "kept" and facts["upward"] == "must":
        return MUST_GO_UP.of()
    if then == "handing-up" and not (to or "").strip():
        return TEXT_MISSING.of(field="to", field_zh="上送的机关")
    if state != "review" and (state != then or facts.get("to") != to):
        return DECIDED_OTHERWISE.of()
    return None
