"""Time limits (工作时限) as offices write them, read as the last day on which the work is still in time.

`前` is read as including the day it follows: what is asked for 6月30日前 is in time on the 30th, as offices use the
word. Where `前` follows a whole period (二季度前), it could mean the beginning as well as the end, and is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.calendar import last_day_of_month


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no time limit: a stable code, a sentence for the office, one for engineers.

    The sentences quote words of this module and dates, never the text itself.
    """

    code: str
    zh: str
    en: str


NO_LIMITS: Final = (
    *("长期坚持", "长期推进", "长期实施", "长期", "持续推进", "持续开展", "持续用力", "持续"),
    *("常态化推进", "常态化开展", "常态化", "常态", "常年", "经常性", "经常", "日常", "贯穿全年", "全年"),
    *("不定期", "定期", "随时", "适时", "及时", "即时", "立即", "按需", "视情", "待定", "另行通知", "无期限", "不限"),
    *("每半年", "每年", "每季度", "每季", "每月", "每周", "每日", "每天"),
)
"""Words that say how or how often, but not until when. The longer stands before the shorter that begins it."""

MISSING: Final = Problem("time-limit-missing", "工作时限没有填写。", "The time limit is empty.")

UNKNOWN: Final = Problem(
    "time-limit-unknown",
    "看不懂的工作时限，请写成“2026-06-30”“2026年6月30日”“6月底”“6月30日前”“二季度末”“上半年”或“2026年底”。",
    "Not a time limit in any known form, such as 2026-06-30, 6月底 or 6月30日前.",
)

NO_DAY: Final = Problem(
    "time-limit-no-day",
    "工作时限只写到年份或月份，没有写明哪一天，请写成“6月底”“年底”或具体日期。",
    "The time limit names a year or a month but no day in it.",
)

BEFORE_PERIOD: Final = Problem(
    "time-limit-before-period",
    "“前”字跟在一段时期之后，分不清是这段时期开始之前还是结束之前，请写成“二季度末”“6月底”或具体日期。",
    "“Before” follows a whole period, so that its beginning or its end may be meant.",
)

_NUMERALS: Final = {numeral: value for value, row in enumerate(["〇零○", *"一二三四五六七八九"]) for numeral in row}

_OF_YEAR = r"(?:(?P<year>20\d\d)年度?|[本今当]年度?)?"
_END = r"(?P<end>底|末|内)"
_DATES: Final = (
    re.compile(r"(?P<year>20\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?:T?00:00(?::00)?)?"),
    re.compile(r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)"),
    re.compile(_OF_YEAR + r"(?P<month>\d{1,2})月份?(?P<day>\d{1,2})[日号]?"),
)
_YEAR_END: Final = re.compile(r"(?:(?P<year>20\d\d)|[本今当])?年?年度?(?:底|末|内|终)")
_MONTH: Final = re.compile(_OF_YEAR + r"(?P<month>\d{1,2})月份?(?P<third>[上中下]旬)?(?:月?" + _END + ")?")
_QUARTER: Final = re.compile(_OF_YEAR + r"第?(?P<quarter>[1-4])季度?" + _END + "?")
_HALF: Final = re.compile(_OF_YEAR + r"(?P<half>[上下])半年" + _END + "?")
_YEAR: Final = re.compile(r"(?:20\d\d|[本今当])年度?")


def parse_time_limit(text: str, default_year: int) -> date | Problem:
    """The last day of the time limit, or why there is none.

    Read are full dates (2026-06-30, 2026/6/30, 2026.6.30, 20260630, 2026年6月30日), days (6月30日, 6月30日前), ends of a
    month (6月底, 6月末, 6月内) or a third of it (6月中旬), quarters (二季度末, 第二季度), half-years (上半年) and the year
    (年底, 2026年底, 年内); digits may be full-width or Chinese; 截至 before and 止 or 完成 behind change nothing. Where no
    year is written it is `default_year`. Refused by name is what sets no limit (长期, 持续推进, 常态化).
    """
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("。.;,、")
    if not bare:
        return MISSING
    if word := next((word for word in NO_LIMITS if word in bare), None):
        return Problem(
            "time-limit-none",
            f"“{word}”不是工作时限，请写明完成的日期。",
            f"“{word}” is no time limit; a date is needed.",
        )
    bare = re.sub(f"[十{''.join(_NUMERALS)}]+", _in_digits, bare)
    bare = re.sub(r"^(?:截至|截止到|截止|于|在)", "", bare)
    bare = re.sub(r"(?:全部|全面)?(?:完成|办结)$", "", bare)
    bare = re.sub(r"(?:为止|止)$", "", bare)
    point = re.sub(r"[之以]?前$", "", bare)
    return _last_day(point, default_year, before=point != bare)


def _last_day(text: str, default_year: int, *, before: bool) -> date | Problem:
    for form in _DATES:
        if match := form.fullmatch(text):
            return _day(int(match["year"] or default_year), int(match["month"]), int(match["day"]))
    if match := _YEAR_END.fullmatch(text):
        return date(int(match["year"] or default_year), 12, 31)
    if _YEAR.fullmatch(text):
        return NO_DAY

    if match := _MONTH.fullmatch(text):
        if not match["third"] and not match["end"]:
            return NO_DAY
        year, month = int(match["year"] or default_year), int(match["month"])
        if not 1 <= month <= 12:
            return _no_such_day(f"{year}年{month}月")
        last = {"上旬": date(year, month, 10), "中旬": date(year, month, 20)}.get(match["third"])
        last = last or last_day_of_month(year, month)
    elif match := _QUARTER.fullmatch(text):
        last = last_day_of_month(int(match["year"] or default_year), 3 * int(match["quarter"]))
    elif match := _HALF.fullmatch(text):
        last = last_day_of_month(int(match["year"] or default_year), 6 if match["half"] == "上" else 12)
    else:
        return UNKNOWN
    return BEFORE_PERIOD if before and match["end"] not in ("底", "末") else last


def _day(year: int, month: int, day: int) -> date | Problem:
    try:
        return date(year, month, day)
    except ValueError:
        return _no_such_day(f"{year}年{month}月{day}日")


def _no_such_day(written: str) -> Problem:
    return Problem("time-limit-no-such-day", f"没有{written}，请核对日期。", f"There is no {written}.")


def _in_digits(match: re.Match[str]) -> str:
    """二〇二六 is 2026, 十二 is 12, 二十 is 20; what is no such number stays as it is."""
    numeral = match[0]
    if "十" not in numeral:
        return "".join(str(_NUMERALS[character]) for character in numeral)
    tens, _, ones = numeral.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return numeral
    return str(10 * _NUMERALS.get(tens, 1) + _NUMERALS.get(ones, 0))
