from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from bot.configuration.loading import MANY, load
from bot.configuration.records import HubCallbackAddress
from bot.errors import ConfigurationError

GOOD = dedent("""\
    [settings]
    timezone = "Asia/Muscat"

    [[channel]]
    name = "talks"
    chat = -1001234567890

    [[watcher]]
    name = "courier"
    title = "Gulf Courier"
    url = "https://courier.example/rss"
    every = "5m"

    [[rule]]
    name = "mediation"
    title = "Mediation"
    when = 'actor:iran AND "indirect talks"'
    channels = ["talks"]
    hashtags = ["#Oman"]
    """)


def _file(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def _faults(folder: Path, old: str, new: str) -> list[str]:
    assert old in GOOD
    with pytest.raises(ConfigurationError) as caught:
        load(_file(folder, GOOD.replace(old, new)))
    return [str(fault).removeprefix(str(folder) + "/") for fault in caught.value.faults]


def test_a_good_file(tmp_path: Path) -> None:
    configuration = load(_file(tmp_path, GOOD))
    (channel,), (watcher,), (rule,) = (
        configuration.channels,
        configuration.watchers,
        configuration.rules,
    )
    assert (channel.chat, str(channel.timezone)) == ("-1001234567890", "Asia/Muscat")
    assert (watcher.every, watcher.at_most) == (timedelta(minutes=5), timedelta(hours=2))
    assert rule.hashtags == ("Oman",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('every = "5m"', 'evry = "5m"', ["config.toml:12: watcher[1].evry:", "mean 'every'"]),
        (
            'every = "5m"',
            'every = "5 minutes"',
            ["config.toml:12: watcher[1].every:", "'5 minutes'", '"5m"'],
        ),
        ('every = "5m"', "every = 5", ["config.toml:12", "5 is not allowed"]),
        (
            'every = "5m"',
            'every = "5h"\nat_most = "2h"',
            ["config.toml:12", "longer than at_most (2h)"],
        ),
        ('"Asia/Muscat"', '"Muscat"', ["config.toml:2: settings.timezone:", "Asia/Muscat"]),
        ('["talks"]', '["talk"]', ["config.toml:18: rule[1].channels:", "did you mean 'talks'"]),
        ('name = "courier"', 'name = "The Courier"', ["config.toml:9", "small letters"]),
        ("https://", "file://", ["config.toml:11", "https://"]),
        ('url = "https://courier.example/rss"', "", ["config.toml:8: watcher[1].url:", "missing"]),
        ("-1001234567890", '"talks"', ["config.toml:6: channel[1].chat:", '"@name"']),
        ("actor:iran", "actor:irna", ["config.toml:17", "column", "did you mean"]),
        ("AND", "AND AND", ["config.toml:17", "column"]),
        ('name = "talks"', 'name = "talks', ["config.toml:5: this is not valid TOML"]),
        ("[[channel]]", "[[chanel]]", ["chanel", "did you mean 'channel'"]),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    told = "\n".join(_faults(tmp_path, old, new))
    assert all(part in told for part in expected), told


def test_the_sites_that_links_may_lead_to(tmp_path: Path) -> None:
    sites = 'sites = ["Courier-News.example", "irna.ac.ir", "xn--e1afmkfd.xn--p1ai", "127.0.0.1"]'
    (watcher,) = load(_file(tmp_path, GOOD.replace('every = "5m"', sites))).watchers
    expected = ("courier-news.example", "irna.ac.ir", "xn--e1afmkfd.xn--p1ai", "127.0.0.1")
    assert watcher.sites == expected


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("https://www.courier.example/rss", "courier.example"),
        ("www.courier.example", "courier.example"),
        ("courier.example/news", "courier.example"),
        ("*.courier.example", "courier.example"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("the courier", "courier.example"),
        ("", "courier.example"),
    ],
)
def test_a_site_that_is_written_otherwise(tmp_path: Path, written: str, right: str) -> None:
    (told,) = _faults(tmp_path, 'every = "5m"', f'sites = ["irna.ir", "{written}"]')
    assert "config.toml:12: watcher[1].sites[2]: " in told
    assert told.endswith(f'a site is written as its domain name alone: "{right}"')


def test_how_hubs_reach_us(tmp_path: Path) -> None:
    table = '[websub]\naddress = "https://n.example/hooks/"\nlisten = "[::1]:80"\nlease = "1d"\n'
    configuration = load(_file(tmp_path, table + GOOD))
    assert configuration.websub == HubCallbackAddress(
        "https://n.example/hooks", "::1", 80, timedelta(days=1)
    )
    assert load(_file(tmp_path, f"[websub]\n{GOOD}")).websub is None


@pytest.mark.parametrize(
    "line",
    [
        'address = "news.example.org"',
        'address = "ftp://news.example.org/"',
        'address = "https://news.example.org/?x"',
        'listen = "8088"',
        'listen = "127.0.0.1:0"',
        'listen = "127.0.0.1:x"',
        'lease = "5m"',
    ],
)
def test_mistakes_in_how_hubs_reach_us(tmp_path: Path, line: str) -> None:
    key = line.partition(" ")[0]
    with pytest.raises(ConfigurationError, match=f"config.toml:2: websub.{key}: "):
        load(_file(tmp_path, f"[websub]\n{line}\n{GOOD}"))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    assert len(_faults(tmp_path, 'every = "5m"', 'every = "x"\nkind = "fed"\nextra = 1')) == 3


def test_two_of_one_name(tmp_path: Path) -> None:
    twice = '[[channel]]\nname = "talks"\n\n[[channel]]'
    assert "another channel named 'talks'" in _faults(tmp_path, "[[channel]]", twice)[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file"):
        load(tmp_path / "nothing.toml")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load(path)


def test_thousands_of_watchers_are_as_they_are_written(tmp_path: Path) -> None:
    watcher = '[[watcher]]\nname = "w{0}"\ntitle = "W {0}"\nurl = "https://w{0}.example/rss"\n'
    text = GOOD + "".join(watcher.format(number) for number in range(MANY))
    configuration = load(_file(tmp_path, text))
    assert [one.name for one in configuration.watchers[1:]] == [f"w{n}" for n in range(MANY)]
    few = load(_file(tmp_path, GOOD + watcher.format(0) + watcher.format(1)))
    assert configuration.watchers[:3] == few.watchers
    assert configuration.names == {"courier", *(f"w{number}" for number in range(MANY))}
