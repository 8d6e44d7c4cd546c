"""The Chinese words of the intake."""

from __future__ import annotations

from shared.audit import Words

WORDS = Words(
    events={
        "complaint-lodged": "收到信访举报",
        "reporter-wrote": "信访人补充",
        "answer-rated": "信访人评价",
        "handed-up": "上送上级机关",
        "reporter-identity-disclosed": "公开举报人身份",
        "report-written": "信访件内容",
        "reporter-named": "实名举报人",
        "message-written": "补充内容",
        "disclosure-reasoned": "公开身份的理由",
        "handed-up-exported": "导出上送件",
        "handed-up-confirmed": "上级机关收妥",
    },
    situations={},
    fields={},
    addresses={
        "DiscloseIdentity": "公开举报人身份",
        "EraseComplaint": "删除信访件内容",
        "EraseReporter": "删除举报人身份信息",
        "ExportHandedUp": "导出上送件",
        "ConfirmHandedUp": "登记上级机关收妥",
        "AskReceipt": "领取回执码",
        "LodgeComplaint": "提交信访举报",
        "FollowComplaint": "凭回执码查询",
        "SendMessage": "凭回执码补充",
        "RateAnswer": "评价答复",
        "AskProof": "出具提交日期证明",
        "CheckProof": "核验提交日期证明",
        "RegisterComplaint": "登记来电来信来访",
        "ListHeld": "待定上送的信访件",
        "DecideHeld": "决定本级受理或者上送",
        "SearchReports": "查找重复信访",
        "complaints": "信访件列表",
        "complaints/{complaint}": "信访件",
        "complaints/{complaint}/related": "重复和关联信访",
        "disclosures": "身份公开记录",
        "disclosures/{disclosure}": "一次身份公开",
        "handed-up": "上送件列表",
        "handed-up/{handed_up}/file": "上送件密封文件",
    },
)
