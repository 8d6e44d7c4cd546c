"""Whose letter it is."""

from __future__ import annotations

from services.notifications.refusals import NOT_THE_ADDRESSEE
from services.notifications.state import Issued
from shared.directory import Directory
from shared.domain import Actor, Moment, Refused


def not_addressed(actor: Actor, notice: Issued, directory: Directory, moment: Moment) -> Refused | None:
    """A letter to a person is theirs alone; one to a unit is for who holds a post in it."""
    if notice.person is not None:
        return None if actor.subject == notice.person else NOT_THE_ADDRESSEE.of()
    post = directory.posts.get(actor.post) if actor.post else None
    held = any(one.holder(moment.today) == actor.subject for one in directory.posts_of(notice.unit))
    return None if held or (post is not None and post.unit == notice.unit) else NOT_THE_ADDRESSEE.of()
