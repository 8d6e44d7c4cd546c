"""Whose letter it is."""

from __future__ import annotations

from services.notifications.state import Issued
from shared.directory import Directory
from shared.domain import Actor, Moment


def is_addressed(actor: Actor, notice: Issued, directory: Directory, moment: Moment) -> bool:
    """A letter to a person is theirs alone; one to a unit is for who holds a post in it. Others are not told that there is one."""
    if notice.person is not None:
        return actor.subject == notice.person
    post = directory.posts.get(actor.post) if actor.post else None
    held = any(one.holder(moment.today) == actor.subject for one in directory.posts_of(notice.unit))
    return held or (post is not None and post.unit == notice.unit)
