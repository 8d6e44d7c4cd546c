"""What the notifications service can be told to do, row by row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, get_args

from services.notifications.rules import (
    answer_notice,
    count_unanswered,
    discard_notice,
    draft_notice,
    end_webhook,
    erase_notice,
    give_authorisation,
    issue_notice,
    record_mail,
    record_webhook_delivery,
    release_notice,
    revoke_authorisation,
    rotate_webhook_secret,
    set_organ_code,
    settle_notice,
    sign_for_notice,
    subscribe_webhook,
    write_notice,
)
from shared.actions import Action, Asked, Streams, anywhere, no_unit, unit_of_command
from shared.directory import Role
from shared.domain import UnitId

Ask = Callable[[Any, Any, Any], Awaitable[Any]]


def _notice(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"notice/{command.notice}",)


def _webhook(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"webhook/{command.webhook}",)


ISSUERS: tuple[Role, ...] = ("coordinator", "committee", "inspector", "case-supervisor")
"""Who signs letters of the units that they reach."""
ANYBODY: tuple[Role, ...] = get_args(Role)
"""Whoever holds a post: the rule says whose letter it is."""


def _issuer(command: Any, situation: Any) -> UnitId | None:
    """The unit that issues the letter, whether it has left or not."""
    unit: UnitId | None = getattr(situation, "issuing_unit", None) or situation.unit
    return unit


_TOLD_BY = {"task": "ledger", "round": "assessment"}
"""Who published what a letter about such a thing calls it."""


def _authorisation_and_matter(command: Any, situation: Any) -> tuple[str | tuple[str, str], ...]:
    """On whose word it may leave; and what was published of the task or round that it is about, if it is about one."""
    source = _TOLD_BY.get(command.about.partition("/")[0])
    about = ((source, command.about),) if source is not None else ()
    return (f"authorisation/{command.issuing_unit}/{command.instrument}", *about)


def _organ_and_series(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"organ/{command.unit}", f"series/{command.unit}/{command.code}/{command.year}")


def _code(command: Any, situation: Any) -> tuple[str, ...]:
    code = set_organ_code.code_of(command)
    return (f"organ-code/{code}",) if code is not None else ()


def letters() -> tuple[Action, ...]:
    """Letters, from draft to outcome."""
    return (
        Action(
            set_organ_code.SetOrganCode,
            set_organ_code.decide,
            stream="organ/{unit}",
            path="organs/{unit}/code",
            may=("coordinator", "administrator"),
            unit=unit_of_command,
            reads=(Streams(_code),),
            needs_state=False,
        ),
        Action(
            give_authorisation.GiveAuthorisation,
            give_authorisation.decide,
            stream="authorisation/{unit}/{instrument}",
            path="authorisations",
            may=ISSUERS,
            unit=unit_of_command,
            reads=("actor", "moment"),
            creates="authorisation",
            needs_state=False,
        ),
        Action(
            revoke_authorisation.RevokeAuthorisation,
            revoke_authorisation.decide,
            stream="authorisation/{unit}/{instrument}",
            path="authorisations/{unit}/{instrument}/revoke",
            may=ISSUERS,
            unit=unit_of_command,
            reads=("actor",),
            needs_state=False,
        ),
        Action(
            write_notice.WriteNotice,
            write_notice.decide,
            stream="notice/{notice}",
            path="notices",
            may=ISSUERS,
            unit=unit_of_command,
            reads=("directory", "moment"),
            creates="notice",
            needs_state=False,
        ),
        Action(
            draft_notice.DraftNotice,
            draft_notice.decide,
            stream="notice/{notice}",
            path="notices/{notice}/draft",
            may=(),
            unit=unit_of_command,
            reads=(Streams(_authorisation_and_matter), "moment"),
            needs_state=False,
        ),
        Action(
            release_notice.ReleaseNotice,
            release_notice.decide,
            stream="notice/{notice}",
            path="notices/{notice}/release",
            may=ISSUERS,
            unit=_issuer,
            reads=("actor",),
        ),
        Action(
            discard_notice.DiscardNotice,
            discard_notice.decide,
            stream="notice/{notice}",
            path="notices/{notice}/discard",
            may=ISSUERS,
            unit=_issuer,
            reads=("actor",),
        ),
        Action(
            issue_notice.IssueNotice,
            issue_notice.decide,
            stream="notice/{notice}",
            path="notices/{notice}/issue",
            may=(),
            unit=unit_of_command,
            reads=(Streams(_organ_and_series), "calendar"),
        ),
        Action(
            sign_for_notice.SignForNotice,
            sign_for_notice.decide,
            stream="notice/{notice}",
            path="notices/{notice}/sign-for",
            may=ANYBODY,
            unit=anywhere,
            reads=("directory", "actor", "moment"),
        ),
        Action(
            answer_notice.AnswerNotice,
            answer_notice.decide,
            stream="notice/{notice}",
            path="notices/{notice}/answer",
            may=ANYBODY,
            unit=anywhere,
            reads=("directory", "actor", "moment"),
        ),
        Action(
            settle_notice.SettleNotice,
            settle_notice.decide,
            stream="notice/{notice}",
            path="notices/{notice}/settle",
            may=ISSUERS,
            unit=_issuer,
            reads=("actor",),
        ),
        Action(
            erase_notice.EraseNotice,
            erase_notice.decide,
            stream="erasure/stream/notice/{notice}",
            path="notices/{notice}/erase",
            may=("privacy-officer",),
            unit=no_unit,
            reads=(Streams(_notice),),
            needs_state=False,
        ),
        Action(
            count_unanswered.CountUnanswered,
            count_unanswered.decide,
            stream="notice/{notice}",
            path="notices/{notice}/count-unanswered",
            may=(),
            unit=no_unit,
            reads=("calendar", "moment"),
        ),
    )


def pushing(address_reached: Ask) -> tuple[Action, ...]:
    """What is pushed to other systems."""
    return (
        Action(
            subscribe_webhook.SubscribeWebhook,
            subscribe_webhook.decide,
            stream="webhook/{webhook}",
            path="webhooks",
            may=("administrator",),
            unit=unit_of_command,
            reads=(Asked(address_reached), "actor"),
            creates="webhook",
            needs_state=False,
            scope="webhooks:manage",
        ),
        Action(
            rotate_webhook_secret.RotateWebhookSecret,
            rotate_webhook_secret.decide,
            stream="webhook/{webhook}",
            path="webhooks/{webhook}/secret",
            may=("administrator",),
            reads=("actor",),
            scope="webhooks:manage",
        ),
        Action(
            end_webhook.EndWebhook,
            end_webhook.decide,
            stream="webhook/{webhook}",
            path="webhooks/{webhook}/end",
            may=("administrator",),
            reads=("actor",),
            scope="webhooks:manage",
        ),
        Action(
            record_webhook_delivery.RecordWebhookDelivery,
            record_webhook_delivery.decide,
            stream="webhook-delivery/{webhook}/{fact}",
            path="webhooks/{webhook}/deliveries",
            may=(),
            unit=no_unit,
            reads=(Streams(_webhook), "terms", "moment"),
            needs_state=False,
        ),
    )


MAILING: tuple[Action, ...] = (
    Action(
        record_mail.RecordMail,
        record_mail.decide,
        stream="mail/{notice}",
        path="notices/{notice}/mail",
        may=(),
        unit=no_unit,
        needs_state=False,
    ),
)


def actions(address_reached: Ask) -> tuple[Action, ...]:
    """THE table. What is looked up outside is handed in by `main`, so that rules import nothing that could."""
    return (*letters(), *MAILING, *pushing(address_reached))
