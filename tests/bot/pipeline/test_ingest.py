"""What a poll leaves behind in the database."""

from dataclasses import replace
from pathlib import Path

import store
from tests.bot.delivery.newsroom import EVENING, at_work, said
from tests.making import entry, serving
from watchers import Poll, SourceState, Watcher


async def test_what_a_source_is_after_a_poll_hangs_on_whether_that_was_new(
    tmp_path: Path,
) -> None:
    state = SourceState("courier", url="https://courier.example/feed", interval=60.0)
    one = entry(said(0), published=EVENING, seen=EVENING)
    poll = Poll(
        Watcher("courier", "Gulf Courier", "https://courier.example/feed"),
        state,
        (serving(one, b"key"),),
        if_new=replace(state, interval=30.0),
    )
    async with at_work(tmp_path) as room:
        for interval in (30.0, 60.0):
            after = await room.ingest(poll)
            async with room.stored.read() as db:
                stored = (await store.source_states(db))["courier"]
            assert after.interval == stored.interval == interval
            assert stored.entries == 1
