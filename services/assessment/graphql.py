"""The federated subgraph: types over the questions of `views`, each of which resolves its own key.

An identity of several parts is written with bars, such as `2026|<unit>`. Every field asks the same question as REST
and so under the same permission; what may not be seen is null. So is a unit that the ledger cannot tell of just now:
the rest of the answer stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast, get_args

import strawberry
from strawberry import ID, federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from services.assessment import events, views
from services.assessment.views.evidence import LateEvidence, LateEvidenceOf, spreads_by_key
from services.assessment.views.round import (
    ExplainedRoundScore,
    RoundRow,
    RoundScore,
    RoundScoresOf,
    RoundsOf,
    round_scores_by_key,
    rounds_by_key,
)
from services.assessment.views.scheme import SchemeRow, SchemesOf, schemes_by_id
from services.assessment.views.standing import Standing, StandingsOf, standings_by_key
from services.assessment.views.trigger import TriggerAnswer, TriggersOf, triggers_by_id
from services.assessment.views.unit import seen_units
from services.assessment.views.veto import VetoesOf, VetoRow, VetoStep, vetoes_by_key, vetoes_of_units
from shared.domain import UnitId
from shared.web.graphql import Connection, Context, Position, ask, connected, load, nothing

Info = strawberry.Info[Context, None]
F = TypeVar("F", bound=Callable[..., Any])


def field(description: str) -> Callable[[F], F]:
    """A resolver with its description; Strawberry's own decorator says nothing of types once it has arguments."""
    return cast(Callable[[F], F], strawberry.field(description=description))


_BAR = "|"
_ELSEWHERE = Key(fields=FieldSet("id"), resolvable=False)
"""The key of what is named here and told of by its owner."""


def _parts(id: str, count: int) -> list[str] | None:
    """The parts of an identity; None when it is none of ours."""
    parts = id.split(_BAR, count - 1)
    return parts if len(parts) == count and all(parts) else None


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None


# --- unit -------------------------------------------------------------------------------------------------------


@federation.type(name="Unit", keys=["id"], description="单位。A unit of the organisation.")
class UnitType:
    id: ID

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> UnitType | None:
        return cls(id=id) if await load(info, seen_units, str(id)) else None

    @field("某年度的考核得分。The unit's standing in a year; by default this year's.")
    async def standing(self, info: Info, year: int | None = None) -> StandingType | None:
        of = year if year is not None else info.context.reading.moment.today.year
        return await _standing(info, of, UnitId(str(self.id)))

    @field("一票否决状态。Under every scheme under which the unit was ever anything but clear.")
    async def vetoes(self, info: Info) -> list[VetoType]:
        found = await load(info, vetoes_of_units, str(self.id), views.LIST_VETOES)
        return [_veto_type(row) for row in found or ()]


# --- of the ledger ----------------------------------------------------------------------------------------------


@federation.type(name="Task", keys=[_ELSEWHERE], description="任务。A task as it stands today.")
class TaskType:
    id: ID


@federation.type(name="Finding", keys=[_ELSEWHERE], description="问题及其整改。")
class FindingType:
    id: ID


@federation.type(
    name="Person",
    keys=[_ELSEWHERE],
    description="人员。A person, known to other services by pseudonym alone.",
)
class PersonType:
    id: ID


# --- lines ------------------------------------------------------------------------------------------------------


@strawberry.type(name="Clause", description="条款。What the scheme itself says.")
class ClauseType:
    number: str
    text: str


@federation.type(
    name="Line",
    keys=["id"],
    description="得分明细。One point gained or lost, with its fact, its clause and who recorded it.",
)
class LineType:
    id: ID
    leaf: str
    points: Decimal = strawberry.field(description="Added up over all lines, exactly the score.")
    lost: Decimal
    demanded: Decimal | None = strawberry.field(description="What the clause asks for, before the leaf's cap.")
    why: str
    clause: ClauseType
    event: ID
    type: str
    subject: str
    position: Position
    source: str
    source_seq: Position | None
    recorded_by: ID
    occurred: date
    task: TaskType | None = strawberry.field(description="依据所属任务。The task that the fact is about, if it is.")
    finding: FindingType | None = strawberry.field(description="依据所属问题。The finding that it is about, if it is.")
    recorder: PersonType | None = strawberry.field(description="记录人。Null where the system recorded it.")

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> LineType | None:
        """Lines are found again among those of their standing or round score."""
        parent = str(id).rsplit(_BAR, 3)[0]
        parts = parent.split(_BAR)
        lines: Sequence[events.Line] = ()
        if len(parts) == 2 and (year := _year(parts[0])) is not None:
            standing = await load(info, standings_by_key, (year, parts[1]), views.ONE_STANDING)
            lines = standing.lines if standing else ()
        elif len(parts) == 3:
            score = await load(info, round_scores_by_key, (parts[0], parts[1], parts[2]), views.ONE_ROUND_SCORE)
            lines = score.lines if score else ()
        return next((line for line in _line_types(parent, lines) if line.id == id), None)


def _line_types(parent: str, lines: Sequence[events.Line]) -> list[LineType]:
    """A line's identity: its parent's, position of the fact, leaf, and which of several of that leaf and fact."""
    seen: Counter[tuple[int, str]] = Counter()
    made = []
    for line in lines:
        seen[line.position, line.leaf] += 1
        number = seen[line.position, line.leaf]
        of, _, about = line.subject.partition("/")
        made.append(
            LineType(
                id=ID(_BAR.join((parent, str(line.position), line.leaf.replace(_BAR, "/"), str(number)))),
                leaf=line.leaf,
                points=line.points,
                lost=line.lost,
                demanded=line.demanded,
                why=line.why,
                clause=ClauseType(number=line.clause.number, text=line.clause.text),
                event=ID(line.event),
                type=line.type,
                subject=line.subject,
                position=Position(line.position),
                source=line.source,
                source_seq=Position(line.source_seq) if line.source_seq is not None else None,
                recorded_by=ID(line.recorded_by),
                occurred=line.occurred,
                task=TaskType(id=ID(about)) if of == "task" else None,
                finding=FindingType(id=ID(about)) if of == "finding" else None,
                recorder=None if line.recorded_by.startswith("system/") else PersonType(id=ID(line.recorded_by)),
            )
        )
    return made


# --- standing ---------------------------------------------------------------------------------------------------


@strawberry.type(name="EvidenceCount", description="某月某类依据的数量。How many facts of a kind occurred in a month.")
class EvidenceCountType:
    month: int
    kind: str
    count: int


@federation.type(name="Standing", keys=["id"], description="考核得分（实时）。A unit's live standing in a year.")
class StandingType:
    id: ID
    year: int
    unit_id: ID
    unit: UnitType | None
    unit_code: str
    unit_name: str
    scheme_id: ID
    scheme_version: int
    score: Decimal = strawberry.field(description="Exact.")
    printed: str = strawberry.field(description="With two decimals, as papers show it; not to be compared.")
    pass_line: Decimal
    below: bool = strawberry.field(description="Whether the exact score is below the pass line.")
    veto: str = strawberry.field(description="clear, at-risk or vetoed.")
    position: Position
    incomplete_since: Position | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> StandingType | None:
        parts = _parts(str(id), 2)
        year = _year(parts[0]) if parts else None
        return await _standing(info, year, UnitId(parts[1])) if parts and year is not None else None

    @field("考核办法。The scheme under which the unit is assessed.")
    async def scheme(self, info: Info) -> SchemeType | None:
        return await _scheme(info, str(self.scheme_id))

    @field("得分明细。Every point gained or lost.")
    async def lines(self, info: Info) -> list[LineType]:
        found = await load(info, standings_by_key, (self.year, str(self.unit_id)), views.ONE_STANDING)
        return _line_types(str(self.id), found.lines) if found else []

    @field("依据按月、按类的分布。How the evidence spreads over the year and by kind.")
    async def evidence(self, info: Info) -> list[EvidenceCountType]:
        found = await load(info, spreads_by_key, (self.year, str(self.unit_id)), views.SPREAD)
        cells = found.cells if found else ()
        return [EvidenceCountType(month=cell.month, kind=cell.kind, count=cell.count) for cell in cells]


def _standing_type(found: Standing) -> StandingType:
    return StandingType(
        id=ID(f"{found.year}{_BAR}{found.unit}"),
        year=found.year,
        unit_id=ID(found.unit),
        unit=UnitType(id=ID(found.unit)),
        unit_code=found.unit_code,
        unit_name=found.unit_name,
        scheme_id=ID(found.scheme),
        scheme_version=found.scheme_version,
        score=found.score,
        printed=found.printed,
        pass_line=found.pass_line,
        below=found.below,
        veto=found.veto,
        position=Position(found.position),
        incomplete_since=Position(found.incomplete_since) if found.incomplete_since is not None else None,
    )


async def _standing(info: Info, year: int, unit: UnitId) -> StandingType | None:
    found = await load(info, standings_by_key, (year, str(unit)), views.ONE_STANDING)
    return _standing_type(found.standing) if found else None


# --- scheme -----------------------------------------------------------------------------------------------------


@strawberry.type(name="FormPoints", description="按追究方式扣分。")
class FormPointsType:
    form: str
    points: Decimal


@strawberry.type(name="CategoryPoints", description="按信访类别扣分。")
class CategoryPointsType:
    category: str
    points: Decimal


@strawberry.type(name="SeverityPoints", description="每个问题按严重程度的扣分。")
class SeverityPointsType:
    severity: str
    points: Decimal


@strawberry.type(name="IndicatorSource", description="计分依据。What a leaf is scored from, and how.")
class SourceType:
    kind: str
    missing: str
    per_day: Decimal | None
    per_case: Decimal | None
    per_return: Decimal | None
    per_severity: list[SeverityPointsType]
    per_form: list[FormPointsType]
    per_category: list[CategoryPointsType]
    cap: Decimal | None
    from_month: int | None
    to_month: int | None


@strawberry.type(name="Indicator", description="指标。A node of the scheme's tree; weight in per cent of its parent.")
class IndicatorType:
    code: str
    parent: str | None
    name: str
    weight: Decimal
    source: SourceType | None
    clause: ClauseType | None


@strawberry.type(name="TriggerRule", description="否决情形。What vetoes whatever the score.")
class TriggerRuleType:
    code: str
    text: str
    legal_basis: str
    by_served_decision: bool


@strawberry.type(name="SchemeVersion", description="考核办法的一个版本。A version, and why it was made.")
class SchemeVersionType:
    version: int
    occurred: date
    reason: str | None


@federation.type(name="Scheme", keys=["id"], description="考核办法。")
class SchemeType:
    id: ID
    division_id: ID
    year: int
    units: str = strawberry.field(description="考核对象。The class of comparable units, by name.")
    levels: list[str]
    kinds: list[str]
    status: str
    version: int
    title: str
    pass_line: Decimal
    veto_timing: str
    veto_basis: str
    ranking: bool
    indicators: list[IndicatorType]
    triggers: list[TriggerRuleType]
    versions: list[SchemeVersionType]
    document: str | None
    adopted_on: date | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> SchemeType | None:
        return await _scheme(info, str(id))

    @field("所属地区。Null where the asker, who is assessed under the scheme, does not see it.")
    async def division(self, info: Info) -> UnitType | None:
        return await UnitType.resolve_reference(info, self.division_id)

    @field("考核轮次。The rounds held under the scheme.")
    async def rounds(self, info: Info) -> list[RoundType]:
        page = await ask(info, views.LIST_ROUNDS, RoundsOf(scheme=events.SchemeId(str(self.id))))
        return [_round_type(row) for row in page.items] if page else []


def _scheme_type(row: SchemeRow) -> SchemeType:
    provisions = row.provisions
    return SchemeType(
        id=ID(row.scheme),
        division_id=ID(row.unit),
        year=row.year,
        units=row.units.name,
        levels=list(row.units.levels),
        kinds=list(row.units.kinds),
        status=row.status,
        version=row.version,
        title=row.title,
        pass_line=provisions.pass_line,
        veto_timing=provisions.veto_timing,
        veto_basis=provisions.veto_basis,
        ranking=provisions.ranking,
        indicators=[_indicator_type(indicator) for indicator in provisions.indicators],
        triggers=[
            TriggerRuleType(
                code=rule.code,
                text=rule.text,
                legal_basis=rule.legal_basis,
                by_served_decision=rule.by_served_decision,
            )
            for rule in provisions.triggers
        ],
        versions=[SchemeVersionType(version=v.version, occurred=v.occurred, reason=v.reason) for v in row.versions],
        document=row.document,
        adopted_on=row.adopted_on,
    )


def _indicator_type(indicator: events.Indicator) -> IndicatorType:
    source, clause = indicator.source, indicator.clause
    return IndicatorType(
        code=indicator.code,
        parent=indicator.parent,
        name=indicator.name,
        weight=indicator.weight,
        source=SourceType(
            kind=source.kind,
            missing=source.missing,
            per_day=source.per_day,
            per_case=source.per_case,
            per_return=source.per_return,
            per_severity=[SeverityPointsType(severity=s.severity, points=s.points) for s in source.per_severity],
            per_form=[FormPointsType(form=f.form, points=f.points) for f in source.per_form],
            per_category=[CategoryPointsType(category=c.category, points=c.points) for c in source.per_category],
            cap=source.cap,
            from_month=source.from_month,
            to_month=source.to_month,
        )
        if source
        else None,
        clause=ClauseType(number=clause.number, text=clause.text) if clause else None,
    )


async def _scheme(info: Info, id: str) -> SchemeType | None:
    found = await load(info, schemes_by_id, id, views.ONE_SCHEME)
    return _scheme_type(found) if found else None


# --- round ------------------------------------------------------------------------------------------------------


def _round_kind(word: str) -> events.RoundKind | None:
    return next((kind for kind in get_args(events.RoundKind) if kind == word), None)


@federation.type(name="RoundScore", keys=["id"], description="一轮考核的得分。A unit's score in a closed round.")
class RoundScoreType:
    id: ID
    unit: UnitType | None
    unit_code: str
    unit_name: str
    scheme_version: int
    score: Decimal
    printed: str
    pass_line: Decimal
    below: bool
    rank: int | None = strawberry.field(description="1, 2, 2, 4; null unless the scheme shows ranks.")
    position: Position

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> RoundScoreType | None:
        found = await _round_score(info, str(id))
        return _round_score_type(found.score) if found else None

    @field("得分明细。Every point gained or lost.")
    async def lines(self, info: Info) -> list[LineType]:
        found = await _round_score(info, str(self.id))
        return _line_types(str(self.id), found.lines) if found else []


@strawberry.type(
    name="LateEvidence", description="迟到的依据。A fact of the period, learned after the round was closed."
)
class LateEvidenceType:
    position: Position
    closed_at: Position
    unit: UnitType | None
    kind: str
    subject: str
    occurred: date
    severity: str | None
    event: ID
    recorded_by: ID


@federation.type(name="Round", keys=["id"], description="考核轮次。A round of assessment, mid-year or year-end.")
class RoundType:
    id: ID
    scheme_id: ID
    kind: str
    period_from: date
    period_to: date
    opened_on: date
    closed_on: date | None
    scheme_version: int | None
    position: Position | None
    days_until: date | None
    unit_count: int | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> RoundType | None:
        parts = _parts(str(id), 2)
        return await _round(info, parts[0], parts[1]) if parts else None

    @field("各单位得分。The scores, in the order of the list of units.")
    async def scores(self, info: Info, first: int = 50, after: str | None = None) -> Connection[RoundScoreType]:
        kind = _round_kind(self.kind)
        if kind is None:
            return nothing()
        params = RoundScoresOf(events.SchemeId(str(self.scheme_id)), kind, first, after)
        page = await ask(info, views.LIST_ROUND_SCORES, params)
        return connected(page, _round_score_type, after)

    @field("迟到的依据。What was learned too late for the round.")
    async def late_evidence(
        self, info: Info, first: int = 50, after: str | None = None
    ) -> Connection[LateEvidenceType]:
        kind = _round_kind(self.kind)
        if kind is None:
            return nothing()
        params = LateEvidenceOf(events.SchemeId(str(self.scheme_id)), kind, first, after)
        page = await ask(info, views.LATE_EVIDENCE, params)
        return connected(page, _late_type, after)


def _round_type(row: RoundRow) -> RoundType:
    return RoundType(
        id=ID(f"{row.scheme}{_BAR}{row.kind}"),
        scheme_id=ID(row.scheme),
        kind=row.kind,
        period_from=row.period_from,
        period_to=row.period_to,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        scheme_version=row.scheme_version,
        position=Position(row.position) if row.position is not None else None,
        days_until=row.days_until,
        unit_count=row.units,
    )


def _round_score_type(found: RoundScore) -> RoundScoreType:
    return RoundScoreType(
        id=ID(_BAR.join((found.scheme, found.kind, found.unit))),
        unit=UnitType(id=ID(found.unit)),
        unit_code=found.unit_code,
        unit_name=found.unit_name,
        scheme_version=found.scheme_version,
        score=found.score,
        printed=found.printed,
        pass_line=found.pass_line,
        below=found.below,
        rank=found.rank,
        position=Position(found.position),
    )


def _late_type(found: LateEvidence) -> LateEvidenceType:
    return LateEvidenceType(
        position=Position(found.position),
        closed_at=Position(found.closed_at),
        unit=UnitType(id=ID(found.unit)),
        kind=found.kind,
        subject=found.subject,
        occurred=found.occurred,
        severity=found.severity,
        event=ID(found.event),
        recorded_by=ID(found.recorded_by),
    )


async def _round(info: Info, scheme: str, kind: str) -> RoundType | None:
    found = await load(info, rounds_by_key, (scheme, kind), views.ONE_ROUND)
    return _round_type(found) if found else None


async def _round_score(info: Info, id: str) -> ExplainedRoundScore | None:
    parts = _parts(id, 3)
    if parts is None:
        return None
    return await load(info, round_scores_by_key, (parts[0], parts[1], parts[2]), views.ONE_ROUND_SCORE)


# --- veto and trigger -------------------------------------------------------------------------------------------


@strawberry.type(name="VetoGrounds", description="否决依据。What a status rests on; enough to reckon it again.")
class GroundsType:
    id: ID
    kind: str
    scheme_version: int
    score: Decimal | None
    pass_line: Decimal
    position: Position
    feed_seq: Position
    legal_basis: str
    round: str | None
    trigger: ID | None
    lifted: list[str]


@strawberry.type(name="VetoStep", description="状态变化的一步。One step in the history of a veto status.")
class VetoStepType:
    kind: str
    was: str
    status: str
    occurred: date
    grounds: GroundsType | None
    lifted: list[str]
    cause: str | None
    reason: str | None
    document: str | None
    by: ID
    event: ID
    position: Position


@federation.type(name="Veto", keys=["id"], description="一票否决状态。A unit's veto status under a scheme.")
class VetoType:
    id: ID
    scheme_id: ID
    unit: UnitType | None
    status: str
    since: date
    standing: list[GroundsType] = strawberry.field(description="The grounds of the veto as it stands.")
    history: list[VetoStepType]

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> VetoType | None:
        parts = _parts(str(id), 2)
        return await _veto(info, parts[0], parts[1]) if parts else None


def _grounds_type(grounds: events.Grounds) -> GroundsType:
    return GroundsType(
        id=ID(grounds.id),
        kind=grounds.kind,
        scheme_version=grounds.scheme_version,
        score=grounds.score,
        pass_line=grounds.pass_line,
        position=Position(grounds.position),
        feed_seq=Position(grounds.feed_seq),
        legal_basis=grounds.legal_basis,
        round=grounds.round,
        trigger=ID(grounds.trigger) if grounds.trigger is not None else None,
        lifted=list(grounds.lifted),
    )


def _step_type(step: VetoStep) -> VetoStepType:
    return VetoStepType(
        kind=step.kind,
        was=step.was,
        status=step.status,
        occurred=step.occurred,
        grounds=_grounds_type(step.grounds) if step.grounds else None,
        lifted=list(step.lifted),
        cause=step.cause,
        reason=step.reason,
        document=step.document,
        by=ID(step.by),
        event=ID(step.event),
        position=Position(step.position),
    )


def _veto_type(row: VetoRow) -> VetoType:
    return VetoType(
        id=ID(f"{row.scheme}{_BAR}{row.unit}"),
        scheme_id=ID(row.scheme),
        unit=UnitType(id=ID(row.unit)),
        status=row.status,
        since=row.since,
        standing=[_grounds_type(grounds) for grounds in row.standing],
        history=[_step_type(step) for step in row.history],
    )


async def _veto(info: Info, scheme: str, unit: str) -> VetoType | None:
    found = await load(info, vetoes_by_key, (scheme, unit), views.ONE_VETO)
    return _veto_type(found) if found else None


@federation.type(name="Trigger", keys=["id"], description="否决情形的报告。A reported veto trigger.")
class TriggerType:
    id: ID
    scheme_id: ID
    unit: UnitType | None
    code: str
    happened_on: date
    status: str
    reported_on: date
    reported_by: ID
    decided_on: date | None
    decided_by: ID | None
    document: str | None
    reason: str | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> TriggerType | None:
        return await _trigger(info, str(id))

    @field("情况说明。What happened; null once its key was erased.")
    async def narrative(self, info: Info) -> str | None:
        found = await load(info, triggers_by_id, str(self.id), views.ONE_TRIGGER)
        return found.narrative if found else None


def _trigger_type(found: TriggerAnswer) -> TriggerType:
    return TriggerType(
        id=ID(found.trigger),
        scheme_id=ID(found.scheme),
        unit=UnitType(id=ID(found.unit)),
        code=found.code,
        happened_on=found.happened_on,
        status=found.status,
        reported_on=found.reported_on,
        reported_by=ID(found.reported_by),
        decided_on=found.decided_on,
        decided_by=ID(found.decided_by) if found.decided_by is not None else None,
        document=found.document,
        reason=found.reason,
    )


async def _trigger(info: Info, id: str) -> TriggerType | None:
    found = await load(info, triggers_by_id, id, views.ONE_TRIGGER)
    return _trigger_type(found) if found else None


# --- query ------------------------------------------------------------------------------------------------------


@strawberry.type
class Query:
    @field("各单位考核得分（实时）。Live standings of a year, in the order of the list of units.")
    async def standings(
        self,
        info: Info,
        year: int,
        scheme: ID | None = None,
        below: bool | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[StandingType]:
        only = events.SchemeId(str(scheme)) if scheme is not None else None
        page = await ask(info, views.LIST_STANDINGS, StandingsOf(year, only, below, first, after))
        return connected(page, _standing_type, after)

    @field("一个单位的考核得分。")
    async def standing(self, info: Info, year: int, unit: ID) -> StandingType | None:
        return await _standing(info, year, UnitId(str(unit)))

    @field("考核办法。Schemes that concern the asker.")
    async def schemes(
        self, info: Info, year: int | None = None, first: int = 50, after: str | None = None
    ) -> Connection[SchemeType]:
        page = await ask(info, views.LIST_SCHEMES, SchemesOf(year, first, after))
        return connected(page, _scheme_type, after)

    @field("一个考核办法。")
    async def scheme(self, info: Info, id: ID) -> SchemeType | None:
        return await _scheme(info, str(id))

    @field("考核轮次。")
    async def rounds(
        self, info: Info, scheme: ID | None = None, first: int = 50, after: str | None = None
    ) -> Connection[RoundType]:
        only = events.SchemeId(str(scheme)) if scheme is not None else None
        page = await ask(info, views.LIST_ROUNDS, RoundsOf(only, first, after))
        return connected(page, _round_type, after)

    @field("一轮考核：mid-year 或 year-end。")
    async def round(self, info: Info, scheme: ID, kind: str) -> RoundType | None:
        return await _round(info, str(scheme), kind)

    @field("一票否决状态。Units that are or were anything but clear.")
    async def vetoes(
        self,
        info: Info,
        scheme: ID | None = None,
        status: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[VetoType]:
        wanted = next((word for word in get_args(events.VetoStatus) if word == status), None)
        if status is not None and wanted is None:
            return nothing()
        only = events.SchemeId(str(scheme)) if scheme is not None else None
        page = await ask(info, views.LIST_VETOES, VetoesOf(only, wanted, None, first, after))
        return connected(page, _veto_type, after)

    @field("一个单位在一个考核办法下的一票否决状态。")
    async def veto(self, info: Info, scheme: ID, unit: ID) -> VetoType | None:
        return await _veto(info, str(scheme), str(unit))

    @field("否决情形的报告。For those who report triggers or decide on them.")
    async def triggers(
        self, info: Info, scheme: ID | None = None, first: int = 50, after: str | None = None
    ) -> Connection[TriggerType]:
        only = events.SchemeId(str(scheme)) if scheme is not None else None
        page = await ask(info, views.LIST_TRIGGERS, TriggersOf(only, None, first, after))
        return connected(page, _trigger_type, after)

    @field("一个否决情形的报告。")
    async def trigger(self, info: Info, id: ID) -> TriggerType | None:
        return await _trigger(info, str(id))


TYPES = (
    UnitType,
    StandingType,
    LineType,
    SchemeType,
    RoundType,
    RoundScoreType,
    VetoType,
    TriggerType,
)
"""The federated types, whether or not a query leads to them."""
