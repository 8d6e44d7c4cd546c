"""登记机构: a unit exists from a date on."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.events import CreditCodeTaken, UnitCodeTaken
from services.ledger.rules.register_unit import RegisterUnit
from shared.directory import UnitDissolved, UnitRegistered
from shared.domain import PublicText, UnitId
from tests.ledger.city import ADMIN, BAISHUI, CITY, COORDINATOR, FINANCE, YUNLING, ledger

FORESTRY = RegisterUnit(
    unit=UnitId("市林业局"),
    code="YL-031",
    name=PublicText("云岭市林业局"),
    kind="department",
    level="city",
    order=31,
    valid_from=date(2026, 3, 1),
    parent=CITY,
    short_name=PublicText("市林业局"),
    division_code="530900",
    credit_code="91350100M000100Y43",
)


def test_a_unit_takes_its_code_and_its_credit_code() -> None:
    ledger.given(*YUNLING).when(FORESTRY, by=COORDINATOR).then(
        UnitRegistered(
            FORESTRY.unit,
            "YL-031",
            PublicText("云岭市林业局"),
            PublicText("市林业局"),
            "department",
            "city",
            CITY,
            31,
            "530900",
            "91350100M000100Y43",
            date(2026, 3, 1),
        ),
        UnitCodeTaken("YL-031", FORESTRY.unit),
        CreditCodeTaken("91350100M000100Y43", FORESTRY.unit),
    )


def test_a_unit_without_official_codes_takes_only_its_own() -> None:
    plain = replace(FORESTRY, division_code=None, credit_code=None)
    ledger.given(*YUNLING).when(plain, by=COORDINATOR).then_types(UnitRegistered, UnitCodeTaken)


def test_a_unit_code_is_given_out_once() -> None:
    taken = UnitCodeTaken("YL-031", FINANCE)
    ledger.given(*YUNLING, taken).when(FORESTRY, by=COORDINATOR).then_refused("unit-code-taken", code="YL-031")


def test_a_credit_code_is_given_out_once() -> None:
    taken = CreditCodeTaken("91350100M000100Y43", FINANCE)
    ledger.given(*YUNLING, taken).when(FORESTRY, by=COORDINATOR).then_refused("credit-code-taken")


@pytest.mark.parametrize(
    ("credit_code", "why"),
    [("91350100M000100Y44", "校验码"), ("91350100M000100Y4Z", "不含I、O、S、V、Z"), ("9135", "18位")],
)
def test_a_wrong_credit_code_is_refused_with_what_is_wrong(credit_code: str, why: str) -> None:
    outcome = ledger.given(*YUNLING).when(replace(FORESTRY, credit_code=credit_code), by=COORDINATOR)
    outcome.then_refused("credit-code-invalid", credit_code=credit_code)
    assert why in outcome.decision.sentence("zh")


def test_a_wrong_division_code_is_refused_with_what_is_wrong() -> None:
    outcome = ledger.given(*YUNLING).when(replace(FORESTRY, division_code="53090"), by=COORDINATOR)
    outcome.then_refused("division-code-invalid", division_code="53090")
    assert "6位" in outcome.decision.sentence("zh")


def test_an_unknown_parent_is_refused() -> None:
    nowhere = replace(FORESTRY, parent=UnitId("无此单位"))
    ledger.given(*YUNLING).when(nowhere, by=COORDINATOR).then_refused("unit-unknown", unit="无此单位")


def test_a_dissolved_parent_is_refused() -> None:
    gone = UnitDissolved(FINANCE, CITY, date(2026, 1, 31))
    below = replace(FORESTRY, parent=FINANCE)
    ledger.given(*YUNLING, gone).when(below, by=COORDINATOR).then_refused("unit-dissolved", name="市财政局")


def test_a_city_unit_does_not_hang_below_a_county() -> None:
    below = replace(FORESTRY, parent=BAISHUI)
    ledger.given(*YUNLING).when(below, by=COORDINATOR).then_refused("unit-level-above-parent", parent="白水县")


def test_a_topmost_unit_needs_an_administrator() -> None:
    topmost = replace(FORESTRY, parent=None)
    ledger.given(*YUNLING).when(topmost, by=COORDINATOR).then_refused("root-needs-administrator")
    ledger.given(*YUNLING).when(topmost, by=ADMIN).then_types(UnitRegistered, UnitCodeTaken, CreditCodeTaken)


def test_a_unit_is_registered_once_it_exists() -> None:
    tomorrow = replace(FORESTRY, valid_from=date(2026, 3, 17))
    ledger.given(*YUNLING).when(tomorrow, by=COORDINATOR).then_refused("date-in-future", day=date(2026, 3, 17))


def test_a_unit_has_a_name() -> None:
    nameless = replace(FORESTRY, name=PublicText("　"))
    ledger.given(*YUNLING).when(nameless, by=COORDINATOR).then_refused("text-missing", field_zh="单位名称")


@pytest.mark.parametrize("code", ["", "YL 031", "YL/031", "长" * 41])
def test_a_code_is_short_and_has_neither_blanks_nor_slashes(code: str) -> None:
    ledger.given(*YUNLING).when(replace(FORESTRY, code=code), by=COORDINATOR).then_refused("number-invalid")


def test_the_place_in_the_list_is_a_small_number() -> None:
    ledger.given(*YUNLING).when(replace(FORESTRY, order=-1), by=COORDINATOR).then_refused("order-invalid")
