"""A limit, period or rate has another value from a date on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from services.ledger.refusals import TERM_BACKDATED, TERM_UNIT_DIFFERS, TERM_UNKNOWN, TERM_VALUE_INVALID
from services.ledger.rules.texts import text_missing
from services.ledger.state import KnownTerm
from shared.domain import Decision, Moment
from shared.facts import TermSet


@dataclass(frozen=True, slots=True)
class SetTerm:
    """`reference` is the article or paper it comes from, by date."""

    term: str
    value: str
    unit: str
    valid_from: date
    reference: str


def decide(command: SetTerm, known: KnownTerm | None, moment: Moment) -> Decision:
    """Only terms that the program knows, in their own unit and kind of value, and never for the past."""
    if known is None:
        return TERM_UNKNOWN.of(term=command.term[:60])
    latest = known.values[-1]
    if command.unit != latest.unit:
        return TERM_UNIT_DIFFERS.of(term=known.term, known=latest.unit, unit=command.unit[:60])
    if _is_whole(latest.value) and not _is_whole(command.value):
        return TERM_VALUE_INVALID.of(
            value=command.value[:60], term=known.term, expected="a whole number", expected_zh="整数"
        )
    if _is_decimal(latest.value) and not _is_decimal(command.value):
        return TERM_VALUE_INVALID.of(value=command.value[:60], term=known.term, expected="a number", expected_zh="数")
    if refused := text_missing(command.value, "value", "值") or text_missing(command.reference, "reference", "依据"):
        return refused
    if command.valid_from < moment.today:
        return TERM_BACKDATED.of(today=moment.today)
    return [TermSet(command.term, command.value, command.unit, command.valid_from, command.reference)]


def _is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 9


def _is_decimal(value: str) -> bool:
    try:
        return len(value) <= 40 and value.isascii() and Decimal(value).is_finite()
    except InvalidOperation:
        return False
