"""What can be asked of the assessment service: its views and its questions, row by row."""

from __future__ import annotations

from typing import Any

from services.assessment.views.evidence import (
    EVIDENCE,
    EvidenceSpread,
    LateEvidence,
    LateEvidenceOf,
    SpreadOf,
    evidence_spread,
    late_evidence,
)
from services.assessment.views.overdue import OVERDUE
from services.assessment.views.round import (
    ROUND_SCORES,
    ROUNDS,
    ExplainedRoundScore,
    OneRound,
    OneRoundScore,
    RoundRow,
    RoundScore,
    RoundScoresOf,
    RoundsOf,
    list_round_scores,
    list_rounds,
    one_round,
    one_round_score,
)
from services.assessment.views.scheme import SCHEMES, OneScheme, SchemeRow, SchemesOf, list_schemes, one_scheme
from services.assessment.views.standing import (
    STANDING,
    ExplainedStanding,
    OneStanding,
    Standing,
    StandingsOf,
    list_standings,
    one_standing,
)
from services.assessment.views.trigger import (
    TRIGGER_READERS,
    TRIGGERS,
    OneTrigger,
    TriggerAnswer,
    TriggersOf,
    list_triggers,
    one_trigger,
)
from services.assessment.views.veto import VETO, OneVeto, VetoesOf, VetoRow, list_vetoes, one_veto
from shared.service import Question
from shared.views import View
from shared.views.paging import Page

VIEWS: tuple[View[Any], ...] = (STANDING, EVIDENCE, OVERDUE, SCHEMES, ROUNDS, ROUND_SCORES, VETO, TRIGGERS)

LIST_SCHEMES = Question("schemes", SchemesOf, list_schemes, Page[SchemeRow])
ONE_SCHEME = Question("schemes/{scheme}", OneScheme, one_scheme, SchemeRow)
LIST_STANDINGS = Question("standings/{year}", StandingsOf, list_standings, Page[Standing])
ONE_STANDING = Question("standings/{year}/{unit}", OneStanding, one_standing, ExplainedStanding)
SPREAD = Question("standings/{year}/{unit}/evidence", SpreadOf, evidence_spread, EvidenceSpread)
LIST_ROUNDS = Question("rounds", RoundsOf, list_rounds, Page[RoundRow])
ONE_ROUND = Question("schemes/{scheme}/rounds/{kind}", OneRound, one_round, RoundRow)
LIST_ROUND_SCORES = Question(
    "schemes/{scheme}/rounds/{kind}/scores", RoundScoresOf, list_round_scores, Page[RoundScore]
)
ONE_ROUND_SCORE = Question(
    "schemes/{scheme}/rounds/{kind}/scores/{unit}", OneRoundScore, one_round_score, ExplainedRoundScore
)
LATE_EVIDENCE = Question(
    "schemes/{scheme}/rounds/{kind}/late-evidence", LateEvidenceOf, late_evidence, Page[LateEvidence]
)
LIST_VETOES = Question("vetoes", VetoesOf, list_vetoes, Page[VetoRow])
ONE_VETO = Question("vetoes/{scheme}/{unit}", OneVeto, one_veto, VetoRow)
LIST_TRIGGERS = Question("triggers", TriggersOf, list_triggers, Page[TriggerAnswer], TRIGGER_READERS)
ONE_TRIGGER = Question("triggers/{trigger}", OneTrigger, one_trigger, TriggerAnswer, TRIGGER_READERS)

QUESTIONS: tuple[Question, ...] = (
    LIST_SCHEMES,
    ONE_SCHEME,
    LIST_STANDINGS,
    ONE_STANDING,
    SPREAD,
    LIST_ROUNDS,
    ONE_ROUND,
    LIST_ROUND_SCORES,
    ONE_ROUND_SCORE,
    LATE_EVIDENCE,
    LIST_VETOES,
    ONE_VETO,
    LIST_TRIGGERS,
    ONE_TRIGGER,
)
