"""A file of assessment schemes (考核办法), from JSON to the commands that draft and adopt them. Pure.

    {"year": 2026, "division": "YL-001", "document": "云委发〔2026〕2号", "schemes": [{"title": …, "units": …, …}]}

One file holds the schemes of one division and year, one for each class of comparable units. Weights and points are
strings, so that they stay exact. What the fields mean is said in `services.assessment.events`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError

from services.assessment.events import Indicator, SchemeId, TriggerRule, UnitClass, VetoTiming
from services.assessment.rules.adopt_scheme import AdoptScheme
from services.assessment.rules.draft_scheme import DraftScheme
from shared.directory import Level, UnitKind
from shared.domain import PublicText, Refused, UnitId
from shared.web.bodies import Models, wrongs
from zeren.loading.row_refusals import SCHEME_FILE_INVALID


@dataclass(frozen=True, slots=True)
class ClassOnPaper:
    """Comparable units, below the division that the file names."""

    name: PublicText
    levels: tuple[Level, ...]
    kinds: tuple[UnitKind, ...]


@dataclass(frozen=True, slots=True)
class SchemeOnPaper:
    """One scheme; `pass_line` None takes the term."""

    title: PublicText
    units: ClassOnPaper
    indicators: tuple[Indicator, ...]
    veto_basis: PublicText
    triggers: tuple[TriggerRule, ...] = ()
    pass_line: Decimal | None = None
    veto_timing: VetoTiming = "at-close"
    ranking: bool = False


@dataclass(frozen=True, slots=True)
class SchemeFile:
    """`division` is the code of the unit whose schemes these are, `document` the paper that adopts them all."""

    year: int
    division: str
    document: PublicText
    schemes: tuple[SchemeOnPaper, ...]


class BadSchemeFile(ValueError):
    """What is wrong with the file: each error with its place, all of them at once."""

    def __init__(self, errors: tuple[Refused, ...]) -> None:
        super().__init__("; ".join(error.sentence("en") for error in errors))
        self.errors = errors


def read_schemes(text: str | bytes) -> SchemeFile:
    """The file's schemes. BadSchemeFile for anything missing, unknown or of the wrong form; rules check the rest."""
    models = Models()
    try:
        file: SchemeFile = TypeAdapter(models.wire(SchemeFile)).validate_json(text)
    except ValidationError as error:
        raise BadSchemeFile(
            tuple(
                SCHEME_FILE_INVALID.of(place=wrong.pointer or "/", zh=wrong.zh, en=wrong.en) for wrong in wrongs(error)
            )
        ) from None
    return file


def drafting(file: SchemeFile, division: UnitId) -> tuple[DraftScheme, ...]:
    """A command for each scheme, in the order of the file; its identity is allotted when it is handled."""
    return tuple(
        DraftScheme(
            SchemeId(""),
            division,
            file.year,
            UnitClass(paper.units.name, division, paper.units.levels, paper.units.kinds),
            paper.title,
            paper.indicators,
            paper.veto_basis,
            paper.triggers,
            paper.pass_line,
            paper.veto_timing,
            paper.ranking,
        )
        for paper in file.schemes
    )


def adopting(file: SchemeFile, scheme: SchemeId) -> AdoptScheme:
    """The command that adopts a drafted scheme on the file's paper."""
    return AdoptScheme(scheme, file.document)
