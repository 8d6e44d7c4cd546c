"""What can be asked of the notifications service: its views and its questions, row by row."""

from __future__ import annotations

from typing import Any

from services.notifications.views import due_tasks, mails, notices, webhooks
from shared.service import Question
from shared.views import View
from shared.views.paging import Page

VIEWS: tuple[View[Any], ...] = (
    notices.NOTICES,
    notices.TO_WRITE,
    notices.ORGANS,
    notices.NUMBERS,
    due_tasks.DUE_TASKS,
    mails.MAILS,
    webhooks.WEBHOOKS,
    webhooks.PUSHES,
)

INBOX = Question("inbox", notices.Inbox, notices.inbox, Page[notices.NoticeAnswer])
LIST_NOTICES = Question("notices", notices.NoticesOf, notices.list_notices, Page[notices.NoticeAnswer])
ONE_NOTICE = Question("notices/{notice}", notices.OneNotice, notices.one_notice, notices.NoticeAnswer)
LIST_NUMBERS = Question(
    "series/{organ}/{series}/{year}",
    notices.SeriesOf,
    notices.list_numbers,
    Page[notices.NumberAnswer],
    (*notices.ISSUERS, "auditor"),
)

QUESTIONS: tuple[Question, ...] = (
    INBOX,
    LIST_NOTICES,
    ONE_NOTICE,
    LIST_NUMBERS,
    Question(
        "webhooks",
        webhooks.ListWebhooks,
        webhooks.list_webhooks,
        Page[webhooks.Webhook],
        webhooks.READERS,
        "webhooks:manage",
    ),
)
