"""What citizens write, and what is written about reports, clues, cases and decisions, in the register of real documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

REPORTS: Mapping[str, Sequence[str]] = {
    "redress": (
        "{unit}办理的补助三月就已公示，至今没有发放，多次询问都答复“正在走流程”。",
        "到{unit}办事三次，每次要求的材料都不一样，没有一次性告知。",
        "{unit}承诺的道路维修一直没有动工，雨天出行困难，请督促解决。",
        "{unit}拖欠去年的劳务费，欠条还在，请帮助协调。",
    ),
    "accusation": (
        "{unit}去年的会议费报销与实际不符，有的会没有开过，请查清。",
        "{unit}的采购长期由同一家供应商承接，没有公开比价。",
        "{unit}下属单位收取的管理费没有入账，负责人知道而不制止。",
        "{unit}对检查指出的问题虚报已经整改，现场并没有动。",
    ),
    "suggestion": ("建议{unit}把办事指南放到网上，并写明每一项要带的材料。",),
}
EVIDENCE = "补充说明：有收据复印件和当时的照片，可以随时提供。"
REVIEW_REQUEST = "对答复不服：没有说明为什么不予补发，请求复查。"
REPORTERS: Sequence[Mapping[str, str]] = (
    {"name": "何愿平", "phone": "0879-3300112", "address": "云岭市北门街12号"},
    {"name": "罗春早", "phone": "0879-3300245"},
    {"name": "段问渠", "address": "白水县城关镇新民路3号"},
)

TOLD: Mapping[str, str] = {
    "acceptance": "您反映的事项已经受理，正在办理，办理结果将及时告知。",
    "answer": "经核查，您反映的情况部分属实，责任单位已经整改，相关款项和手续已办理完毕。",
    "review": "经复查，原答复认定的事实清楚，依据适当，予以维持。",
    "result": "您反映的问题已经查结，对有关责任人员已按规定作出处理。",
    "unfounded": "经调查核实，您反映的问题未发现违纪违法事实。感谢您的监督。",
    "suggestion": "您的建议已转有关单位研究采纳，办事指南将于下月上网公布。",
}
REFUSAL_GROUND = "《信访工作条例》第三十一条：应当通过诉讼途径解决的事项"
REFUSAL = "您反映的事项依法应当通过诉讼途径解决，本机关不予受理，请向有管辖权的人民法院提出。"
RETURN_REASON = "所反映事项的办理权限不在本单位，请转有权处理的机关。"
EXTENSION_REASON = "需要调取往年档案并委托鉴定"
EXTENSION = "您反映的事项情况复杂，经批准延长办理期限20日，届时将告知结果。"

NARRATIVE = "信访件反映的问题指向明确，附有可查的单据，涉及主要负责人履行职责情况。"
STUDY = "线索处置专题会纪要〔{year}〕{number}号"
DISPOSAL_DOCUMENT = "线索处置审批表〔{year}〕{number}号"
REPORT_DOCUMENT = "线索报告单〔{year}〕{number}号"
FILING_DOCUMENT = "立案决定书〔{year}〕{number}号"
CONCLUSION_DOCUMENT = "审理报告〔{year}〕{number}号"
INQUIRY_DOCUMENT = "“一案双查”结论报告〔{year}〕{number}号"
CASE_STEPS: Sequence[str] = ("调取有关账目、合同和会议记录。", "找知情人员谈话，核对单据和签字。")
FORM_BASIS = "《中国共产党纪律处分条例》及本案审理报告"
FACTS = "对职责范围内的问题失察失管，知情后未及时纠正，造成不良影响。"
STATEMENT = "对认定的事实没有异议，已经组织整改，请组织考虑本人认识态度。"
DECISION_DOCUMENT = "云纪决〔{year}〕{number}号"
DECLINED_DOCUMENT = "云纪不追〔{year}〕{number}号"
APPEAL = "本人到任不满三个月，对此前发生的问题不应承担主要领导责任。"
APPEAL_DOCUMENT = "云纪复〔{year}〕{number}号"
REVOCATION_DOCUMENT = "云纪撤〔{year}〕{number}号"

ANSWERS: Sequence[str] = (
    "来函收悉。我单位已召开专题会议研究，明确责任人和完成时间，整改情况如下：问题已全部整改到位。",
    "我单位高度重视，已对照来函逐项整改，有关佐证材料另行报送，今后将按月自查。",
)
OUTCOMES: Sequence[str] = ("已按要求整改并答复，予以办结。", "整改到位，材料齐全，办结归档。")
AUTHORISATION_DOCUMENT = "云岭市惩防办公文办理规则第四条"
