"""Time limits as they stand in the sheets of offices; where no year is written, the plan's is 2026."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zeren.loading.sheets import parse_date
from zeren.loading.timelimit import NO_LIMITS, Problem, parse_time_limit

BUDGET = settings(max_examples=100, derandomize=True, deadline=None)

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("2026-06-30", date(2026, 6, 30)),
        ("2026/6/30", date(2026, 6, 30)),
        ("2026.6.30", date(2026, 6, 30)),
        ("2026年6月30日", date(2026, 6, 30)),
        ("2026 年 6 月 30 日", date(2026, 6, 30)),
        ("20260630", date(2026, 6, 30)),
        ("2026-06-30 00:00:00", date(2026, 6, 30)),
        ("２０２６－０６－３０", date(2026, 6, 30)),
        ("２０２６年６月３０日", date(2026, 6, 30)),
        ("二〇二六年六月三十日", date(2026, 6, 30)),
        ("2026年6月30号。", date(2026, 6, 30)),
        ("6月30日", date(2026, 6, 30)),
        ("6月30", date(2026, 6, 30)),
        ("十二月二十一日", date(2026, 12, 21)),
        ("2025年11月30日", date(2025, 11, 30)),
    ],
)
def test_a_day_is_read_in_whatever_way_it_is_written(text: str, last_day: date) -> None:
    assert parse_time_limit(text, 2026) == last_day


@pytest.mark.parametrize(
    "text",
    [
        "6月30日前",
        "6月30日之前",
        "6月30日以前",
        "2026年6月30日前完成",
        "截至6月30日",
        "6月30日止",
        "于6月30日前全部办结",
    ],
)
def test_what_is_asked_for_before_30_june_is_in_time_on_30_june(text: str) -> None:
    assert parse_time_limit(text, 2026) == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("6月底", date(2026, 6, 30)),
        ("6月底前", date(2026, 6, 30)),
        ("６月末", date(2026, 6, 30)),
        ("2月底", date(2026, 2, 28)),
        ("2024年2月底", date(2024, 2, 29)),
        ("十月底", date(2026, 10, 31)),
        ("6月份内", date(2026, 6, 30)),
        ("6月上旬", date(2026, 6, 10)),
        ("6月中旬", date(2026, 6, 20)),
        ("2月下旬", date(2026, 2, 28)),
        ("第一季度", date(2026, 3, 31)),
        ("第二季度", date(2026, 6, 30)),
        ("二季度末", date(2026, 6, 30)),
        ("二季度末前", date(2026, 6, 30)),
        ("2027年3季度", date(2027, 9, 30)),
        ("四季度内", date(2026, 12, 31)),
        ("上半年", date(2026, 6, 30)),
        ("2027年上半年", date(2027, 6, 30)),
        ("下半年", date(2026, 12, 31)),
        ("年底", date(2026, 12, 31)),
        ("年底前完成", date(2026, 12, 31)),
        ("2027年底", date(2027, 12, 31)),
        ("2027年年底", date(2027, 12, 31)),
        ("今年底", date(2026, 12, 31)),
        ("本年度内", date(2026, 12, 31)),
        ("年内", date(2026, 12, 31)),
    ],
)
def test_a_period_ends_with_its_last_day(text: str, last_day: date) -> None:
    assert parse_time_limit(text, 2026) == last_day


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("长期", "长期"),
        ("长期坚持", "长期坚持"),
        ("持续推进", "持续推进"),
        ("常态化", "常态化"),
        ("常 态 化", "常态化"),
        ("每季度末", "每季度"),
        ("2026年底前，长期坚持", "长期坚持"),
    ],
)
def test_what_sets_no_limit_is_refused_by_name(text: str, word: str) -> None:
    assert parse_time_limit(text, 2026) == Problem(
        "time-limit-none", f"“{word}”不是工作时限，请写明完成的日期。", f"“{word}” is no time limit; a date is needed."
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "time-limit-missing"),
        (" 　", "time-limit-missing"),
        ("6月31日", "time-limit-no-such-day"),
        ("2026-02-29", "time-limit-no-such-day"),
        ("13月底", "time-limit-no-such-day"),
        ("6月", "time-limit-no-day"),
        ("2026年6月", "time-limit-no-day"),
        ("6月前", "time-limit-no-day"),
        ("2026年", "time-limit-no-day"),
        ("2027年前", "time-limit-no-day"),
        ("二季度前", "time-limit-before-period"),
        ("上半年前", "time-limit-before-period"),
        ("6月中旬前", "time-limit-before-period"),
        ("年前", "time-limit-unknown"),
        ("第五季度", "time-limit-unknown"),
        ("6.30", "time-limit-unknown"),
        ("6-12", "time-limit-unknown"),
        ("2026-06/30", "time-limit-unknown"),
        ("1月至6月", "time-limit-unknown"),
        ("46203", "time-limit-unknown"),
        ("0206-06-30", "time-limit-unknown"),
        ("十十月底", "time-limit-unknown"),
        ("尽快", "time-limit-unknown"),
        ("水务局", "time-limit-unknown"),
    ],
)
def test_what_is_no_time_limit_is_refused_with_a_code(text: str, code: str) -> None:
    problem = parse_time_limit(text, 2026)
    assert isinstance(problem, Problem)
    assert problem.code == code


def test_a_day_that_does_not_exist_is_named() -> None:
    assert parse_time_limit("6月31日前", 2026) == Problem(
        "time-limit-no-such-day", "没有2026年6月31日，请核对日期。", "There is no 2026年6月31日."
    )


def test_no_word_of_the_list_hides_a_longer_one_behind_it() -> None:
    hidden = [(a, b) for at, a in enumerate(NO_LIMITS) for b in NO_LIMITS[at + 1 :] if a in b]
    assert hidden == []


@BUDGET
@given(DAYS)
def test_every_day_reads_the_same_in_all_full_forms(day: date) -> None:
    forms = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    ]
    assert {parse_time_limit(form, 1999) for form in forms} == {day}
    assert {parse_date(form) for form in forms} == {day}
    assert parse_time_limit(f"{day.month}月{day.day}日前", day.year) == day


@BUDGET
@given(st.text("0123456789年月日底末内前上下半第季度旬一二十〇-/. ", max_size=14))
def test_any_text_gives_a_date_or_a_problem_in_two_languages(text: str) -> None:
    match parse_time_limit(text, 2026):
        case Problem(code=code, zh=zh, en=en):
            assert code.startswith("time-limit-")
            assert zh.endswith("。")
            assert en.endswith(".")
        case day:
            assert 2000 <= day.year <= 2099
