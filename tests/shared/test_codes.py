"""Credit codes after GB 32100, division codes after GB/T 2260 and GB/T 10114."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.codes import (
    CREDIT_CODE_ALPHABET,
    WORDING,
    CreditCodeProblem,
    DivisionLevel,
    DivisionProblem,
    check_credit_code,
    check_division,
    division_level,
    is_below,
)

BUDGET = settings(max_examples=100, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "91110000600037341L", "N2350100MF0000000E", "A1350100MA0000000K", "Y1350100MB00000001"],
)
def test_a_credit_code_of_any_registering_authority_is_valid(code: str) -> None:
    assert check_credit_code(code) is None


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        pytest.param("91350100M000100Y44", "credit-code-check-digit", id="the last character is 3"),
        pytest.param("91350100M000100Y4Z", "credit-code-alphabet", id="Z is not used"),
        pytest.param("91350100m000100Y43", "credit-code-alphabet", id="small letter"),
        pytest.param("９1350100M000100Y43", "credit-code-alphabet", id="full-width digit"),
        pytest.param("91350100M000100Y4", "credit-code-length", id="17 characters"),
        pytest.param("91350100M000100Y43 ", "credit-code-length", id="a blank behind"),
        pytest.param("", "credit-code-length", id="empty"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_is_wrong(code: str, problem: CreditCodeProblem) -> None:
    assert check_credit_code(code) == problem


@BUDGET
@given(st.text(CREDIT_CODE_ALPHABET, min_size=17, max_size=17))
def test_exactly_one_check_character_fits_the_first_seventeen(body: str) -> None:
    assert [check_credit_code(body + last) for last in CREDIT_CODE_ALPHABET].count(None) == 1


@BUDGET
@given(st.integers(0, 16), st.sampled_from(CREDIT_CODE_ALPHABET))
def test_one_mistaken_character_is_always_found(place: int, other: str) -> None:
    code = "91350100M000100Y43"
    mistaken = code[:place] + other + code[place + 1 :]
    assert check_credit_code(mistaken) == (None if mistaken == code else "credit-code-check-digit")


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("530000", "province"),
        ("530100", "city"),
        ("530102", "county"),
        ("500110", "county"),  # the last digit of 重庆市綦江区 is zero, the pair is not
        ("530102001", "township"),
        ("441900003", "township"),  # 东莞市 has no counties
        ("530102001001", "village"),
    ],
)
def test_a_division_code_shows_its_level(code: str, level: DivisionLevel) -> None:
    assert check_division(code) is None
    assert division_level(code) == level


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        pytest.param("5301", "division-code-length", id="four digits"),
        pytest.param("53010200", "division-code-length", id="eight digits"),
        pytest.param("", "division-code-digits", id="empty"),
        pytest.param("53010A", "division-code-digits", id="a letter"),
        pytest.param("５30102", "division-code-digits", id="full-width digit"),
        pytest.param("990000", "division-code-province", id="no such province"),
        pytest.param("530002", "division-code-gap", id="a county of no city"),
        pytest.param("530000001", "division-code-gap", id="a township of no city"),
        pytest.param("530102000001", "division-code-gap", id="a village of no township"),
        pytest.param("530102000", "division-code-padded", id="a county in nine digits"),
        pytest.param("530102001000", "division-code-padded", id="a township in twelve digits"),
        pytest.param("530102000000", "division-code-padded", id="a county in twelve digits"),
    ],
)
def test_a_wrong_division_code_is_refused_with_what_is_wrong(code: str, problem: DivisionProblem) -> None:
    assert check_division(code) == problem


CHAIN = ["530000", "530100", "530102", "530102001", "530102001001"]


@pytest.mark.parametrize("code", CHAIN)
@pytest.mark.parametrize("ancestor", CHAIN)
def test_a_division_lies_below_every_longer_reaching_one_of_its_chain(code: str, ancestor: str) -> None:
    assert is_below(code, ancestor) == (CHAIN.index(code) > CHAIN.index(ancestor))


@pytest.mark.parametrize(
    ("code", "ancestor"),
    [("530201", "530100"), ("540100", "530000"), ("530103001", "530102"), ("531000", "530100"), ("530110", "530101")],
)
def test_a_division_of_another_branch_is_not_below(code: str, ancestor: str) -> None:
    assert not is_below(code, ancestor)


def test_a_township_of_a_city_without_counties_is_below_that_city() -> None:
    assert is_below("441900003", "441900")
    assert is_below("441900003", "440000")


def test_every_problem_has_its_words_in_both_languages() -> None:
    assert set(WORDING) == {*get_args(CreditCodeProblem), *get_args(DivisionProblem)}
    assert all(wording.zh.endswith("。") and wording.en.endswith(".") for wording in WORDING.values())
