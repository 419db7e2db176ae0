"""Files that a configuration includes."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from bot.clock import Clock
from bot.configuration.loading import load
from bot.configuration.records import Configuration
from bot.configuration.reloading import Reloading
from bot.errors import ConfigurationError

BEAT = """
[[rule]]
name = "mediation"
title = "Mediation"
when = "oman"

[[rule]]
name = "denials"
title = "Denials"
when = "denies"
hashtags = ["Denial"]
"""
OUTLETS = """
[[watcher]]
name = "courier"
title = "Gulf Courier"
url = "https://courier.example/rss"

[[watcher]]
name = "herald"
title = "The Herald"
url = "https://herald.example/rss"
every = "15m"
"""
CHANNEL = """
[[channel]]
name = "talks"
"""


def written(folder: Path, **files: str) -> Path:
    (folder / "own").mkdir(exist_ok=True)
    for name, text in {"beat": BEAT, "own/outlets": OUTLETS, **files}.items():
        path = folder / f"{name.replace('__', '/')}.toml"
        path.write_text(dedent(text).lstrip(), "utf-8")
    return folder / "config.toml"


def loaded(folder: Path, text: str, **files: str) -> Configuration:
    include = 'include = ["beat.toml", "own/outlets.toml"]\n'
    return load(written(folder, config=include + CHANNEL + text, **files))


def faults(folder: Path, text: str, **files: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, text, **files)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_what_is_included_counts_as_if_it_stood_there(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, "")
    assert [rule.name for rule in configuration.rules] == ["mediation", "denials"]
    assert [watcher.name for watcher in configuration.watchers] == ["courier", "herald"]
    assert configuration.rules[0].channels == ("talks",)


def test_a_file_changes_what_it_includes_by_name_and_key(tmp_path: Path) -> None:
    own = """
        [[watcher]]
        name = "courier"
        enabled = false

        [[watcher]]
        name = "own"
        title = "Own"
        url = "https://own.example/rss"

        [[rule]]
        name = "denials"
        when = "denied"

        [[rule]]
        name = "mediation"
        enabled = false
        """
    configuration = loaded(tmp_path, dedent(own))
    assert [watcher.name for watcher in configuration.watchers] == ["herald", "own"]
    (rule,) = configuration.rules
    assert (rule.name, rule.when, rule.hashtags) == ("denials", "denied", ("Denial",))
    assert configuration.names == {"courier", "herald", "own"}


def test_settings_are_those_of_the_file_that_includes(tmp_path: Path) -> None:
    more = '[watching]\nevery = "1m"\nat_most = "3h"\n'
    text = 'include = ["beat.toml", "own/outlets.toml", "more.toml"]\n' + CHANNEL
    path = written(tmp_path, config=text + '[watching]\nevery = "2m"\n', more=more)
    courier = load(path).watchers[0]
    assert (courier.every.total_seconds(), courier.at_most.total_seconds()) == (120, 10800)


def test_files_include_files_beside_them_each_once_and_in_circles(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        config='include = ["own/all.toml", "beat.toml"]\n' + CHANNEL,
        own__all='include = ["outlets.toml", "../config.toml", "../beat.toml"]\n',
    )
    configuration = load(path)
    assert len(configuration.rules) == len(configuration.watchers) == 2


def test_a_shipped_file_is_found_from_anywhere_and_one_beside_comes_first(tmp_path: Path) -> None:
    text = 'include = ["beats/iran-us.toml", "outlets/de.toml"]\n' + CHANNEL
    configuration = load(written(tmp_path, config=text))
    assert {watcher.language for watcher in configuration.watchers} == {"de"}
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "de.toml").write_text(OUTLETS)
    assert len(load(tmp_path / "config.toml").watchers) == 2


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("own__outlets", OUTLETS.replace("15m", "15"), "own/outlets.toml:10: watcher[2].every: "),
        ("own__outlets", OUTLETS.replace("url", "link"), "own/outlets.toml:4: watcher[1].link: "),
        ("own__outlets", OUTLETS + "\n[[", "own/outlets.toml:12: this is not valid TOML"),
        ("beat", BEAT.replace('"oman"', '"(oman"'), "beat.toml:4: rule[1].when (rule mediation), "),
        ("beat", BEAT + 'channels = ["tolks"]\n', "beat.toml:11: rule[2].channels: there is no ch"),
        ("beat", BEAT + "[actor.oman-x]\nname = 3\n", "beat.toml:"),
    ],
)
def test_a_mistake_is_told_with_the_file_it_is_in(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    told = faults(tmp_path, "", **{name: text})
    assert any(fault.startswith(expected) for fault in told), told


def test_a_mistake_in_a_change_is_told_where_the_change_stands(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, '[[watcher]]\nname = "herald"\nevery = "often"\n')
    assert told.startswith("config.toml:7: watcher[1].every: 'often' is not allowed")
    (told,) = faults(tmp_path, '[[rule]]\nname = "denials"\nwhen = "(a"\n')
    assert told.startswith("config.toml:7: rule[1].when (rule denials), column ")


def test_two_of_one_name_in_one_file_are_a_mistake_still(tmp_path: Path) -> None:
    told = faults(tmp_path, "", own__outlets=OUTLETS * 2)
    assert any("another watcher named 'herald'" in fault for fault in told), told


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ('["outlets/du.toml"]', "include[1]: there is no file 'outlets/du.toml' in "),
        ('["outlets/du.toml"]', "; did you mean 'outlets/"),
        ('["../../etc/passwd"]', "there is no file"),
        ('"beat.toml"', 'include: it is a list of files: ["outlets/en.toml", "more.toml"]'),
    ],
)
def test_a_file_that_is_not_there_is_named_with_what_is(
    tmp_path: Path, include: str, expected: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, config=f"include = {include}\n{CHANNEL}"))
    assert expected in str(caught.value)
    assert "config.toml:1: include" in str(caught.value)


async def test_a_running_bot_takes_over_a_change_of_an_included_file(tmp_path: Path) -> None:
    path = written(tmp_path, config='include = ["beat.toml", "own/outlets.toml"]\n' + CHANNEL)
    beat, more = tmp_path / "beat.toml", tmp_path / "more.toml"
    told: list[str] = []

    def include_more() -> None:
        more.write_text('[[rule]]\nname = "more"\ntitle = "More"\nwhen = "("\n', "utf-8")
        path.write_text(path.read_text("utf-8").replace("[", '["more.toml", ', 1), "utf-8")

    changes: dict[int, Callable[[], object]] = {
        2: lambda: beat.write_text(BEAT.replace("oman", "qatar"), "utf-8"),
        4: include_more,
        6: lambda: more.write_text(more.read_text("utf-8").replace('"("', '"iaea"'), "utf-8"),
    }
    looks = 0

    async def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks in changes:
            changes[looks]()
        if looks > 12:
            raise TimeoutError

    async def tell(text: str) -> None:
        told.append(text)

    reloading = Reloading(path, Clock(sleep=sleep))
    reloading.follow(load(path))
    assert (await reloading.next(tell)).rules[0].when == "qatar"
    # A mistake in a file that was not followed before is mended there.
    assert len((await reloading.next(tell)).rules) == 3
    assert looks == 6
    assert "more.toml:4: rule[1].when" in told[0]
