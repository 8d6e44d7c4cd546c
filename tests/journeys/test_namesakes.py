"""Two people of one department bear the same name: the plan's sheet has to say who of them is meant."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from tests.journeys.people import People
from tests.support.running import Caller, until, zeren
from zeren.loading.plan import PLAN_HEADINGS
from zeren.loading.sheets import cell_text, read_sheets

NEWSPAPER = "YL-118"
NAME = "周明远"
TITLES = ("副总编辑（采编）", "副总编辑（经营）")


def sheet(path: Path, leaders: Sequence[str]) -> Path:
    """A plan in which each of these leaders answers for a task of the newspaper."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("责任分工")
        page.write_row(0, 0, [heading.name for heading in PLAN_HEADINGS if heading.required])
        for row, leader in enumerate(leaders, start=1):
            task = f"开设廉政专栏第{row}期"
            page.write_row(row, 0, [row, task, leader, NEWSPAPER, "按月刊发", "每月不少于一个整版", "2027年底"])
    return path


def load(city: People, file: Path) -> subprocess.CompletedProcess[str]:
    coordinator = city.post("YL-001", "市惩防办主任")["person"]
    paper = ("--title", "云岭日报社廉政宣传方案", "--document", "云宣发〔2026〕8号", "--years", "2027")
    return zeren(city.up.home, city.up.port, "load", "plan", str(file), "--plan", "YLRB-1", *paper, "--by", coordinator)


def test_a_name_that_two_bear_is_refused_until_the_sheet_says_which_post_is_meant(city: People, tmp_path: Path) -> None:
    administrator = city.by(city.post("YL-001", "系统管理员"))
    unit, since = city.unit(NEWSPAPER), "2026-01-04"
    posts = []
    for title in TITLES:
        body = {"unit": unit, "title": title, "roles": ["unit-head"], "valid_from": since}
        posts.append(administrator.done("ledger/posts", body)["id"])
        person = administrator.done("ledger/persons", {"name": NAME})["id"]
        administrator.done(f"ledger/posts/{posts[-1]}/fill", {"person": person, "valid_from": since})

    refused = load(city, sheet(tmp_path / "方案.xlsx", [NAME, f"{NAME}（{TITLES[1]}）"]))

    assert refused.returncode == 1
    assert "责任部门中同名的任职有 2 个" in refused.stdout
    assert "leader-ambiguous: The responsible unit has 2 posts held under this name" in refused.stdout
    assert "共 1 处问题，没有导入任何内容" in refused.stdout
    marked = read_sheets(tmp_path / "方案-问题.xlsx")[0].cells
    assert [cell_text(row[-1]).partition("\n")[0] for row in marked] == [
        "问题",
        "分管领导：责任部门中同名的任职有 2 个，请写成“姓名（职务）”以便区分。",
        "",
    ]
    assert administrator.get("ledger/plans", code="YLRB-1")["items"] == []

    done = load(city, sheet(tmp_path / "方案.xlsx", [f"{NAME}（{title}）" for title in TITLES]))

    assert done.returncode == 0, done.stdout + done.stderr
    coordinator = city.by(city.post("YL-001", "市惩防办主任"))
    tasks = until(lambda: _tasks(coordinator, len(TITLES)), "the tasks that were loaded")
    assert [task["leader_post"] for task in sorted(tasks, key=lambda task: str(task["number"]))] == posts


def _tasks(coordinator: Caller, count: int) -> list[dict[str, Any]] | None:
    """The tasks of the plan, once the views show so many."""
    plans = coordinator.get("ledger/plans", code="YLRB-1")["items"]
    found = coordinator.all("ledger/tasks", plan=plans[0]["plan"]) if plans else []
    return found if len(found) == count else None
