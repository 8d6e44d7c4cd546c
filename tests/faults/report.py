"""The account of faults: a line for each round, and the report that counts them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "docs" / "faults"
ACCOUNT = FOLDER / "account.jsonl"
REPORT = FOLDER / "report.md"

Line = Mapping[str, Any]


def lines_of(path: Path) -> list[Line]:
    """The rounds of an account, in the order in which they were played; none when there is no account yet."""
    if not path.exists():
        return []
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]


def counted(lines: Iterable[Line], which: str = "faults") -> Counter[str]:
    """How often each kind of fault happened; with `spared` how often it found nothing to harm."""
    found: Counter[str] = Counter()
    for line in lines:
        found.update(line[which])
    return found


def report(lines: Sequence[Line]) -> str:
    """The account in Markdown."""
    faults, spared = counted(lines), counted(lines, "spared")
    wrong = [line for line in lines if line["wrong"]]
    dates = sorted({line["date"] for line in lines})
    years = {(line["seed"], line["year"]): line["form"] for line in lines}
    forms = Counter(years.values())
    told = [
        "# Faults, counted",
        "",
        "Written by `make faults`; what is done and what is compared, the [page beside this](README.md) says.",
        "",
        f"- {sum(faults.values())} faults in {len(lines)} rounds, {dates[0]} to {dates[-1]};"
        f" {sum(line['rebuilt'] for line in lines)} rounds ended with every view folded anew and compared.",
        f"- {len(wrong)} rounds in which something was wrong.",
        f"- {sum(line['rivals'] for line in lines)} answers in {len(lines)} histories of rivals on one stream,"
        f" each looked at for linearizability; {sum(line['retries'] for line in lines)} requests sent again.",
        f"- Cities: {'; '.join(f'{form}: {times}' for form, times in sorted(forms.items()))}.",
        "",
        "| fault | happened | found nothing to harm |",
        "|---|---:|---:|",
        *(f"| {name} | {faults[name]} | {spared[name] or ''} |" for name in sorted(faults | spared)),
        f"| all | {sum(faults.values())} | {sum(spared.values())} |",
    ]
    for line in wrong:
        told += ["", f"## Seed {line['seed']}, year {line['year']}, round {line['round']}", ""]
        told += [f"    {text.splitlines()[0]}" for text in line["wrong"] if text]
    return "\n".join(told) + "\n"


def write_report() -> None:
    """The report beside the account, where there is one."""
    if lines := lines_of(ACCOUNT):
        REPORT.write_text(report(lines), encoding="utf-8")


if __name__ == "__main__":
    write_report()
