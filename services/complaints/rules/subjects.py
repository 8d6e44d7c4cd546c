"""Whether a bottom line, a kind of responsibility and a form fit whom they are applied to, by the catalogues of the day."""

from __future__ import annotations

from datetime import date

from services.complaints.events import Form, Responsibility, SubjectClass
from services.complaints.refusals import (
    BOTTOM_LINE_NOT_OF_CLASS,
    BOTTOM_LINE_UNKNOWN,
    BOTTOM_LINES_MISSING,
    CLASS_NOT_OF_SUBJECT,
    FORM_NOT_OF_SUBJECT,
    RESPONSIBILITY_NOT_OF_SUBJECT,
)
from shared.domain import PersonId, Refused
from shared.references import Terms

_NAMES = {"unit": "单位", "person": "个人"}
_CLASSES: dict[str, frozenset[SubjectClass]] = {
    "unit": frozenset({"committee", "discipline-body"}),
    "person": frozenset({"chief", "member", "discipline-body"}),
}


def misfit(
    person: PersonId | None,
    subject_class: SubjectClass,
    bottom_lines: tuple[str, ...],
    responsibility: Responsibility,
    form: Form,
    terms: Terms,
    today: date,
) -> Refused | None:
    """The first thing that does not fit, or None. The catalogues are terms: `bottom-line/…` says for which classes it is."""
    subject = "unit" if person is None else "person"
    names = {"subject": subject, "subject_zh": _NAMES[subject]}
    if subject_class not in _CLASSES[subject]:
        return CLASS_NOT_OF_SUBJECT.of(**names)
    if not bottom_lines:
        return BOTTOM_LINES_MISSING.of()
    for code in bottom_lines:
        if f"bottom-line/{code}" not in terms.values:
            return BOTTOM_LINE_UNKNOWN.of(code=code[:20])
        if subject_class not in terms.words(f"bottom-line/{code}", today).split():
            return BOTTOM_LINE_NOT_OF_CLASS.of(code=code)
    if responsibility not in terms.words(f"accountability-{subject}-responsibilities", today).split():
        return RESPONSIBILITY_NOT_OF_SUBJECT.of(**names)
    if form not in terms.words(f"accountability-{subject}-forms", today).split():
        return FORM_NOT_OF_SUBJECT.of(**names)
    return None
