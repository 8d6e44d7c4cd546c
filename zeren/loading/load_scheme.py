"""Schemes of assessment to the service that assesses by them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from services.assessment.events import Provisions, SchemeAdopted, SchemeAmended, SchemeDrafted, SchemeId
from services.assessment.rules.draft_scheme import DraftScheme
from shared.domain import PersonId
from shared.running import Running
from zeren.loading.row_refusals import DIVISION_UNKNOWN, SCHEME_CHANGED
from zeren.loading.scheme import BadSchemeFile, SchemeFile, adopting, drafting, read_schemes
from zeren.loading.sheets import UnreadableSheet, row_error
from zeren.loading.work import Progress, Report, Step, Work, no_progress


async def load_scheme(
    running: Running,
    by: PersonId,
    adopted_by: PersonId,
    path: Path,
    *,
    partial: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Draft and adopt the schemes of a file (考核办法) in the assessment service, once it has received the units.

    `by`, a coordinator, drafts; `adopted_by`, of the committee, adopts. The row of an error is the number of the scheme
    in the file. A scheme is known again by its year and the name of its class. Raises UnreadableSheet.
    """
    await running.references.catch_up()
    work = Work(running, by, history=False)
    try:
        file = read_schemes(_bytes(path))
    except BadSchemeFile as bad:
        work.errors += [row_error(0, "", "", refused) for refused in bad.errors]
        return await work.carry_out(partial=False, progress=progress)
    division = running.references.folds.directory.unit_by_code(file.division)
    if division is None:
        work.errors.append(row_error(0, "division", file.division, DIVISION_UNKNOWN.of(code=file.division)))
        return await work.carry_out(partial=False, progress=progress)
    there = await _there(running)
    for row, command in enumerate(drafting(file, division.id), start=1):
        known = there.get((command.year, command.units.name))
        if known is not None and not known.is_said_by(command):
            work.errors.append(row_error(row, "title", command.title, SCHEME_CHANGED.of()))
        elif known is not None and known.adopted:
            work.unchanged["考核办法"] += 1
        else:
            await _plan_scheme(work, row, command, file, known.drafted.scheme if known else None, adopted_by)
    return await work.carry_out(partial=partial, progress=progress)


async def _plan_scheme(
    work: Work, row: int, command: DraftScheme, file: SchemeFile, scheme: SchemeId | None, adopted_by: PersonId
) -> None:
    if scheme is None:
        facts = await work.plan(Step("考核办法", command, work.key("scheme", command), 0, row=row))
        if not facts:
            return
        scheme = SchemeId(facts[0].event.scheme)
    key = work.key("adopt", scheme, file.document)
    await work.plan(Step("", adopting(file, scheme), key, 1, row=row, by=adopted_by))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        zh = f"文件“{path.name}”打不开：{error.strerror}。"
        raise UnreadableSheet("sheet-not-readable", zh, f"The file cannot be opened: {error}") from error


@dataclass(frozen=True, slots=True)
class _There:
    """A scheme as it was drafted, and as it provides now."""

    drafted: SchemeDrafted
    now: Provisions
    adopted: bool

    def is_said_by(self, command: DraftScheme) -> bool:
        """Whether the command says what was drafted or what is provided now; a pass line left out is the one of then."""
        if (command.unit, command.units) != (self.drafted.unit, self.drafted.units):
            return False
        return any(_provisions(command, provided) == provided for provided in (self.drafted.provisions, self.now))


async def _there(running: Running) -> dict[tuple[int, str], _There]:
    """All schemes by their year and the name of their class of units."""
    found: dict[SchemeId, _There] = {}
    for fact in await running.log.category("scheme", running.log.id, 0, await running.log.last_position()):
        match fact.event:
            case SchemeDrafted() as drafted:
                found[drafted.scheme] = _There(drafted, drafted.provisions, adopted=False)
            case SchemeAmended() as amended:
                found[amended.scheme] = replace(found[amended.scheme], now=amended.provisions)
            case SchemeAdopted() as adopted:
                found[adopted.scheme] = replace(found[adopted.scheme], adopted=True)
            case _:
                pass
    return {(there.drafted.year, there.drafted.units.name): there for there in found.values()}


def _provisions(command: DraftScheme, there: Provisions) -> Provisions:
    return Provisions(
        command.title,
        command.indicators,
        there.pass_line if command.pass_line is None else command.pass_line,
        command.veto_timing,
        command.veto_basis,
        command.triggers,
        command.ranking,
    )
