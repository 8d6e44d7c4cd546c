"""The official codes of a unit are well-formed (GB/T 2260, GB/T 10114, GB 32100)."""

from __future__ import annotations

from services.ledger.refusals import CREDIT_CODE_INVALID, DIVISION_CODE_INVALID
from shared.codes import WORDING, check_credit_code, check_division
from shared.domain import Refused


def codes_refused(division_code: str | None, credit_code: str | None) -> Refused | None:
    """A refusal with what is wrong with the first code that is; a code that is not given is fine."""
    if division_code is not None and (wrong := check_division(division_code)):
        says = WORDING[wrong]
        return DIVISION_CODE_INVALID.of(division_code=division_code[:20], problem=says.en, problem_zh=says.zh)
    if credit_code is not None and (mistake := check_credit_code(credit_code)):
        says = WORDING[mistake]
        return CREDIT_CODE_INVALID.of(credit_code=credit_code[:20], problem=says.en, problem_zh=says.zh)
    return None
