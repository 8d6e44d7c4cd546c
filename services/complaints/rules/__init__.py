"""What the complaints service can be told to do, row by row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, get_args

from services.complaints.rules import (
    accept_petition,
    appeal_decision,
    approve_disposal,
    assign_handler,
    assign_petition,
    change_decision,
    close_case,
    conclude_case,
    conclude_inquiry,
    conclude_petition,
    count_evidence,
    decline_accountability,
    end_effect,
    erase_texts,
    extend_petition,
    file_case,
    forward_petition,
    hold_accountable,
    name_in_case,
    name_in_clue,
    offer_custody,
    open_clue,
    propose_accountability,
    propose_disposal,
    record_case_step,
    record_form,
    record_hearing,
    record_recovery,
    refuse_petition,
    register_petition,
    remind_of_clock,
    report_clue_up,
    return_petition,
    revoke_decision,
    serve_decision,
    take_clue_step,
    take_custody,
    take_handler_off,
    tell_reporter,
    transfer_case,
    turn_into_clue,
    uphold_decision,
)
from shared.actions import Action, Asked, Streams, anywhere, no_unit, unit_of_command
from shared.directory import Role

Ask = Callable[[Any, Any, Any], Awaitable[Any]]

ANYBODY: tuple[Role, ...] = get_args(Role)
"""Whoever holds a post: the rule says whose matter it is."""
HANDLERS: tuple[Role, ...] = ("case-handler", "case-supervisor")


def _clue(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"clue/{command.clue}",)


def _report(command: Any, situation: Any) -> tuple[tuple[str, str], ...]:
    """What the intake published of it."""
    return (("intake", f"complaint/{command.complaint}"),)


def _case(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"case/{command.case}",)


def _matter(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"{command.matter_kind}/{command.matter}",)


def actions(known_signers: Ask, uncounted: Ask) -> tuple[Action, ...]:
    """THE table. The reads of views are handed in by `main`, so that rules import no view."""
    return (
        *_petitions(uncounted),
        *_clues(),
        *_cases(known_signers),
        *_accountability(),
        Action(
            erase_texts.EraseTexts,
            erase_texts.decide,
            stream="erasure/stream/{matter_kind}/{matter}",
            path="erasures/{matter_kind}/{matter}",
            may=("privacy-officer",),
            unit=no_unit,
            reads=(Streams(_matter),),
            needs_state=False,
        ),
    )


def _petitions(uncounted: Ask) -> tuple[Action, ...]:
    return (
        Action(
            register_petition.RegisterPetition,
            register_petition.decide,
            stream="petition/{complaint}",
            path="petitions",
            may=("intake-clerk",),
            unit=unit_of_command,
            reads=(Streams(_report), "directory", "actor", "moment"),
            needs_state=False,
            current=True,
        ),
        Action(
            forward_petition.ForwardPetition,
            forward_petition.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/forward",
            may=("intake-clerk", "case-supervisor"),
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            return_petition.ReturnPetition,
            return_petition.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/return",
            may=("intake-clerk", "case-supervisor"),
            reads=("terms", "calendar", "actor", "moment"),
            current=True,
        ),
        Action(
            accept_petition.AcceptPetition,
            accept_petition.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/accept",
            may=("intake-clerk", "case-supervisor"),
            reads=("actor", "moment"),
            current=True,
        ),
        Action(
            refuse_petition.RefusePetition,
            refuse_petition.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/refuse",
            may=("intake-clerk", "case-supervisor"),
            reads=("actor", "moment"),
            current=True,
        ),
        Action(
            assign_petition.AssignPetition,
            assign_petition.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/assign",
            may=("case-supervisor",),
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            extend_petition.ExtendPetition,
            extend_petition.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/extend",
            may=("case-supervisor",),
            reads=("terms", "actor", "moment"),
            current=True,
        ),
        Action(
            tell_reporter.TellReporter,
            tell_reporter.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/tell",
            may=HANDLERS,
            reads=(Streams(_report), "directory", "actor", "moment"),
            current=True,
        ),
        Action(
            conclude_petition.ConcludePetition,
            conclude_petition.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/conclude",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            turn_into_clue.TurnIntoClue,
            turn_into_clue.decide,
            stream="petition/{complaint}",
            path="petitions/{complaint}/turn-into-clue",
            may=("case-supervisor",),
            reads=("actor", "moment"),
            current=True,
        ),
        Action(
            count_evidence.CountEvidence,
            count_evidence.decide,
            stream="complaint-evidence/{unit}/{category}/{period_to}",
            path="complaint-evidence/{unit}/{category}/{period_to}",
            may=(),
            unit=unit_of_command,
            reads=(Asked(uncounted), "terms"),
            needs_state=False,
        ),
        Action(
            remind_of_clock.RemindOfClock,
            remind_of_clock.decide,
            stream="reminders/{kind}/{matter}",
            path="reminders/{kind}/{matter}",
            may=(),
            unit=unit_of_command,
            needs_state=False,
        ),
    )


def _clues() -> tuple[Action, ...]:
    return (
        Action(
            open_clue.OpenClue,
            open_clue.decide,
            stream="clue/{clue}",
            path="clues",
            may=("case-supervisor",),
            unit=unit_of_command,
            reads=("directory", "actor", "moment"),
            creates="clue",
            needs_state=False,
            current=True,
        ),
        Action(
            offer_custody.OfferCustody,
            offer_custody.decide,
            stream="clue/{clue}",
            path="clues/{clue}/offer-custody",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            take_custody.TakeCustody,
            take_custody.decide,
            stream="clue/{clue}",
            path="clues/{clue}/take-custody",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            name_in_clue.NameInClue,
            name_in_clue.decide,
            stream="clue/{clue}",
            path="clues/{clue}/name",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            propose_disposal.ProposeDisposal,
            propose_disposal.decide,
            stream="clue/{clue}",
            path="clues/{clue}/propose-disposal",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            approve_disposal.ApproveDisposal,
            approve_disposal.decide,
            stream="clue/{clue}",
            path="clues/{clue}/approve-disposal",
            may=("committee", "case-supervisor"),
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            take_clue_step.TakeClueStep,
            take_clue_step.decide,
            stream="clue/{clue}",
            path="clues/{clue}/steps",
            may=HANDLERS,
            reads=("actor", "moment"),
            current=True,
        ),
        Action(
            report_clue_up.ReportClueUp,
            report_clue_up.decide,
            stream="clue/{clue}",
            path="clues/{clue}/report-up",
            may=("case-supervisor",),
            reads=("actor", "moment"),
            current=True,
        ),
    )


def _cases(known_signers: Ask) -> tuple[Action, ...]:
    return (
        Action(
            file_case.FileCase,
            file_case.decide,
            stream="case/{case}",
            path="cases",
            may=("committee",),
            unit=unit_of_command,
            reads=(Streams(_clue), "directory", "actor", "moment"),
            creates="case",
            needs_state=False,
            current=True,
        ),
        Action(
            assign_handler.AssignHandler,
            assign_handler.decide,
            stream="case/{case}",
            path="cases/{case}/assign",
            may=("case-supervisor",),
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            take_handler_off.TakeHandlerOff,
            take_handler_off.decide,
            stream="case/{case}",
            path="cases/{case}/take-off",
            may=("case-supervisor",),
            current=True,
        ),
        Action(
            name_in_case.NameInCase,
            name_in_case.decide,
            stream="case/{case}",
            path="cases/{case}/name",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            record_case_step.RecordCaseStep,
            record_case_step.decide,
            stream="case/{case}",
            path="cases/{case}/steps",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            transfer_case.TransferCase,
            transfer_case.decide,
            stream="case/{case}",
            path="cases/{case}/transfer",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            record_recovery.RecordRecovery,
            record_recovery.decide,
            stream="case/{case}",
            path="cases/{case}/recoveries",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            conclude_case.ConcludeCase,
            conclude_case.decide,
            stream="case/{case}",
            path="cases/{case}/conclude",
            may=("committee",),
            reads=(Asked(known_signers), "directory", "actor", "moment"),
            current=True,
        ),
        Action(
            conclude_inquiry.ConcludeInquiry,
            conclude_inquiry.decide,
            stream="case/{case}",
            path="cases/{case}/conclude-inquiry",
            may=("committee",),
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            record_form.RecordForm,
            record_form.decide,
            stream="case/{case}",
            path="cases/{case}/forms",
            may=("case-supervisor",),
            reads=("actor",),
            current=True,
        ),
        Action(
            close_case.CloseCase,
            close_case.decide,
            stream="case/{case}",
            path="cases/{case}/close",
            may=("case-supervisor",),
            reads=("actor", "moment"),
            current=True,
        ),
    )


def _accountability() -> tuple[Action, ...]:
    return (
        Action(
            propose_accountability.ProposeAccountability,
            propose_accountability.decide,
            stream="decision/{decision}",
            path="decisions",
            may=HANDLERS,
            unit=unit_of_command,
            reads=(Streams(_case), "directory", "terms", "actor", "moment"),
            creates="decision",
            needs_state=False,
            current=True,
        ),
        Action(
            record_hearing.RecordHearing,
            record_hearing.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/hearing",
            may=HANDLERS,
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            hold_accountable.HoldAccountable,
            hold_accountable.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/hold-accountable",
            may=("committee",),
            reads=("directory", "terms", "actor", "moment"),
            current=True,
        ),
        Action(
            decline_accountability.DeclineAccountability,
            decline_accountability.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/decline",
            may=("committee",),
            reads=("directory", "terms", "actor", "moment"),
            current=True,
        ),
        Action(
            serve_decision.ServeDecision,
            serve_decision.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/serve",
            may=("case-supervisor",),
            reads=("terms", "calendar", "actor", "moment"),
            current=True,
        ),
        Action(
            appeal_decision.AppealDecision,
            appeal_decision.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/appeal",
            may=ANYBODY,
            unit=anywhere,
            reads=("directory", "terms", "calendar", "actor", "moment"),
            current=True,
        ),
        Action(
            uphold_decision.UpholdDecision,
            uphold_decision.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/uphold",
            may=("committee",),
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            change_decision.ChangeDecision,
            change_decision.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/change",
            may=("committee",),
            reads=("directory", "terms", "actor", "moment"),
            current=True,
        ),
        Action(
            revoke_decision.RevokeDecision,
            revoke_decision.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/revoke",
            may=("committee",),
            reads=("directory", "actor", "moment"),
            current=True,
        ),
        Action(
            end_effect.EndEffect,
            end_effect.decide,
            stream="decision/{decision}",
            path="decisions/{decision}/end-effect",
            may=(),
            unit=anywhere,
            reads=("moment",),
        ),
    )
