"""The README in both languages leads along the same tour: the commands, which another test runs, are the same."""

from __future__ import annotations

import re

from tests.support.running import REPOSITORY


def test_both_readmes_tell_the_same_commands() -> None:
    english, chinese = (
        re.findall(r"```sh\n.*?```", (REPOSITORY / name).read_text("utf-8"), flags=re.S)
        for name in ("README.md", "README.zh-CN.md")
    )
    assert english == chinese
    assert len(english) > 5
