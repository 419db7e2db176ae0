"""Applying corrections: what makes no sense, old stories, kills and failures."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from structlog.testing import capture_logs

import store
from bot.configuration.records import Configuration
from bot.errors import AmbiguousIdError, NonsenseError, NoSuchIdError
from bot.pipeline.corrections import note, story_named
from store import (
    CorrectionKind,
    CorrectionOutcome,
    Store,
)
from tests.bot.pipeline.corrections.newsroom import (
    DOHA,
    MUSCAT,
    ROME,
    Chat,
    Newsroom,
    at_work,
    titles,
)
from tests.making import NOON


async def test_what_makes_no_sense_any_more_is_left_undone_and_told(newsroom: Newsroom) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    last = await newsroom.report(DOHA, "ledger")
    taken = [gone.reports[0].entry]
    numbers = [
        await newsroom.ask(CorrectionKind.MERGE, gone, [stays.id]),
        await newsroom.ask(CorrectionKind.MERGE, gone, [stays.id]),
        await newsroom.ask(CorrectionKind.MERGE, gone, ["forgotten"]),
        await newsroom.ask(CorrectionKind.SPLIT, gone, taken),
        await newsroom.ask(CorrectionKind.SPLIT, stays, taken),
        await newsroom.ask(CorrectionKind.SPLIT, last, [last.reports[0].entry]),
    ]
    running = asyncio.create_task(newsroom.corrector.run())
    async with asyncio.timeout(60):
        while len(newsroom.told) < 4:  # noqa: ASYNC110  it is another task's
            await asyncio.sleep(0.001)
    running.cancel()
    assert [await newsroom.outcome(number) for number in numbers] == [
        CorrectionOutcome.DONE,
        CorrectionOutcome.SAME,
        CorrectionOutcome.GONE,
        CorrectionOutcome.DONE,
        CorrectionOutcome.ELSEWHERE,
        CorrectionOutcome.ALL,
    ]
    assert newsroom.told == [
        f"A merge of {gone.id[:8]}: both are one story already.",
        f"A merge of {gone.id[:8]}: a story of it is forgotten by now.",
        f"A split of {stays.id[:8]}: not all of these reports are in that story.",
        f"A split of {last.id[:8]}: it would leave nothing of that story.",
    ]


async def test_an_old_story_that_is_not_remembered_any_more_is_corrected_too(
    configuration: Configuration, file: Path
) -> None:
    chat = Chat()
    async with at_work(configuration, file, chat) as newsroom:
        gone = await newsroom.report(MUSCAT)
        stays = await newsroom.report(ROME, "wire")
    async with at_work(configuration, file, chat) as newsroom:
        newsroom.now = NOON + timedelta(days=40)
        assert await newsroom.merge(gone, stays) is CorrectionOutcome.DONE
        (story,) = await newsroom.stories()
        assert titles(story) == [MUSCAT, ROME]


class _Killed(BaseException):
    pass


@contextmanager
def killed_at(stored: Store, statement: int) -> Iterator[list[int]]:
    """The process ends before it gives the database so many statements more."""
    left = [statement]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise _Killed

    engine = stored._engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield left
    finally:
        event.remove(engine, "before_cursor_execute", count)


async def _everything(stored: Store) -> list[list[tuple[Any, ...]]]:
    tables = ("stories", "reports", "mutes", "corrections", "outbox")
    async with stored.read() as db:
        return [
            [tuple(row) for row in await db.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in tables
        ]


@pytest.mark.parametrize("kind", list(CorrectionKind))
async def test_killed_at_any_statement_nothing_is_half_done(
    configuration: Configuration, file: Path, tmp_path: Path, kind: CorrectionKind
) -> None:
    async with at_work(configuration, file, Chat()) as newsroom:
        await newsroom.report(MUSCAT)
        one = await newsroom.report(f"{MUSCAT}, officials say", "wire")
        await newsroom.send()
        other = await newsroom.report(ROME, "wire")
        others = [other.id] if kind is CorrectionKind.MERGE else [one.reports[1].entry]
        await newsroom.ask(kind, one, others)
        before = await _everything(newsroom.stored)
    whole = tmp_path / "whole.db"
    shutil.copy(file, whole)
    async with at_work(configuration, whole, Chat()) as newsroom:
        await newsroom.corrector.look()
        after = await _everything(newsroom.stored)
        assert await newsroom.outcome(1) is CorrectionOutcome.DONE
    statement, died = 0, True
    while died:
        copy = tmp_path / f"{statement}.db"
        shutil.copy(file, copy)
        async with at_work(configuration, copy, Chat()) as newsroom:
            await newsroom.ingest._remembers.wait()
            with killed_at(newsroom.stored, statement) as left:
                with suppress(_Killed):
                    await newsroom.corrector.look()
                died = left[0] < 0
            assert await _everything(newsroom.stored) == (before if died else after)
            await newsroom.corrector.look()
            assert await _everything(newsroom.stored) == after
        async with at_work(configuration, copy, Chat()) as newsroom:
            await newsroom.corrector.look()
            assert await _everything(newsroom.stored) == after
        statement += 3
    assert statement > 10


async def test_one_that_fails_is_tried_again_and_holds_up_nothing(newsroom: Newsroom) -> None:
    one = await newsroom.report(MUSCAT)
    other = await newsroom.report(ROME, "wire")
    last = await newsroom.report(DOHA, "ledger")
    first = await newsroom.ask(CorrectionKind.MERGE, one, [other.id])
    async with newsroom.stored.write() as db:
        await db.execute(
            text(
                "CREATE TRIGGER t BEFORE UPDATE ON corrections WHEN OLD.id = "
                f"{first} BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        )
    with capture_logs() as logs:
        assert await newsroom.merge(last, other) is CorrectionOutcome.DONE
        await newsroom.corrector.look()
    assert [one["log_level"] for one in logs].count("error") == 1
    assert {story.id for story in await newsroom.stories()} == {one.id, other.id}
    async with newsroom.stored.write() as db:
        await db.execute(text("DROP TRIGGER t"))
    await newsroom.corrector.look()
    assert await newsroom.outcome(first) is CorrectionOutcome.DONE
    assert {story.id for story in await newsroom.stories()} == {other.id}


SUBJECTS = (MUSCAT, DOHA, ROME)


steps = st.lists(
    st.tuples(
        st.sampled_from(["report", "merge", "split", "restart"]),
        st.integers(0, 5),
        st.integers(1, 5),
    ),
    min_size=3,
    max_size=12,
)


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each example takes a second
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_every_report_is_in_one_story_and_a_restart_changes_nothing(
    configuration: Configuration,
    tmp_path_factory: pytest.TempPathFactory,
    asked: list[tuple[str, int, int]],
) -> None:
    file = tmp_path_factory.mktemp("sequence") / "test.db"
    asyncio.run(_sequence(configuration, file, asked))


async def _sequence(
    configuration: Configuration, file: Path, asked: list[tuple[str, int, int]]
) -> None:
    chat, now, reported = Chat(), NOON, 0
    todo = [("restart", 0, 0), *asked]
    while todo:
        todo.pop(0)
        async with at_work(configuration, file, chat) as newsroom:
            newsroom.now = now
            await newsroom.ingest._remembers.wait()
            while todo and todo[0][0] != "restart":
                kind, one, other = todo.pop(0)
                if kind == "report":
                    reported += 1
                    title = f"{SUBJECTS[one % 3]} {reported}"
                    source = ("courier", "wire", "ledger")[other % 3]
                    await newsroom.report(title, source)
                    await newsroom.send()
                elif every := sorted(await newsroom.stories(), key=lambda story: story.id):
                    story = every[one % len(every)]
                    if kind == "merge":
                        await newsroom.merge(story, every[other % len(every)])
                    else:
                        await newsroom.split(story, *titles(story)[one % 2 : other])
                found = {story.id: story for story in await newsroom.stories()}
                assert found == dict(newsroom.ingest._grouping.stories)
                entries = [r.entry for story in found.values() for r in story.reports]
                assert len(entries) == len(set(entries)) == reported
            await newsroom.send()
            now = newsroom.now
            assert await newsroom.waiting() == {}


async def test_an_id_may_be_cut_short_as_long_as_it_is_the_only_one(newsroom: Newsroom) -> None:
    one = await newsroom.report(MUSCAT)
    other = await newsroom.report(ROME, "wire")
    async with newsroom.stored.read() as db:
        assert (await story_named(db, one.id[:5].upper())).id == one.id
        with pytest.raises(AmbiguousIdError, match=f"{min(one.id, other.id)}, "):
            await story_named(db, "")
        close = one.id[:3] + "x" + one.id[4:8]
        with pytest.raises(NoSuchIdError, match=f"did you mean .*{one.id[:8]}"):
            await story_named(db, close)
        with pytest.raises(NoSuchIdError, match="none is like it"):
            await story_named(db, "%")
    await newsroom.merge(one, other)
    async with newsroom.stored.read() as db:
        assert (await story_named(db, one.id[:8])).id == other.id


async def test_nonsense_is_refused_at_once(newsroom: Newsroom) -> None:
    one = await newsroom.report(MUSCAT)
    async with newsroom.stored.write() as db:
        with pytest.raises(NonsenseError, match="one story already"):
            await note(db, CorrectionKind.MERGE, one, [one.id], newsroom.clock)
        with pytest.raises(NonsenseError, match="nothing of that story"):
            await note(db, CorrectionKind.SPLIT, one, [one.reports[0].entry], newsroom.clock)
        assert await store.waiting_corrections(db) == []
