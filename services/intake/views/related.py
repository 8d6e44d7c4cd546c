"""Which reports share a reporter or an accused with this one? Counted and linked without opening anybody."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from services.intake.events import ComplaintId
from services.intake.views.reports import visible_reports
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class RelatedTo:
    """重复和关联信访。Other reports that share a reporter's name, phone or identity number, or the accused, with this one."""

    complaint: ComplaintId


@dataclass(frozen=True, slots=True)
class Link:
    """`by` is what is shared: name, phone, identity-number or accused. What it says nobody is told."""

    by: str
    complaint: ComplaintId


@dataclass(frozen=True, slots=True)
class Related:
    """`links` to reports that the asker may see; `count` is how many other reports there are, each once."""

    complaint: ComplaintId
    count: int
    links: tuple[Link, ...]


async def related(reading: Reading, params: RelatedTo) -> Related | None:
    if reading.desk is None or not await visible_reports(reading, [params.complaint]):
        return None
    by_entry: dict[str, list[str]] = defaultdict(list)
    for kind, entry in await reading.desk.table.alike(UUID(params.complaint)):
        by_entry[str(entry)].append(kind)
    seen = await visible_reports(reading, list(by_entry))
    links = tuple(Link(kind, report.complaint) for report in seen for kind in by_entry[report.complaint])
    return Related(params.complaint, len(seen), links)
