"""Previews of Telegram channels: landing pages, and posts that are read alone."""

import pytest

from tests.watchers.conftest import Server
from tests.watchers.making import NOON, watcher
from watchers import Poll, SourceState, open_fetcher, poll
from watchers.discovery import Discovery
from watchers.kinds.telegram import MOST_ALONE, TelegramOptions

FRESH = SourceState("courier")
LONG = "The talks in Muscat went on. " * 15


def _message(number: int, text: str, time: str = "2023-06-12T11:30:00+00:00") -> str:
    return (
        f'<div class="tgme_widget_message js-widget_message" data-post="harbour/{number}">'
        f'<div class="tgme_widget_message_bubble">{text}<a class="tgme_widget_message_date">'
        f'<time datetime="{time}"></time></a></div></div>'
    )


def _text(text: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>'


def _page(*messages: str) -> bytes:
    section = f'<section class="tgme_channel_history">{"".join(messages)}</section>'
    return f"<html><body>{section}</body></html>".encode()


async def _polled(server: Server, path: str = "/s/harbour") -> Poll:
    one = watcher(server.url(path), kind="telegram", options=TelegramOptions())
    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        return await poll(one, FRESH, fetcher, lambda: NOON)


async def test_a_post_that_is_cut_off_is_read_alone(server: Server) -> None:
    server.gives(
        _page(_message(1, _text("Boats")), _message(2, _text(f"{LONG}Oman…"))), "/s/harbour"
    )
    server.gives(_page(_message(2, _text(f"{LONG}Oman confirms it."))), "/harbour/2")
    polled = await _polled(server)
    links = ["https://t.me/harbour/2", "https://t.me/harbour/1"]
    assert [served.link for served in polled.served] == links
    assert polled.served[0].entry.text.endswith("Oman confirms it.")
    assert server.requests[-1].path_qs == "/harbour/2?embed=1&mode=tme"


async def test_a_post_that_the_preview_does_not_show_is_read_alone(server: Server) -> None:
    hidden = '<div class="message_media_not_supported_wrap">Please open Telegram</div>'
    server.gives(_page(_message(1, _text("Boats")), _message(2, hidden)), "/s/harbour")
    server.gives(_page(_message(2, _text("Oman confirms it"))), "/harbour/2")
    polled = await _polled(server)
    assert {served.entry.title for served in polled.served} == {"Boats", "Oman confirms it"}


async def test_a_post_that_cannot_be_read_alone_is_told_as_it_is(server: Server) -> None:
    server.gives(_page(_message(2, _text(f"{LONG}Oman…"))), "/s/harbour")
    polled = await _polled(server)
    assert (polled.state.last_error, len(polled.served)) == ("", 1)
    assert polled.served[0].entry.text.endswith("Oman…")


async def test_few_posts_are_read_alone_and_no_old_ones(server: Server) -> None:
    cut = _text(f"{LONG}Oman…")
    old = _message(1, cut, "2023-06-12T10:00:00+00:00")
    server.gives(_page(old, *(_message(number, cut) for number in range(2, 9))), "/s/harbour")
    polled = await _polled(server)
    assert len(polled.served) == 8
    assert [request.path for request in server.requests[1:]] == ["/harbour/7", "/harbour/8"]
    assert MOST_ALONE == 2


async def test_a_photograph_below_which_there_is_no_text_is_not_read_alone(server: Server) -> None:
    photo = '<a class="tgme_widget_message_photo_wrap"></a>'
    footer = '<div class="message_media_not_supported_wrap">Please open Telegram</div>'
    server.gives(_page(_message(1, _text("Boats")), _message(2, photo + footer)), "/s/harbour")
    assert len((await _polled(server)).served) == 1
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("12 345 subscribers", "it shows none on the web: its owner, or Telegram, has switched it"),
        ("2 345 members, 12 online", "this is a group, and groups have none"),
        ("@harbour", "the channel does not exist, is private"),
    ],
)
async def test_a_channel_without_a_preview_is_told(server: Server, extra: str, told: str) -> None:
    """Telegram leads from /s/NAME to the page that opens the app."""
    server.leads("/harbour", "/s/harbour")
    landing = (
        f'<html><div class="tgme_page"><div class="tgme_page_extra">{extra}</div></div></html>'
    )
    server.gives(landing.encode(), "/harbour")
    assert told in (await _polled(server)).state.last_error


async def test_a_channel_without_posts_is_read(server: Server) -> None:
    server.gives(_page('<div class="tme_no_messages_found">No posts found</div>'), "/s/harbour")
    polled = await _polled(server)
    assert (polled.state.last_error, polled.served) == ("", ())


@pytest.mark.parametrize(
    "text",
    [
        "@harbour",
        "t.me/harbour",
        "T.me/harbour/123",
        "https://t.me/harbour/123",
        "https://t.me/s/harbour/123?single",
        "HTTPS://T.ME/s/harbour",
        "https://telegram.me/harbour",
        "https://telegram.dog/harbour#x",
    ],
)
async def test_a_channel_is_known_by_any_of_its_addresses(text: str) -> None:
    asked: list[str] = []

    class Telegram:
        async def fetch(self, url: str, **_: object) -> object:
            asked.append(url)
            raise AssertionError

    await Discovery(Telegram(), lambda: NOON).sources(text)  # type: ignore[arg-type]
    assert asked == ["https://t.me/s/harbour"]
    assert TelegramOptions().address(text) == "https://t.me/s/harbour"
