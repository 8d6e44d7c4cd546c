"""Writes the files of the sample city 云岭市 from the word lists in `words/`. Everybody and every place is fictional.

    python sample/make.py [FOLDER]

The same seed gives the same files; FOLDER is this folder unless named. The files are committed, so this is needed only
after a word list changed.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from shared.codes import CREDIT_CODE_ALPHABET  # noqa: E402 - found only once the folder above is on the path
from zeren.loading.timelimit import Problem, parse_time_limit  # noqa: E402

SEED = 20260105
CITY = "539900"
"""A division code of Yunnan's range that was never assigned to a place."""

Cell = str | int | date
Line = Sequence[Cell]


@dataclass
class Unit:
    order: int
    code: str
    name: str
    short: str
    level: str
    kind: str
    parent: str
    division: str
    register: str
    founded: date


@dataclass
class Post:
    unit: str
    title: str
    role: str
    name: str
    since: date
    until: date | None = None
    over: str = ""


@dataclass
class City:
    units: list[Unit] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)

    def unit(self, short: str) -> Unit:
        (found,) = (unit for unit in self.units if unit.short == short)
        return found


def words(name: str) -> list[list[str]]:
    lines = (HERE / "words" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("|") for line in lines if line and not line.startswith("#")]


# Codes ---------------------------------------------------------------------------------------------------------------


def organisation_code(number: int) -> str:
    """The nine characters of GB 11714: eight, and a check character over the weights 3, 7, 9, 10, 5, 8, 4, 2."""
    body = f"MB{number:06}"
    total = sum(
        CREDIT_CODE_ALPHABET.index(character) * weight
        for character, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return body + "0123456789X0"[11 - total % 11]


def credit_code(register: str, division: str, number: int) -> str:
    """A unified social credit code (GB 32100); `register` is who registers (1 机构编制, 9 工商) and the kind of body."""
    body = register + division[:6] + organisation_code(number)
    total = sum(CREDIT_CODE_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + CREDIT_CODE_ALPHABET[-total % 31]


# Units ---------------------------------------------------------------------------------------------------------------

FOUNDED_LATE = {
    "市委社会工作部": date(2024, 3, 1),
    "市政务数据局": date(2024, 1, 15),
    "市金融局": date(2019, 3, 1),
    "市乡村振兴局": date(2021, 6, 1),
    "市退役军人局": date(2019, 1, 10),
    "市医保局": date(2019, 1, 10),
    "市应急局": date(2019, 1, 10),
    "市行政审批局": date(2019, 3, 20),
}


def add_units(city: City) -> None:
    def add(order: int, code: str, name: str, short: str, level: str, kind: str, parent: str, division: str = CITY,
            register: str = "11", founded: date = date(2001, 9, 1)) -> None:  # fmt: skip
        city.units.append(Unit(order, code, name, short, level, kind, parent, division, register, founded))

    add(1, "YL-001", "中共云岭市委员会", "市委", "市", "党委", "", founded=date(2001, 7, 1))
    add(2, "YL-002", "云岭市人民政府", "市政府", "市", "政府", "YL-001", founded=date(2001, 7, 1))
    for number, (name, short, kind, parent) in enumerate((line[:4] for line in words("departments.txt")), start=101):
        register = {"群团组织": "13", "直属事业单位": "12"}.get(kind, "11")
        above = "YL-001" if parent == "市委" else "YL-002"
        founded = FOUNDED_LATE.get(short, date(2001, 9, 1))
        add(number, f"YL-{number}", name, short, "市", kind, above, register=register, founded=founded)
    for short, sections in words("sections.txt"):
        above = city.unit(short).code
        for order, section in enumerate(sections.split(), start=1):
            name, kind = section.split(":")
            title = f"{city.unit(short).name.split('、')[0]}{name}"
            add(order, f"{above}-{order:02}", title, f"{short}{name}", "市", kind, above, register="")
    for name, short, kind, parent in words("grassroots.txt"):
        above = city.unit(parent).code
        order = 11 + sum(unit.parent == above for unit in city.units)
        register = "91" if kind == "国有企业" else "12"
        add(order, f"{above}-{order:02}", name, short, "基层", kind, above, register=register)
    for number, (county, short, division, party, towns) in enumerate(words("townships.txt"), start=201):
        code = f"YL-{number}"
        place = f"云岭市{county}" if party == "区委" else county
        add(number, code, f"中共{place}委员会", short, "县（区）", "党委", "YL-001", division)
        numbers = {"街道": 1, "镇": 101, "乡": 201}
        for order, town in enumerate(towns.split(), start=1):
            suffix = next(suffix for suffix in numbers if town.endswith(suffix))
            township = f"{division}{numbers[suffix]:03}"
            numbers[suffix] += 1
            body = f"{town}工作委员会" if suffix == "街道" else f"{town}委员会"
            add(order, f"{code}-{order:02}", f"中共{county}{body}", town, "乡镇（街道）", "党委", code, township)
            # 46 townships, 47 service centres: the largest street has two.
            centres = ("第一便民服务中心", "第二便民服务中心") if town == "城关街道" else ("便民服务中心",)
            for extra, centre in enumerate(centres, start=1):
                add(extra, f"{code}-{order:02}-{extra}", f"{county}{town}{centre}", f"{town}{centre}", "基层",
                    "事业单位", f"{code}-{order:02}", township, "12", date(2012, 5, 1))  # fmt: skip


# Posts ---------------------------------------------------------------------------------------------------------------

HEADS = (
    ("纪律检查委员会、云岭市监察委员会", "书记", "副书记"),
    ("工作委员会", "书记", "副书记"),
    ("部", "部长", "副部长"),
    ("法院", "院长", "副院长"),
    ("检察院", "检察长", "副检察长"),
    ("党校", "校长", "副校长"),
    ("学校", "校长", "副校长"),
    ("中学", "校长", "副校长"),
    ("小学", "校长", "副校长"),
    ("医院", "院长", "副院长"),
    ("科学院", "院长", "副院长"),
    ("档案馆", "馆长", "副馆长"),
    ("日报社", "社长", "副社长"),
    ("电视台", "台长", "副台长"),
    ("支队", "支队长", "副支队长"),
    ("总工会", "主席", "副主席"),
    ("联合会", "主席", "副主席"),
    ("红十字会", "会长", "副会长"),
    ("共青团云岭市委员会", "书记", "副书记"),
    ("政法委员会", "书记", "副书记"),
    ("市直机关工作委员会", "书记", "副书记"),
    ("机关", "秘书长", "副秘书长"),
    ("公司", "董事长", "副总经理"),
    ("局", "局长", "副局长"),
    ("室", "主任", "副主任"),
    ("科", "科长", "副科长"),
)
"""The end of a unit's name → titles of its chief and deputies; else 主任 and 副主任. The first that fits is taken."""

CITY_POSTS = (
    ("书记", "一把手", 1),
    ("副书记", "班子成员", 1),
    ("秘书长", "班子成员", 1),
    ("市委办公厅科员", "科员（填报）", 1),
    ("市惩防办主任", "组织协调", 1),
    ("市惩防办副主任", "组织协调", 1),
    ("市委督查专员", "督查", 4),
    ("市考核办主任", "考核", 1),
    ("市考核办副主任", "考核", 1),
    ("考核审定委员会主任", "审定", 1),
    ("考核审定委员会委员", "审定", 2),
    ("内部审计专员", "审计", 1),
    ("个人信息保护专员", "个人信息保护", 1),
    ("系统管理员", "系统管理", 1),
)
"""Title, role and how many hold it, in the city committee itself."""

CITY_CASE_POSTS = (
    ("信访室接访员", "信访", 2),
    ("案件监督管理室主任", "案管", 1),
    ("案件监督管理室副主任", "案管", 1),
    ("审查调查室承办人", "承办", 4),
    ("纪委常委会委员", "审定", 3),
)
"""Who receives reports, handles clues and cases, supervises them and decides, in the discipline body of the city."""

COUNTY_CASE_POSTS = (("信访接待员", "信访", 1), ("案件监督管理室主任", "案管", 1), ("审查调查室承办人", "承办", 1))
"""The same in each county's committee."""

LETTERS_OFFICE_POSTS = (("来访接待科科员", "信访", 1), ("督查督办科科长", "案管", 1), ("办信科科员", "承办", 1))
"""Those who deal with what is forwarded to the letters bureau (信访局), which receives nothing by itself."""


class Names:
    """Fictional names; the same name may turn up in several units, never twice in one."""

    def __init__(self, rng: random.Random, posts: Iterable[Post] = ()) -> None:
        self.rng = rng
        self.family, self.single, self.double = (line[0].split() for line in words("names.txt"))
        self.used: dict[str, set[str]] = defaultdict(set)
        for post in posts:
            self.used[post.unit].add(post.name)

    def new(self, unit: str) -> str:
        while True:
            given = self.rng.choice(self.single if self.rng.random() < 0.3 else self.double)
            name = self.rng.choice(self.family) + given
            if name not in self.used[unit]:
                self.used[unit].add(name)
                return name


def titles(unit: Unit) -> tuple[str, str]:
    return next(((chief, deputy) for end, chief, deputy in HEADS if unit.name.endswith(end)), ("主任", "副主任"))


def add_posts(city: City, rng: random.Random) -> None:
    names = Names(rng)

    def add(unit: Unit, title: str, role: str, over: str = "") -> None:
        since = date(rng.choice((2019, 2020, 2021, 2022)), rng.randint(1, 12), rng.choice((1, 6, 15, 20, 28)))
        since = max(since, unit.founded)
        if role in {"一把手", "班子成员"} and rng.random() < 0.15 and unit.founded.year < 2022:
            changed = date(rng.choice((2024, 2025)), rng.randint(1, 12), rng.choice((8, 18)))
            last = changed - timedelta(days=1)
            city.posts.append(Post(unit.code, title, role, names.new(unit.code), since, last, over))
            since = changed
        city.posts.append(Post(unit.code, title, role, names.new(unit.code), since, None, over))

    for unit in city.units:
        if unit.short == "市委":
            for title, role, count in CITY_POSTS:
                for _ in range(count):
                    add(unit, title, role)
            continue
        if unit.short == "市政府":
            chief, deputy = "市长", "副市长"
        elif unit.level == "县（区）":
            chief, deputy = f"{unit.short[-1]}委书记", f"{unit.short[-1]}委副书记"
        elif unit.level == "乡镇（街道）":
            body = "党工委" if unit.short.endswith("街道") else "党委"
            chief, deputy = f"{body}书记", f"{body}副书记"
        else:
            chief, deputy = titles(unit)
        add(unit, chief, "一把手")
        deputies = {"县（区）": 2, "市": 2 if "科" not in unit.kind and "内设" not in unit.kind else 1}.get(
            unit.level, 1
        )
        for _ in range(deputies):
            add(unit, deputy, "班子成员")
        add(unit, "综合科员" if unit.level != "市" else "办公室科员", "科员（填报）")
        if unit.level == "县（区）":
            add(unit, "惩防办主任", "组织协调")
            add(unit, "督查室主任", "督查")
        if unit.short == "市纪委监委":
            add(unit, "专项督查组组长", "督查", over="YL-001")


def add_case_posts(city: City, rng: random.Random) -> None:
    """Those of reports and cases; they stand last, so that all others stay as they are."""
    names = Names(rng, city.posts)
    for unit in city.units:
        over = "YL-001" if unit.short == "市纪委监委" else ""
        letters = LETTERS_OFFICE_POSTS if unit.short == "市信访局" else ()
        held = CITY_CASE_POSTS if over else COUNTY_CASE_POSTS if unit.level == "县（区）" else letters
        for title, role, count in held:
            for _ in range(count):
                since = date(rng.choice((2019, 2020, 2021, 2022)), rng.randint(1, 12), rng.choice((1, 15)))
                city.posts.append(Post(unit.code, title, role, names.new(unit.code), since, None, over))


# Plans and projects --------------------------------------------------------------------------------------------------

PLAN_COLUMNS = ("序号", "所属项目", "工作任务", "责任领导", "牵头单位", "配合单位", "工作要求", "落实标准", "完成时限")
WIDTHS = {
    "机构序": 8, "序号": 6, "单位名称": 38, "工作任务": 36, "工作要求": 40, "落实标准": 40, "配合单位": 24,
    "统一社会信用代码": 22, "项目名称": 40,
}  # fmt: skip


def leader(city: City, unit: Unit, year: int, rng: random.Random) -> str:
    """Somebody who led the unit when the plan of the year was issued; two-character names are padded, as offices do."""
    day = date(year, 1, 5)
    name = rng.choice(
        [
            post.name
            for post in city.posts
            if post.unit == unit.code
            and post.role in {"一把手", "班子成员"}
            and post.since <= day <= (post.until or date.max)
            and (year < 2026 or post.until is None)
        ]
    )
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def last_day(text: str, year: int) -> date:
    limit = parse_time_limit(text, year)
    if isinstance(limit, Problem):
        raise ValueError(f"{text}: {limit.en}")
    return limit


def plan_lines(city: City, rng: random.Random) -> list[list[Cell]]:
    own_project = {line[1]: number for number, line in enumerate(words("departments.txt"), start=126)}
    lines: list[list[Cell]] = []
    for number, (task, unit, others, requirement, standard, limit) in enumerate(words("tasks.txt"), start=1):
        project = f"XM{own_project[unit]:03}" if number % 6 == 0 else ""
        when: Cell = date.fromisoformat(limit) if limit.startswith("2026-") and number % 2 else limit
        who = leader(city, city.unit(unit), 2026, rng)
        lines.append([number, project, task, who, unit, others, requirement, standard, when])
    return lines


def old_plan_lines(city: City, year: int, rng: random.Random) -> list[list[Cell]]:
    """Sixty tasks of a past year: most of them return year after year, as real plans do."""
    there = {unit.short for unit in city.units if unit.founded < date(year, 1, 1)}
    there |= {unit.short for unit in city.units if unit.level == "县（区）"}
    pool = [line for line in words("tasks.txt") if {line[1], *line[2].split("、")} <= there]
    chosen = [line for line in words("old-tasks.txt") if {line[1], *line[2].split("、")} <= there]
    chosen = sorted(rng.sample(pool, 60 - len(chosen)), key=pool.index) + chosen
    lines: list[list[Cell]] = []
    for number, (task, unit, others, requirement, standard, limit) in enumerate(chosen, start=1):
        limit = limit.replace("2026", str(year))
        due = last_day(limit, year)
        when: Cell
        outcome, ended = "已办结", due - timedelta(days=rng.randint(0, 25))
        if rng.random() < 0.12:
            ended = min(due + timedelta(days=rng.randint(2, 40)), date(year, 12, 31))
        match number % 20:
            case 7:
                outcome, when = "未办结", ""
            case 13 if number > 40:
                outcome, when = "已取消", ended
            case _:
                when = ended
        task, standard = (text.replace("2026", str(year)) for text in (task, standard))
        who = leader(city, city.unit(unit), year, rng)
        lines.append([number, "", task, who, unit, others, requirement, standard, limit, outcome, when])
    return lines


def project_lines(city: City, rng: random.Random) -> list[list[Cell]]:
    """255 projects: 125 common (25 themes in 5 counties), 117 specific (87 departments, 30 townships), 13 extended."""
    counties = [line[1] for line in words("townships.txt")]
    towns = [unit.short for unit in city.units if unit.level == "乡镇（街道）" and unit.short != "城关镇"]
    themes = [line[0] for line in words("township-projects.txt")]
    projects = [(f"{county}{line[0]}", "共性", "县区", county) for line in words("common.txt") for county in counties]
    projects += [(line[4], "个性", "部门", line[1]) for line in words("departments.txt")]
    projects += [(f"{town}{themes[index % 15]}", "个性", "基层", town) for index, town in enumerate(towns[:30])]
    projects += [(name, "延伸", "基层", unit) for name, unit in words("extended.txt")]
    lines: list[list[Cell]] = []
    for number, (name, kind, level, unit) in enumerate(projects, start=1):
        month = rng.randint(3, 10)
        spread = "2026年6月底" if kind == "延伸" else "2026年11月30日前"
        phases = (
            *("完成调研立项，制定实施方案和责任分工", f"2024年{month}月底"),
            *("总结做法，形成制度成果，通过验收评估", f"2025年{month + 1}月底"),
            *("在同类单位全面推广，纳入日常监督", spread),
        )
        lines.append([f"XM{number:03}", name, kind, level, unit, *phases])
    return lines


# Files ---------------------------------------------------------------------------------------------------------------


def write_xlsx(path: Path, sheets: Iterable[tuple[str, str, str, Sequence[str], Sequence[Line], str]]) -> None:
    """Each sheet: name, title, line under the title, headings, rows, note at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": path.stem, "created": datetime(2026, 1, 5)})  # noqa: DTZ001 - a stamp that stays
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#D9E1F2"})
        text = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "valign": "vcenter"})
        for name, heading, under, columns, lines, note in sheets:
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, len(columns) - 1, heading, title)
            sheet.merge_range(1, 0, 1, len(columns) - 1, under)
            for index, column in enumerate(columns):
                sheet.write_string(2, index, column, head)
                sheet.set_column(index, index, WIDTHS.get(column, 14))
            for row, line in enumerate(lines, start=3):
                for index, cell in enumerate(line):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, index, cell, day)
                    elif isinstance(cell, int):
                        sheet.write_number(row, index, cell, text)
                    elif cell:
                        sheet.write_string(row, index, cell, text)
                    else:
                        sheet.write_blank(row, index, None, text)
            sheet.merge_range(len(lines) + 4, 0, len(lines) + 4, len(columns) - 1, note)
            sheet.freeze_panes(3, 0)


def write_csv(path: Path, columns: Sequence[str], lines: Iterable[Line]) -> None:
    """In GB18030 with CRLF, as Excel and WPS save on a Chinese Windows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(lines)


def bad_lines(city: City, rng: random.Random) -> list[list[Cell]]:
    """Every kind of error a row of a plan can have, one row each, among two good rows."""
    finance, who = "市财政局", leader(city, city.unit("市财政局"), 2026, rng)
    requirement, standard = "按季公开“三公”经费支出", "公开率100%"
    good: list[Cell] = [1, "", "公开“三公”经费", who, finance, "市审计局", requirement, standard, "6月底"]
    number, project, task, lead, unit, others, wanted, measure, limit = range(9)
    broken: list[dict[int, Cell]] = [
        {limit: "长期"},
        {limit: "2026-02-30"},
        {limit: "尽快"},
        {limit: "2027年6月底"},
        {lead: ""},
        {wanted: ""},
        {measure: ""},
        {task: "", lead: "", unit: "", wanted: "", measure: "", limit: ""},
        {lead: "欧阳无名"},
        {lead: f"{who}、{who}"},
        {unit: "市财正局"},
        {unit: "城关镇"},
        {unit: "市财政局、市审计局"},
        {others: "市审计局、市审记局"},
        {others: "市审计局，市审计局"},
        {others: "市审计局；市财政局"},
        {others: "市税务局\n城关镇"},
        {project: "XM999"},
        {number: 1},
        {number: ""},
    ]
    lines = [list(good)]
    for place, changes in enumerate(broken, start=2):
        line = [place, *good[1:]]
        for column, cell in changes.items():
            line[column] = cell
        lines.append(line)
    lines.append([len(broken) + 2, *good[1:]])
    return [[*line, weight] for line, weight in zip(lines, ["", "", "120", *[""] * (len(lines) - 3)], strict=True)]


def main(out: Path) -> None:
    rng = random.Random(SEED)  # noqa: S311 - fictional names need no secrecy, but must repeat
    city = City()
    add_units(city)
    add_posts(city, rng)
    plan = plan_lines(city, rng)
    add_case_posts(city, random.Random(SEED + 1))  # noqa: S311 - the same

    unit_lines: list[list[Cell]] = [
        [unit.order, unit.code, unit.name, unit.short, unit.level, unit.kind, unit.parent, unit.division,
         credit_code(unit.register, unit.division, number) if unit.register else "", unit.founded]
        for number, unit in enumerate(city.units, start=1)
    ]  # fmt: skip
    post_lines: list[list[Cell]] = [
        [post.unit, post.title, post.role, post.name, post.since, post.until or "", post.over] for post in city.posts
    ]
    unit_columns = ("机构序", "单位编码", "单位名称", "简称", "层级", "类别", "上级单位编码", "行政区划代码",
                    "统一社会信用代码", "成立日期")  # fmt: skip
    post_columns = ("单位编码", "职务", "角色", "姓名", "任职日期", "离任日期", "管辖单位编码")
    by = "填报单位：市惩防办　　填报日期：2026年1月5日"
    fictional = "注：本表地名、机构和人员均为虚构。"
    write_xlsx(
        out / "units.xlsx",
        [
            ("机构", "云岭市机构名册", by, unit_columns, unit_lines, fictional),
            ("职务", "云岭市职务名册", by, post_columns, post_lines, fictional),
        ],
    )
    title = "云岭市{}年党风廉政建设和反腐败工作责任分工表"
    write_xlsx(out / "plan-2026.xlsx", [("责任分工", title.format(2026), by, PLAN_COLUMNS, plan, fictional)])
    project_columns = ("项目编号", "项目名称", "项目类别", "层级", "责任单位", "前期准备目标", "前期准备时限",
                       "总结完善目标", "总结完善时限", "全面推广目标", "全面推广时限")  # fmt: skip
    write_csv(out / "projects.csv", project_columns, project_lines(city, rng))
    old_columns = (*PLAN_COLUMNS, "办结情况", "办结日期")
    for year in (2023, 2025):
        lines = old_plan_lines(city, year, rng)
        sheet = ("责任分工", title.format(year), by.replace("2026", str(year + 1)), old_columns, lines, fictional)
        write_xlsx(out / "history" / f"plan-{year}.xlsx", [sheet])
    write_csv(out / "history" / "plan-2024.csv", old_columns, old_plan_lines(city, 2024, rng))
    bad = bad_lines(city, rng)
    bad_columns = (*PLAN_COLUMNS, "权重")
    write_xlsx(
        out / "bad" / "plan-with-errors.xlsx", [("责任分工", title.format(2026), by, bad_columns, bad, fictional)]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
