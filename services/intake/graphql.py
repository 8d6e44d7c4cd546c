"""The subgraph of the intake: types over its views."""

from __future__ import annotations

TYPES: tuple[type, ...] = ()
