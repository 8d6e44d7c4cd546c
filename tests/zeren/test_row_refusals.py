"""Every reason why a row is not loaded is told in Chinese and in English, over the same values."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from shared.domain import Refusal
from zeren.loading import row_refusals
from zeren.loading.row_refusals import meant

REFUSALS = [named for named in vars(row_refusals).values() if isinstance(named, Refusal)]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_HEADINGS_AND_EXAMPLES = re.compile(r"“[^”]*”|name（post）")


def values(sentence: str) -> set[str]:
    """The values of a sentence; those that are words of one language count once."""
    return {re.sub("_(zh|en)$", "", name) for _, name, _, _ in Formatter().parse(sentence) if name} - {"zh", "en"}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_it_is_told_in_both_languages_over_the_same_values(refusal: Refusal) -> None:
    assert values(refusal.zh) == values(refusal.en)
    assert not _CHINESE.search(_HEADINGS_AND_EXAMPLES.sub("", refusal.en))
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", refusal.code)


def test_what_may_be_meant_is_asked_at_the_end_of_a_sentence() -> None:
    unknown = row_refusals.UNIT_UNKNOWN
    assert (
        unknown.of(text="市财正局", **meant(["市财政局"])).sentence("zh")
        == "没有名为“市财正局”的单位，是否为“市财政局”？"
    )
    assert unknown.of(text="市财正局", **meant([])).sentence("en") == "There is no unit called “市财正局”."
