"""What tests of the gateway share: Node.js, for what others wrote and it is compared with."""

from __future__ import annotations

import pytest

from tests.gateway import nodes


@pytest.fixture(scope="session")
def node() -> nodes.Node:
    """Node.js with the packages of `node/package.json`; a test that needs it is skipped where it cannot be had."""
    return nodes.found()
