"""The score of a unit: from a scheme and the evidence to points, each on a line that names its fact. Pure.

Inside, numbers are fractions, since 104 of 113 has no last decimal. They become decimals at the end as a running
balance, always rounded down at the twelfth place: so the lines add up to the score exactly, and comparing the score
with a pass line gives what comparing the fractions would give (no line of a scheme has more than twelve places).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from services.assessment.events import Clause, Indicator, Line, Source
from services.assessment.evidence import Item
from services.assessment.schemes import Version
from services.complaints.events import Form
from services.intake.events import Category
from shared.domain import PublicText
from shared.weights import plain

PLACES = 12
"""Decimal places of a score."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is scored: items in log order, of which those count that occurred in the period (both days included).

    `days_until` fixes the days of what is still overdue as of that date, as closing a round does; None takes the days
    last counted.
    """

    period_from: date
    period_to: date
    items: tuple[Item, ...]
    days_until: date | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """`total` is exact to the twelfth place and the sum of the lines' points. Lines stand in the order of the tree."""

    total: Decimal
    lines: tuple[Line, ...]


def printed(score: Decimal) -> str:
    """The score as papers show it, with two decimals; never to be compared: 79.995 prints as 80.00 and is below 80."""
    return str(score.quantize(Decimal("0.01"), ROUND_HALF_UP))


def year_of(version: Version) -> tuple[date, date]:
    """The first and the last day of the scheme's year."""
    return date(version.year, 1, 1), date(version.year, 12, 31)


def standing(version: Version, items: tuple[Item, ...]) -> Score:
    """The live score: all evidence of the year so far."""
    return score(version, Evidence(*year_of(version), items))


def score(version: Version, evidence: Evidence) -> Score:
    """The unit's score under a version of a scheme, and why."""
    leaves = [
        _Leaf(indicator, indicator.source, indicator.clause, share)
        for indicator, share in leaves_of(version.provisions.indicators)
        if indicator.source is not None and indicator.clause is not None
    ]
    results = [(leaf, _result(leaf, version, evidence)) for leaf in leaves]
    left_out = sum((leaf.full for leaf, result in results if result is None), Fraction(0))
    scale = Fraction(100) / (100 - left_out) if left_out < 100 else Fraction(1)
    drafts: list[_Draft] = []
    for leaf, result in results:
        if result is None:
            drafts.append(
                _opening(
                    leaf, version, Fraction(0), Fraction(0), "无计分依据，按办法不计该项，权重由其他指标按比例承担"
                )
            )
        else:
            drafts.extend(replace(d, points=d.points * scale, lost=d.lost * scale) for d in result)
    return _balanced(drafts)


def leaves_of(indicators: Sequence[Indicator], parent: str | None = None) -> Iterable[tuple[Indicator, Fraction]]:
    """The leaves in tree order, each with its full marks: 100 times the weights along its path."""
    return _leaves_below(indicators, parent, Fraction(100))


def _leaves_below(
    indicators: Sequence[Indicator], parent: str | None, marks: Fraction
) -> Iterable[tuple[Indicator, Fraction]]:
    for indicator in indicators:
        if indicator.parent == parent:
            share = marks * Fraction(indicator.weight) / 100
            if indicator.source is not None:
                yield indicator, share
            else:
                yield from _leaves_below(indicators, indicator.code, share)


# --- leaves -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Leaf:
    indicator: Indicator
    source: Source
    clause: Clause
    full: Fraction


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line before it is balanced; `item` None: the leaf's opening line."""

    leaf: _Leaf
    version: Version
    item: Item | None
    points: Fraction
    lost: Fraction
    demanded: Decimal | None
    why: str


@dataclass(frozen=True, slots=True)
class _Window:
    """The days that count for a leaf, both included, and the day as of which open days are fixed."""

    first: date
    last: date
    days_until: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self, due: date, until: date, still_open: bool) -> int:
        """Calendar days overdue within the window; what is still open runs to the day at which days are fixed."""
        if still_open and self.days_until is not None:
            until = self.days_until
        before = due if due >= self.first else date.fromordinal(self.first.toordinal() - 1)
        return max((min(until, self.last) - before).days, 0)


def _result(leaf: _Leaf, version: Version, evidence: Evidence) -> list[_Draft] | None:
    """The leaf's lines; None when it is left out."""
    window = _window(leaf.source, version, evidence)
    items = tuple(
        i for i in evidence.items if evidence.period_from <= i.occurred <= min(evidence.period_to, window.last)
    )
    match leaf.source.kind:
        case "on-time-completion":
            drafts = _on_time(leaf, version, _tasks(items), window)
        case "overdue-days":
            drafts = _overdue_days(leaf, version, _tasks(items), window)
        case "findings":
            drafts = _findings(leaf, version, items, window)
        case "rectification":
            drafts = _rectification(leaf, version, items, window)
        case "accountability":
            drafts = _accountability(leaf, version, items, window)
        case "substantiated-complaints":
            drafts = _complaints(leaf, version, items, window)
    if drafts:
        return drafts
    match leaf.source.missing:
        case "full":
            return [_opening(leaf, version, leaf.full, Fraction(0), "无计分依据，按办法得满分")]
        case "zero":
            return [_opening(leaf, version, Fraction(0), leaf.full, "无计分依据，按办法不得分")]
        case "left-out":
            return None


def _window(source: Source, version: Version, evidence: Evidence) -> _Window:
    first, last = evidence.period_from, evidence.period_to
    if source.from_month is not None:
        first = max(first, date(version.year, source.from_month, 1))
    if source.to_month is not None:
        last = min(last, date(version.year, source.to_month, monthrange(version.year, source.to_month)[1]))
    return _Window(first, last, evidence.days_until)


def _opening(leaf: _Leaf, version: Version, points: Fraction, lost: Fraction, why: str) -> _Draft:
    return _Draft(leaf, version, None, points, lost, None, why)


def _on_time(leaf: _Leaf, version: Version, tasks: Iterable[_Task], window: _Window) -> list[_Draft]:
    """按时办结: each task whose outcome is known in the window bears an equal share of the full marks.

    A task that was due before the window had its outcome then: that it was late.
    """
    decided = sorted(
        (t for t in tasks if t.outcome is not None and window.holds(t.since.occurred) and t.due >= window.first),
        key=lambda task: _turn(task.since),
    )
    share = leaf.full / len(decided) if decided else Fraction(0)
    drafts = []
    for task in decided:
        if task.outcome == "in-time":
            drafts.append(_Draft(leaf, version, task.since, share, Fraction(0), None, "按时办结"))
        else:
            drafts.append(_Draft(leaf, version, task.since, Fraction(0), share, None, "未按时办结"))
    return drafts


def _overdue_days(leaf: _Leaf, version: Version, tasks: Iterable[_Task], window: _Window) -> list[_Draft]:
    """逾期天数: nothing to score from as long as no task has an outcome in the window."""
    per_day = leaf.source.per_day or Decimal(0)
    known = False
    demands: list[_Demand] = []
    for task in tasks:
        if task.outcome is None:
            continue
        days = window.days(task.due, task.until, task.outcome == "open") if task.outcome != "in-time" else 0
        known = known or days > 0 or window.holds(task.latest.occurred)
        if days > 0:
            demands.append(_Demand(task.latest, per_day * days, f"逾期{days}日，每日扣{plain(per_day)}分"))
    return _deducted(leaf, version, demands) if known else []


def _findings(leaf: _Leaf, version: Version, items: Iterable[Item], window: _Window) -> list[_Draft]:
    points = {each.severity: each.points for each in leaf.source.per_severity}
    demands = [
        _Demand(
            item,
            points[item.severity],
            f"督查发现{SEVERITY_NAMES[item.severity]}问题，扣{plain(points[item.severity])}分",
        )
        for item in items
        if item.kind == "inspection-found" and item.severity in points and window.holds(item.occurred)
    ]
    return _deducted(leaf, version, demands) if demands else []


SEVERITY_NAMES = {"minor": "轻微", "ordinary": "一般", "serious": "严重"}


def _rectification(leaf: _Leaf, version: Version, items: Iterable[Item], window: _Window) -> list[_Draft]:
    """整改时效: late is what was reported after its time limit, or is not reported though the limit has passed."""
    per_case = leaf.source.per_case or Decimal(0)
    per_day = leaf.source.per_day or Decimal(0)
    per_return = leaf.source.per_return or Decimal(0)
    cases = _cases(items)
    demands: list[_Demand] = []
    for case in cases:
        days = sum(window.days(e.due, e.until or e.due, e.still_open) for e in case.episodes)
        if days > 0:
            demands.append(_Demand(case.late_item(), per_case + per_day * days, f"整改逾期{days}日"))
        demands.extend(
            _Demand(back, per_return, "整改被退回")
            for back in case.returns
            if per_return and window.holds(back.occurred)
        )
    counts = any(window.holds(case.latest.occurred) for case in cases)
    return _deducted(leaf, version, demands) if demands or counts else []


FORM_NAMES: dict[Form, str] = {
    "written-inspection": "检查",
    "circular": "通报",
    "reorganisation": "改组",
    "admonition": "诫勉",
    "organisational-measure": "组织调整或者组织处理",
    "disciplinary-action": "纪律处分",
}
CATEGORY_NAMES: dict[Category, str] = {"suggestion": "建议意见", "accusation": "检举控告", "redress": "申诉求决"}


def _accountability(leaf: _Leaf, version: Version, items: Iterable[Item], window: _Window) -> list[_Draft]:
    """责任追究: each decision in effect costs by the form in which it now reads; a revoked one was never made."""
    points = {each.form: each.points for each in leaf.source.per_form}
    now: dict[str, Item | None] = {}
    for item in items:
        if item.kind in ("accountability-served", "accountability-changed") and window.holds(item.occurred):
            now[item.subject] = item
        elif item.kind == "accountability-revoked":
            now[item.subject] = None
    demands = [
        _Demand(item, points[item.form], f"责任追究（{FORM_NAMES[item.form]}），扣{plain(points[item.form])}分")
        for item in now.values()
        if item is not None and item.form in points
    ]
    return _deducted(leaf, version, demands) if demands else []


def _complaints(leaf: _Leaf, version: Version, items: Iterable[Item], window: _Window) -> list[_Draft]:
    """信访举报查实: by class and count, of each half-year that ended in the window."""
    points = {each.category: each.points for each in leaf.source.per_category}
    demands = [
        _Demand(
            item,
            points[item.category] * item.count,
            f"查实{CATEGORY_NAMES[item.category]}{item.count}件，每件扣{plain(points[item.category])}分",
        )
        for item in items
        if item.category in points and item.count is not None and window.holds(item.occurred)
    ]
    return _deducted(leaf, version, demands) if demands else []


@dataclass(frozen=True, slots=True)
class _Demand:
    """What the clause asks to deduct for one fact."""

    item: Item
    points: Decimal
    why: str


def _turn(item: Item) -> tuple[date, str, str, int]:
    """When a fact's turn comes among the lines of a leaf: by its day, then by what it is about.

    Not by when it was learned: which of two independent facts of a day came first is chance, and nobody's line, cap or
    last decimal may depend on it. Facts about one thing from one source stand in that source's order.
    """
    return item.occurred, item.subject, item.source, item.position


def _deducted(leaf: _Leaf, version: Version, demands: Sequence[_Demand]) -> list[_Draft]:
    """Full marks less what the facts cost, each in its turn, until nothing is left (扣完为止)."""
    cap = leaf.source.cap
    left = leaf.full if cap is None else min(leaf.full, Fraction(cap))
    drafts = [_opening(leaf, version, leaf.full, Fraction(0), "满分")]
    for demand in sorted(demands, key=lambda d: _turn(d.item)):
        taken = min(left, Fraction(demand.points))
        left -= taken
        why = demand.why if taken == demand.points else f"{demand.why}（已扣至该项上限）"
        drafts.append(_Draft(leaf, version, demand.item, -taken, taken, demand.points, why))
    return drafts


# --- tasks and rectifications as the items tell them ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Task:
    """A task with what is known of its outcome.

    `outcome` None: not known yet, cancelled or resting; `open`: overdue and not claimed; `late`: claimed or accepted
    late; `in-time`. `since` is the item that made the outcome known, `latest` the one that last counted its days.
    """

    outcome: Literal["open", "late", "in-time"] | None
    due: date
    until: date
    since: Item
    latest: Item


@dataclass(slots=True)
class _Tracking:
    """The items of one task, followed in order."""

    due: date | None = None
    overdue: Item | None = None
    counted: Item | None = None
    claim: Item | None = None
    accepted: Item | None = None
    resting: bool = False
    cancelled: bool = False
    handed_over: Item | None = None

    def follow(self, item: Item) -> None:
        match item.kind:
            case "task-fell-overdue":
                self._overdue(item)
            case "overdue-days-counted":
                if self.overdue is None or self.overdue.due != item.due:
                    self._overdue(item)
                self.counted = item
            case "completion-claimed":
                self.claim = item
            case "completion-returned":
                self.claim = None
            case "completion-accepted":
                self.accepted = item
            case "time-limit-changed":
                self._limit(item)
            case "task-suspended":
                self.resting = True
            case "task-resumed":
                self.resting = False
                self._limit(item)
            case "task-cancelled":
                self.cancelled = True
            case "task-handed-over":
                self.handed_over = item

    def _overdue(self, item: Item) -> None:
        self.handed_over = None  # it came back, and fell overdue here again
        self.overdue = self.counted = item

    def _limit(self, item: Item) -> None:
        """Another time limit: what was overdue by the old one no longer is; the ledger says when the new one passes."""
        if self.overdue is not None and self.overdue.due != item.due:
            self.overdue = self.counted = None

    def task(self) -> _Task | None:
        if self.cancelled:
            return None
        if self.accepted is not None and self.accepted.due is not None and self.accepted.until is not None:
            late = self.accepted.until > self.accepted.due
            since = self.overdue if late and self.overdue is not None else self.accepted
            return _Task("late" if late else "in-time", self.accepted.due, self.accepted.until, since, self.accepted)
        if self.handed_over is not None and self.overdue is not None and self.overdue.due is not None:
            # What fell overdue here stays here, with the days up to the hand-over.
            until = self.handed_over.until or self.overdue.due
            return _Task("late", self.overdue.due, until, self.overdue, self.handed_over)
        if self.resting or self.overdue is None or self.counted is None or self.overdue.due is None:
            return None
        if self.claim is not None and self.claim.until is not None and self.claim.until > self.overdue.due:
            return _Task("late", self.overdue.due, self.claim.until, self.overdue, self.claim)
        until = self.counted.until or self.overdue.due
        return _Task("open", self.overdue.due, until, self.overdue, self.counted)


def _tasks(items: Iterable[Item]) -> list[_Task]:
    tracked: dict[str, _Tracking] = {}
    for item in items:
        if item.subject.startswith("task/"):
            tracked.setdefault(item.subject, _Tracking()).follow(item)
    return [task for tracking in tracked.values() if (task := tracking.task()) is not None]


@dataclass(frozen=True, slots=True)
class _Episode:
    """One order to put a finding right, from its time limit to the report; `until` the report or the last counted day."""

    due: date
    until: date | None
    still_open: bool
    item: Item


@dataclass(slots=True)
class _Case:
    """The rectification of one finding, followed in order."""

    episodes: list[_Episode] = field(default_factory=list)
    returns: list[Item] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def latest(self) -> Item:
        return self.items[-1]

    def follow(self, item: Item) -> None:
        if item.kind == "inspection-found" or item.due is None:
            return
        self.items.append(item)
        match item.kind:
            case "rectification-ordered":
                self.episodes.append(_Episode(item.due, None, True, item))
            case "rectification-returned":
                self.returns.append(item)
                self.episodes.append(_Episode(item.due, None, True, item))
            case "overdue-days-counted" if not self.episodes:
                self.episodes.append(_Episode(item.due, item.until, True, item))
            case "overdue-days-counted" if self.episodes[-1].still_open and self.episodes[-1].due == item.due:
                self.episodes[-1] = _Episode(item.due, item.until, True, item)
            case "rectification-reported":
                self._end(_Episode(item.due, item.until, False, item))
            case "rectification-verified" if not self.episodes:
                self._end(_Episode(item.due, item.until, False, item))

    def _end(self, episode: _Episode) -> None:
        if self.episodes and self.episodes[-1].still_open:
            self.episodes[-1] = episode
        else:
            self.episodes.append(episode)

    def late_item(self) -> Item:
        """The fact that counted the days of the last episode that has any; of an open one without count, its order."""
        counted = [e for e in self.episodes if e.still_open or (e.until is not None and e.until > e.due)]
        return (counted or self.episodes)[-1].item


def _cases(items: Iterable[Item]) -> list[_Case]:
    cases: dict[str, _Case] = {}
    for item in items:
        if item.subject.startswith("finding/"):
            cases.setdefault(item.subject, _Case()).follow(item)
    return [case for case in cases.values() if case.items]


# --- from fractions to decimals -----------------------------------------------------------------------------------


def _balanced(drafts: Sequence[_Draft]) -> Score:
    """Lines as differences of the running balance: points rounded down, losses up, so that they mirror each other."""
    lines = []
    gained = lost = Fraction(0)
    written = written_lost = Decimal(0)
    for draft in drafts:
        gained += draft.points
        lost += draft.lost
        balance, balance_lost = _down(gained), -_down(-lost)
        lines.append(_line(draft, plain(balance - written), plain(balance_lost - written_lost)))
        written, written_lost = balance, balance_lost
    return Score(plain(written), tuple(lines))


def _down(number: Fraction) -> Decimal:
    return Decimal(number.numerator * 10**PLACES // number.denominator).scaleb(-PLACES)


def _line(draft: _Draft, points: Decimal, lost: Decimal) -> Line:
    item = draft.item
    origin = draft.version.origin
    return Line(
        leaf=draft.leaf.indicator.code,
        points=points,
        lost=lost,
        demanded=draft.demanded,
        why=PublicText(draft.why),
        clause=draft.leaf.clause,
        event=item.event if item else origin.event,
        type=item.type if item else origin.type,
        subject=item.subject if item else origin.stream,
        position=item.position if item else origin.position,
        source=item.source if item else origin.source,
        source_seq=item.source_seq if item else origin.source_seq,
        recorded_by=item.recorded_by if item else origin.recorded_by,
        occurred=item.occurred if item else origin.occurred,
    )
