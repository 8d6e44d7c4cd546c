"""A released letter is written and issued: names are asked for, the text rendered, and only then a command gives it its number.

The loop of `shared.outbound` does it, as for everything that needs somebody outside: what fails is tried again with the
same identity, and a letter that cannot be written yet waits. Nothing is issued by halves, for the number, the
letter and its sealed text are one append.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from services.ledger.ports import NAMES
from services.notifications.events import Value
from services.notifications.rules.draft_notice import NEEDS_NOBODY
from services.notifications.rules.issue_notice import IssueNotice
from services.notifications.views.notices import ORGANS, TO_WRITE, ToWriteRow, body_of
from shared.directory import Directory
from shared.domain import PersonalText
from shared.outbound import Answer, Outbound
from shared.refusals import RefusedRequest
from shared.views.reading import Reading

_TEMPLATES = Path(__file__).parent / "templates"
_DATES = frozenset({"due", "found_on", "decided_on", "served_on", "period_from", "period_to"})
"""Values of drafts that are days."""
_UNKNOWN = "有关同志"
"""Who is addressed when their name was erased, or never recorded."""


@cache
def _layout(instrument: str) -> str:
    return (_TEMPLATES / f"{instrument}.txt").read_text(encoding="utf-8")


@cache
def _sentences() -> Mapping[str, str]:
    sentences: Mapping[str, str] = yaml.safe_load((_TEMPLATES / "sentences.yaml").read_text(encoding="utf-8"))
    return sentences


def chinese_date(day: date) -> str:
    """成文日期: 2026年3月2日, digits without leading zeros. Source: GB/T 9704-2012."""
    return f"{day.year}年{day.month}月{day.day}日"


def _in_words(value: Value) -> str:
    return chinese_date(date.fromisoformat(value.text)) if value.name in _DATES else value.text


def _task_in_words(values: Mapping[str, str]) -> str:
    """第3项任务“…”, or as much of that as the draft knows."""
    number, title = values.get("number"), values.get("title")
    return (f"第{number}项" if number else "") + "任务" + (f"“{title}”" if title else "")


def rendered(
    row: ToWriteRow,
    addressee: str,
    issuer: str,
    day: date,
    reply_due: date | None,
    *,
    copied: str | None = None,
    by_hand: str | None = None,
) -> str:
    """The letter without its number, which it has beside it; `by_hand` is what somebody wrote as its text, `copied` the post
    that gets a copy."""
    values = {value.name: _in_words(value) for value in row.values}
    sentence = _sentences()[row.policy]
    body = by_hand if by_hand is not None else sentence.format_map({**values, "task": _task_in_words(values)})
    reply = f"请于{chinese_date(reply_due)}前书面答复办理情况。" if reply_due is not None else ""
    text = _layout(row.instrument).format(
        addressee=addressee, body=body, reply=reply, issuer=issuer, date=chinese_date(day)
    )
    return text if copied is None else f"{text}\n抄送：{copied}。\n"


def copied_post(row: ToWriteRow, directory: Directory) -> str | None:
    """市水务局局长: who gets a copy, by their post. None where nobody does."""
    post = directory.posts.get(row.copy_post) if row.copy_post is not None else None
    if post is None:
        return None
    unit = directory.units[post.unit].name if post.unit in directory.units else post.unit
    return post.title if post.title.startswith(unit) else f"{unit}{post.title}"


async def write(reading: Reading, row: ToWriteRow) -> Answer:
    """One attempt. Waits while the ledger does not answer, or the organ has no word for its series yet."""
    directory = reading.refs.directory
    units = directory.units
    organ = await reading.one(ORGANS, row.issuing_unit)
    if row.instrument not in NEEDS_NOBODY and organ is None:
        return Answer("later", "organ-without-code")
    addressee: str = units[row.unit].name if row.unit in units else row.unit
    if row.person is not None:
        try:
            known = (await reading.ask(NAMES, [row.person])).get(row.person)
        except RefusedRequest:
            return Answer("later", "ledger-away")
        addressee = (known.name if known is not None else None) or _UNKNOWN
    today = reading.moment.today
    due = None
    if row.reply_working_days is not None:
        due = reading.refs.calendar.add_working_days(today, row.reply_working_days).date
    issuer = units[row.issuing_unit].name if row.issuing_unit in units else row.issuing_unit
    if reading.keys is None:
        return Answer("later", "no-keys")
    by_hand = None
    if row.policy == "by-hand":
        by_hand = await body_of(reading, row.notice)
        if by_hand is None:
            return Answer("later", "body-erased")
    text = rendered(row, addressee, issuer, today, due, copied=copied_post(row, directory), by_hand=by_hand)
    made = (
        PersonalText(text),
        reading.keys.fingerprint(text.encode()).hex(),
        organ.code if organ is not None else "",
        today,
    )
    return Answer("sent", "written", made)


def _pauses(reading: Reading) -> Sequence[int]:
    """Seconds: every five minutes for a year, until the ledger answers and the organ has its word."""
    return (2, 10, 60, *(300,) * 105_000)


def _end(row: ToWriteRow, answer: Answer, attempts: int) -> IssueNotice:
    if answer.made is None:
        raise RuntimeError(f"a letter was not written in a year of attempts: {answer.why}")
    text, hash, code, day = answer.made
    return IssueNotice(row.notice, row.issuing_unit, code, day, text, hash)


NOTICE_LETTERS: Outbound[ToWriteRow] = Outbound(
    kind="letters",
    view=TO_WRITE,
    send=write,
    pauses=_pauses,
    end=_end,
    lane=("issuing_unit",),
)
