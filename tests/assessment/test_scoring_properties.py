"""What holds for every scheme and all evidence: lines add up exactly, and rounding moves nobody across a pass line."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessment.events import EvidenceKind, Indicator, MissingRule, Source
from services.assessment.evidence import Item
from services.assessment.scoring import Evidence, score
from tests.assessment.city import leaf, source, version
from tests.assessment.test_scoring import item

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
KINDS: tuple[EvidenceKind, ...] = (
    "task-fell-overdue",
    "overdue-days-counted",
    "completion-claimed",
    "completion-returned",
    "completion-accepted",
    "time-limit-changed",
    "task-suspended",
    "task-resumed",
    "task-cancelled",
)
OF_FINDINGS: tuple[EvidenceKind, ...] = (
    "inspection-found",
    "rectification-ordered",
    "rectification-reported",
    "rectification-returned",
    "rectification-verified",
    "overdue-days-counted",
)

days = st.dates(FIRST, LAST)
costs = st.decimals("0", "20", places=2).map(str)


@st.composite
def items(draw: st.DrawFn) -> tuple[Item, ...]:
    """Facts about few tasks and findings, in any order and not always sensible."""
    found: list[Item] = []
    for position in range(1, draw(st.integers(0, 25)) + 1):
        about_task = draw(st.booleans())
        subject = f"{'task' if about_task else 'finding'}/{draw(st.sampled_from('甲乙丙'))}"
        due = draw(days)
        found.append(
            item(
                draw(st.sampled_from(KINDS if about_task else OF_FINDINGS)),
                subject,
                position,
                on=draw(days),
                due=due,
                until=due + timedelta(days=draw(st.integers(0, 60))),
                severity=draw(st.sampled_from(("minor", "ordinary", "serious"))),
            )
        )
    return tuple(found)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Indicator, ...]:
    missing: st.SearchStrategy[MissingRule] = st.sampled_from(("full", "zero", "left-out"))
    sources: tuple[Source, ...] = (
        source("on-time-completion", "full"),
        source("overdue-days", draw(missing), per_day=draw(costs), cap=draw(st.none() | costs)),
        source("findings", draw(missing), severities={"minor": draw(costs), "serious": draw(costs)}),
        source("rectification", draw(missing), per_case=draw(costs), per_day=draw(costs), per_return=draw(costs)),
    )
    cuts = sorted(draw(st.lists(st.integers(1, 9999), min_size=3, max_size=3, unique=True)))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
    return tuple(
        leaf(str(n), str(Decimal(weight).scaleb(-2)), source)
        for n, (weight, source) in enumerate(zip(weights, sources, strict=True), start=1)
    )


@settings(max_examples=80, deadline=None, derandomize=True)
@given(trees(), items(), st.none() | days)
def test_lines_add_up_to_the_score_and_losses_to_what_is_missing_of_100(
    tree: tuple[Indicator, ...], evidence: tuple[Item, ...], days_until: date | None
) -> None:
    result = score(version(tree), Evidence(FIRST, LAST, evidence, days_until))

    assert sum((line.points for line in result.lines), Decimal(0)) == result.total
    assert sum((line.lost for line in result.lines), Decimal(0)) == 100 - result.total
    assert 0 <= result.total <= 100
    assert all(line.lost >= 0 for line in result.lines)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(1, 150), st.data())
def test_a_share_of_tasks_is_below_a_line_exactly_when_the_fraction_is(tasks: int, data: st.DataObject) -> None:
    accepted = data.draw(st.integers(0, tasks))
    line = data.draw(st.decimals("0", "100", places=6))
    facts = tuple(
        item("completion-accepted", f"task/{n}", n, due=FIRST, until=FIRST if n <= accepted else LAST)
        for n in range(1, tasks + 1)
    )

    result = score(version((leaf("1", "100", source("on-time-completion")),)), Evidence(FIRST, LAST, facts))

    assert (result.total < line) == (Fraction(100 * accepted, tasks) < Fraction(line))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(trees(), items())
def test_facts_that_did_not_occur_in_the_period_change_nothing(
    tree: tuple[Indicator, ...], evidence: tuple[Item, ...]
) -> None:
    spring = (date(2026, 3, 1), date(2026, 5, 31))
    inside = tuple(each for each in evidence if spring[0] <= each.occurred <= spring[1])

    assert score(version(tree), Evidence(*spring, evidence)) == score(version(tree), Evidence(*spring, inside))
