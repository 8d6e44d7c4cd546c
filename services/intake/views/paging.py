"""How long a page is."""

from __future__ import annotations

MOST = 200


def page_size(limit: int) -> int:
    """At least 1, at most 200: whoever asks for more gets the rest on the next page."""
    return max(1, min(limit, MOST))
