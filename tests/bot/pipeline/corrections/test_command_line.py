"""Corrections by command line, with and without a bot that runs."""

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.clock import Clock
from bot.configuration.records import Configuration
from bot.data_folder import only_one
from stories import Story
from tests.bot.pipeline.corrections.newsroom import (
    HOUR,
    MUSCAT,
    ROME,
    Chat,
    Newsroom,
    at_work,
    titles,
)


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
