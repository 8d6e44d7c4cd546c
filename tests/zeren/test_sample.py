"""The sample city's files are what an office would send: read without an error, with the figures of the field."""

import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from zeren.loading.plan import (
    HISTORY_HEADINGS,
    PLAN_HEADINGS,
    PlanRow,
    UnitName,
    leader_lookup,
    read_plan,
    unit_lookup,
)
from zeren.loading.projects import PROJECT_HEADINGS, ProjectRow, read_projects
from zeren.loading.sheets import Reading, read_sheets, tabulate
from zeren.loading.units import POST_HEADINGS, UNIT_HEADINGS, PostRow, UnitRow, read_posts, read_units

SAMPLE = Path(__file__).parents[2] / "sample"

UNIT_SHEETS = read_sheets(SAMPLE / "units.xlsx")
UNITS: Reading[UnitRow] = read_units(tabulate(UNIT_SHEETS, UNIT_HEADINGS), {})
POSTS: Reading[PostRow] = read_posts(tabulate(UNIT_SHEETS, POST_HEADINGS), {unit.code for unit in UNITS.good})
NAMES = unit_lookup(UnitName(unit.code, unit.name, unit.short_name, unit.parent_code) for unit in UNITS.good)
LEADERS = leader_lookup(
    (post.unit_code, post.name, post.title, f"{post.unit_code}/{post.title}/{post.place}") for post in POSTS.good
)
PROJECTS: Reading[ProjectRow] = read_projects(
    tabulate(read_sheets(SAMPLE / "projects.csv"), PROJECT_HEADINGS), units=NAMES, default_year=2026, years=(2024, 2026)
)
FILES = sorted(path.relative_to(SAMPLE) for path in SAMPLE.rglob("*") if path.suffix in {".xlsx", ".csv"})


def plan(name: str, year: int) -> Reading[PlanRow]:
    headings = HISTORY_HEADINGS if name.startswith("history") else PLAN_HEADINGS
    return read_plan(
        tabulate(read_sheets(SAMPLE / name), headings),
        units=NAMES,
        leaders=LEADERS,
        default_year=year,
        years=(year, year),
        projects={project.number for project in PROJECTS.good},
    )


def above(code: str) -> set[str]:
    parents = {unit.code: unit.parent_code for unit in UNITS.good}
    found = set()
    while (parent := parents[code]) is not None:
        found.add(parent)
        code = parent
    return found


def test_the_city_has_5_counties_87_departments_46_townships_and_47_service_centres() -> None:
    assert UNITS.errors == ()
    counts = Counter((unit.level, unit.kind) for unit in UNITS.good)
    assert counts["county", "committee"] == 5
    assert counts["city", "department"] == 87
    assert counts["township", "committee"] == 46
    assert sum(unit.name.endswith("便民服务中心") for unit in UNITS.good) == 47
    assert sum(unit.parent_code is None for unit in UNITS.good) == 1


def test_every_unit_but_a_section_has_a_credit_code_and_its_place_below_the_city() -> None:
    assert {unit.kind for unit in UNITS.good if unit.credit_code is None} == {"section"}
    assert all((unit.division_code or "").startswith("5399") for unit in UNITS.good)


def test_every_unit_has_a_chief_a_deputy_and_a_clerk_today() -> None:
    assert POSTS.errors == ()
    held = defaultdict(list)
    for post in POSTS.good:
        if post.until is None:
            held[post.unit_code].append(post)
    for unit in UNITS.good:
        assert sum(post.leads for post in held[unit.code]) == 1, unit.code
        assert any(post.roles == ("unit-head",) and not post.leads for post in held[unit.code]), unit.code
        assert any(post.roles == ("unit-clerk",) for post in held[unit.code]), unit.code


def test_the_city_level_holds_every_role_the_tour_needs() -> None:
    (city,) = (unit.code for unit in UNITS.good if unit.parent_code is None)
    roles = Counter(role for post in POSTS.good if post.over_code == city and post.until is None for role in post.roles)
    assert {"coordinator", "assessor", "committee", "auditor", "privacy-officer", "administrator"} <= set(roles)
    assert roles["inspector"] >= 4
    assert roles["case-handler"] >= 4
    assert min(roles["intake-clerk"], roles["case-supervisor"], roles["committee"]) >= 2


def test_one_body_receives_reports_for_the_city_and_each_county_its_own() -> None:
    levels = {unit.code: unit.level for unit in UNITS.good}
    for role in ("intake-clerk", "case-handler", "case-supervisor"):
        reach = {(post.unit_code, post.over_code) for post in POSTS.good if role in post.roles}
        assert [unit for unit, over in reach if over == "YL-001"] == ["YL-101"]
        assert Counter(levels[unit] for unit, over in reach if over == unit) == {"county": 5, "city": 1}


def test_nobody_holds_a_post_before_the_unit_was_founded_or_after_the_tour_begins() -> None:
    founded = {unit.code: unit.founded for unit in UNITS.good}
    assert all(founded[post.unit_code] <= post.since < date(2026, 1, 5) for post in POSTS.good)


def test_names_recur_across_units_but_never_within_one() -> None:
    units_of_name = defaultdict(list)
    for post in POSTS.good:
        units_of_name[post.name].append(post.unit_code)
    assert any(len(units) > 1 for units in units_of_name.values())
    assert all(len(set(units)) == len(units) for units in units_of_name.values())


def test_the_plan_has_113_different_tasks_without_an_error() -> None:
    reading = plan("plan-2026.xlsx", 2026)
    assert reading.errors == ()
    assert len({row.task.title for row in reading.good}) == len(reading.good) == 113
    assert [row.number for row in reading.good] == [str(number) for number in range(1, 114)]


def test_the_plan_is_spread_over_the_year_from_after_its_beginning() -> None:
    due = [row.task.due for row in plan("plan-2026.xlsx", 2026).good]
    assert min(due) > date(2026, 2, 1)
    assert {day.month for day in due} == set(range(2, 13))


def test_co_operating_units_stand_beside_the_responsible_unit_so_that_a_lateral_split_is_possible() -> None:
    rows = plan("plan-2026.xlsx", 2026).good
    assert sum(len(row.task.co_units) >= 2 for row in rows) > 60
    for row in rows:
        for unit in row.task.co_units:
            assert row.task.unit_code not in above(unit), row.number
            assert unit not in above(row.task.unit_code), row.number


def test_time_limits_are_written_in_different_ways() -> None:
    table = tabulate(read_sheets(SAMPLE / "plan-2026.xlsx"), PLAN_HEADINGS)
    texts = [row["工作时限"] for row in table.rows]
    for ending in ("月底", "日前", "月30日前"):
        assert any(text.endswith(ending) for text in texts)
    assert any(text.startswith("2026-") for text in texts)
    assert any(text.startswith("2026年") for text in texts)


def test_the_255_projects_are_125_common_117_specific_and_13_extended() -> None:
    assert PROJECTS.errors == ()
    assert Counter(project.kind for project in PROJECTS.good) == {"common": 125, "specific": 117, "extended": 13}
    assert len({project.name for project in PROJECTS.good}) == 255


@pytest.mark.parametrize("name", ["plan-2023.xlsx", "plan-2024.csv", "plan-2025.xlsx"])
def test_an_old_plan_has_60_ended_tasks_without_an_error(name: str) -> None:
    year = int(name[5:9])
    reading = plan(f"history/{name}", year)
    assert reading.errors == ()
    assert len(reading.good) == 60
    outcomes = Counter(row.outcome for row in reading.good)
    assert (outcomes["accepted"], outcomes["unfinished"], outcomes["cancelled"]) == (56, 3, 1)
    assert all(row.ended is None or row.ended.year == year for row in reading.good)
    assert any(row.ended is not None and row.ended > row.task.due for row in reading.good)


def test_the_bad_plan_shows_every_error_a_row_can_have() -> None:
    reading = plan("bad/plan-with-errors.xlsx", 2026)
    assert {error.code for error in reading.errors} == {
        "value-missing",
        "number-twice",
        "project-unknown",
        "leader-unknown",
        "more-than-one-leader",
        "unit-unknown",
        "unit-ambiguous",
        "more-than-one-lead",
        "co-unit-is-lead",
        "co-unit-twice",
        "time-limit-none",
        "time-limit-unknown",
        "time-limit-no-such-day",
        "due-outside-plan",
        "weight-invalid",
    }
    assert [row.row for row in reading.good] == [4, 25]


def test_the_files_are_what_their_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLE / "make.py"), str(tmp_path)], check=True)
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()) == FILES
    for path in FILES:
        assert read_sheets(tmp_path / path) == read_sheets(SAMPLE / path), path
