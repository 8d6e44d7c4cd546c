"""Who tells one service something and asks another in the next instant is answered with it, or told to ask again."""

from __future__ import annotations

from tests.journeys.people import People

CITY, FINANCE = "YL-001", "YL-140"
"""市委, 市财政局."""
TIMES = 200


def test_the_assessment_never_answers_without_what_the_ledger_was_told_before(city: People) -> None:
    """Without a pause; the position of the ledger's answer goes along with the question."""
    post = city.post(CITY, "市委督查专员")
    inspector, unit = city.by(post), city.unit(FINANCE)
    opened = inspector.done(
        "ledger/inspections",
        {
            "unit": city.unit(CITY),
            "title": "财政资金专项检查",
            "kind": "special",
            "targets": [unit],
            "team": [post["person"]],
            "basis": "《云岭市督查工作办法》",
            "window_from": "2026-01-05",
            "window_to": "2026-12-31",
        },
    )
    told: set[str] = set()
    for number in range(1, TIMES + 1):
        found = inspector.done(
            f"ledger/inspections/{opened['id']}/findings",
            {
                "unit": unit,
                "category": "台账资料",
                "severity": "ordinary",
                "narrative": f"第{number}份凭证缺附件。",
                "found_on": "2026-01-05",
            },
        )
        told.add(f"finding/{found['id']}")
        standing = inspector.get(f"assessment/standings/2026/{unit}")
        shown = {line["subject"] for line in standing["lines"]}
        assert told <= shown, f"asked after finding {number}, which is not shown"


def test_what_has_not_arrived_within_two_seconds_is_not_passed_over(city: People) -> None:
    asker = city.by(city.post(CITY, "市委督查专员"))
    path = f"/api/assessment/standings/2026/{city.unit(FINANCE)}"
    answer = asker.send("GET", path, None, {"zeren-position": "ledger=1;feed=99999999"})
    assert (answer.status, answer.code) == (503, "behind")
