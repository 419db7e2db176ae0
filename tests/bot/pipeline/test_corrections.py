"""Merges and splits, from what is asked for to what stands in the channel."""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from structlog.testing import capture_logs

import store
from bot.__main__ import main
from bot.clock import Clock
from bot.configuration.channels import Channel
from bot.configuration.records import Configuration
from bot.data_folder import only_one
from bot.delivery.sender import Sender
from bot.errors import AmbiguousIdError, NonsenseError, NoSuchIdError
from bot.pipeline.corrections import Corrector, note, story_named
from bot.pipeline.ingest import Ingest
from store import (
    CorrectionKind,
    CorrectionOutcome,
    Mute,
    Muted,
    Store,
)
from stories import Story
from tests.bot.delivery import test_sender as test_sending
from tests.making import NOON, entry, serving
from tests.opening import configured, open_database
from watchers import Poll, SourceState

HOUR = timedelta(hours=1)
CONFIG = """\
[[channel]]
name = "talks"
chat = "@talks"

[[rule]]
name = "talks"
title = "Talks"
when = "talks OR deny OR denies"
channels = ["talks"]
""" + "".join(
    f"""
[[watcher]]
name = "{name}"
title = "{name.title()}"
url = "https://{name}.example/feed"
"""
    for name in ("courier", "wire", "ledger", "herald")
)
MUSCAT = "Muscat talks adjourn after hearing Busaidi"
DOHA = "Prisoner swap talks begin at Doha airport"
ROME = "Vatican hosts Gaza hostage talks with bishops"
MORE = "Hostage talks with bishops continue at Vatican over Gaza"


class Chat(test_sending.Chat):
    """One whose messages have links."""

    def address(self, channel: Channel) -> str:
        return f"telegram:{channel.chat}"


class Newsroom:
    """Ingest, corrector and sender on one database and one clock, with a chat in memory."""

    def __init__(self, configuration: Configuration, stored: Store, chat: Chat) -> None:
        self.now = NOON
        self.stored = stored
        self.chat = chat
        self.told: list[str] = []
        self.clock = Clock(lambda: self.now, self._sleep)
        self.ingest = Ingest(configuration, stored, self.clock, lambda _: None)
        (channel,) = configuration.channels
        self.corrector = Corrector(
            stored,
            self.ingest,
            self.clock,
            channels=configuration.channels,
            address=chat.address,
            tell=self._tell,
        )
        self._sender = Sender(channel, chat, stored, self.clock)
        self._watchers = {watcher.name: watcher for watcher in configuration.watchers}

    async def report(self, title: str, source: str = "courier", words: str = "") -> Story:
        """An entry that comes in; returns the story that it is in."""
        self.now += HOUR
        one = entry(
            title,
            words,
            source=source,
            uid=title,
            link=f"https://{source}.example/{len(title)}{title[:3]}",
            published=self.now,
            seen=self.now,
        )
        state = SourceState(source, last_poll=self.now)
        served = serving(one, f"{source}{title}".encode())
        await self.ingest(Poll(self._watchers[source], state, (served,)))
        id_ = store.entry_id(one)
        return next(
            s for s in await self.stories() if id_ in {report.entry for report in s.reports}
        )

    async def send(self) -> None:
        """Send what is due now."""
        self.now += HOUR
        while await self._sender.send_next():
            pass

    async def merge(self, gone: Story, into: Story) -> CorrectionOutcome:
        return await self.correct(CorrectionKind.MERGE, gone, [into.id])

    async def split(self, story: Story, *titles: str) -> CorrectionOutcome:
        entries = [r.entry for r in story.reports if r.document.title in titles]
        return await self.correct(CorrectionKind.SPLIT, story, entries)

    async def correct(
        self, kind: CorrectionKind, story: Story, others: Sequence[str]
    ) -> CorrectionOutcome:
        number = await self.ask(kind, story, others)
        await self.corrector.look()
        return await self.outcome(number)

    async def ask(self, kind: CorrectionKind, story: Story, others: Sequence[str]) -> int:
        async with self.stored.write() as db:
            return await store.add_correction(db, kind, story.id, others, self.now)

    async def outcome(self, number: int) -> CorrectionOutcome:
        async with self.stored.read() as db:
            correction = await store.find_correction(db, number)
        assert correction is not None
        assert correction.outcome is not None
        return correction.outcome

    async def stories(self) -> list[Story]:
        async with self.stored.read() as db:
            return await store.recent_stories(db, NOON - HOUR)

    async def waiting(self) -> dict[str, str]:
        """What is to be sent, by the stories."""
        async with self.stored.read() as db:
            rows = await db.execute(
                text("SELECT story, text FROM outbox WHERE status = 'pending' ORDER BY id")
            )
            return {row.story: row.text for row in rows}

    async def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    async def _tell(self, told: str) -> None:
        self.told.append(told)


def titles(story: Story) -> list[str]:
    return [report.document.title for report in story.reports]


def headline(told: str) -> str:
    return re.sub(r"<[^>]*>", "", told.partition("\n")[0])


@pytest.fixture
def configuration() -> Configuration:
    return configured(CONFIG)


@asynccontextmanager
async def at_work(configuration: Configuration, file: Path, chat: Chat) -> AsyncIterator[Newsroom]:
    """A newsroom that works as long as the block runs; the next one is the same after a restart."""
    async with open_database(file) as stored:
        newsroom = Newsroom(configuration, stored, chat)
        work = asyncio.create_task(newsroom.ingest.run())
        try:
            yield newsroom
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backchannel.db"


@pytest.fixture
async def newsroom(configuration: Configuration, file: Path) -> AsyncIterator[Newsroom]:
    async with at_work(configuration, file, Chat()) as opened:
        yield opened


async def test_a_merged_story_has_the_reports_of_both_in_the_order_of_time(
    newsroom: Newsroom,
) -> None:
    first = await newsroom.report(MUSCAT)
    other = await newsroom.report(ROME, "wire")
    assert await newsroom.merge(first, other) is CorrectionOutcome.DONE
    (story,) = await newsroom.stories()
    assert story.id == other.id
    assert titles(story) == [MUSCAT, ROME]


async def test_the_messages_follow_a_merge(newsroom: Newsroom) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    await newsroom.merge(gone, stays)
    await newsroom.send()
    of_gone, of_other = newsroom.chat.ours
    assert headline(of_gone) == MUSCAT
    assert 'This story goes on here: <a href="https://t.me/talks/102">' in of_gone
    assert "Reported by 2: " in of_other
    assert len(newsroom.chat.ours) == 2


async def test_what_was_not_sent_yet_is_not_sent_any_more(newsroom: Newsroom) -> None:
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    gone = await newsroom.report(MUSCAT)
    denied = await newsroom.report(f"Oman denies that {MUSCAT}", "ledger")
    if denied.id != gone.id:
        await newsroom.merge(denied, gone)
    await newsroom.merge(gone, stays)
    assert set(await newsroom.waiting()) == {stays.id}
    await newsroom.send()
    assert len(newsroom.chat.ours) == 1


async def test_where_the_other_has_no_message_yet_its_headline_leads_to_its_article(
    newsroom: Newsroom,
) -> None:
    gone = await newsroom.report(MUSCAT)
    await newsroom.send()
    stays = await newsroom.report(ROME, "wire")
    await newsroom.merge(gone, stays)
    await newsroom.send()
    assert 'goes on here: <a href="https://courier.example/' in newsroom.chat.ours[0]
    assert len(newsroom.chat.ours) == 2


async def test_a_correction_tells_no_turn(newsroom: Newsroom) -> None:
    every = [
        await newsroom.report(title, source)
        for title, source in (
            (MUSCAT, "courier"),
            (ROME, "wire"),
            (DOHA, "ledger"),
            ("White House denies museum raid in Benin", "herald"),
        )
    ]
    assert len({story.id for story in every}) == 4
    await newsroom.send()
    for story in every[1:]:
        await newsroom.merge(story, every[0])
    await newsroom.send()
    (story,) = await newsroom.stories()
    assert len(story.reports) == 4
    assert "Denied by" in newsroom.chat.ours[0]
    assert len(newsroom.chat.ours) == 4
    assert not any("/" in key for key in await newsroom.waiting())


async def test_what_joined_either_joins_the_merged_one_also_after_a_restart(
    configuration: Configuration, file: Path
) -> None:
    chat = Chat()
    async with at_work(configuration, file, chat) as newsroom:
        gone = await newsroom.report(MUSCAT)
        stays = await newsroom.report(ROME, "wire")
        await newsroom.merge(gone, stays)
    async with at_work(configuration, file, chat) as newsroom:
        newsroom.now = NOON + 3 * HOUR
        of_one = await newsroom.report(f"{MUSCAT}, Omani minister says", "ledger")
        of_other = await newsroom.report(MORE, "ledger")
    assert of_one.id == of_other.id == stays.id
    assert len(of_other.reports) == 4


async def test_a_split_makes_a_message_of_its_own(newsroom: Newsroom) -> None:
    story = await newsroom.report(MUSCAT)
    story = await newsroom.report(f"{MUSCAT}, officials say", "wire")
    assert len(story.reports) == 2
    await newsroom.send()
    assert "Reported by" in newsroom.chat.ours[0] or "Courier" in newsroom.chat.ours[0]
    assert await newsroom.split(story, f"{MUSCAT}, officials say") is CorrectionOutcome.DONE
    await newsroom.send()
    assert [headline(one) for one in newsroom.chat.ours] == [MUSCAT, f"{MUSCAT}, officials say"]
    assert "Wire" not in newsroom.chat.ours[0]


async def test_what_was_split_is_not_glued_together_again(
    configuration: Configuration, file: Path
) -> None:
    later = f"{MUSCAT}, officials say"
    chat = Chat()
    async with at_work(configuration, file, chat) as newsroom:
        await newsroom.report(MUSCAT)
        story = await newsroom.report(later, "wire")
        await newsroom.split(story, later)
        parts = {one.id: titles(one) for one in await newsroom.stories()}
        assert sorted(parts.values()) == [[MUSCAT], [later]]
    async with at_work(configuration, file, chat) as newsroom:
        newsroom.now = NOON + 3 * HOUR
        joined = await newsroom.report(f"{MUSCAT}: officials", "ledger")
        again = await newsroom.report(later, "wire")
        found = {one.id: one for one in await newsroom.stories()}
        assert found.keys() == parts.keys()
        assert titles(found[again.id]).count(later) == 1
        assert not {MUSCAT, later} <= set(titles(joined))


async def test_a_split_takes_a_merge_back(newsroom: Newsroom) -> None:
    await newsroom.report(MUSCAT)
    gone = await newsroom.report(f"{MUSCAT}, officials say", "wire")
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    before = dict(newsroom.chat.posts)
    await newsroom.merge(gone, stays)
    await newsroom.send()
    assert newsroom.chat.posts != before
    entries = [report.entry for report in reversed(gone.reports)]
    await newsroom.correct(CorrectionKind.SPLIT, stays, entries)
    await newsroom.send()
    assert newsroom.chat.posts == before
    assert {one.id for one in await newsroom.stories()} == {gone.id, stays.id}


async def test_the_opening_report_can_be_taken_out_too(newsroom: Newsroom) -> None:
    await newsroom.report(MUSCAT)
    story = await newsroom.report(f"{MUSCAT}, officials say", "wire")
    await newsroom.send()
    await newsroom.split(story, MUSCAT)
    await newsroom.send()
    assert [headline(one) for one in newsroom.chat.ours] == [f"{MUSCAT}, officials say", MUSCAT]


async def test_stories_that_followed_the_one_that_goes_follow_the_one_that_stays(
    newsroom: Newsroom,
) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    follower = await newsroom.report(DOHA, "ledger")
    async with newsroom.stored.write() as db:
        await db.execute(
            text("UPDATE stories SET follows = :gone WHERE id = :id"),
            {"gone": gone.id, "id": follower.id},
        )
    newsroom.ingest._grouping.put(
        Story(follower.id, follower.opened, follower.updated, follower.reports, gone.id)
    )
    newsroom.ingest._grouping.keep()
    await newsroom.merge(gone, stays)
    found = {story.id: story.follows for story in await newsroom.stories()}
    assert found == {stays.id: None, follower.id: stays.id}
    assert "Follows: " in (await newsroom.waiting())[follower.id]


async def test_a_mute_follows_the_story_that_goes(newsroom: Newsroom) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    await newsroom.send()
    until = newsroom.now + 9 * HOUR
    async with newsroom.stored.write() as db:
        await store.mute(db, Mute(Muted.STORY, gone.id, until), newsroom.now)
    await newsroom.merge(gone, stays)
    async with newsroom.stored.read() as db:
        assert await store.muted_now(db, newsroom.now) == [Mute(Muted.STORY, stays.id, until)]
    assert set(await newsroom.waiting()) == {gone.id}


@pytest.mark.parametrize("forever", [False, True])
async def test_of_two_mutes_the_longer_holds(newsroom: Newsroom, forever: bool) -> None:
    gone = await newsroom.report(MUSCAT)
    stays = await newsroom.report(ROME, "wire")
    until = None if forever else newsroom.now + 9 * HOUR
    async with newsroom.stored.write() as db:
        for mute in (
            Mute(Muted.STORY, gone.id, newsroom.now + HOUR),
            Mute(Muted.STORY, stays.id, until),
        ):
            await store.mute(db, mute, newsroom.now)
    await newsroom.merge(gone, stays)
    async with newsroom.stored.read() as db:
        assert await store.muted_now(db, newsroom.now) == [Mute(Muted.STORY, stays.id, until)]


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


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The command line, as a user gives it; returns the code with which it ends."""
    monkeypatch.setattr(sys, "argv", ["backchannel", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


async def _with(
    configuration: Configuration, file: Path, work: Callable[[Newsroom], Coroutine[Any, Any, Any]]
) -> Any:
    async with at_work(configuration, file, Chat()) as newsroom:
        return await work(newsroom)


def test_by_command_line_without_a_bot(
    configuration: Configuration,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def two(newsroom: Newsroom) -> list[Story]:
        newsroom.now = Clock().now() - 3 * HOUR
        return [await newsroom.report(MUSCAT), await newsroom.report(f"{ROME}\x1b[2J", "wire")]

    async def look(newsroom: Newsroom) -> list[Story]:
        await newsroom.corrector.look()
        return await newsroom.stories()

    def said(*arguments: str) -> str:
        run(monkeypatch, "stories", *arguments, "--data", str(file.parent))
        return re.sub(r"\s+", " ", capsys.readouterr().out)

    one, other = asyncio.run(_with(configuration, file, two))
    listed = said("--rule", "talks")
    assert listed.index(other.id[:8]) < listed.index(one.id[:8])
    assert "Vatican" in listed
    assert "\x1b[2J" not in listed
    assert "and 1 earlier ones" in said("--show", "1")
    shown = said("show", other.id[:8])
    assert other.reports[0].entry[:8] in shown
    assert "https://wire.example/" in shown
    assert "\x1b[2J" not in shown
    assert "done when the next one starts" in said("merge", one.id[:8], other.id[:8])
    (story,) = asyncio.run(_with(configuration, file, look))
    assert titles(story)[0] == MUSCAT
    taken = story.reports[0].entry
    assert "done when the next one starts" in said("split", one.id[:8], taken[:6])
    assert len(asyncio.run(_with(configuration, file, look))) == 2


def test_what_is_not_there_is_said_with_code_2(
    configuration: Configuration,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def two(newsroom: Newsroom) -> list[Story]:
        newsroom.now = Clock().now() - 3 * HOUR
        return [await newsroom.report(MUSCAT), await newsroom.report(ROME, "wire")]

    one, other = asyncio.run(_with(configuration, file, two))
    for arguments, message in (
        (["show", "zz"], "there is no story zz"),
        (["show", ""], "more than one story begins with ''"),
        (["merge", one.id, one.id], "that cannot be done: both are one story already"),
        (["split", one.id, other.reports[0].entry], "there is no report of this story"),
        (["--rule", "nothing"], "there is no story of the rule 'nothing'"),
        (["--since", "soon"], "--since"),
    ):
        given = ["stories", "--data", str(file.parent), *arguments]
        assert run(monkeypatch, *given) == 2
        assert message in re.sub(r"\s+", " ", capsys.readouterr().err)


async def test_by_command_line_while_a_bot_runs(
    newsroom: Newsroom,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = await newsroom.report(MUSCAT)
    other = await newsroom.report(ROME, "wire")
    arguments = ("stories", "merge", one.id[:9], other.id[:9], "--data", str(file.parent))
    with only_one(file.parent):
        asking = asyncio.create_task(asyncio.to_thread(run, monkeypatch, *arguments))
        while not asking.done():
            await newsroom.corrector.look()
            await asyncio.sleep(0.02)
        assert await asking == 0
    assert f"Merged: {one.id[:8]} is part of {other.id[:8]} now." in capsys.readouterr().out
