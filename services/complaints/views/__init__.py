"""What can be asked of the complaints service: its views and its questions, row by row."""

from __future__ import annotations

from typing import Any

from services.complaints.views.answering import ANSWERING
from services.complaints.views.case import (
    CASE_STEPS,
    CASES,
    CaseAnswer,
    CaseFigures,
    CaseFiguresOf,
    CasesOf,
    OneCase,
    case_figures,
    list_cases,
    one_case,
)
from services.complaints.views.clocks import CLOCKS
from services.complaints.views.clue import CLUES, ClueAnswer, CluesOf, OneClue, list_clues, one_clue
from services.complaints.views.decision import (
    DECISIONS,
    CatalogueAnswer,
    CatalogueOf,
    DecisionAnswer,
    DecisionsOf,
    OneDecision,
    catalogue,
    list_decisions,
    one_decision,
)
from services.complaints.views.evidence import EVIDENCE
from services.complaints.views.petition import (
    PETITIONS,
    READERS,
    TOLD,
    OnePetition,
    PetitionAnswer,
    PetitionFigures,
    PetitionFiguresOf,
    PetitionsOf,
    WordsAnswer,
    WordsOf,
    list_petitions,
    one_petition,
    petition_figures,
    words_of,
)
from services.complaints.views.trails import (
    TRAIL_READERS,
    CaseTrail,
    ClueTrail,
    DecisionTrail,
    PetitionTrail,
    case_trail,
    clue_trail,
    decision_trail,
    petition_trail,
)
from shared.directory import Role
from shared.service import Question
from shared.views import View
from shared.views.paging import Page
from shared.views.trails import Trail

CASE_WORKERS: tuple[Role, ...] = ("case-handler", "case-supervisor", "committee", "auditor")

CASE_VIEWS: tuple[View[Any], ...] = (ANSWERING, CLUES, CASES, CASE_STEPS, DECISIONS)

LIST_CLUES = Question("clues", CluesOf, list_clues, Page[ClueAnswer], CASE_WORKERS)
ONE_CLUE = Question("clues/{clue}", OneClue, one_clue, ClueAnswer, CASE_WORKERS)
LIST_CASES = Question("cases", CasesOf, list_cases, Page[CaseAnswer], CASE_WORKERS)
CASE_FIGURES = Question("case-figures", CaseFiguresOf, case_figures, CaseFigures, CASE_WORKERS)
ONE_CASE = Question("cases/{case}", OneCase, one_case, CaseAnswer, CASE_WORKERS)
LIST_DECISIONS = Question("decisions", DecisionsOf, list_decisions, Page[DecisionAnswer])
ONE_DECISION = Question("decisions/{decision}", OneDecision, one_decision, DecisionAnswer)
CATALOGUE = Question("catalogue", CatalogueOf, catalogue, CatalogueAnswer)

CASE_QUESTIONS: tuple[Question, ...] = (
    LIST_CLUES,
    ONE_CLUE,
    LIST_CASES,
    CASE_FIGURES,
    ONE_CASE,
    LIST_DECISIONS,
    ONE_DECISION,
    CATALOGUE,
)

PETITION_VIEWS: tuple[View[Any], ...] = (PETITIONS, TOLD, CLOCKS, EVIDENCE)

LIST_PETITIONS = Question("petitions", PetitionsOf, list_petitions, Page[PetitionAnswer], READERS)
PETITION_FIGURES = Question("petition-figures", PetitionFiguresOf, petition_figures, PetitionFigures, READERS)
ONE_PETITION = Question("petitions/{complaint}", OnePetition, one_petition, PetitionAnswer, READERS)
PETITION_WORDS = Question(
    "petitions/{complaint}/words", WordsOf, words_of, WordsAnswer, ("case-handler", "case-supervisor")
)

PETITION_QUESTIONS: tuple[Question, ...] = (LIST_PETITIONS, PETITION_FIGURES, ONE_PETITION, PETITION_WORDS)

TRAIL_QUESTIONS: tuple[Question, ...] = (
    Question("petitions/{complaint}/trail", PetitionTrail, petition_trail, Trail, ("auditor", "case-supervisor")),
    Question("clues/{clue}/trail", ClueTrail, clue_trail, Trail, TRAIL_READERS),
    Question("cases/{case}/trail", CaseTrail, case_trail, Trail, TRAIL_READERS),
    Question("decisions/{decision}/trail", DecisionTrail, decision_trail, Trail, TRAIL_READERS),
)

VIEWS: tuple[View[Any], ...] = (*PETITION_VIEWS, *CASE_VIEWS)
QUESTIONS: tuple[Question, ...] = (*PETITION_QUESTIONS, *CASE_QUESTIONS, *TRAIL_QUESTIONS)
