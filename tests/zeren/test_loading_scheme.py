"""The schemes of the sample city are whole, cover whom they should, and a wrong file is told all its errors at once."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.assessment.events import SchemeDrafted, SchemeId
from services.assessment.rules.draft_scheme import DraftScheme, decide
from services.assessment.schemes import overlap
from shared.references import References
from tests.assessment.city import CITY, PASS_LINE, YUNLING, assessment
from zeren.loading.scheme import BadSchemeFile, adopting, drafting, read_schemes

SAMPLE = Path(__file__).parents[2] / "sample" / "scheme.json"


def references() -> References:
    return assessment.given(*YUNLING).references()


def commands() -> tuple[DraftScheme, ...]:
    return drafting(read_schemes(SAMPLE.read_bytes()), CITY)


def test_the_sample_has_a_scheme_for_each_class_of_the_city() -> None:
    assert [command.units.name for command in commands()] == ["县区", "市直部门", "乡镇（街道）"]
    assert all((command.unit, command.units.root, command.year) == (CITY, CITY, 2026) for command in commands())


def test_every_scheme_of_the_sample_can_be_drafted() -> None:
    refs = references()
    for command in commands():
        (drafted,) = decide(command, None, refs.directory, refs.terms)  # type: ignore[misc]
        assert isinstance(drafted, SchemeDrafted)
        assert drafted.provisions.pass_line == Decimal(PASS_LINE.value)


def test_no_unit_is_under_two_of_them() -> None:
    classes = [command.units for command in commands()]

    assert not any(
        overlap(one, other, references().directory) for i, one in enumerate(classes) for other in classes[:i]
    )


def test_all_are_adopted_by_the_paper_that_the_file_names() -> None:
    command = adopting(read_schemes(SAMPLE.read_bytes()), SchemeId("S1"))

    assert (command.scheme, command.document) == ("S1", "云委发〔2026〕2号")


def test_everything_wrong_is_told_at_once_with_its_place() -> None:
    file: Any = json.loads(SAMPLE.read_bytes())
    del file["document"]
    file["schemes"][0]["indicators"][1]["wieght"] = "60"
    file["schemes"][1]["veto_timing"] = "sometimes"

    with pytest.raises(BadSchemeFile) as bad:
        read_schemes(json.dumps(file))

    assert len(bad.value.errors) == 3
    told = [error.sentence("zh") for error in bad.value.errors]
    assert "/document：缺少此项。" in told
    assert "/schemes/0/indicators/1/wieght：没有这一项。" in told


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(BadSchemeFile):
        read_schemes(b"{")
