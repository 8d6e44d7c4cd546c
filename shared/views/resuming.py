"""Resuming parked rows: what waited is folded from the position where it failed, with the reference folds of then."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.log.log import Log
from shared.service import Service
from shared.views import EveryRow, Key, View
from shared.views.enabling import reaction_heads, watch_name
from shared.views.fold import ViewFold, place_of
from shared.views.pending import store
from shared.views.source import ReferenceSource
from shared.views.store import columns_of, views_schema
from shared.views.table import form_of

logger = logging.getLogger(__name__)


class NotParked(LookupError):
    """No row of this key is parked in the view."""


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of the parked rows of a view: how many are whole again, and how many failed again."""

    view: str
    whole: int
    failed: int


async def retry(service: Service, log: Log, views: Iterable[View[Any]]) -> list[Retried]:
    """Try every parked row of the views again, as one does after a fix; only views that have any are told.

    Works from any process, also while another one runs the views or tries the same.
    """
    schema = views_schema(log)
    found = []
    for view in views:
        form = form_of(view)
        keys = await log.pool.fetch(
            f"select key::text from {schema}.parked where view = $1 order by position, key",  # noqa: S608
            view.table_name,
        )
        outcome: Counter[bool] = Counter()
        for row in keys:
            try:
                outcome[await resume(service, log, view, form.key_value(row["key"]))] += 1
            except NotParked:
                continue  # somebody else was faster
            except Exception as error:  # whatever it is, it must not keep the others, or a start, from going on
                logger.error(
                    "a parked row could not be tried again",
                    extra={"log": log.id, "view": view.name, "error": place_of(error)},
                )
                outcome[False] += 1
        if outcome:
            found.append(Retried(view.name, outcome[True], outcome[False]))
    return found


async def resume(service: Service, log: Log, view: View[Any], key: Key) -> bool:
    """Fold what waits for a parked row. True when the row is whole again; False when it stopped again, perhaps later.

    Works from any process, also while another one runs the views. NotParked when nothing waits.
    """
    schema = views_schema(log)
    fold = ViewFold(
        view,
        schema,
        frozenset(action.name for action in service.actions),
        watch_above=(await reaction_heads(log)).get(watch_name(view)),
    )
    source = ReferenceSource(service, log)
    async with log.pool.acquire() as connection, connection.transaction():
        # Held until the end: the runner loads again after us, since the generation is another then.
        state = await connection.fetchrow(
            f"select position, mute_until from {schema}.checkpoints where name = $1 for update",  # noqa: S608
            fold.name,
        )
        await fold.reset(connection)
        fold.complete = False
        if state is None or key not in fold.parked:
            raise NotParked(view.name)
        fold.mute_until = state["mute_until"]
        key_text = fold.form.key_text(key)
        failed = await connection.fetchval(
            f"select position from {schema}.parked where view = $1 and key = $2::jsonb",  # noqa: S608
            fold.name,
            key_text,
        )
        waiting = await connection.fetch(
            f"select position from {schema}.parked_queue where view = $1 and key = $2::jsonb",  # noqa: S608
            fold.name,
            key_text,
        )
        await connection.execute(
            f"delete from {schema}.parked where view = $1 and key = $2::jsonb",  # noqa: S608
            fold.name,
            key_text,
        )
        fold.parked.discard(key)
        await fold.load(connection, [key])
        positions = sorted({failed, *(row["position"] for row in waiting)})
        await _fold_again(fold, source, log, service, key, failed, positions)
        stopped_at = fold.newly_parked[0][0] if fold.newly_parked else None
        await fold.write(connection, failed, careful=True)
        whole = key not in fold.parked
        if whole:
            await connection.execute(fold.sql.mark_whole, *columns_of([key], len(key)))
        if whole or stopped_at is not None:
            await store(connection, schema, fold.pending)
            await connection.execute(
                f"delete from {schema}.parked_queue where view = $1 and key = $2::jsonb and position <= $3",  # noqa: S608
                fold.name,
                key_text,
                positions[-1] if whole else stopped_at,
            )
        await connection.execute(
            f"update {schema}.checkpoints set generation = generation + 1 where name = $1",  # noqa: S608
            fold.name,
        )
    return whole


async def _fold_again(
    fold: ViewFold, source: ReferenceSource, log: Log, service: Service, key: Key, failed: int, positions: list[int]
) -> None:
    refs = await source.at(failed - 1)
    references = {fact.position: fact for fact in await source.between(failed - 1, positions[-1])}
    waiting = set(positions)
    for position in sorted(waiting | references.keys()):
        if position in references:
            refs.apply(references[position])
        refs.position = position
        if position in waiting:
            fact = (await log.at(position, 1))[0]
            route = fold.view.route(fact, refs)
            if isinstance(route, EveryRow) and not fold.means(route, key):
                continue
            fold.fold(key, fact, refs)
