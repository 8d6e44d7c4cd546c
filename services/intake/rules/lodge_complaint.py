"""A report comes in: what must be right about it before it is held."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from services.intake.events import Category
from services.intake.refusals import (
    IDENTITY_NUMBER_INVALID,
    PHONE_INVALID,
    RECEIVED_LATER,
    TEXT_MISSING,
    UNIT_UNKNOWN,
)
from shared.directory import Directory
from shared.domain import PersonalText, Refused, UnitId

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,24}\Z")
_IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9X]\Z")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Reporter:
    """实名举报人。Whoever gives a name: `name` is needed, the rest is how they can be told in writing or called."""

    name: PersonalText
    identity_number: PersonalText | None = None
    phone: PersonalText | None = None
    address: PersonalText | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What every report has, whoever writes it down: about which unit, in which class, and what it says."""

    category: Category
    unit: UnitId
    words: PersonalText
    about_chief: bool
    accused: PersonalText | None
    reporter: Reporter | None


def wrong_with(report: Report, directory: Directory, day: date, today: date) -> Refused | None:
    """Why it is not taken; None when it is. Nothing that somebody wrote is repeated."""
    unit = directory.units.get(report.unit)
    if unit is None or (unit.valid_to is not None and unit.valid_to < today):
        return UNIT_UNKNOWN.of(unit=report.unit)
    if not report.words:
        return TEXT_MISSING.of(field="words", field_zh="反映的内容")
    if day > today:
        return RECEIVED_LATER.of(day=day)
    return _wrong_with_reporter(report.reporter) if report.reporter is not None else None


def _wrong_with_reporter(reporter: Reporter) -> Refused | None:
    if not reporter.name:
        return TEXT_MISSING.of(field="reporter.name", field_zh="姓名")
    if reporter.phone and not _is_phone(reporter.phone.clear().strip()):
        return PHONE_INVALID.of()
    if reporter.identity_number and not is_identity_number(reporter.identity_number.clear().strip().upper()):
        return IDENTITY_NUMBER_INVALID.of()
    return None


def _is_phone(text: str) -> bool:
    return bool(_PHONE.match(text)) and 5 <= sum(sign.isdigit() for sign in text) <= 20


def is_identity_number(text: str) -> bool:
    """Whether the check digit is right. Source: GB 11643-1999, ISO 7064 MOD 11-2."""
    if not _IDENTITY_NUMBER.match(text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return text[17] == _CHECKS[total % 11]
