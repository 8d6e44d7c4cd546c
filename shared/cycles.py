"""When Python looks for cycles of objects that nobody refers to any more.

Requests and folds make much that dies by itself and few cycles. Looked for as often as Python does, what happens to be in use
is taken for old; and all that is old is gone through whenever it has grown by a quarter: twice a second under load, a tenth of a
second each time, and again and again while rows are kept in memory by the hundred thousand.
"""

from __future__ import annotations

import gc

SERVING = 5_000
"""Objects made and not yet gone, before the next look: a hundred requests, a few milliseconds."""
FOLDING = 50_000
"""The same for a process that folds a log and answers nobody."""
_LOOKS = 20
"""Looks at what is young for one at what is older, and so on."""


def look_rarely(objects: int = SERVING) -> None:
    """Of this process from now on."""
    gc.set_threshold(objects, _LOOKS, _LOOKS)


def spare_what_stays() -> None:
    """What is in memory now stays, and is left out of every later look."""
    gc.collect()
    gc.freeze()
