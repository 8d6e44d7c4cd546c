"""The doors of the intake, row by row: what citizens do with a receipt, and what clerks do with what is held."""

from __future__ import annotations

from services.intake.doors.follow import FollowComplaint, Followed, follow
from services.intake.doors.held import DecideHeld, HeldDecided, HeldReports, ListHeld, decide_held, list_held
from services.intake.doors.lodge import (
    AskReceipt,
    LodgeComplaint,
    LodgedOn,
    NewReceipt,
    RegisterComplaint,
    ask_receipt,
    lodge,
    register,
)
from services.intake.doors.message import SendMessage, Sent, send_message
from services.intake.doors.prove import AskProof, CheckProof, Proof, ProofChecked, ask_proof, check_proof
from services.intake.doors.rate import RateAnswer, Rated, rate_answer
from services.intake.doors.search import Found, SearchReports, search_reports
from shared.service import Door

_CODE = "1234567890123456"
_SIGNATURE = "1767600000.c2lnbmVkIGJ5IHRoZSBzZXJ2ZXI"

DOORS: tuple[Door, ...] = (
    Door("receipts", AskReceipt, ask_receipt, NewReceipt, {}, scope="complaints:lodge"),
    Door(
        "complaints",
        LodgeComplaint,
        lodge,
        LodgedOn,
        {
            "code": _CODE,
            "signature": _SIGNATURE,
            "category": "accusation",
            "unit": "shuiwu",
            "words": "河道清淤工程款已付，河道未见施工。",
        },
        scope="complaints:lodge",
    ),
    Door("follow", FollowComplaint, follow, Followed, {"code": _CODE}, scope="complaints:follow"),
    Door(
        "messages",
        SendMessage,
        send_message,
        Sent,
        {"code": _CODE, "word": "evidence", "words": "附上三月以来河道照片的拍摄地点。"},
        scope="complaints:follow",
    ),
    Door(
        "ratings",
        RateAnswer,
        rate_answer,
        Rated,
        {"code": _CODE, "satisfaction": "satisfied"},
        scope="complaints:follow",
    ),
    Door("proof", AskProof, ask_proof, Proof, {"code": _CODE}, scope="complaints:follow"),
    Door(
        "proof/check",
        CheckProof,
        check_proof,
        ProofChecked,
        {"statement": "提交日期：2026-01-05", "signature": "c2lnbmVk"},
        scope="complaints:follow",
    ),
    Door(
        "registrations",
        RegisterComplaint,
        register,
        LodgedOn,
        {
            "code": _CODE,
            "signature": _SIGNATURE,
            "body": "xinfang",
            "channel": "letter",
            "category": "redress",
            "unit": "shuiwu",
            "words": "来信反映拆迁补偿款逾期未付。",
            "received_on": "2026-01-05",
        },
        ("intake-clerk",),
    ),
    Door("held", ListHeld, list_held, HeldReports, {}, ("intake-clerk",)),
    Door(
        "held/decide",
        DecideHeld,
        decide_held,
        HeldDecided,
        {"entry": "8e03978e-40d5-43dd-bc93-6894a57f9324", "then": "handing-up", "to": "省信访局"},
        ("intake-clerk",),
    ),
    Door(
        "search",
        SearchReports,
        search_reports,
        Found,
        {"by": "phone", "text": "0591-8765 4321"},
        ("intake-clerk", "case-supervisor"),
    ),
)
