"""How a rule names what it brings into being."""

from __future__ import annotations

from collections.abc import Callable

Ids = Callable[[str], str]
"""Gives an identity for a label: the same one for the same label, whenever the same command is decided again."""
