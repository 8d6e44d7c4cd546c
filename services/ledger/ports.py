"""What other services may ask the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain import PostId, PublicText, UnitId
from shared.ports import Port


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person as a letter addresses them today. `name` is None where it was erased or never recorded.

    `post`, `title` and `unit` are those of the post held, the chief post (一把手) before others; None without one.
    """

    name: str | None
    post: PostId | None
    title: PublicText | None
    unit: UnitId | None


ADDRESSES = Port("ledger/addresses", str, may=("notifications",))
"""The e-mail address of a person (`person/…`) or a unit (`unit/…`), for telling them that there is something to read."""

NAMES = Port("ledger/names", Addressee, may=("notifications", "complaints"))
"""By person: for texts that have to name somebody, and for those who handle a matter."""
