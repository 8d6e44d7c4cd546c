"""Every way the assessment service says no. Codes never change; the sentences are what an official reads."""

from __future__ import annotations

from shared.domain import Refusal

# --- what holds everywhere --------------------------------------------------------------------------------------

TEXT_MISSING = Refusal("text-missing", "“{field_zh}”没有填写。", "“{field}” is empty.")
OUT_OF_REACH = Refusal(
    "unit-out-of-reach", "单位 {unit} 不存在，或者不在您的职责范围内。", "There is no unit {unit} within your reach."
)
RECUSED = Refusal(
    "recused",
    "您任职于该单位，按照回避规定不得审定与本单位有关的事项。",
    "You hold a post in that unit and may not decide a matter that concerns it.",
    source="回避",
)

# --- scheme -----------------------------------------------------------------------------------------------------

YEAR_OUT_OF_RANGE = Refusal(
    "scheme-year-out-of-range", "考核年度 {year} 应在2000年至2200年之间。", "The year {year} is not from 2000 to 2200."
)
CLASS_EMPTY = Refusal(
    "scheme-class-empty",
    "考核对象“{name}”没有写明单位层级或单位类别。",
    "The class “{name}” names no level or no kind of unit.",
)
INDICATORS_MISSING = Refusal("scheme-indicators-missing", "考核办法没有指标。", "The scheme has no indicator.")
INDICATOR_CODE_INVALID = Refusal(
    "indicator-code-invalid",
    "指标编号“{code}”无效：应为1至40个字符，不含空格。",
    "The indicator code “{code}” is invalid: 1 to 40 characters without spaces.",
)
INDICATOR_CODE_TWICE = Refusal(
    "indicator-code-twice", "指标编号“{code}”重复。", "The indicator code “{code}” is there twice."
)
INDICATOR_PARENT_UNKNOWN = Refusal(
    "indicator-parent-unknown",
    "指标“{code}”的上级指标“{parent}”不存在。",
    "The parent “{parent}” of the indicator “{code}” is not there.",
)
INDICATOR_CYCLE = Refusal(
    "indicator-cycle", "指标“{code}”的上级关系成环。", "The indicator “{code}” is its own ancestor."
)
WEIGHT_NOT_POSITIVE = Refusal(
    "indicator-weight-not-positive",
    "指标“{code}”的权重为 {weight}，应大于0。",
    "The weight of “{code}” is {weight}, not more than 0.",
)
WEIGHTS_NOT_100 = Refusal(
    "indicator-weights-not-100",
    "“{node}”下各项指标权重之和为 {total}，应为100。",
    "The weights below “{node}” add up to {total}, not 100.",
)
NUMBER_OUT_OF_RANGE = Refusal(
    "indicator-number-out-of-range",
    "指标“{code}”的“{field_zh}”为 {value}，应为0至{most}之间、至多6位小数的数。",
    "{field} of “{code}” is {value}, not a number from 0 to {most} with at most 6 decimals.",
)
LEAF_WITHOUT_SOURCE = Refusal(
    "indicator-leaf-without-source",
    "末级指标“{code}”没有写明计分依据。",
    "The leaf “{code}” does not say what it is scored from.",
)
LEAF_WITHOUT_CLAUSE = Refusal(
    "indicator-leaf-without-clause",
    "末级指标“{code}”没有写明条款序号和内容。",
    "The leaf “{code}” names no clause by number and text.",
)
BRANCH_WITH_SOURCE = Refusal(
    "indicator-branch-with-source",
    "指标“{code}”有下级指标，不能直接计分。",
    "“{code}” has indicators below it and cannot be scored itself.",
)
PARAMETER_MISSING = Refusal(
    "indicator-parameter-missing",
    "指标“{code}”没有写明“{field_zh}”。",
    "The leaf “{code}” does not say its {field}.",
)
PARAMETER_NOT_MEANT = Refusal(
    "indicator-parameter-not-meant",
    "指标“{code}”的计分依据不使用“{field_zh}”。",
    "The source of the leaf “{code}” does not use {field}.",
)
SEVERITY_TWICE = Refusal(
    "indicator-severity-twice",
    "指标“{code}”对同一严重程度“{severity}”规定了两次。",
    "The leaf “{code}” prices the severity “{severity}” twice.",
)
PRICED_TWICE = Refusal(
    "indicator-priced-twice",
    "指标“{code}”对“{what}”规定了两次扣分。",
    "The leaf “{code}” prices “{what}” twice.",
)
MONTHS_INVALID = Refusal(
    "indicator-months-invalid",
    "指标“{code}”的计分月份无效：应在1至12月之间，且起始月不晚于截止月。",
    "The months of the leaf “{code}” are invalid: 1 to 12, the first not after the last.",
)
ALL_LEFT_OUT = Refusal(
    "scheme-all-left-out",
    "所有末级指标在无计分依据时均不计分，至少应有一项规定得满分或不得分。",
    "Every leaf is left out when there is nothing to score from; at least one must say full or zero.",
)
PASS_LINE_OUT_OF_RANGE = Refusal(
    "scheme-pass-line-out-of-range",
    "合格线为 {pass_line}，应为0至100之间、至多6位小数的数。",
    "The pass line is {pass_line}, not a number from 0 to 100 with at most 6 decimals.",
)
TRIGGER_CODE_TWICE = Refusal(
    "scheme-trigger-code-twice", "否决情形编号“{code}”重复。", "The trigger code “{code}” is there twice."
)
SCHEME_IN_FORCE = Refusal("scheme-in-force", "考核办法已经施行。", "The scheme is in force already.")
SCHEME_NOT_IN_FORCE = Refusal("scheme-not-in-force", "考核办法尚未施行。", "The scheme is not in force.")
SCHEME_OVERLAPS = Refusal(
    "scheme-overlaps",
    "{year}年考核对象“{name}”与另一考核办法的“{other}”重叠，同一单位一年只适用一个考核办法。",
    "In {year} the class “{name}” overlaps “{other}” of another scheme; a unit is assessed under one scheme a year.",
)
AMENDED_BY_COMMITTEE = Refusal(
    "scheme-amended-by-committee",
    "考核办法施行后，只能由审定机构修订。",
    "A scheme in force is amended by the committee alone.",
)
NOTHING_AMENDED = Refusal("scheme-nothing-amended", "考核办法的内容没有变化。", "Nothing would be amended.")
SCHEME_MOVED = Refusal(
    "scheme-moved", "考核办法刚刚修订，请稍后重试。", "The scheme has just been amended: try again in a moment."
)

# --- rounds -----------------------------------------------------------------------------------------------------

ROUND_HELD = Refusal(
    "round-held", "该考核办法的这一轮考核已经开展过。", "This round was opened under the scheme already."
)
ROUND_CLOSED = Refusal("round-closed", "该轮考核已经结束。", "The round is closed already.")
PERIOD_BACKWARDS = Refusal(
    "round-period-backwards", "考核期起日 {from_} 晚于止日 {to}。", "The period begins {from_}, after its end {to}."
)
PERIOD_OUTSIDE_YEAR = Refusal(
    "round-period-outside-year",
    "考核期 {from_} 至 {to} 超出考核年度 {year}。",
    "The period {from_} to {to} is not within the scheme's year {year}.",
)
PERIOD_RUNS = Refusal(
    "round-period-runs",
    "考核期至 {to} 止，今天是 {today}，尚不能结束本轮考核。",
    "The period runs until {to}; today is {today}.",
)
STANDING_INCOMPLETE = Refusal(
    "standing-incomplete",
    "有 {count} 个单位的计分数据不完整，需先修复后再办理。",
    "The standings of {count} units are incomplete and must be repaired first.",
)
NO_UNITS = Refusal("round-without-units", "没有适用该考核办法的单位。", "No unit is under this scheme.")

# --- one-vote veto ----------------------------------------------------------------------------------------------

TRIGGER_NOT_IN_SCHEME = Refusal(
    "trigger-not-in-scheme", "考核办法没有编号为“{code}”的否决情形。", "The scheme has no trigger “{code}”."
)
UNIT_NOT_UNDER_SCHEME = Refusal(
    "unit-not-under-scheme", "该单位不是这个考核办法的考核对象。", "The unit is not under this scheme."
)
TRIGGER_DATE_INVALID = Refusal(
    "trigger-date-invalid",
    "发生日期 {day} 应在考核年度 {year} 内，且不晚于今天。",
    "The date {day} must lie within the year {year} and not after today.",
)
TRIGGER_DECIDED = Refusal(
    "trigger-decided", "该否决情形已经审定。", "The committee has decided on this trigger already."
)
TRIGGER_BY_REPORTER = Refusal(
    "trigger-decided-by-reporter",
    "报告否决情形的人不得审定该情形。",
    "Whoever reported a trigger may not decide on it.",
    source="职责分离",
)
TRIGGER_UNKNOWN = Refusal("trigger-unknown", "没有这项否决情形的报告。", "There is no such report of a trigger.")
NARRATIVE_ERASED = Refusal("narrative-already-erased", "该情况说明已经删除。", "The narrative is erased already.")
NOT_VETOED = Refusal("not-vetoed", "该单位没有被一票否决。", "The unit is not vetoed.")
GROUNDS_MISSING = Refusal(
    "veto-grounds-missing", "请写明解除哪些否决依据。", "Say which grounds of the veto are lifted."
)
GROUNDS_UNKNOWN = Refusal(
    "veto-grounds-unknown",
    "“{grounds}”不是该单位现有的否决依据。",
    "“{grounds}” is none of the grounds on which the unit is vetoed.",
)

# --- time -------------------------------------------------------------------------------------------------------

NOT_OVERDUE = Refusal(
    "not-overdue", "时限为 {due}，今天是 {today}，没有逾期。", "It is due {due}; today is {today}: it is not overdue."
)
COUNTED_TODAY = Refusal(
    "overdue-counted-today", "截至 {as_of} 的逾期天数已经登记。", "The days overdue as of {as_of} are recorded already."
)

REFUSALS: tuple[Refusal, ...] = (
    TEXT_MISSING,
    OUT_OF_REACH,
    RECUSED,
    YEAR_OUT_OF_RANGE,
    CLASS_EMPTY,
    INDICATORS_MISSING,
    INDICATOR_CODE_INVALID,
    INDICATOR_CODE_TWICE,
    INDICATOR_PARENT_UNKNOWN,
    INDICATOR_CYCLE,
    WEIGHT_NOT_POSITIVE,
    WEIGHTS_NOT_100,
    NUMBER_OUT_OF_RANGE,
    LEAF_WITHOUT_SOURCE,
    LEAF_WITHOUT_CLAUSE,
    BRANCH_WITH_SOURCE,
    PARAMETER_MISSING,
    PARAMETER_NOT_MEANT,
    SEVERITY_TWICE,
    PRICED_TWICE,
    MONTHS_INVALID,
    ALL_LEFT_OUT,
    PASS_LINE_OUT_OF_RANGE,
    TRIGGER_CODE_TWICE,
    SCHEME_IN_FORCE,
    SCHEME_NOT_IN_FORCE,
    SCHEME_OVERLAPS,
    AMENDED_BY_COMMITTEE,
    NOTHING_AMENDED,
    SCHEME_MOVED,
    ROUND_HELD,
    ROUND_CLOSED,
    PERIOD_BACKWARDS,
    PERIOD_OUTSIDE_YEAR,
    PERIOD_RUNS,
    STANDING_INCOMPLETE,
    NO_UNITS,
    TRIGGER_NOT_IN_SCHEME,
    UNIT_NOT_UNDER_SCHEME,
    TRIGGER_DATE_INVALID,
    TRIGGER_DECIDED,
    TRIGGER_BY_REPORTER,
    TRIGGER_UNKNOWN,
    NARRATIVE_ERASED,
    NOT_VETOED,
    GROUNDS_MISSING,
    GROUNDS_UNKNOWN,
    NOT_OVERDUE,
    COUNTED_TODAY,
)
"""All of them, as `Service.refusals` wants them."""
