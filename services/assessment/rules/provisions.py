"""What a scheme must look like before anybody is scored by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from services.assessment.events import Indicator, Provisions, Source, SourceKind, TriggerRule
from services.assessment.refusals import (
    ALL_LEFT_OUT,
    BRANCH_WITH_SOURCE,
    INDICATOR_CODE_INVALID,
    INDICATOR_CODE_TWICE,
    INDICATOR_CYCLE,
    INDICATOR_PARENT_UNKNOWN,
    INDICATORS_MISSING,
    LEAF_WITHOUT_CLAUSE,
    LEAF_WITHOUT_SOURCE,
    MONTHS_INVALID,
    NUMBER_OUT_OF_RANGE,
    PARAMETER_MISSING,
    PARAMETER_NOT_MEANT,
    PASS_LINE_OUT_OF_RANGE,
    PRICED_TWICE,
    SEVERITY_TWICE,
    TRIGGER_CODE_TWICE,
    WEIGHT_NOT_POSITIVE,
    WEIGHTS_NOT_100,
)
from services.assessment.rules.texts import text_missing
from shared.domain import Refused
from shared.weights import HUNDRED, weights_total

MOST_PLACES: Final = 6
"""Decimals an office may write; far fewer than a score keeps (`scoring.PLACES`)."""
LONGEST_CODE: Final = 40

PARAMETERS: Final[Mapping[SourceKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "on-time-completion": ((), ()),
    "overdue-days": (("per_day",), ("cap",)),
    "findings": (("per_severity",), ("cap",)),
    "rectification": ((), ("per_case", "per_day", "per_return", "cap")),
    "accountability": (("per_form",), ("cap",)),
    "substantiated-complaints": (("per_category",), ("cap",)),
}
"""For each kind of source the parameters that it needs, and those that it may have besides."""

PARAMETER_NAMES: Final[Mapping[str, str]] = {
    "per_day": "每日扣分",
    "per_case": "每项扣分",
    "per_return": "每次退回扣分",
    "per_severity": "按严重程度扣分",
    "per_form": "按追究方式扣分",
    "per_category": "按信访类别扣分",
    "cap": "扣分上限",
}


def fault(provisions: Provisions) -> Refused | None:
    """The first thing that is wrong with a scheme's provisions; None when they can be scored by."""
    return (
        text_missing(provisions.title, "title", "考核办法名称")
        or _tree_fault(provisions.indicators)
        or _pass_line_fault(provisions.pass_line)
        or text_missing(provisions.veto_basis, "veto_basis", "一票否决依据")
        or _triggers_fault(provisions.triggers)
    )


def in_range(number: Decimal) -> bool:
    """From 0 to 100, with no more decimals than an office writes."""
    if not number.is_finite() or not 0 <= number <= HUNDRED:
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_PLACES


def _pass_line_fault(line: Decimal) -> Refused | None:
    return None if in_range(line) else PASS_LINE_OUT_OF_RANGE.of(pass_line=str(line)[:40])


def _triggers_fault(triggers: Sequence[TriggerRule]) -> Refused | None:
    codes: set[str] = set()
    for trigger in triggers:
        refused = (
            text_missing(trigger.code, "triggers.code", "否决情形编号")
            or text_missing(trigger.text, "triggers.text", "否决情形")
            or text_missing(trigger.legal_basis, "triggers.legal_basis", "否决情形依据")
        )
        if refused:
            return refused
        if trigger.code in codes:
            return TRIGGER_CODE_TWICE.of(code=trigger.code[:60])
        codes.add(trigger.code)
    return None


def _tree_fault(indicators: Sequence[Indicator]) -> Refused | None:
    if not indicators:
        return INDICATORS_MISSING.of()
    by_code: dict[str, Indicator] = {}
    for indicator in indicators:
        if not _is_code(indicator.code):
            return INDICATOR_CODE_INVALID.of(code=indicator.code[:60])
        if indicator.code in by_code:
            return INDICATOR_CODE_TWICE.of(code=indicator.code)
        by_code[indicator.code] = indicator
    for indicator in indicators:
        if indicator.parent is not None and indicator.parent not in by_code:
            return INDICATOR_PARENT_UNKNOWN.of(code=indicator.code, parent=indicator.parent[:60])
        if _is_below_itself(indicator, by_code):
            return INDICATOR_CYCLE.of(code=indicator.code)
    if refused := _weights_fault(indicators):
        return refused
    branches = {indicator.parent for indicator in indicators if indicator.parent is not None}
    for indicator in indicators:
        if refused := _leaf_fault(indicator, indicator.code in branches):
            return refused
    sources = [indicator.source for indicator in indicators if indicator.source is not None]
    return ALL_LEFT_OUT.of() if all(source.missing == "left-out" for source in sources) else None


def _is_code(code: str) -> bool:
    return 0 < len(code) <= LONGEST_CODE and code.isprintable() and not any(sign.isspace() for sign in code)


def _is_below_itself(indicator: Indicator, by_code: Mapping[str, Indicator]) -> bool:
    seen: set[str] = set()
    at: Indicator | None = indicator
    while at is not None:
        if at.code in seen:
            return True
        seen.add(at.code)
        at = by_code[at.parent] if at.parent is not None else None
    return False


def _weights_fault(indicators: Sequence[Indicator]) -> Refused | None:
    """Siblings' weights are above 0 and add up to exactly 100, in every place of the tree."""
    siblings: dict[str | None, list[Indicator]] = {}
    for indicator in indicators:
        if not in_range(indicator.weight):
            return _number_out_of_range(indicator, "weight", "权重", indicator.weight, HUNDRED)
        if indicator.weight == 0:
            return WEIGHT_NOT_POSITIVE.of(code=indicator.code, weight=indicator.weight)
        siblings.setdefault(indicator.parent, []).append(indicator)
    for parent, children in siblings.items():
        if (total := weights_total(child.weight for child in children)) != HUNDRED:
            return WEIGHTS_NOT_100.of(node=parent or "总分", total=total)
    return None


def _leaf_fault(indicator: Indicator, is_branch: bool) -> Refused | None:
    source, clause = indicator.source, indicator.clause
    if refused := text_missing(indicator.name, "indicators.name", "指标名称"):
        return refused
    if is_branch:
        return BRANCH_WITH_SOURCE.of(code=indicator.code) if source or clause else None
    if source is None:
        return LEAF_WITHOUT_SOURCE.of(code=indicator.code)
    if clause is None or not clause.number.strip() or not clause.text.strip():
        return LEAF_WITHOUT_CLAUSE.of(code=indicator.code)
    return _parameters_fault(indicator, source) or _months_fault(indicator, source)


def _parameters_fault(indicator: Indicator, source: Source) -> Refused | None:
    needed, allowed = PARAMETERS[source.kind]
    for name, name_zh in PARAMETER_NAMES.items():
        value = getattr(source, name)
        given = value not in (None, ())
        if name in needed and not given:
            return PARAMETER_MISSING.of(code=indicator.code, field=name, field_zh=name_zh)
        if given and name not in needed and name not in allowed:
            return PARAMETER_NOT_MEANT.of(code=indicator.code, field=name, field_zh=name_zh)
    if source.kind == "rectification" and not any((source.per_case, source.per_day, source.per_return)):
        return PARAMETER_MISSING.of(code=indicator.code, field="per_case", field_zh=PARAMETER_NAMES["per_case"])
    severities = [each.severity for each in source.per_severity]
    if twice := next((s for s in severities if severities.count(s) > 1), None):
        return SEVERITY_TWICE.of(code=indicator.code, severity=twice)
    priced = [*(each.form for each in source.per_form), *(each.category for each in source.per_category)]
    if again := next((one for one in priced if priced.count(one) > 1), None):
        return PRICED_TWICE.of(code=indicator.code, what=again)
    for name, number in _numbers(source):
        if not in_range(number):
            return _number_out_of_range(indicator, name, PARAMETER_NAMES[name], number, HUNDRED)
    return None


def _numbers(source: Source) -> Iterable[tuple[str, Decimal]]:
    for name in ("per_day", "per_case", "per_return", "cap"):
        if (number := getattr(source, name)) is not None:
            yield name, number
    for each in source.per_severity:
        yield "per_severity", each.points
    for form in source.per_form:
        yield "per_form", form.points
    for category in source.per_category:
        yield "per_category", category.points


def _months_fault(indicator: Indicator, source: Source) -> Refused | None:
    first, last = source.from_month or 1, source.to_month or 12
    given = [month for month in (source.from_month, source.to_month) if month is not None]
    if all(1 <= month <= 12 for month in given) and first <= last:
        return None
    return MONTHS_INVALID.of(code=indicator.code)


def _number_out_of_range(indicator: Indicator, field: str, field_zh: str, value: Decimal, most: Decimal) -> Refused:
    return NUMBER_OUT_OF_RANGE.of(code=indicator.code, field=field, field_zh=field_zh, value=str(value)[:40], most=most)
