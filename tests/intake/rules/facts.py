"""A named report about the water bureau, and one that went up, as the log holds them."""

from __future__ import annotations

from datetime import date

from services.intake.events import ComplaintId, ComplaintLodged, HandedUp, HandedUpId, ReporterNamed, ReportWritten
from shared.domain import PersonalText, PersonId, PublicText
from tests.intake.county import LETTERS, WATER

COMPLAINT = ComplaintId("信访件-1")
UP = HandedUpId(COMPLAINT)
REPORTER = PersonId("举报人-1")
LODGED = ComplaintLodged(COMPLAINT, "accusation", "web", WATER, False, None, LETTERS, True, True, date(2026, 3, 4))
WRITTEN = ReportWritten(COMPLAINT, PersonalText("zk1.words", sealed=True), None)
NAMED = ReporterNamed(COMPLAINT, REPORTER, PersonalText("zk1.name", sealed=True), None, None, None)
WENT_UP = HandedUp(COMPLAINT, LETTERS, PublicText("云岭市信访局"), date(2026, 3, 5))
