"""What of the header fields of subgraphs' answers goes into the one answer of the gateway, by a rule for each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

Rule = Literal["first", "last", "list", "highest"]


class Merging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of one header field (in lower case) that several answers may have.

    `first` and `last` take one of them. `list` joins the members of all, each once. `highest` joins dictionaries such as
    `a=3;of=7, b=5`: of each key the member with the greatest number, with its parameters.
    """

    header: str
    rule: Rule


def merge_headers(rules: Sequence[Merging], answers: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The header fields of the answer; `answers` are those of the subgraphs', in the order they came in."""
    found = {}
    for rule in rules:
        values = [headers[rule.header] for headers in answers if rule.header in headers]
        if values:
            found[rule.header] = _merged(rule.rule, values)
    return found


def _merged(rule: Rule, values: Sequence[str]) -> str:
    members = [member.strip() for value in values for member in value.split(",") if member.strip()]
    match rule:
        case "first":
            return values[0]
        case "last":
            return values[-1]
        case "list":
            return ", ".join(dict.fromkeys(members))
        case "highest":
            highest: dict[str, str] = {}
            for member in members:
                key = member.partition("=")[0]
                if key not in highest or _number(member) > _number(highest[key]):
                    highest[key] = member
            return ", ".join(highest.values())


def _number(member: str) -> int:
    """The number of a dictionary's member; below all others where it is none."""
    text = member.partition("=")[2].partition(";")[0].strip()
    return int(text) if text.isascii() and text.isdigit() else -1
