"""`backchannel send-test`: the command line against a Bot API server."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.fakebotapi import TOKEN, FakeBotApi, Member, faults
from tests.processes import backchannel

WELL, GROUP, TOPICS, PERSON = -1001000000001, -1001000000002, -1001000000003, 7
REST = """
[[watcher]]
name = "courier"
title = "Courier"
url = "https://courier.example/"

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
channels = ["well"]
"""


@pytest.fixture
def telegram() -> Iterator[FakeBotApi]:
    with FakeBotApi() as server:
        server.add_chat(WELL, username="well_talks")
        yield server
        server.assert_clean()


def send_test(
    folder: Path,
    telegram: FakeBotApi,
    chats: Mapping[str, str],
    *options: str,
    token: str = TOKEN,
    url: str = "",
) -> CompletedProcess[str]:
    channels = "".join(f'[[channel]]\nname = "{n}"\nchat = {c}\n' for n, c in chats.items())
    (folder / "config.toml").write_text(channels + REST, "utf-8")
    return backchannel(
        "send-test",
        *options,
        folder=folder,
        COLUMNS="300",
        TELEGRAM_BOT_TOKEN=token,
        TELEGRAM_API_URL=url or telegram.url,
    )


def test_where_all_is_well_nothing_stays_behind(tmp_path: Path, telegram: FakeBotApi) -> None:
    telegram.add_chat(PERSON, type="private", member=Member.MEMBER)
    done = send_test(tmp_path, telegram, {"well": "'@well_talks'", "person": str(PERSON)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "Telegram accepts the token: the bot is @backchannel_test_bot.",
        "well well: a test message arrived, and was taken away again",
        "well person: a test message arrived, and was taken away again",
    ]
    assert telegram.messages(WELL) == telegram.messages(PERSON) == []
    assert len(telegram.calls("sendMessage")) == 2


def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path, telegram: FakeBotApi) -> None:
    telegram.add_chat(-1001000000011, title="No [rights]", can_post=False)
    telegram.add_chat(-1001000000012, username="away", member=Member.LEFT)
    telegram.add_chat(-1001000000013, member=Member.KICKED)
    telegram.add_chat(-1001000000014, type="supergroup", member=Member.RESTRICTED, can_send=False)
    telegram.add_chat(-1001000000015, type="supergroup", title="Flat")
    telegram.add_chat(-1001000000016, type="supergroup", topics=[7]).close_topic(7)
    telegram.add_chat(-1001000000017, type="supergroup", topics=[7])
    telegram.set_webhook("https://hooks.example/secret")
    done = send_test(
        tmp_path,
        telegram,
        {
            "well": "'@well_talks'",
            "unknown": "'@nowhere'",
            "mute": "-1001000000011",
            "away": "'@away'",
            "kicked": "-1001000000013",
            "restricted": "-1001000000014",
            "flat": "-1001000000015\ntopic = 7",
            "closed": "-1001000000016\ntopic = 7",
            "general": "-1001000000017\ntopic = 1",
            "chatless": "''",
        },
    )
    assert done.returncode == 2
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines()[1:])
    assert "https://hooks.example/…; remove it with: curl" in said["wrong commands"]
    assert "taken away again" in said["well well"]
    assert "there is no chat @nowhere, or the bot is not in it" in said["wrong unknown"]
    assert said["wrong mute"] == (
        "@backchannel_test_bot may not post messages in No [rights]: add @backchannel_test_bot to "
        "its administrators, with the right to post messages"
    )
    assert "@backchannel_test_bot is not in away" in said["wrong away"]
    assert "add the bot to -1001000000013" in said["wrong kicked"]
    assert "may not send messages" in said["wrong restricted"]
    assert said["wrong flat"] == "Flat has no topics, and topic = 7 is set: remove it"
    assert "the topic 7 of -1001000000016 is closed or gone" in said["wrong closed"]
    assert "taken away again" in said["well general"]
    assert 'write chat = "@your_channel"' in said["wrong chatless"]
    assert "Traceback" not in done.stderr


def test_one_channel_alone(tmp_path: Path, telegram: FakeBotApi) -> None:
    chats = {"well": "'@well_talks'", "unknown": "'@nowhere'"}
    done = send_test(tmp_path, telegram, chats, "--channel", "well")
    assert done.returncode == 0
    assert "nowhere" not in done.stdout
    done = send_test(tmp_path, telegram, chats, "--channel", "wel")
    assert done.returncode == 2
    assert "there is no channel 'wel'; did you mean 'well'?" in done.stderr


def test_a_lost_answer_is_no_success(tmp_path: Path, telegram: FakeBotApi) -> None:
    telegram.script("sendMessage", faults.DropAfter())
    done = send_test(tmp_path, telegram, {"well": "'@well_talks'"})
    assert done.returncode == 2
    assert "whether the test message arrived is not known" in done.stdout


def test_without_a_right_token_nothing_is_tried(tmp_path: Path, telegram: FakeBotApi) -> None:
    chats = {"well": "'@well_talks'"}
    wrong = "987654321:AAWrongTokenThatNobodyKnows_000000000"
    for token, said in (
        ("", "TELEGRAM_BOT_TOKEN is not set"),
        (wrong, "Telegram does not accept the token"),
        ("nonsense", "Telegram does not accept the token"),
    ):
        done = send_test(tmp_path, telegram, chats, token=token)
        assert done.returncode == 2
        assert said in done.stderr
        assert wrong not in done.stderr + done.stdout
        assert "Traceback" not in done.stderr
    done = send_test(tmp_path, telegram, chats, url="http://127.0.0.1:9")
    assert done.returncode == 2
    assert "Telegram cannot be reached" in done.stderr
