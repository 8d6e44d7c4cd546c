"""The codes that a unit is known by outside: its unified social credit code and the code of its division.

A check answers what is wrong, or None; `WORDING` says it to people. Nothing here asks whether a code was ever issued.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

CREDIT_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100; I, O, S, V and Z are not used, since they are mistaken for others."""

CreditCodeProblem = Literal["credit-code-length", "credit-code-alphabet", "credit-code-check-digit"]

DivisionProblem = Literal[
    "division-code-length",
    "division-code-digits",
    "division-code-province",
    "division-code-gap",
    "division-code-padded",
]

DivisionLevel = Literal["province", "city", "county", "township", "village"]

PROVINCES: Final = frozenset(
    {
        *("11", "12", "13", "14", "15"),
        *("21", "22", "23"),
        *("31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46"),
        *("50", "51", "52", "53", "54"),
        *("61", "62", "63", "64", "65"),
        *("71", "81", "82"),
    }
)
"""The first two digits of every division code (GB/T 2260), from 北京市 11 to 澳门特别行政区 82."""


class Wording(NamedTuple):
    """One problem in the two languages of people."""

    zh: str
    en: str


WORDING: Final[Mapping[CreditCodeProblem | DivisionProblem, Wording]] = MappingProxyType(
    {
        "credit-code-length": Wording("统一社会信用代码应为18位。", "A unified social credit code has 18 characters."),
        "credit-code-alphabet": Wording(
            "统一社会信用代码只能使用数字和大写字母（不含I、O、S、V、Z）。",
            "A unified social credit code uses digits and capital letters except I, O, S, V and Z.",
        ),
        "credit-code-check-digit": Wording(
            "统一社会信用代码的校验码（第18位）不正确。",
            "The check character of the unified social credit code, its 18th, is wrong.",
        ),
        "division-code-length": Wording(
            "行政区划代码应为6位（县级及以上）、9位（乡级）或12位（村级）。",
            "A division code has 6 digits (county and above), 9 (township) or 12 (village).",
        ),
        "division-code-digits": Wording(
            "行政区划代码只能使用半角数字。", "A division code consists of the digits 0 to 9."
        ),
        "division-code-province": Wording(
            "行政区划代码前两位不是省级行政区的代码。", "The first two digits are not the code of a province."
        ),
        "division-code-gap": Wording(
            "行政区划代码中间一级为零，与下级代码不符。",
            "The division code names a lower division while the level above it is zero.",
        ),
        "division-code-padded": Wording(
            "行政区划代码末段全为零，应按本级位数填写（县级及以上6位，乡级9位）。",
            "The division code ends in a zero part; write it with the digits of its own level (6 or 9).",
        ),
    }
)
"""Every problem as a person reads it. Without the code itself, which the caller may quote."""


def check_credit_code(code: str) -> CreditCodeProblem | None:
    """What is wrong with a unified social credit code (统一社会信用代码, GB 32100-2015).

    The 18th character is (31 − Σ value · 3^(i−1) mod 31) mod 31 over the first seventeen, i from 1. Small letters and
    full-width characters are refused. The inner check character of the organisation code (9th to 17th) is not looked
    at, and neither is the division in the 3rd to 8th.
    """
    if len(code) != 18:
        return "credit-code-length"
    values = [CREDIT_CODE_ALPHABET.find(character) for character in code]
    if -1 in values:
        return "credit-code-alphabet"
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return None if values[17] == -total % 31 else "credit-code-check-digit"


def check_division(code: str) -> DivisionProblem | None:
    """What is wrong with the form of a division code (行政区划代码).

    Six digits for province, city and county (GB/T 2260), nine for a township (GB/T 10114), twelve for a village (the
    statistics bureau's). A township may lie directly in a city without counties, as 441900003 in 东莞市. Codes of
    townships and above that are filled up with zeros are refused, so that a division has one code.
    """
    if not (code.isascii() and code.isdigit()):
        return "division-code-digits"
    if len(code) not in (6, 9, 12):
        return "division-code-length"
    if code[:2] not in PROVINCES:
        return "division-code-province"
    city, county, township, village = code[2:4], code[4:6], code[6:9], code[9:12]
    if len(code) == 6:
        return "division-code-gap" if city == "00" and county != "00" else None
    if (township if len(code) == 9 else village) == "000":
        return "division-code-padded"
    return "division-code-gap" if city == "00" or township == "000" else None


def division_level(code: str) -> DivisionLevel:
    """The level of the division. The code must have passed `check_division`."""
    if len(code) == 12:
        return "village"
    if len(code) == 9:
        return "township"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def is_below(code: str, ancestor: str) -> bool:
    """Whether one division lies in another, at whatever distance; none lies below itself.

    Both codes must have passed `check_division`.
    """
    stem, ancestor_stem = _stem(code), _stem(ancestor)
    return stem != ancestor_stem and stem.startswith(ancestor_stem)


def _stem(code: str) -> str:
    """The digits that all divisions below share: 53 of 530000, 5301 of 530100, the whole of a county and below."""
    match division_level(code):
        case "province":
            return code[:2]
        case "city":
            return code[:4]
        case _:
            return code
