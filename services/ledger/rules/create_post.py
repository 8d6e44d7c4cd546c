"""A post (岗位、职务) exists in a unit, whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import ChiefPostTaken
from services.ledger.refusals import POST_OVER_ELSEWHERE, ROLES_MISSING, UNIT_HAS_CHIEF_POST
from services.ledger.rules.essentials import unit_refused
from services.ledger.rules.powers import name_of, not_yours_to_give, out_of_reach
from services.ledger.rules.texts import text_missing
from services.ledger.state import Taken
from shared.directory import Directory, PostCreated, Role
from shared.domain import Actor, Decision, Event, PostId, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class CreatePost:
    """`post` is allotted. `over` is the unit whose subtree the roles reach, the unit itself when it is not given."""

    post: PostId
    unit: UnitId
    title: PublicText
    roles: tuple[Role, ...]
    valid_from: date
    leads: bool = False
    over: UnitId | None = None


def decide(
    command: CreatePost, state: None, chief_posts: tuple[Taken | None, ...], actor: Actor, directory: Directory
) -> Decision:
    """Nobody creates a post that reaches further than their own, or with roles that are not theirs to give.

    A unit has one chief post. The directory knows those from before `chief-post-taken` was recorded.
    """
    over = command.over or command.unit
    if refused := text_missing(command.title, "title", "岗位名称"):
        return refused
    if not command.roles:
        return ROLES_MISSING.of()
    if refused := unit_refused(directory, command.unit) or unit_refused(directory, over):
        return refused
    if not directory.is_within(command.unit, over) and not directory.is_within(over, command.unit):
        return POST_OVER_ELSEWHERE.of(over=name_of(directory, over))
    if refused := out_of_reach(actor, directory, over) or not_yours_to_give(actor, directory, command.roles):
        return refused
    if command.leads and (
        any(chief_posts) or any(p.leads and p.valid_to is None for p in directory.posts_of(command.unit))
    ):
        return UNIT_HAS_CHIEF_POST.of(unit=name_of(directory, command.unit))
    roles = tuple(dict.fromkeys(command.roles))
    events: list[Event] = [
        PostCreated(command.post, command.unit, command.title, roles, command.leads, over, command.valid_from)
    ]
    if command.leads:
        events.append(ChiefPostTaken(command.unit, command.post))
    return events
