"""Every way the ledger says no. Codes never change; the sentences are what an official reads. No personal values."""

from __future__ import annotations

from shared.domain import Refusal

# --- what holds everywhere --------------------------------------------------------------------------------------

TEXT_MISSING = Refusal("text-missing", "“{field_zh}”没有填写。", "“{field}” is empty.")
DATE_IN_FUTURE = Refusal(
    "date-in-future", "日期 {day} 晚于今天 {today}，尚未发生的事项不能登记。", "{day} lies after today, {today}."
)
NOTHING_CHANGED = Refusal("nothing-changed", "没有任何内容需要变更。", "Nothing would change.")
REASON_MISSING = Refusal("reason-missing", "请写明理由。", "A reason is needed.")
NUMBER_INVALID = Refusal(
    "number-invalid",
    "编号“{number}”无效：应为1至40个字符，不含空格和斜杠。",
    "The number “{number}” is invalid: 1 to 40 characters, without spaces and slashes.",
)

# --- organisation -----------------------------------------------------------------------------------------------

INSTALLATION_NOT_EMPTY = Refusal(
    "installation-not-empty",
    "系统已有单位或管理员，首任管理员只能设置一次。",
    "There are units or an administrator already; the first administrator is installed once.",
)
UNIT_UNKNOWN = Refusal("unit-unknown", "单位 {unit} 不存在。", "There is no unit {unit}.")
UNIT_DISSOLVED = Refusal("unit-dissolved", "单位“{name}”已撤销。", "The unit “{name}” is dissolved.")
UNIT_CODE_TAKEN = Refusal("unit-code-taken", "单位编码 {code} 已被使用。", "The unit code {code} is in use.")
CREDIT_CODE_TAKEN = Refusal(
    "credit-code-taken",
    "统一社会信用代码 {credit_code} 已属于其他单位。",
    "The unified social credit code {credit_code} belongs to another unit.",
    source="GB 32100-2015",
)
CREDIT_CODE_INVALID = Refusal(
    "credit-code-invalid",
    "统一社会信用代码“{credit_code}”无效：{problem_zh}",
    "The unified social credit code “{credit_code}” is invalid: {problem}",
    source="GB 32100-2015",
)
DIVISION_CODE_INVALID = Refusal(
    "division-code-invalid",
    "行政区划代码“{division_code}”无效：{problem_zh}",
    "The division code “{division_code}” is invalid: {problem}",
    source="GB/T 2260、GB/T 10114",
)
LEVEL_ABOVE_PARENT = Refusal(
    "unit-level-above-parent",
    "单位层级高于上级单位“{parent}”的层级。",
    "The unit's level is above that of its parent “{parent}”.",
)
ROOT_NEEDS_ADMINISTRATOR = Refusal(
    "root-needs-administrator",
    "只有管理员可以登记或设置没有上级的单位。",
    "Only an administrator may have a unit without a parent.",
)
DATE_BEFORE_LAST_CHANGE = Refusal(
    "date-before-last-change",
    "生效日期 {day} 早于该单位上一次变更的日期 {last}。",
    "{day} lies before the unit's last change, {last}.",
)
UNIT_BELOW_ITSELF = Refusal(
    "unit-below-itself", "不能把单位划到自己或自己的下级之下。", "A unit cannot lie below itself."
)
UNIT_HAS_SUBUNITS = Refusal(
    "unit-has-subunits",
    "该单位还有 {count} 个下级单位，请先划转或撤销。",
    "The unit has {count} units below it; move or dissolve them first.",
)
SUCCESSOR_MISSING = Refusal(
    "successor-missing", "撤销单位必须写明承接单位。", "A unit that is dissolved names its successor."
)
SUCCESSOR_INVALID = Refusal(
    "successor-invalid",
    "承接单位不能是被撤销的单位本身或其下级。",
    "The successor may be neither the unit itself nor one below it.",
)
PERSON_OUT_OF_REACH = Refusal(
    "person-out-of-reach",
    "此人所任职务的单位不在您的职权范围之内。",
    "None of the units of this person's posts is within reach of your post.",
)
OUT_OF_REACH = Refusal(
    "out-of-reach",
    "“{unit}”不在您的职权范围之内。",
    "“{unit}” is not within reach of your post.",
)
ORDER_INVALID = Refusal(
    "order-invalid", "机构序应在0至9999999之间。", "The place in the list of units lies from 0 to 9999999."
)
ROLES_MISSING = Refusal("roles-missing", "岗位至少应有一项职责。", "A post has at least one role.")
ROLE_NOT_YOURS_TO_GIVE = Refusal(
    "role-not-yours-to-give",
    "职责“{role}”只能由管理员授予。",
    "The role “{role}” is given by an administrator only.",
)
POST_OVER_ELSEWHERE = Refusal(
    "post-over-elsewhere",
    "岗位的管辖范围“{over}”既不是本单位，也不是其上级或下级。",
    "The post reaches over “{over}”, which is neither its unit nor above or below it.",
)
UNIT_HAS_CHIEF_POST = Refusal(
    "unit-has-chief-post",
    "单位“{unit}”已设一把手岗位。",
    "The unit “{unit}” has a chief post already.",
)
POST_ABOLISHED = Refusal("post-abolished", "该岗位已撤销。", "The post is abolished.")
POST_UNKNOWN = Refusal("post-unknown", "岗位 {post} 不存在。", "There is no post {post}.")
POST_HELD = Refusal(
    "post-held", "该岗位在 {day} 及以后有人任职，请先免职。", "Somebody holds the post on {day} or later."
)
POST_NOT_HELD = Refusal("post-not-held", "该岗位目前无人任职。", "Nobody holds the post.")
DATE_BEFORE_POST = Refusal(
    "date-before-post", "日期 {day} 早于岗位设立日期 {since}。", "{day} lies before the post was created, {since}."
)
DATE_BEFORE_TENURE = Refusal(
    "date-before-tenure", "日期 {day} 早于任职日期 {since}。", "{day} lies before the tenure began, {since}."
)
PERSON_UNKNOWN = Refusal("person-unknown", "人员 {person} 尚未登记。", "The person {person} is not registered.")
OWN_APPOINTMENT = Refusal("own-appointment", "不能任命自己。", "Nobody appoints themselves.", source="回避")
NOT_YOUR_POST = Refusal(
    "not-your-post",
    "只有任职者本人可以委托他人代行该岗位职责，受委托人不能再委托。",
    "Only the holder delegates a post, and nobody passes a delegation on.",
)
DELEGATION_TO_ONESELF = Refusal("delegation-to-oneself", "不能委托给本人。", "Nobody delegates to themselves.")
DELEGATION_DATES_REVERSED = Refusal(
    "delegation-dates-reversed", "委托的结束日期早于开始日期。", "The delegation ends before it begins."
)
DELEGATION_IN_PAST = Refusal(
    "delegation-in-past", "委托不能从 {today} 之前开始。", "A delegation cannot begin before today, {today}."
)
DELEGATION_OVERLAPS = Refusal(
    "delegation-overlaps",
    "该岗位在此期间已委托给同一人。",
    "The post is delegated to the same person in that time already.",
)
DELEGATION_UNKNOWN = Refusal("delegation-unknown", "没有这项委托。", "There is no such delegation.")
DELEGATION_OVER = Refusal("delegation-over", "该委托已于 {day} 结束。", "The delegation ended on {day}.")

# --- calendar, terms, clock, erasure ----------------------------------------------------------------------------

NOTICE_DAY_BOTH = Refusal(
    "notice-day-both", "{day} 既列为放假日又列为上班日。", "{day} is both a day off and a working day."
)
NOTICE_NOT_WEEKEND = Refusal(
    "notice-not-weekend", "调休上班日 {day} 不是周六或周日。", "The working weekend day {day} is no Saturday or Sunday."
)
NOTICE_OTHER_YEAR = Refusal(
    "notice-other-year",
    "{day} 不在 {year} 年，也不在上一年12月。",
    "{day} is neither in {year} nor in the December before.",
)
NOTICE_EMPTY = Refusal("notice-empty", "放假安排没有任何放假日。", "The notice names no day off.")
TERM_UNKNOWN = Refusal("term-unknown", "没有名为“{term}”的期限或标准。", "There is no term “{term}”.")
TERM_VALUE_INVALID = Refusal(
    "term-value-invalid",
    "“{value}”不是有效的值：“{term}”的值应为{expected_zh}。",
    "“{value}” is no value of “{term}”, which takes {expected}.",
)
TERM_UNIT_DIFFERS = Refusal(
    "term-unit-differs",
    "“{term}”的单位是“{known}”，不是“{unit}”。",
    "The unit of “{term}” is “{known}”, not “{unit}”.",
)
TERM_BACKDATED = Refusal(
    "term-backdated",
    "期限或标准不能从 {today} 之前起变更：已按原值作出的决定不变。",
    "A term cannot change from before today, {today}: what was decided under it stands.",
)
MAIL_INVALID = Refusal("mail-invalid", "电子邮箱地址无效。", "This is not an e-mail address.")
MAIL_NOT_YOURS = Refusal(
    "mail-not-yours",
    "电子邮箱由本人设置，或由能够管理其所在单位的管理员设置。",
    "An e-mail address is set by the person, or by an administrator who reaches one of the person's units.",
)
PORTAL_REGISTERED = Refusal(
    "portal-registered",
    "客户端 {portal} 已登记为接入平台，应先撤销再重新登记。",
    "The client {portal} is registered as a portal already; revoke it first.",
)
PORTAL_REVOKED = Refusal("portal-revoked", "该接入平台已经撤销。", "The portal is revoked already.")
PORTAL_INVALID = Refusal(
    "portal-invalid",
    "客户端标识“{portal}”无效：应为1至80个字母、数字、点、横线或下划线。",
    "The client “{portal}” is invalid: 1 to 80 letters, digits, dots, hyphens or underscores.",
)
SCOPES_MISSING = Refusal(
    "portal-scopes-missing",
    "应写明接入平台的权限范围，且不能重复。",
    "A portal is registered for at least one scope, and for each once.",
)
CLOCK_IS_REAL = Refusal("clock-is-real", "真实时钟不能拨动。", "A real clock cannot be set forward.")
CLOCK_ONLY_FORWARD = Refusal(
    "clock-only-forward", "模拟时钟只能向前拨动，当前为 {now}。", "A simulated clock only goes forward; it is {now}."
)
CLOCK_TOO_FAR = Refusal(
    "clock-too-far",
    "模拟时钟一次最多向前拨动 {days} 天。",
    "A simulated clock goes forward by {days} days at a time at most.",
)
LOG_UNKNOWN = Refusal("log-unknown", "没有名为“{log}”的日志。", "There is no log “{log}”.")
TIME_WITHOUT_ZONE = Refusal("time-without-zone", "时间应写明时区。", "The time needs a zone.")
ERASURE_SUBJECT_INVALID = Refusal(
    "erasure-subject-invalid",
    "删除对象应写作 person/…、stream/finding/… 或 stream/erasure/…；其他个人信息由保存它的服务删除。",
    "The subject of an erasure is person/…, stream/finding/… or stream/erasure/…; what else is personal is erased by the "
    "service that holds it.",
)
ERASURE_SUBJECT_UNKNOWN = Refusal(
    "erasure-subject-unknown",
    "没有这个人员或这项记录，没有可删除的个人信息。",
    "There is no such person or record, so nothing to erase.",
)
ALREADY_ERASED = Refusal("already-erased", "该对象的个人信息已经删除。", "The personal data are erased already.")

# --- plan and project -------------------------------------------------------------------------------------------

PLAN_UNKNOWN = Refusal("plan-unknown", "规划 {plan} 不存在。", "There is no plan {plan}.")
PLAN_CODE_TAKEN = Refusal("plan-code-taken", "规划编码 {code} 已被使用。", "The plan code {code} is in use.")
PLAN_YEARS_REVERSED = Refusal("plan-years-reversed", "规划的终止年份早于起始年份。", "The plan ends before it begins.")
PLAN_YEARS_INVALID = Refusal(
    "plan-years-invalid", "规划年份应在1949年至2199年之间。", "The years of a plan lie from 1949 to 2199."
)
PLAN_NOT_ADOPTED = Refusal("plan-not-adopted", "规划尚未印发，不能据以办理。", "The plan is not adopted yet.")
PLAN_ALREADY_ADOPTED = Refusal("plan-already-adopted", "规划已经印发。", "The plan is adopted already.")
PLAN_CLOSED = Refusal("plan-closed", "规划已经结束。", "The plan is closed.")
PROJECT_UNKNOWN = Refusal("project-unknown", "项目 {project} 不存在。", "There is no project {project}.")
PROJECT_OF_OTHER_PLAN = Refusal(
    "project-of-other-plan", "项目 {project} 不属于本规划。", "The project {project} belongs to another plan."
)
PROJECT_NUMBER_TAKEN = Refusal(
    "project-number-taken",
    "项目编号“{number}”在本规划中已被使用。",
    "The project number “{number}” is in use in this plan.",
)
PHASES_INCOMPLETE = Refusal(
    "project-phases-incomplete",
    "项目阶段应依次为前期准备、总结完善、全面推广，不能缺项或颠倒。",
    "The phases of a project are preparation, consolidation and rollout, all of them and in this order.",
)
PHASE_GOAL_MISSING = Refusal(
    "project-phase-goal-missing", "项目第 {number} 阶段没有目标。", "Phase {number} of the project has no goal."
)
PHASES_REVERSED = Refusal(
    "project-phases-reversed",
    "项目第 {number} 阶段的时限早于上一阶段。",
    "Phase {number} of the project ends before the one ahead of it.",
)

# --- task -------------------------------------------------------------------------------------------------------

ESSENTIALS_MISSING = Refusal(
    "essentials-missing",
    "任务“{title}”四到位不齐，缺少：{missing_zh}。",
    "The task “{title}” lacks: {missing}.",
    source="四到位",
)
TASK_UNKNOWN = Refusal("task-unknown", "任务 {task} 不存在。", "There is no task {task}.")
TASK_NUMBER_TAKEN = Refusal(
    "task-number-taken", "任务编号“{number}”在本规划中已被使用。", "The task number “{number}” is in use in this plan."
)
LEADER_ELSEWHERE = Refusal(
    "leader-elsewhere",
    "任务“{title}”的分管领导不在责任部门或其上级单位任职。",
    "The accountable leader of “{title}” has no post in the responsible unit or above it.",
    source="四到位",
)
LEADER_POST_VACANT = Refusal(
    "leader-post-vacant",
    "任务“{title}”的分管领导岗位在 {day} 无人任职。",
    "Nobody held the post of the accountable leader of “{title}” on {day}.",
    source="四到位",
)
CO_UNIT_IS_LEAD = Refusal(
    "co-unit-is-lead", "责任部门不能同时作协办单位。", "The responsible unit cannot co-operate with itself."
)
CO_UNIT_TWICE = Refusal("co-unit-twice", "协办单位重复。", "A co-operating unit is named twice.")
DUE_BEFORE_ISSUE = Refusal(
    "due-before-issue", "时限 {due} 早于下达日期 {issued}。", "The time limit {due} lies before the issue, {issued}."
)
TASK_OUTLASTS_PLAN = Refusal(
    "task-outlasts-plan",
    "时限 {due} 超出规划年度（至 {to_year} 年）。",
    "The time limit {due} lies after the plan, which ends in {to_year}.",
)
WEIGHT_INVALID = Refusal(
    "weight-invalid",
    "权重 {weight} 无效：应大于0、不超过100，小数不超过6位。",
    "A weight of {weight} does not lie above 0 and up to 100 with at most 6 decimals.",
)
TASK_CLAIMED = Refusal(
    "task-claimed",
    "任务已申请办结，待审核，期间不能变更。",
    "Completion is claimed; until that is decided nothing changes.",
)
TASK_SUSPENDED = Refusal("task-suspended", "任务已中止。", "The task is suspended.")
TASK_ENDED = Refusal("task-ended", "任务已{how_zh}。", "The task is {how}.")
TASK_DIVIDED = Refusal(
    "task-divided",
    "任务已经分解，请就各分解项分别办理。",
    "The task is split; decide on its parts instead.",
    source="任务分解",
)
TASK_TAKEN_ON = Refusal(
    "task-taken-on",
    "责任部门已签认领书，不能再推辞；确需调整的，请由组织协调部门移交。",
    "The unit has signed for the task and cannot decline it any more; a coordinator may hand it over.",
    source="认领书",
)
TASK_DECLINED_ALREADY = Refusal(
    "task-declined-already", "该部门已就此任务提出推辞，请等待处理。", "The unit has declined the task already."
)
DECLINED_BY_OTHERS = Refusal(
    "declined-by-others", "任务只能由责任部门负责人推辞。", "A task is declined by a head of the responsible unit."
)
HANDED_TO_ITSELF = Refusal("handed-to-itself", "“{unit}”已是责任部门。", "“{unit}” is the responsible unit already.")
HANDED_OVER_OVERDUE = Refusal(
    "handed-over-overdue",
    "时限 {due} 已过，移交时应另定时限。",
    "The time limit {due} has passed; a task is handed over with another one.",
)
PART_WEIGHT_FIXED = Refusal(
    "part-weight-fixed",
    "分解项的权重由分解确定，不能单独调整。",
    "The weight of a part is fixed by the split.",
    source="任务分解",
)
TASK_ENDS_BEFORE_PART = Refusal(
    "task-ends-before-part",
    "任务时限 {due} 早于分解项“{part}”的时限 {part_due}。",
    "The task would be due {due}, before its part “{part}” ({part_due}).",
    source="任务分解",
)

# --- split ------------------------------------------------------------------------------------------------------

TASK_ALREADY_SPLIT = Refusal(
    "task-already-split", "任务已经分解，不能再次分解。", "The task is split already.", source="任务分解"
)
SPLIT_NEEDS_TWO_PARTS = Refusal(
    "split-needs-two-parts", "分解项应不少于两项。", "A split has two parts or more.", source="任务分解"
)
WEIGHTS_NOT_100 = Refusal(
    "split-weights-not-100",
    "各分解项权重之和为 {total}，应为 100。",
    "The weights add up to {total}, not 100.",
    source="任务分解",
)
PART_OUTLASTS_TASK = Refusal(
    "split-part-outlasts-task",
    "分解项“{part}”的时限 {due} 晚于任务时限 {limit}。",
    "Part “{part}” is due {due}, after the task itself ({limit}).",
    source="任务分解",
)
PART_NOT_A_SECTION = Refusal(
    "split-part-not-a-section",
    "内分只能分给本单位的内设机构，分解项“{part}”的责任部门“{unit}”不是。",
    "An internal split goes to sections of the unit; “{unit}” of part “{part}” is none.",
    source="任务分解（内分）",
)
PART_NOT_CO_OPERATING = Refusal(
    "split-part-not-co-operating",
    "外分只能分给本单位和协办单位，分解项“{part}”的责任部门“{unit}”不是。",
    "A lateral split goes to the unit and those co-operating with it; “{unit}” of part “{part}” is neither.",
    source="任务分解（外分）",
)
PART_NOT_LOWER = Refusal(
    "split-part-not-lower",
    "下分只能分给下级单位，分解项“{part}”的责任部门“{unit}”不是。",
    "A downward split goes to lower units; “{unit}” of part “{part}” is none.",
    source="任务分解（下分）",
)
SPLIT_NEEDS_ONE_LEAD = Refusal(
    "split-needs-one-lead",
    "外分应有且只有一个牵头单位，现有 {count} 个。",
    "A lateral split has exactly one lead unit, not {count}.",
    source="任务分解（外分）",
)
LEAD_ONLY_IN_LATERAL = Refusal(
    "split-lead-only-in-lateral",
    "只有外分才分牵头和协办，内分、下分的分解项不设牵头。",
    "Only a lateral split has a lead.",
    source="任务分解（外分）",
)
PART_GIVEN_TWICE = Refusal(
    "split-part-given-twice",
    "分解项“{part}”重复分给了“{unit}”。",
    "Part “{part}” is given to “{unit}” twice.",
    source="任务分解",
)
SPLIT_CYCLE = Refusal(
    "split-cycle",
    "分解项“{part}”又分回给上层任务的责任部门“{unit}”，形成循环。",
    "Part “{part}” goes back to “{unit}”, which has a whole above it: a cycle.",
    source="任务分解",
)

# --- signatures -------------------------------------------------------------------------------------------------

BASIS_MISSING = Refusal("basis-missing", "签字应写明依据。", "A signature names its legal basis.", source="签字背书")
VERSION_NOT_CURRENT = Refusal(
    "version-not-current",
    "所签为第 {version} 版，现行为第 {current} 版，请阅后再签。",
    "You sign version {version}; the current one is {current}. Read it and sign again.",
    source="签字背书",
)
SIGNED_ALREADY = Refusal(
    "signed-already", "该版本您已签字。", "You have signed this version already.", source="签字背书"
)
CLAIM_SIGNED_ALREADY = Refusal(
    "claim-signed-already", "该版本任务已签认领书。", "This version of the task is claimed already.", source="认领书"
)
OPINION_MISSING = Refusal(
    "opinion-missing", "背书应签署意见。", "An endorsement carries an opinion.", source="签字背书"
)
NOT_RESPONSIBLE_UNIT = Refusal(
    "not-responsible-unit",
    "认领书由责任部门负责人签字。",
    "A claim is signed by a head of the responsible unit.",
    source="认领书",
)
NOT_A_PARTY = Refusal(
    "not-a-party",
    "责任书由签订双方的负责人签字，您的岗位不属于任何一方。",
    "A letter is signed by heads of its two units; your post belongs to neither.",
    source="责任书",
)
SIDE_SIGNED_ALREADY = Refusal(
    "side-signed-already", "本方已在责任书上签字。", "Your side has signed the letter already.", source="责任书"
)
LETTER_BINDS_ALREADY = Refusal(
    "letter-binds-already", "责任书双方均已签字。", "Both sides have signed the letter already.", source="责任书"
)
ONE_PERSON_BOTH_SIDES = Refusal(
    "one-person-both-sides",
    "同一人不能代表双方签订责任书。",
    "One person cannot sign a letter for both sides.",
    source="责任书",
)
LETTER_TO_ITSELF = Refusal(
    "letter-to-itself", "责任书的双方不能是同一单位。", "A letter needs two different units.", source="责任书"
)
LETTER_NOT_DOWNWARD = Refusal(
    "letter-not-downward",
    "责任书应由上级单位与下级单位逐级签订，“{unit}”不是“{giver}”的下级。",
    "Letters go down the chain; “{unit}” does not lie below “{giver}”.",
    source="责任书逐级签订",
)
LETTER_PARTY_OUTSIDE_PLAN = Refusal(
    "letter-party-outside-plan",
    "“{unit}”不在规划“{plan}”所属范围之内，不能据此签订责任书。",
    "The plan “{plan}” does not concern “{unit}”: no letter under it binds that unit.",
)
LETTER_OUTSIDE_PLAN = Refusal(
    "letter-outside-plan",
    "{year} 年不在规划年度（{from_year}—{to_year} 年）之内。",
    "{year} is not a year of the plan ({from_year} to {to_year}).",
)
NOT_YOUR_UNIT = Refusal(
    "not-your-unit", "承诺只能以本人任职单位的岗位作出。", "A commitment is made from a post of the unit itself."
)

# --- report, finish, extend -------------------------------------------------------------------------------------

PERCENT_INVALID = Refusal(
    "percent-invalid",
    "完成进度 {percent} 应在0至100之间，最多两位小数。",
    "A progress of {percent} does not lie from 0 to 100 with at most two decimals.",
)
PERCENT_FELL = Refusal(
    "percent-fell",
    "完成进度 {percent} 低于上次填报的 {last}；上次填报有误的，请说明理由后更正。",
    "A progress of {percent} is less than the {last} reported last; if that was wrong, correct it with a reason.",
    source="domain.md 2：进度可以更正，不得悄然改动",
)
WHOLE_REPORTS_BY_PARTS = Refusal(
    "whole-reports-by-parts",
    "任务已经分解，进度由各分解项按权重汇总，请在分解项上填报。",
    "The task is split: its progress is the weighted sum of its parts'; report on those.",
    source="任务分解",
)
PERIOD_REVERSED = Refusal(
    "period-reversed", "填报期间的结束日期早于开始日期。", "The period reported on ends before it begins."
)
REPORT_UNKNOWN = Refusal(
    "report-unknown", "没有第 {report} 次填报，共填报 {count} 次。", "There is no report {report}; there are {count}."
)
EVIDENCE_HASH_INVALID = Refusal(
    "evidence-hash-invalid",
    "第 {number} 份佐证材料的 SHA-256 应为64位小写十六进制数。",
    "The SHA-256 of evidence {number} is not 64 small hexadecimal digits.",
)
EVIDENCE_EMPTY = Refusal("evidence-empty", "第 {number} 份佐证材料是空文件。", "Evidence {number} is an empty file.")
EVIDENCE_TWICE = Refusal(
    "evidence-twice",
    "第 {number} 份佐证材料与前面的一份内容相同。",
    "Evidence {number} has the same content as one before it.",
)
PARTS_UNFINISHED = Refusal(
    "parts-unfinished",
    "还有 {count} 个分解项未办结：{numbers}。分解项全部办结前，任务不能办结或取消。",
    "{count} parts are not finished: {numbers}. The whole cannot end before its parts.",
    source="任务分解",
)
CLAIM_BEFORE_ISSUE = Refusal(
    "claim-before-issue",
    "申请办结的日期 {day} 早于任务下达日期 {issued}。",
    "Completion would be claimed on {day}, before the task was issued, {issued}.",
)
CLAIM_BEFORE_OVERDUE = Refusal(
    "claim-before-overdue",
    "任务已于 {due} 到期并登记逾期，办结申请的日期不能提前到该日或以前。",
    "The task is on record as overdue since {due}; a claim cannot be dated to that day or before.",
)
TASK_NOT_CLAIMED = Refusal("task-not-claimed", "任务尚未申请办结。", "Nobody claims that the task is finished.")
OWN_CLAIM = Refusal(
    "own-claim",
    "申请办结的人不能审核自己的申请。",
    "Whoever claims completion does not decide on it.",
    source="domain.md 1：职责分离",
)
OWN_UNIT_DECIDED = Refusal(
    "own-unit-decided",
    "该事项涉及您任职的单位，您应当回避。",
    "The matter concerns the unit of your own post: somebody else decides it.",
    source="回避",
)
ACCEPTED_BEFORE_CLAIM = Refusal(
    "accepted-before-claim",
    "办结日期 {day} 早于申请日期 {claimed}。",
    "The task would be accepted on {day}, before it was claimed, {claimed}.",
)
EXTENSION_AFTER_EXPIRY = Refusal(
    "extension-after-expiry",
    "任务时限 {due} 已过，延期应在到期前申请。",
    "The time limit, {due}, has passed; an extension is asked before that.",
    source="domain.md 2：到期前申请延期",
)
EXTENSION_NOT_LATER = Refusal(
    "extension-not-later",
    "延期后的时限 {until} 不晚于现行时限 {due}。",
    "The time limit asked for, {until}, is not later than the present one, {due}.",
)
EXTENSION_PENDING = Refusal(
    "extension-pending", "已有延期申请待审批。", "An extension is asked for already and not decided."
)
EXTENSION_NOT_ASKED = Refusal("extension-not-asked", "没有待审批的延期申请。", "No extension is asked for.")
EXTENSION_BEYOND_ASKED = Refusal(
    "extension-beyond-asked",
    "批准的时限 {due} 晚于申请的时限 {until}。",
    "The time limit granted, {due}, is later than the one asked for, {until}.",
)
OWN_EXTENSION = Refusal(
    "own-extension",
    "申请延期的人不能审批自己的申请。",
    "Whoever asks for an extension does not decide on it.",
    source="domain.md 1：职责分离",
)
TASK_NOT_SUSPENDED = Refusal("task-not-suspended", "任务没有中止。", "The task is not suspended.")
RESUME_DUE_PASSED = Refusal(
    "resume-due-passed",
    "恢复后的时限 {due} 已过，请写明新的时限。",
    "The task would go on with the time limit {due}, which has passed; name another.",
)
RESUME_DUE_EARLIER = Refusal(
    "resume-due-earlier",
    "恢复后的时限 {due} 早于原时限 {was_due}。",
    "The time limit after the suspension, {due}, is earlier than before, {was_due}.",
)
NOT_OVERDUE = Refusal(
    "not-overdue",
    "任务时限为 {due}，今天 {today} 尚未逾期。",
    "The task is due {due}; today, {today}, it is not overdue.",
)
OVERDUE_RECORDED = Refusal(
    "overdue-recorded",
    "该时限（{due}）的逾期已经登记。",
    "That the time limit {due} has passed is on record already.",
)

# --- inspection -------------------------------------------------------------------------------------------------

TARGETS_MISSING = Refusal("targets-missing", "督查没有写明被督查单位。", "An inspection names the units inspected.")
TARGET_TWICE = Refusal("target-twice", "被督查单位重复。", "A unit inspected is named twice.")
TEAM_MISSING = Refusal("team-missing", "督查组没有成员。", "An inspection has a team.")
TEAM_MEMBER_TWICE = Refusal("team-member-twice", "督查组成员重复。", "A member of the team is named twice.")
TEAM_MEMBER_WITHOUT_POST = Refusal(
    "team-member-without-post",
    "督查组成员 {person} 目前没有任职。",
    "The member {person} of the team holds no post.",
)
TEAM_OF_INSPECTED_UNIT = Refusal(
    "team-of-inspected-unit",
    "督查组成员 {person} 在被督查单位“{unit}”任职，应当回避。",
    "The member {person} of the team has a post in “{unit}”, which is inspected.",
    source="回避",
)
WINDOW_REVERSED = Refusal(
    "window-reversed", "督查的结束日期早于开始日期。", "The inspection would end before it begins."
)
COMPREHENSIVE_CHECK_AGAIN = Refusal(
    "comprehensive-check-again",
    "“{unit}”在 {year} 年接受的综合性检查已达 {limit} 次，再次检查应写明批准依据。",
    "“{unit}” has had {limit} comprehensive check(s) in {year}; a further one names its authorisation.",
    source="统筹规范督查检查考核：同一单位每年不超过一次综合性检查",
)
INSPECTION_UNKNOWN = Refusal("inspection-unknown", "督查 {inspection} 不存在。", "There is no inspection {inspection}.")
INSPECTION_CLOSED = Refusal("inspection-closed", "督查已经结束。", "The inspection is closed.")
UNIT_NOT_INSPECTED = Refusal(
    "unit-not-inspected", "“{unit}”不是本次督查的被督查单位。", "“{unit}” is not a unit that is inspected here."
)
NOT_IN_TEAM = Refusal(
    "not-in-team", "问题由督查组成员登记，您不是本组成员。", "Findings are recorded by members of the team."
)
OUTSIDE_WINDOW = Refusal(
    "outside-window",
    "发现日期 {day} 不在督查期间（{window_from}至{window_to}）内。",
    "{day} is not within the time of the inspection, {window_from} to {window_to}.",
)
TASK_OF_OTHER_UNIT = Refusal(
    "task-of-other-unit",
    "任务 {task} 不是被督查单位承担或协办的任务。",
    "The task {task} is neither the inspected unit's nor one it co-operates in.",
)
FINDING_ABOUT_ONESELF = Refusal(
    "finding-about-oneself",
    "问题涉及您本人，您应当回避。",
    "The finding names you: somebody else deals with it.",
    source="回避",
)
RECTIFICATION_ORDERED = Refusal(
    "rectification-ordered", "该问题已责令整改。", "Rectification of the finding is ordered already."
)
RECTIFICATION_NOT_ORDERED = Refusal(
    "rectification-not-ordered", "该问题尚未责令整改。", "No rectification of the finding is ordered."
)
RECTIFICATION_DUE_PASSED = Refusal(
    "rectification-due-passed",
    "整改时限 {due} 早于今天 {today}。",
    "The time limit of the rectification, {due}, lies before today, {today}.",
)
RECTIFICATION_REPORTED = Refusal(
    "rectification-reported", "整改已经上报，待核查。", "The rectification is reported and waits to be verified."
)
RECTIFICATION_NOT_REPORTED = Refusal(
    "rectification-not-reported", "整改尚未上报。", "The rectification is not reported."
)
OWN_FINDING_VERIFIED = Refusal(
    "own-finding-verified",
    "登记问题或上报整改的人不能核查整改。",
    "Whoever recorded the finding or reported the rectification does not verify it.",
    source="domain.md 1：职责分离",
)
OWN_REPORT_RETURNED = Refusal(
    "own-report-returned",
    "上报整改的人不能退回自己的报告。",
    "Whoever reported the rectification does not decide on it.",
    source="domain.md 1：职责分离",
)
FINDING_VERIFIED = Refusal("finding-verified", "该问题的整改已经核查通过。", "The rectification is verified already.")
FINDING_NOT_VERIFIED = Refusal(
    "finding-not-verified", "整改核查通过后方可销号。", "A finding is struck off once its rectification is verified."
)
FINDING_STRUCK_OFF = Refusal("finding-struck-off", "该问题已经销号。", "The finding is struck off.")
BOTTOM_LINE_INVALID = Refusal(
    "bottom-line-invalid",
    "底线编码“{code}”无效：应为1至40个字符，不含空格和斜杠。",
    "The code “{code}” of a bottom line is invalid: 1 to 40 characters, without spaces and slashes.",
)

REFUSALS: tuple[Refusal, ...] = tuple(value for value in tuple(globals().values()) if isinstance(value, Refusal))
