"""Duties kept apart: who may not decide, though their post would let them."""

from __future__ import annotations

from services.assessment.refusals import RECUSED, TRIGGER_BY_REPORTER
from services.assessment.state import Reported
from shared.directory import Directory
from shared.domain import Actor, Refused, UnitId


def recused(actor: Actor, unit: UnitId, directory: Directory) -> Refused | None:
    """回避: nobody decides a matter that concerns the unit their post is in, or a unit above that post."""
    post = directory.posts.get(actor.post) if actor.post else None
    return RECUSED.of() if post is not None and directory.is_within(post.unit, unit) else None


def by_reporter(actor: Actor, trigger: Reported) -> Refused | None:
    """Whoever reported does not decide, neither in person, nor for another, nor through another."""
    reporters = {trigger.by.subject, trigger.by.on_behalf} - {None}
    deciders = {actor.subject, actor.on_behalf} - {None}
    return TRIGGER_BY_REPORTER.of() if reporters & deciders else None
