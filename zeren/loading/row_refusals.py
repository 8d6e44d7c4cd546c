"""Every reason why a row of a sheet is not loaded, in the words of the office, and of engineers.

The values quote headings, codes, dates and names of units; never a person's name, which stands in the cell itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.domain import Refusal, Refused

# --- the sheet --------------------------------------------------------------------------------------------------

HEADING_ROW_MISSING = Refusal(
    "heading-row-missing",
    "没有找到表头行。表头应包括：{wanted}。",
    "There is no row of headings; it should have: {wanted}.",
)
HEADING_TWICE = Refusal(
    "heading-twice",
    "表头“{heading}”与“{first}”是同一列，只能出现一次。",
    "The headings “{heading}” and “{first}” mean one column, which may be there once.",
)
HEADING_UNKNOWN = Refusal(
    "heading-unknown", "不认识的表头“{heading}”{like_zh}", "The heading “{heading}” is unknown{like_en}"
)
HEADING_MISSING = Refusal(
    "heading-missing", "缺少必填的列“{heading}”{others_zh}。", "The column “{heading}” is missing{others_en}."
)
SHEET_SECOND = Refusal(
    "sheet-second",
    "工作表“{sheet}”也有同样的表头，请合并到一张表后再导入。",
    "The sheet “{sheet}” has the same headings; put both into one.",
)
TABLE_EMPTY = Refusal("table-empty", "表头下面没有任何数据。", "There is nothing under the headings.")
CELL_FORMULA_ERROR = Refusal(
    "cell-formula-error",
    "单元格是出错的公式（{error}），请改为文字。",
    "The cell is a formula that failed ({error}); write text instead.",
)
CELL_CONTROL_CHARACTER = Refusal(
    "cell-control-character",
    "单元格含有不可见的控制字符，请清除后重新填写。",
    "The cell holds invisible control characters; write it anew.",
)
CELL_TOO_LONG = Refusal(
    "cell-too-long",
    "单元格文字过长（{length} 字），不得超过 {most} 字。",
    "The text has {length} characters, more than {most}.",
)
VALUE_MISSING = Refusal("value-missing", "“{heading}”没有填写{hint_zh}。", "“{heading}” is empty{hint_en}.")
ROW_CHANGED = Refusal(
    "row-changed-amend",
    "本行以前已经导入，本次“{heading}”与原内容不一致；重复导入不能修改已有内容，请用 amend（调整）办理并说明理由。",
    "This row was loaded before with another “{heading}”; loading again rewrites nothing, so amend it, with a reason.",
)
DATE_INVALID = Refusal(
    "date-invalid",
    "“{text}”不是有效的日期，请写成 {example} 的样子。",
    "“{text}” is no date; write it as {example}.",
)

# --- units and posts --------------------------------------------------------------------------------------------

VALUE_TWICE = Refusal(
    "value-twice", "“{text}”{within_zh}与第 {earlier} 行重复。", "“{text}” stands in row {earlier} already{within_en}."
)
UNIT_CODE_UNKNOWN = Refusal(
    "unit-unknown", "没有编码为“{code}”的单位{like_zh}", "There is no unit with the code “{code}”{like_en}"
)
ROLE_UNKNOWN = Refusal(
    "role-unknown", "不认识的角色“{text}”，可填：{words}。", "The role “{text}” is unknown; there are: {words}."
)
DATES_REVERSED = Refusal(
    "dates-reversed", "离任日期早于任职日期（{since}）。", "The last day lies before the first ({since})."
)
POST_ROW_TWICE = Refusal("post-row-twice", "与第 {earlier} 行的任职记录重复。", "Row {earlier} says the same already.")
ORDER_NOT_A_NUMBER = Refusal(
    "order-not-a-number",
    "机构序应为不超过六位的整数，而不是“{text}”。",
    "The place in the list is a whole number of at most six digits, not “{text}”.",
)
UNIT_CODE_MALFORMED = Refusal(
    "unit-code-malformed",
    "单位编码“{code}”只能由字母、数字和连字符组成，不超过 32 位。",
    "The unit code “{code}” may have letters, digits and hyphens, 32 at most.",
)
LEVEL_UNKNOWN = Refusal(
    "level-unknown", "不认识的层级“{text}”，可填：{words}。", "The level “{text}” is unknown; there are: {words}."
)
KIND_UNKNOWN = Refusal(
    "kind-unknown", "不认识的类别“{text}”，可填：{words}。", "The kind “{text}” is unknown; there are: {words}."
)
PARENT_MISSING = Refusal(
    "parent-missing",
    "没有填写上级单位编码；除最上级的一个单位外，每个单位都应有上级单位。",
    "The code of the unit above is empty; every unit but the topmost has one.",
)
PARENT_UNKNOWN = Refusal(
    "parent-unknown", "没有编码为“{code}”的单位{like_zh}", "There is no unit with the code “{code}”{like_en}"
)
PARENT_BELOW = Refusal(
    "parent-below", "上级单位“{code}”的层级低于本单位。", "The unit above, “{code}”, is of a lower level."
)
PARENT_CIRCLE = Refusal(
    "parent-circle", "上级单位互为上下级，形成循环。", "The units above lead back to this one, in a circle."
)
PARENT_ROW_HAS_ERRORS = Refusal(
    "parent-row-has-errors",
    "上级单位“{code}”所在的行有误，改正之前本行不能导入。",
    "The row of the unit above, “{code}”, has errors; this one waits until they are corrected.",
)
PARENT_NOT_REGISTERED = Refusal(
    "parent-row-has-errors",
    "上级单位“{code}”未能登记，本行不能导入。",
    "The unit above, “{code}”, could not be registered, so neither can this one.",
)

# --- plans and projects -----------------------------------------------------------------------------------------

PLAN_UNKNOWN = Refusal(
    "plan-unknown",
    "没有编码为“{code}”的规划；要在导入时新建，请写明名称、文号和年度（--title、--document、--years）。",
    "There is no plan with the code “{code}”; to draft it, give --title, --document and --years.",
)
NOT_A_COORDINATOR = Refusal(
    "not-a-coordinator", "导入规划的人应担任组织协调岗位。", "Whoever loads a plan holds the post of a coordinator."
)
PLAN_NOT_ADOPTED = Refusal(
    "plan-not-adopted",
    "规划“{code}”尚未印发；要在导入时印发，请写明文号（--document）。",
    "The plan “{code}” is not adopted; to adopt it, give --document.",
)
NUMBER_TWICE = Refusal(
    "number-twice",
    "{heading}“{number}”与第 {earlier} 行重复。",
    "The number “{number}” ({heading}) stands in row {earlier} already.",
)
NUMBER_TOO_LONG = Refusal("number-too-long", "序号不得超过 32 个字符。", "The number has more than 32 characters.")
PROJECT_UNKNOWN = Refusal(
    "project-unknown", "没有编号为“{number}”的项目{like_zh}", "There is no project “{number}”{like_en}"
)
PROJECT_KIND_UNKNOWN = Refusal(
    "project-kind-unknown",
    "不认识的项目类别“{text}”，可填：{words}。",
    "The kind of project “{text}” is unknown; there are: {words}.",
)
PHASES_REVERSED = Refusal("phases-reversed", "本阶段时限早于上一阶段。", "This phase ends before the one ahead of it.")
UNIT_AMBIGUOUS = Refusal(
    "unit-ambiguous",
    "“{text}”可指 {count} 个单位（{codes}），请写单位编码或全称。",
    "“{text}” may be any of {count} units ({codes}); write the code or the full name.",
)
UNIT_UNKNOWN = Refusal("unit-unknown", "没有名为“{text}”的单位{like_zh}", "There is no unit called “{text}”{like_en}")
MORE_THAN_ONE_LEAD = Refusal(
    "more-than-one-lead",
    "责任部门只能填写一个单位（牵头单位），其余单位请填入“协办单位”列。",
    "One unit is responsible; the others belong into the column “协办单位”.",
)
LEADER_AMBIGUOUS = Refusal(
    "leader-ambiguous",
    "责任部门中同名的任职有 {count} 个，请写成“姓名（职务）”以便区分。",
    "The responsible unit has {count} posts held under this name; write name（post） to tell them apart.",
)
MORE_THAN_ONE_LEADER = Refusal(
    "more-than-one-leader", "分管领导只能填写一人。", "One person is the accountable leader."
)
LEADER_UNKNOWN = Refusal(
    "leader-unknown",
    "责任部门的任职名册中没有此人，请核对姓名，或先更新职务名册。",
    "Nobody of this name holds a post of the responsible unit; check the name, or load the roster first.",
)
CO_UNIT_IS_LEAD = Refusal(
    "co-unit-is-lead",
    "“{text}”已是责任部门，不能同时作协办单位。",
    "“{text}” is the responsible unit and cannot co-operate with itself.",
)
CO_UNIT_TWICE = Refusal("co-unit-twice", "协办单位“{text}”重复填写。", "The co-operating unit “{text}” is there twice.")
DUE_OUTSIDE_PLAN = Refusal(
    "due-outside-plan",
    "时限 {due} 不在规划年度（{years}年）之内。",
    "The time limit {due} is not within the years of the plan ({years}).",
)
WEIGHT_INVALID = Refusal(
    "weight-invalid",
    "权重“{text}”应为大于 0、不超过 100 的数。",
    "The weight “{text}” is not a number above 0 and up to 100.",
)
OUTCOME_UNKNOWN = Refusal(
    "outcome-unknown",
    "不认识的办结情况“{text}”，可填：{words}。",
    "The outcome “{text}” is unknown; there are: {words}.",
)
ENDED_WITHOUT_DATE = Refusal(
    "value-missing", "已办结或已取消的任务应填写日期。", "A task that was accepted or cancelled has a date for it."
)
ENDED_BUT_UNFINISHED = Refusal(
    "ended-but-unfinished", "未办结的任务不应有办结日期。", "A task that is not finished has no date of its end."
)

# --- schemes ----------------------------------------------------------------------------------------------------

SCHEME_FILE_INVALID = Refusal("scheme-file-invalid", "{place}：{zh}", "{place}: {en}")
DIVISION_UNKNOWN = Refusal("unit-unknown", "没有编码为“{code}”的单位。", "There is no unit with the code “{code}”.")
SCHEME_CHANGED = Refusal(
    "row-changed-amend",
    "本办法以前已经导入，本次内容与原内容不一致；修改请用 amend（调整）办理并说明理由。",
    "This scheme was loaded before with another content; amend it, with a reason.",
)


def meant(like: Iterable[str], otherwise_zh: str = "。", otherwise_en: str = ".") -> Mapping[str, str]:
    """How a sentence ends that may suggest what was meant: the values `like_zh` and `like_en`."""
    quoted = [f"“{choice}”" for choice in like]
    if not quoted:
        return {"like_zh": otherwise_zh, "like_en": otherwise_en}
    return {"like_zh": f"，是否为{'、'.join(quoted)}？", "like_en": f"; is {' or '.join(quoted)} meant?"}


class Worded(Protocol):
    """A sentence in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def worded(code: str, said: Worded) -> Refused:
    """What another module found and says itself, as a refusal."""
    return Refusal(code, "{zh}", "{en}").of(zh=said.zh, en=said.en)
