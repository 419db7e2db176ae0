"""Fewer messages where too many wait: from polls to what stands in the channel."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.delivery.destination import AmbiguousError, NotSentError, WaitError
from tests.bot.delivery.newsroom import EVENING, MINUTE, Newsroom, at_work, said, told_in


async def test_a_burst_is_sent_singly_as_long_as_it_goes(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(*map(said, range(5)))
        await room.drain()
        assert len(room.messages) == 5


async def test_what_waited_for_telegram_is_told_together(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)))
        await room.drain()
        (digest,) = room.messages
        assert all(told_in([digest], said(number)) for number in range(5))
        assert digest.startswith("<b>In brief")


async def test_a_few_that_waited_are_messages_of_their_own(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(3)))
        await room.drain()
        assert len(room.messages) == 3


async def test_priority_is_never_gathered(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)), said(6, "urgent talks"))
        await room.drain()
        assert len(room.messages) == 2
        assert told_in(room.messages, said(6, "urgent talks")) == 1


async def test_at_the_end_of_quiet_hours_there_is_one_digest(tmp_path: Path) -> None:
    async with at_work(tmp_path, 'quiet_hours = "19:00-07:00"') as room:
        await room.comes(said(0))
        await room.comes(said(1), said(2, "urgent talks"))
        await room.drain()
        assert len(room.messages) == 1
        room.now = EVENING + timedelta(hours=11, seconds=1)
        await room.drain()
        night = room.messages[1]
        assert len(room.messages) == 2
        assert night.startswith("<b>While it was quiet")
        assert told_in([night], said(0)) == told_in([night], said(1)) == 1


async def test_one_story_of_the_night_is_its_own_message(tmp_path: Path) -> None:
    async with at_work(tmp_path, 'quiet_hours = "19:00-07:00"') as room:
        await room.comes(said(0))
        room.now = EVENING + timedelta(hours=12)
        await room.drain()
        (message,) = room.messages
        assert not message.startswith("<b>While it was quiet")


async def test_what_a_digest_told_is_not_told_again_but_its_denial_is(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)))
        await room.drain()
        room.now += 5 * MINUTE
        await room.comes(said(3), source="wire")
        await room.drain()
        assert len(room.messages) == 1
        room.now += 5 * MINUTE
        await room.comes(f"Iran denies: {said(3)}", source="wire")
        await room.drain()
        assert len(room.messages) == 2
        assert "denied" in room.messages[1]


async def test_a_digest_that_could_not_be_sent_tells_what_is_so_by_then(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults += [WaitError(300), WaitError(300)]
        await room.comes(*map(said, range(5)))
        assert await room.sender.send_next()
        assert await room.sender.send_next()
        await room.comes(f"{said(2)}, two say", source="wire")
        await room.comes(said(7))
        await room.drain()
        (digest,) = room.messages
        assert "Reported by 2" in digest
        assert all(told_in([digest], said(number)) == 1 for number in (0, 1, 2, 3, 4, 7))


async def test_no_more_messages_an_hour_than_are_asked_for(tmp_path: Path) -> None:
    async with at_work(tmp_path, "messages_an_hour = 3") as room:
        for number in range(30):
            await room.comes(said(number))
            await room.drain()
            room.now += 2 * MINUTE
        assert len(room.messages) <= 4
        room.now += timedelta(hours=1)
        await room.drain()
        assert len(room.messages) <= 7
        assert all(told_in(room.messages, said(number)) == 1 for number in range(30))


async def test_priority_passes_the_limit_of_an_hour(tmp_path: Path) -> None:
    async with at_work(tmp_path, "messages_an_hour = 1") as room:
        await room.comes(said(0), said(1, "urgent talks"), said(2, "urgent talks"))
        await room.drain()
        assert told_in(room.messages, said(1, "urgent talks")) == 1
        assert told_in(room.messages, said(2, "urgent talks")) == 1


@pytest.mark.parametrize("count", [21, 90])
async def test_a_flood_is_told_together_and_to_the_administrators(
    tmp_path: Path, count: int
) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(*map(said, range(count)))
        await room.drain()
        assert room.messages == []
        room.now += 3 * MINUTE
        await room.drain()
        assert 1 <= len(room.messages) <= 1 + count // 15
        assert all(told_in(room.messages, said(number)) == 1 for number in range(count))
        (notice,) = room.told
        assert "Gulf Courier (courier)" in notice


async def test_a_few_stories_among_very_many_entries_are_no_flood(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(*(said(number, "weather") for number in range(50)), said(60), said(61))
        await room.drain()
        assert len(room.messages) == 2
        assert not room.told


async def test_a_source_that_drips_its_flood_is_told_together_too(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        for number in range(12):
            await room.comes(said(number))
            await room.drain()
            room.now += timedelta(seconds=2)
        assert len(room.messages) == 5
        room.now += 3 * MINUTE
        await room.drain()
        assert len(room.messages) == 6
        assert all(told_in(room.messages, said(number)) == 1 for number in range(12))


async def test_an_edit_keeps_its_distance_to_the_last_one(tmp_path: Path) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(said(0))
        await room.drain()
        room.now += timedelta(seconds=10)
        await room.comes(said(0), source="wire")
        await room.drain()
        room.now += timedelta(seconds=10)
        await room.comes(f"{said(0)}, sources say", source="wire")
        await room.drain()
        assert "Reported by" not in room.messages[0]
        room.now += MINUTE
        await room.drain()
        assert "Reported by 2" in room.messages[0]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_digest_whose_answer_was_lost_is_settled(tmp_path: Path, arrives: bool) -> None:
    async with at_work(tmp_path) as room:
        await room.comes(said(20))
        await room.drain()
        room.now += 5 * MINUTE
        room.chat.arrives = arrives
        room.chat.faults += [WaitError(300), AmbiguousError("lost")]
        await room.comes(*map(said, range(5)))
        assert await room.sender.send_next()
        assert await room.sender.send_next()
        # It is not known yet whether it arrived, and its stories go on.
        await room.comes(*map(said, range(5)), source="wire")
        await room.comes(said(7))
        room.now += 5 * MINUTE
        await room.drain()
        assert all(told_in(room.messages, said(number)) == 1 for number in (0, 1, 2, 3, 4, 7))
        assert len(room.messages) == 3


async def test_what_was_told_together_becomes_a_message_when_a_priority_rule_matches(
    tmp_path: Path,
) -> None:
    async with at_work(tmp_path) as room:
        room.chat.faults.append(WaitError(300))
        await room.comes(*map(said, range(5)))
        await room.drain()
        await room.comes(f"{said(3)} urgent", source="wire")
        await room.drain()
        assert len(room.messages) == 2
        room.now += 5 * MINUTE
        await room.comes(f"{said(3)}, urgent", source="courier")
        await room.drain()
        assert len(room.messages) == 2


async def something(room: Newsroom, told: list[str], random: Random) -> None:
    """News, growth, time, a fault on the line, a kill, or a few letters sent."""
    match random.randrange(7):
        case 0 | 1:
            new = [said(len(told) + n) for n in range(random.choice([1, 2, 8]))]
            told += new
            await room.comes(*new)
        case 2 if told:
            await room.comes(random.choice(told), source="wire")
        case 3:
            room.now += timedelta(seconds=random.choice([1, 70, 900, 4000]))
        case 4:
            faults = [WaitError(200), AmbiguousError("lost"), NotSentError("no line")]
            room.chat.faults.append(random.choice(faults))
            room.chat.arrives = random.random() < 0.5
        case 5:
            await room.is_killed(arrives=random.random() < 0.5)
        case _:
            for _ in range(random.randrange(4)):
                await room.sender.send_next()


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_goes_wrong_each_story_is_told_once(tmp_path: Path, seed: int) -> None:
    random, told = Random(seed), list[str]()
    async with at_work(tmp_path, random.choice(["", "messages_an_hour = 4"])) as room:
        for _ in range(40):
            await something(room, told, random)
        for _ in range(12):
            room.now += timedelta(hours=1)
            await room.drain()
        assert {title: told_in(room.messages, title) for title in told} == dict.fromkeys(told, 1)
