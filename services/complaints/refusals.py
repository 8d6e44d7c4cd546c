"""Every way the complaints service says no. Codes never change; the sentences are what an official reads."""

from __future__ import annotations

from shared.domain import Refusal

# --- what holds everywhere --------------------------------------------------------------------------------------

TEXT_MISSING = Refusal("text-missing", "“{field_zh}”没有填写。", "“{field}” is empty.")
UNIT_UNKNOWN = Refusal("unit-unknown", "单位 {unit} 不存在。", "There is no unit {unit}.")
PERSON_UNKNOWN = Refusal(
    "person-unknown", "没有找到该人员任职的记录。", "There is no record of a post that this person holds or held."
)
DATE_IN_FUTURE = Refusal("date-in-future", "日期 {day} 晚于今天 {today}。", "The date {day} is after today, {today}.")
RECUSED = Refusal(
    "recused",
    "该事项涉及您本人或者您任职的单位，按照回避规定您不得参与。",
    "The matter concerns you or the unit of your post: you may take no part in it.",
    source="回避",
)
HANDLER_CONCERNED = Refusal(
    "handler-concerned",
    "拟指定的人员与该事项有利害关系（涉及其本人或者其任职单位），应当回避。",
    "The matter concerns this person or the unit of a post they hold: they may not handle it.",
    source="回避",
)
HANDLER_WITHOUT_POST = Refusal(
    "handler-without-post",
    "该人员没有在该机关承办信访和案件的职务；从其他单位抽调的，应先登记其在该机关的任职。",
    "This person holds no post that handles matters of the body: who comes from another unit needs one there first.",
)
NOT_YOURS_TO_HANDLE = Refusal(
    "not-yours-to-handle",
    "该事项不由您承办，或者您的承办权限已经到期。",
    "You do not handle this matter, or your access to it has ended.",
)
INVESTIGATOR_DECIDES = Refusal(
    "investigator-decides",
    "参与调查或者提出建议的人员不得参与审定。",
    "Whoever investigated or proposed does not decide.",
    source="职责分离",
)

# --- petition ---------------------------------------------------------------------------------------------------

REPORT_UNKNOWN = Refusal("report-unknown", "没有这一信访件。", "There is no such report.")
REPORT_NOT_RECEIVED_HERE = Refusal(
    "report-not-received-here", "该信访件不是由本单位收到的。", "This report was received by another body."
)
RECLASSIFIED_WITHOUT_REASON = Refusal(
    "reclassified-without-reason",
    "变更信访件类别的，须写明理由。",
    "A report that is put into another class needs a reason.",
)
ABOUT_ONESELF = Refusal(
    "petition-about-oneself",
    "反映本单位或者其所属单位上级的事项，本单位不得办理，应当报送上级机关。",
    "A body does not handle a report about itself: it goes to the body above.",
    source="回避：逐级受理、分级负责",
)
REPEAT_OF_ITSELF = Refusal("petition-repeat-of-itself", "信访件不能与自身重复。", "A report does not repeat itself.")
PETITION_ENDED = Refusal("petition-ended", "该信访件已经办结或者不予受理。", "The report is dealt with already.")
PETITION_ACCEPTED = Refusal("petition-accepted", "该信访件已经受理。", "The report is accepted already.")
PETITION_NOT_ACCEPTED_YET = Refusal(
    "petition-not-accepted-yet", "该信访件尚未受理。", "The report is not accepted yet."
)
PETITION_NOT_FORWARDED = Refusal(
    "petition-not-forwarded", "该信访件不是转送、交办来的。", "The report was not forwarded to this body."
)
OBJECTION_TOO_LATE = Refusal(
    "objection-too-late",
    "对转送、交办事项提出异议的期限已于 {until} 届满。",
    "The time to give back what was forwarded ended on {until}.",
    source="信访工作条例（2022）第二十三条",
)
FORWARDED_TO_ITSELF = Refusal("petition-forwarded-to-itself", "不能转送给本单位。", "It is there already.")
EXTENDED_ALREADY = Refusal("petition-extended", "办理期限已经延长过。", "The time was extended already.")
EXTENSION_NOT_FOR_CLASS = Refusal(
    "extension-not-for-class", "只有申诉求决类事项可以延长办理期限。", "Only matters of redress can be extended."
)
EXTENSION_OUT_OF_RANGE = Refusal(
    "extension-out-of-range",
    "延长期限为 {days} 日，应为1至 {most} 日。",
    "{days} days are not from 1 to {most}.",
    source="信访工作条例（2022）第三十四条",
)
EXTENDED_BY_HANDLER = Refusal(
    "extended-by-handler",
    "承办人不得批准本人承办事项的延期。",
    "Who handles a matter does not approve more time for it.",
    source="职责分离",
)
SUBSTANTIATION_MISSING = Refusal(
    "substantiation-missing", "须写明查实或者失实。", "Whether it is substantiated must be said."
)
SUBSTANTIATION_NOT_MEANT = Refusal(
    "substantiation-not-meant", "建议意见类事项不作查实、失实认定。", "A suggestion states no fact to substantiate."
)
ANSWER_MISSING = Refusal(
    "petition-answer-missing",
    "办结前须先将答复意见告知信访人。",
    "The reporter must be given the answer before the matter is concluded.",
    source="信访工作条例（2022）第三十四条",
)
NO_REVIEW_ASKED = Refusal(
    "no-review-asked", "信访人没有提出相应的复查或者复核申请。", "The reporter has not asked for this review."
)
TURNED_ALREADY = Refusal("petition-turned-already", "该信访件已经转为问题线索。", "It was taken up as a clue already.")
CLUE_NOT_FOR_CLASS = Refusal(
    "clue-not-for-class", "只有检举控告类事项可以转为问题线索。", "Only an accusation can become a clue."
)
COUNTED_ALREADY = Refusal("evidence-counted", "该期间已经统计过。", "The half-year was counted already.")
NOTHING_TO_COUNT = Refusal("nothing-to-count", "没有待统计的查实信访件。", "There is nothing to count.")

# --- clue -------------------------------------------------------------------------------------------------------

CLUE_CLOSED = Refusal("clue-closed", "该问题线索已经了结或者已经立案。", "The clue is closed.")
PERSONS_TOO_MANY = Refusal(
    "persons-too-many", "一次最多列明 {most} 人。", "No more than {most} persons can be named at once."
)
CUSTODIAN_NOT_YOU = Refusal(
    "clue-custodian-not-you", "该问题线索不在您的保管之中。", "The clue is not in your custody."
)
CUSTODY_NOT_OFFERED = Refusal(
    "clue-custody-not-offered",
    "没有待您签收的交接：须先由保管人签字移交。",
    "Nobody has signed this clue over to you.",
    source="问题线索移交双方签字",
)
CUSTODY_TO_ONESELF = Refusal(
    "clue-custody-to-oneself", "不能移交给本人。", "A clue cannot be handed over to who has it."
)
DISPOSAL_APPROVED_ALREADY = Refusal("clue-disposal-approved", "处置方式已经批准。", "The disposal is approved already.")
DISPOSAL_NOT_STUDIED = Refusal(
    "clue-disposal-not-studied",
    "处置意见须先经集体研究提出，再报批。",
    "The disposal must first be studied together and proposed.",
    source="监督执纪工作规则：集体研究",
)
DISPOSAL_BY_PROPOSER = Refusal(
    "clue-disposal-by-proposer",
    "提出处置意见的人员不得批准该意见。",
    "Whoever proposed the disposal does not approve it.",
    source="职责分离",
)
STEP_NOT_OF_DISPOSAL = Refusal(
    "clue-step-not-of-disposal",
    "该步骤不属于已批准的处置方式。",
    "This step does not belong to the disposal that was approved.",
)
STEP_TOO_EARLY = Refusal("clue-step-too-early", "前一步骤尚未记录。", "The step before it is not recorded.")
REPORTED_ALREADY = Refusal("clue-reported-already", "已经向该机关报告过。", "It was reported to them already.")

# --- case -------------------------------------------------------------------------------------------------------

CLUE_UNKNOWN = Refusal("clue-unknown", "没有这一问题线索。", "There is no such clue.")
CLUE_NOT_VERIFIED = Refusal(
    "clue-not-verified",
    "立案前须经初步核实并提交初核报告。",
    "A case is filed only after a preliminary verification was approved and reported.",
    source="监督执纪工作规则：初步核实",
)
CASE_OVER = Refusal("case-over", "该案件已经结案。", "The case is concluded.")
CASE_CLOSED = Refusal("case-closed", "该案件已经归档。", "The case is closed.")
CASE_NOT_CONCLUDED = Refusal("case-not-concluded", "该案件调查尚未结束。", "The investigation of the case is not over.")
ACCESS_ENDED_BEFORE = Refusal(
    "handler-access-ended", "承办权限截止日 {until} 早于今天。", "The access would end on {until}, before today."
)
ZONE_WITHOUT_END = Refusal(
    "handler-zone-without-end",
    "从协作区抽调的人员须写明承办权限的截止日。",
    "Access of somebody from a coordination zone must have a last day.",
    source="办案协作区：权限到期自动收回",
)
NOT_A_HANDLER = Refusal("not-a-handler", "该人员并未承办此案。", "This person does not work on the case.")
AMOUNT_NOT_POSITIVE = Refusal("amount-not-positive", "追缴金额应大于0。", "The amount recovered must be more than 0.")
PERSON_NOT_CONCERNED = Refusal(
    "person-not-concerned", "该人员不是本案所涉及的人员。", "The case does not concern this person."
)
INQUIRY_NOT_OPEN = Refusal(
    "inquiry-not-open", "本案没有正在进行的领导责任调查。", "There is no inquiry into the leadership under way."
)
INQUIRY_NOT_CONCLUDED = Refusal(
    "inquiry-not-concluded",
    "查实的案件实行一案双查，领导责任调查未结束前不得归档。",
    "A substantiated case is closed only after the inquiry into the leadership is concluded.",
    source="一案双查",
)
NOT_A_SIGNER = Refusal(
    "not-a-signer",
    "列为应当负责的人员中，有人未对该单位或者任务签字背书，也不是分管领导。",
    "Somebody named as answerable neither signed for the unit or task nor led it.",
)

# --- accountability ---------------------------------------------------------------------------------------------

CASE_UNKNOWN = Refusal("case-unknown", "没有这一案件。", "There is no such case.")
CASE_NOT_SUBSTANTIATED = Refusal(
    "case-not-substantiated",
    "案件未经查实，不得提出责任追究建议。",
    "Nobody is held accountable for what was not substantiated.",
)
UNIT_NOT_OF_CASE = Refusal(
    "unit-not-of-case",
    "拟追究的单位不是本案所涉及的单位，也不是被列入领导责任调查人员任职的单位。",
    "The case does not concern this unit, nor one of those who answered for it.",
)
BOTTOM_LINES_MISSING = Refusal(
    "bottom-lines-missing", "责任追究决定须引用至少一条底线。", "At least one bottom line must be cited.", source="底线"
)
BOTTOM_LINE_UNKNOWN = Refusal(
    "bottom-line-unknown", "底线目录中没有“{code}”。", "The catalogue has no bottom line “{code}”."
)
BOTTOM_LINE_NOT_OF_CLASS = Refusal(
    "bottom-line-not-of-class",
    "底线“{code}”不适用于该类责任主体。",
    "The bottom line “{code}” is not for this class of subject.",
)
FORM_NOT_OF_SUBJECT = Refusal(
    "form-not-of-subject",
    "该追究方式不适用于{subject_zh}。",
    "This form is not for a {subject}.",
    source="中国共产党问责条例第八条",
)
RESPONSIBILITY_NOT_OF_SUBJECT = Refusal(
    "responsibility-not-of-subject",
    "该责任类型不适用于{subject_zh}。",
    "This kind of responsibility is not for a {subject}.",
)
CLASS_NOT_OF_SUBJECT = Refusal(
    "class-not-of-subject",
    "该类责任主体不适用于{subject_zh}。",
    "This class of subject is not for a {subject}.",
)
GROUND_TEXT_MISSING = Refusal(
    "ground-text-missing",
    "从轻减轻或者从重加重的，须写明理由。",
    "A lighter or heavier ground needs its reason.",
)
DECIDED_ALREADY = Refusal("decision-taken", "该事项已经作出决定。", "It is decided already.")
NOT_HEARD = Refusal(
    "person-not-heard",
    "作出决定前应当听取陈述申辩，或者由本人书面放弃。",
    "Whom it concerns must be heard first, or waive it in writing.",
    source="陈述申辩",
)
HEARD_ALREADY = Refusal("person-heard-already", "已经听取陈述申辩。", "They were heard already.")
EXEMPTION_UNKNOWN = Refusal(
    "exemption-unknown", "容错情形目录中没有“{code}”。", "The catalogue has no exempting ground “{code}”."
)
EFFECT_ENDS_BEFORE = Refusal(
    "effect-ends-before", "影响期截止日 {until} 早于今天。", "The effect would end on {until}, before today."
)
NOT_DECIDED = Refusal("decision-not-taken", "尚未作出决定。", "Nothing is decided yet.")
SERVED_ALREADY = Refusal("decision-served", "该决定已经送达。", "The decision is served already.")
NOT_SERVED = Refusal("decision-not-served", "该决定尚未送达或者已经失效。", "The decision is not in effect.")
SERVED_BEFORE_DECIDED = Refusal(
    "served-before-decided", "送达日 {day} 早于决定日。", "It cannot have been served on {day}, before it was decided."
)
APPEAL_NOT_YOURS = Refusal(
    "appeal-not-yours",
    "申诉应由被追究的本人，或者被追究单位的主要负责人提出。",
    "Only whom the decision concerns may appeal: the person, or the unit's head.",
)
APPEAL_TOO_LATE = Refusal(
    "appeal-too-late",
    "申诉期限已于 {until} 届满。",
    "The time for an appeal ended on {until}.",
    source="中国共产党问责条例",
)
APPEALED_ALREADY = Refusal("appealed-already", "已经提出过申诉。", "An appeal was made already.")
NOT_APPEALED = Refusal("not-appealed", "没有待处理的申诉。", "There is no appeal to answer.")
DECIDER_AGAIN = Refusal(
    "appeal-by-decider",
    "作出原决定的人员不得处理对该决定的申诉或者更正。",
    "Whoever took the decision does not decide on the appeal or the correction.",
    source="职责分离",
)
NOTHING_CHANGED = Refusal("nothing-changed", "与原决定相同，没有变更。", "It reads as before.")
EFFECT_NOT_OVER = Refusal("effect-not-over", "影响期至 {until} 届满。", "The effect ends on {until}.")
TEXTS_ERASED = Refusal("texts-erased", "该事项的涉密文字已经删除。", "The texts of this matter are erased already.")
MATTER_UNKNOWN = Refusal("matter-unknown", "没有这一事项。", "There is no such matter.")

REFUSALS: tuple[Refusal, ...] = tuple(value for value in tuple(globals().values()) if isinstance(value, Refusal))
