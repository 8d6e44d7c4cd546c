"""Which letter follows from which fact: one row each, and nothing else writes letters by itself. Pure.

A row says what is drafted; who must release it is decided where it is drafted (`rules/draft_notice.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.assessment.events import UnitScored, VetoStatusChanged
from services.complaints.events import (
    AccountabilityChanged,
    AccountabilityRevoked,
    ClockReminded,
    PersonHeldAccountable,
    UnitHeldAccountable,
)
from services.ledger.events import InspectionFound, TaskFellOverdue
from services.notifications.events import Instrument, NoticeId, NoticeUnanswered, Policy, Value, WebhookDisabled
from services.notifications.rules.draft_notice import DraftNotice
from shared.directory import Directory, Role
from shared.domain import Actor, PersonId, PostId, PublicText, UnitId
from shared.facts import Fact
from shared.references import References


@dataclass(frozen=True, slots=True)
class Row:
    """One policy: the facts it answers to, and the letters that follow, given directory, terms and the day."""

    policy: Policy
    events: tuple[type, ...]
    letters: Callable[[Fact, References, date], Iterable[DraftNotice]]


def issuer_over(directory: Directory, unit: UnitId, role: Role, today: date) -> UnitId | None:
    """The nearest unit above (or the unit itself) in which a post with the role reaches over the unit and is held."""
    for above in directory.ancestors(unit):
        for post in directory.posts_of(above):
            if role in post.roles and post.holder(today) is not None and directory.is_within(unit, post.over):
                return above
    return None


def holders_over(directory: Directory, unit: UnitId, role: Role, today: date) -> tuple[PersonId, ...]:
    """Everybody who holds a post with the role that reaches over the unit."""
    found = (
        holder
        for post in directory.posts.values()
        if role in post.roles and directory.is_within(unit, post.over) and (holder := post.holder(today)) is not None
    )
    return tuple(sorted(set(found)))


def _acting_for(actor: Actor, directory: Directory) -> UnitId | None:
    """The organ in whose name somebody decided: the unit of the post they acted from."""
    post = directory.posts.get(actor.post) if actor.post is not None else None
    return post.unit if post is not None else None


URGED, WARNED = "urged-reply-working-days", "warned-reply-working-days"
"""The terms that say how many working days there are to answer a letter that urges, and one that warns or finds fault."""


def _letter(
    fact: Fact,
    policy: Policy,
    instrument: Instrument,
    issuing_unit: UnitId | None,
    unit: UnitId,
    about: str,
    title: str,
    values: dict[str, Any],
    *,
    person: PersonId | None = None,
    copy_to: PersonId | None = None,
    copy_post: PostId | None = None,
    reply_working_days: int | None = None,
) -> Iterable[DraftNotice]:
    """Nothing where nobody could issue it: then there is no office whose letter it would be."""
    if issuing_unit is None:
        return []
    told = tuple(Value(name, str(value)) for name, value in values.items())
    return [
        DraftNotice(
            NoticeId(f"{policy}.{fact.event_id}.{person or unit}"),
            policy,
            instrument,
            issuing_unit,
            unit,
            person,
            copy_to,
            about,
            str(fact.event_id),
            PublicText(title),
            told,
            reply_working_days,
            copy_post,
        )
    ]


def overdue_urges(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """任务逾期 → 督办函 to the unit, with a copy to the leader who answers for the task."""
    event: TaskFellOverdue = fact.event
    return _letter(
        fact,
        "overdue-urges",
        "urging-letter",
        issuer_over(refs.directory, event.unit, "coordinator", today),
        event.unit,
        f"task/{event.task}",
        "关于督促办理逾期任务的函",
        {"due": event.due},
        copy_to=event.leader_person,
        copy_post=event.leader_post,
        reply_working_days=refs.terms.whole(URGED, today),
    )


def finding_opines(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """督查发现问题 → 监督检查意见书 of the inspecting organ."""
    event: InspectionFound = fact.event
    return _letter(
        fact,
        "finding-opines",
        "inspection-opinion",
        event.inspecting_unit,
        event.unit,
        f"finding/{event.finding}",
        "关于督查发现问题的监督检查意见书",
        {"category": event.category, "found_on": event.found_on},
        reply_working_days=refs.terms.whole(WARNED, today),
    )


def veto_warns(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """一票否决状态为预警或者否决 → 预警通知书; 否决 → 督办函 as well (`veto_urges`)."""
    event: VetoStatusChanged = fact.event
    if event.status == "clear":
        return []
    return _veto_letter(fact, refs, today, "veto-warns", "warning-notice", "考核预警通知书")


def veto_urges(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    event: VetoStatusChanged = fact.event
    if event.status != "vetoed":
        return []
    return _veto_letter(fact, refs, today, "veto-urges", "urging-letter", "关于一票否决事项整改的督办函")


def _veto_letter(
    fact: Fact, refs: References, today: date, policy: Policy, instrument: Instrument, title: str
) -> Iterable[DraftNotice]:
    event: VetoStatusChanged = fact.event
    grounds = event.grounds
    score = "" if grounds.score is None else f"得分 {grounds.score}，"
    return _letter(
        fact,
        policy,
        instrument,
        issuer_over(refs.directory, event.unit, "coordinator", today),
        event.unit,
        f"veto/{event.scheme}/{event.unit}",
        title,
        {"score": score, "pass_line": grounds.pass_line, "basis": grounds.legal_basis},
        reply_working_days=refs.terms.whole(WARNED, today),
    )


def round_reports(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """一轮考核结束 → 体检报告单 to each unit that was scored."""
    event: UnitScored = fact.event
    return _letter(
        fact,
        "round-reports",
        "health-report",
        issuer_over(refs.directory, event.unit, "coordinator", today),
        event.unit,
        f"round/{event.scheme}/{event.kind}",
        "党风廉政建设责任制考核体检报告单",
        {
            "score": _beside(event.pass_line, event.score),
            "pass_line": event.pass_line,
            "standing": "达到" if event.score >= event.pass_line else "低于",
        },
    )


def _beside(line: Decimal, score: Decimal) -> str:
    """A score as papers show it, with two decimals; all of them where the two would not say on which side of the line it is."""
    shown = score.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{shown if (shown >= line) == (score >= line) else score.normalize():f}"


def decision_is_served(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """责任追究决定 → 送达 to the person and to the head of their unit, or to the head of the unit that it concerns."""
    event: PersonHeldAccountable | UnitHeldAccountable = fact.event
    head = refs.directory.leader(event.unit, today)
    person = event.person if isinstance(event, PersonHeldAccountable) else None
    months = refs.terms.whole("accountability-appeal-months", today)
    for addressee in dict.fromkeys(one for one in (person, head) if one is not None):
        yield from _letter(
            fact,
            "decision-is-served",
            "decision-service",
            event.decided_by,
            event.unit,
            f"decision/{event.decision}",
            "关于责任追究决定有关事项的通知",
            {"document": event.document, "decided_on": event.decided_on, "appeal_months": months},
            person=addressee,
        )


def decision_is_published(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """A 通报 only where that is the form decided."""
    event: PersonHeldAccountable | UnitHeldAccountable = fact.event
    if event.form != "circular":
        return []
    return _letter(
        fact,
        "decision-is-published",
        "circular",
        event.decided_by,
        event.unit,
        f"decision/{event.decision}",
        "关于责任追究情况的通报",
        {"document": event.document, "decided_on": event.decided_on},
    )


def decision_taken_back(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """变更、撤销责任追究决定 → a letter that says so to those on whom the decision was served."""
    event: AccountabilityChanged | AccountabilityRevoked = fact.event
    word = "变更" if isinstance(event, AccountabilityChanged) else "撤销"
    head = refs.directory.leader(event.unit, today)
    for addressee in dict.fromkeys(one for one in (event.person, head) if one is not None):
        yield from _letter(
            fact,
            "decision-taken-back",
            "decision-service",
            _acting_for(event.by, refs.directory) or issuer_over(refs.directory, event.unit, "committee", today),
            event.unit,
            f"decision/{event.decision}",
            f"关于{word}责任追究决定的通知",
            {"document": event.document, "served_on": event.served_on},
            person=addressee,
        )


def clock_reminds(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """办理期限 → 提醒 to the handler; overdue, or with no handler, to the supervisors too."""
    event: ClockReminded = fact.event
    supervisors = holders_over(refs.directory, event.unit, "case-supervisor", today)
    told = () if event.handler is None else (event.handler,)
    if event.stage == "overdue" or event.handler is None:
        told = (*told, *supervisors)
    for person in dict.fromkeys(told):
        yield from _letter(
            fact,
            "clock-reminds",
            "reminder",
            event.unit,
            event.unit,
            f"{event.kind}/{event.matter}",
            "办理期限提醒",
            {"due": event.due, "stage": "即将到期" if event.stage == "due-soon" else "已经逾期"},
            person=person,
        )


def unanswered_reminds(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """An answer is missing for the first time → 提醒 to the addressee."""
    event: NoticeUnanswered = fact.event
    if event.times != 1:
        return []
    return _letter(
        fact,
        "unanswered-reminds",
        "reminder",
        event.issuing_unit,
        event.unit,
        f"notice/{event.notice}",
        "逾期未答复提醒",
        {"title": event.title, "due": event.was_due},
        person=event.person,
    )


def unanswered_escalates(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """An answer is missing for the second time → 督办函 to the unit above, once; no organ writes official letters to itself
    (行文关系), so where that unit is the issuer its own people are reminded."""
    event: NoticeUnanswered = fact.event
    known = refs.directory.units.get(event.unit)
    if event.times != 2 or known is None or known.parent is None:
        return []
    ours = known.parent == event.issuing_unit
    return _letter(
        fact,
        "unanswered-escalates",
        "reminder" if ours else "urging-letter",
        event.issuing_unit,
        known.parent,
        f"notice/{event.notice}",
        "关于督促下级单位答复的函",
        {"title": event.title, "due": event.was_due, "below": known.name},
        reply_working_days=None if ours else refs.terms.whole(URGED, today),
    )


def webhook_ended(fact: Fact, refs: References, today: date) -> Iterable[DraftNotice]:
    """推送因接收方拒收或者连续失败停用 → 提醒 to the administrators of the unit; whoever ends it themselves knows."""
    event: WebhookDisabled = fact.event
    if event.why == "withdrawn":
        return
    why = "接收方声明不再接收（410）" if event.why == "gone" else f"连续{event.most}次推送失败"
    for person in holders_over(refs.directory, event.unit, "administrator", today):
        yield from _letter(
            fact,
            "webhook-ended",
            "reminder",
            event.unit,
            event.unit,
            f"webhook/{event.webhook}",
            "事件推送停用提醒",
            {"webhook": event.webhook, "why": why},
            person=person,
        )


POLICIES: tuple[Row, ...] = (
    Row("overdue-urges", (TaskFellOverdue,), overdue_urges),
    Row("finding-opines", (InspectionFound,), finding_opines),
    Row("veto-warns", (VetoStatusChanged,), veto_warns),
    Row("veto-urges", (VetoStatusChanged,), veto_urges),
    Row("round-reports", (UnitScored,), round_reports),
    Row("decision-is-served", (PersonHeldAccountable, UnitHeldAccountable), decision_is_served),
    Row("decision-is-published", (PersonHeldAccountable, UnitHeldAccountable), decision_is_published),
    Row("decision-taken-back", (AccountabilityChanged, AccountabilityRevoked), decision_taken_back),
    Row("clock-reminds", (ClockReminded,), clock_reminds),
    Row("unanswered-reminds", (NoticeUnanswered,), unanswered_reminds),
    Row("unanswered-escalates", (NoticeUnanswered,), unanswered_escalates),
    Row("webhook-ended", (WebhookDisabled,), webhook_ended),
)
"""The table. A task that is due in three working days is reminded of by a deadline (`views/due_tasks.py`)."""
