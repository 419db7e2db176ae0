"""What a changed configuration would have matched in what is stored."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

import store
from bot.cli.backtest import Backtest, backtest, shown
from rules import Lexicon, Matcher, Rule
from tests.making import NOON, entry
from watchers import Entry

OMAN = [Rule("oman", "Oman", "oman"), Rule("iran", "Iran", "iran")]
ENTRIES = [
    entry(title, seen=NOON + timedelta(minutes=minute))
    for minute, title in enumerate(["Oman speaks", "Iran speaks", "Iran and Qatar", "Cricket"])
]


async def stored_with(folder: Path, rules: list[Rule], entries: list[Entry]) -> str:
    url = store.sqlite_url(folder / "backchannel.db")
    matcher = Matcher(rules, Lexicon())
    async with store.open_store(url) as stored, stored.write() as db:
        await store.save_entries(db, [(one, matcher.match(one)) for one in entries])
    return url


async def found_by(url: str, rules: list[Rule], rule: str | None = None, days: int = 1) -> Backtest:
    async with store.open_store(url) as stored:
        since = NOON - timedelta(days=days)
        with Progress(console=Console(file=StringIO())) as progress:
            return await backtest(stored, Matcher(rules, Lexicon()), since, rule, progress)


def titles(result: Backtest) -> tuple[list[str], list[str]]:
    return [f.entry.title for f in result.new], [f.entry.title for f in result.gone]


async def test_the_same_rules_change_nothing(tmp_path: Path) -> None:
    result = await found_by(await stored_with(tmp_path, OMAN, ENTRIES), OMAN)
    assert (result.entries, dict(result.matches)) == (4, {"oman": 1, "iran": 2})
    assert titles(result) == ([], [])


async def test_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    url = await stored_with(tmp_path, OMAN, ENTRIES)
    changed = [Rule("iran", "Iran", "iran NOT qatar"), Rule("sport", "Sport", "cricket")]
    result = await found_by(url, changed)
    assert titles(result) == (["Cricket"], ["Oman speaks", "Iran and Qatar"])
    console = Console(file=StringIO(), record=True, width=100)
    console.print(shown(result, ["iran", "sport"], 1, 1))
    told = console.export_text()
    assert "Cricket (courier; “Cricket”)" in told
    assert "and 1 earlier ones: --show 2" in told


async def test_one_rule_alone(tmp_path: Path) -> None:
    url = await stored_with(tmp_path, OMAN, ENTRIES)
    result = await found_by(url, [Rule("iran", "Iran", "speaks")], "iran")
    assert titles(result) == (["Oman speaks"], ["Iran and Qatar"])


async def test_what_came_in_before_is_left_out(tmp_path: Path) -> None:
    old = entry("Oman spoke", seen=NOON - timedelta(days=9))
    url = await stored_with(tmp_path, OMAN, [old])
    assert (await found_by(url, OMAN)).entries == 0
    assert (await found_by(url, OMAN, days=10)).entries == 1


async def test_the_records_of_rules(tmp_path: Path) -> None:
    url = await stored_with(tmp_path, [*OMAN, Rule("or", "Or", "qatar OR bahrain")], ENTRIES)
    async with store.open_store(url) as stored, stored.read() as db:
        records = await store.rule_records(db, NOON - timedelta(days=1))
    assert records["iran"].matches == 2
    assert records["or"].parts == {"qatar"}
    assert records["or"].last == ENTRIES[2].seen
