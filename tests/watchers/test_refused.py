"""Sources that refuse programs: what refuses is named, with what helps."""

import asyncio
import gzip

import pytest
from aiohttp import web

from tests.watchers.conftest import Polling, Server
from tests.watchers.making import NOON, item, rss, watcher
from watchers import ArticleReader, NoArticle, SourceFault, open_fetcher
from watchers.discovery import Discovery

CLOUDFLARE = (
    b"<!DOCTYPE html><html lang=en-US><head><title>Just a moment...</title></head><body>"
    b"<script>(function(){window._cf_chl_opt={cvId:'3'}})();</script></body></html>"
)
CHALLENGES = {
    "Cloudflare": (CLOUDFLARE, 403, {"Server": "cloudflare"}),
    "Cloudflare by its header": (b"", 403, {"Cf-Mitigated": "challenge"}),
    "Cloudflare, of 2021": (CLOUDFLARE, 503, {"Server": "cloudflare"}),
    "Cloudflare in a word": (b"error code: 1020", 403, {}),
    "Akamai": (b"<HTML><TITLE>Access Denied</TITLE></HTML>", 403, {"Server": "AkamaiGHost"}),
    "Imperva": (b"<html><iframe src='/_Incapsula_Resource?CWUDNSAI=9'></html>", 200, {}),
    "DataDome": (b'{"url":"https://geo.captcha-delivery.com/captcha/?x"}', 403, {}),
    "AWS WAF": (b"", 202, {"x-amzn-waf-action": "challenge"}),
    "DDoS-Guard": (b"<html><head><title>DDoS-Guard</title></head></html>", 403, {}),
    "Sucuri": (b"<title>Sucuri WebSite Firewall - Access Denied</title>", 403, {}),
    "Anubis": (b"<html><title>Making sure you&#39;re not a bot!</title></html>", 200, {}),
    "Vercel": (b"", 429, {"x-vercel-mitigated": "challenge"}),
}
PAGE = {"content_type": "text/html"}


@pytest.mark.parametrize("name", CHALLENGES)
async def test_a_challenge_is_named_with_what_helps(
    server: Server, polling: Polling, name: str
) -> None:
    body, status, headers = CHALLENGES[name]
    server.gives(body, status=status, headers=headers, **PAGE)
    state = (await polling()).state
    service = name.partition(",")[0].partition(" by")[0].partition(" in")[0]
    assert state.last_error.startswith(f"protected against bots by {service} (the server answers")
    assert "user_agent" in state.last_error
    assert str(status) in state.last_error


async def test_one_that_is_compressed_is_named(server: Server, polling: Polling) -> None:
    headers = {"Content-Encoding": "gzip"}
    server.gives(gzip.compress(CLOUDFLARE), status=403, headers=headers, **PAGE)
    assert "Cloudflare" in (await polling()).state.last_error


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        # The site's own refusal, passed on by a service that protects it.
        (b"Forbidden", 403, {"Server": "cloudflare"}),
        (b"<html>We are closed.</html>", 503, {"Server": "cloudflare"}),
        (b"x" * 200_000 + CLOUDFLARE, 403, {}),
        (b"\x1f\x8b broken", 403, {"Content-Encoding": "gzip"}),
    ],
)
async def test_what_is_the_sites_own_refusal_is_not(
    server: Server, polling: Polling, body: bytes, status: int, headers: dict[str, str]
) -> None:
    server.gives(body, status=status, headers=headers, **PAGE)
    assert (await polling()).state.last_error.startswith(f"the server answers {status} ")


async def test_a_feed_behind_such_a_service_is_read(server: Server, polling: Polling) -> None:
    story = item().replace("</item>", "<description>_cf_chl_opt</description></item>")
    server.gives(rss(story), headers={"Server": "cloudflare", "x-datadome": "protected"})
    assert len((await polling()).served) == 1


async def test_a_page_of_its_own_with_a_script_of_such_a_service_is_a_page(
    server: Server, polling: Polling
) -> None:
    script = b"<html><script src='/_Incapsula_Resource?SWJIYLWA=7'></script>"
    server.gives(script + b"<p>News</p>" * 2_000, **PAGE)
    assert (await polling()).state.last_error.startswith("this is a web page")


async def test_a_refusal_holds_up_nothing(server: Server, polling: Polling) -> None:
    """The page of a refusal that never ends."""
    server.answers["/feed"] = _dripping
    state = (await polling(read=0.2, total=5)).state
    assert state.last_error.startswith("the server answers 403 Forbidden")


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=403)
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


async def test_looking_for_feeds_and_reading_articles_name_it_too(server: Server) -> None:
    server.gives(CLOUDFLARE, status=403, **PAGE)
    async with open_fetcher(user_agent="tests/1", pause=0) as fetcher:
        with pytest.raises(SourceFault, match="Cloudflare"):
            await Discovery(fetcher, lambda: NOON).sources(server.url())
        one = watcher(server.url())
        with pytest.raises(NoArticle, match="a challenge of Cloudflare"):
            await ArticleReader(fetcher).read(server.url(), one, NOON)
