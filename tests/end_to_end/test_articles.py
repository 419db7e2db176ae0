"""A teaser is sent at once, and its message gets better when the article was read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.bots import Home, eventually
from tests.end_to_end.feeds import Feeds
from tests.fakebotapi import FakeBotApi

pytestmark = pytest.mark.end_to_end

CHAT = -1001000000001
TITLE = "All talks on the canal end in Quito without a text"
TEASER = "The talks on the canal ended in Quito…"
LEAD = "The talks on the canal ended in Quito on Monday without a text, both delegations said."
MORE = "A fourth round is planned for the second week of March in the same hotel by the harbour."
PAGE = f"""<!doctype html><html><head><title>{TITLE}</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport of the week</a></li></ul></nav>
<article><h1>{TITLE}</h1><p>{LEAD}</p><p>{MORE}</p></article>
<footer>All rights reserved</footer></body></html>"""


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    with Feeds() as served:
        yield served


@pytest.fixture
def telegram() -> Iterator[FakeBotApi]:
    with FakeBotApi() as server:
        server.add_chat(CHAT, username="alpha", last_id=7)
        yield server
        server.assert_clean()


def test_a_teaser_is_sent_and_then_edited(
    tmp_path: Path, feeds: Feeds, telegram: FakeBotApi
) -> None:
    home = Home(tmp_path, telegram.url)
    home.write({"alpha": "@alpha"}, {"courier": feeds.address("courier")})
    sent: list[str] = []
    # The article is served when the message is there: no poll and no message waits for it.
    feeds.at_next_poll("courier/article", lambda: _sent(telegram, sent))
    feeds.publish_teaser("courier", TITLE, TEASER, PAGE.encode())
    with home.bot() as bot:
        bot.until(lambda: any(post.edits for post in telegram.messages(CHAT)))
        (post,) = telegram.messages(CHAT)
    assert sent[0].startswith(TITLE)
    assert LEAD not in sent[0]
    assert LEAD in post.text
    assert MORE in post.text
    assert "Sport" not in post.text
    assert feeds.polls["courier/article"] == 1
    assert feeds.polls["robots.txt"] == 1


def _sent(telegram: FakeBotApi, sent: list[str]) -> None:
    eventually(lambda: telegram.messages(CHAT), lambda: "no message came")
    sent.append(telegram.messages(CHAT)[0].text)
