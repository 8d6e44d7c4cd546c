"""What follows from facts."""

from __future__ import annotations

from shared.views import Reaction

REACTIONS: tuple[Reaction, ...] = ()
