"""The figures' table, file and picture with peers, and with one that could not be installed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console

from tests.bench.bench_peers import COMMITS, OURS, Written, figure
from tests.bench.figures import table, write_json, write_picture

FOUND = {
    OURS: [Written(900.0, 1.0, 50.0), Written(1000.0, 2.0, 60.0), Written(800.0, 3.0, 50.0)],
    COMMITS: [Written(5000.0, 1.0, 50.0)] * 3,
    "slow": [Written(100.0, 1.0, 50.0)] * 3,
    "best": [Written(200.0, 1.0, 50.0), Written(250.0, 1.0, 50.0), Written(400.0, 1.0, 50.0)],
}
WHY = {"<gone>": "npm: no such version & no guess"}
BESIDE = figure(16, 4, FOUND, WHY, dict.fromkeys(FOUND, 16))
ALONE = figure(64, 1, {name: FOUND[name] for name in (OURS, COMMITS)}, WHY, {COMMITS: 16})


def test_the_best_peer_stands_beside_and_plain_commits_are_none() -> None:
    assert (BESIDE.beside_name, BESIDE.beside, BESIDE.ratio) == ("best", 250.0, 4.0)
    assert (BESIDE.spread, BESIDE.goal, BESIDE.reached) == ("2.00–4.50", 3.0, True)
    assert BESIDE.others[OURS] == {"events/s": 900.0, "CPU-seconds for 10 000 events": 2.0, "MB": 60}


def test_without_any_peer_nothing_is_reached_or_missed() -> None:
    assert (ALONE.beside, ALONE.ratio, ALONE.goal, ALONE.reached) == (None, None, None, None)


def test_the_table_tells_the_others_and_who_is_missing() -> None:
    shown = io.StringIO()
    table([BESIDE], Console(file=shown, width=200))
    assert "slow: 100 events/s" in shown.getvalue()
    assert f"{BESIDE.row}: <gone>: missing, npm: no such version & no guess" in shown.getvalue()


def test_the_file_has_a_reason_and_no_figure_for_who_is_missing(tmp_path: Path) -> None:
    write_json([BESIDE, ALONE], tmp_path / "latest.json", "a machine")
    rows = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))["rows"]
    assert [row["missing"] for row in rows] == [WHY, WHY]
    assert rows[0]["others"].keys() == FOUND.keys()


def test_the_picture_says_in_words_what_was_reached(tmp_path: Path) -> None:
    write_picture([BESIDE, ALONE], tmp_path / "latest.svg", "a machine")
    root = ElementTree.fromstring((tmp_path / "latest.svg").read_text(encoding="utf-8"))  # noqa: S314
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "4.00 × (≥ 3) reached" in words
    assert ALONE.row not in words
