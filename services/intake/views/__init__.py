"""What can be asked of the intake: its views and its questions, row by row."""

from __future__ import annotations

from typing import Any

from services.intake.views.handed_up import (
    HANDED_UP,
    HANDED_UP_READERS,
    FileOfHandedUp,
    HandedUpOf,
    HandedUpRow,
    SealedFile,
    file_of_handed_up,
    list_handed_up,
)
from services.intake.views.identities import (
    DISCLOSURE_READERS,
    DISCLOSURES,
    IDENTITIES,
    Disclosed,
    DisclosureAnswer,
    DisclosuresOf,
    OneDisclosure,
    list_disclosures,
    one_disclosure,
)
from services.intake.views.related import Related, RelatedTo, related
from services.intake.views.reports import (
    REPORT_READERS,
    REPORTS,
    OneReport,
    ReportRow,
    ReportsOf,
    list_reports,
    one_report,
)
from services.intake.views.texts import TEXTS
from shared.service import Question
from shared.views import View
from shared.views.paging import Page

VIEWS: tuple[View[Any], ...] = (REPORTS, TEXTS, IDENTITIES, DISCLOSURES, HANDED_UP)

LIST_REPORTS = Question("complaints", ReportsOf, list_reports, Page[ReportRow], REPORT_READERS)
ONE_REPORT = Question("complaints/{complaint}", OneReport, one_report, ReportRow, REPORT_READERS)
RELATED = Question("complaints/{complaint}/related", RelatedTo, related, Related, REPORT_READERS)
LIST_DISCLOSURES = Question("disclosures", DisclosuresOf, list_disclosures, Page[DisclosureAnswer], DISCLOSURE_READERS)
ONE_DISCLOSURE = Question("disclosures/{disclosure}", OneDisclosure, one_disclosure, Disclosed, DISCLOSURE_READERS)
LIST_HANDED_UP = Question("handed-up", HandedUpOf, list_handed_up, Page[HandedUpRow], HANDED_UP_READERS)
FILE_OF_HANDED_UP = Question(
    "handed-up/{handed_up}/file", FileOfHandedUp, file_of_handed_up, SealedFile, ("intake-clerk",)
)

QUESTIONS: tuple[Question, ...] = (
    LIST_REPORTS,
    ONE_REPORT,
    RELATED,
    LIST_DISCLOSURES,
    ONE_DISCLOSURE,
    LIST_HANDED_UP,
    FILE_OF_HANDED_UP,
)
