"""How a watcher's requests are made, as the file says it; secrets are named and never shown."""

from pathlib import Path

import pytest

from bot.configuration.loading import load
from bot.errors import ConfigurationError
from tests.bot.configuration.test_loading import GOOD
from watchers import Watcher
from watchers.access import Access, Auth, Route

EVERY = 'every = "5m"\n'
OURS = "https://courier.example/rss"


def loaded(folder: Path, keys: str, *, watching: str = "") -> tuple[Watcher, ...]:
    path = folder / "config.toml"
    path.write_text(watching + GOOD.replace(EVERY, EVERY + keys + "\n"), "utf-8")
    return load(path).watchers


def test_nothing_is_said(tmp_path: Path) -> None:
    assert loaded(tmp_path, "")[0].access == Access()


def test_all_that_can_be_said(tmp_path: Path) -> None:
    keys = """
        user_agent = "Mozilla/5.0 (compatible; Desk; desk@news.example)"
        headers = { Accept-Language = "ar", X-Key = "$COURIER_KEY" }
        cookies = { session = "$COURIER_SESSION" }
        auth = { user = "desk", password = "$COURIER_PASSWORD" }
        proxy = "socks5://desk:$PROXY_PASSWORD@proxy.example:1080"
        proxy_resolves = true
        http2 = true
    """
    (one,) = loaded(tmp_path, keys)
    assert one.access == Access(
        OURS,
        "Mozilla/5.0 (compatible; Desk; desk@news.example)",
        (("Accept-Language", "ar"), ("X-Key", "$COURIER_KEY")),
        (("session", "$COURIER_SESSION"),),
        Auth("desk", "$COURIER_PASSWORD"),
        Route("socks5://desk:$PROXY_PASSWORD@proxy.example:1080", proxy_resolves=True, http2=True),
    )
    secrets = ("COURIER_KEY", "COURIER_SESSION", "COURIER_PASSWORD", "PROXY_PASSWORD")
    assert one.access.variables == secrets


@pytest.mark.parametrize(
    ("keys", "route"),
    [
        ("", Route("http://proxy.example:3128", proxy_resolves=True)),
        ('proxy = ""', Route()),
        ("proxy_resolves = false", Route("http://proxy.example:3128")),
        ('proxy = "$OTHER"', Route("$OTHER", proxy_resolves=True)),
    ],
)
def test_a_proxy_for_all_and_a_watchers_own(tmp_path: Path, keys: str, route: Route) -> None:
    watching = '[watching]\nproxy = "http://proxy.example:3128"\nproxy_resolves = true\n\n'
    (one,) = loaded(tmp_path, keys, watching=watching)
    assert one.access.route == route
    configuration = load(tmp_path / "config.toml")
    assert configuration.access.route == Route("http://proxy.example:3128", proxy_resolves=True)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('auth = { user = "desk", password = "s3cret" }', 'write "$NAME"'),
        ('auth = { token = "s3cret" }', "watcher[1].auth.token"),
        ('auth = { user = "desk" }', "go together"),
        ('auth = { user = "desk", password = "$A", token = "$B" }', "either user and password"),
        ("auth = {}", "either user and password"),
        ('auth = { pasword = "s3cret" }', "did you mean 'password'"),
        ('auth = "s3cret"', "watcher[1].auth"),
        ('proxy = "http://desk:s3cret@proxy.example:1"', "socks5://desk:$PROXY_PASSWORD@"),
        ('proxy = "ftp://desk:s3cret@proxy.example"', "socks5://127.0.0.1:1080"),
        ('proxy = "http://desk:s3cret@proxy.example:x/"', "socks5://127.0.0.1:1080"),
        ('headers = { Cookie = "s3cret" }', "a key of its own: cookies"),
        ('headers = { Authorization = "s3cret" }', "a key of its own: auth"),
        ('headers = { Host = "s3cret" }', "is made for each request"),
        ('headers = { "X Y" = "s3cret" }', "no name of a header"),
        ('headers = { X = "s3cret\\r\\nY: 1" }', "printable ASCII"),
        ("headers = { X = 1 }", "watcher[1].headers.X"),
        ('cookies = { a = "s3cret; b" }', "no space, comma"),
        ('user_agent = "a\\nb"', "printable ASCII"),
    ],
)
def test_a_mistake_is_told_without_the_secret(tmp_path: Path, keys: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, keys)
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "config.toml:13" in str(caught.value)


def test_secrets_of_a_list_in_a_file_are_for_nobody(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text("<opml version='2.0'><body/></opml>")
    keys = 'kind = "opml"\nfile = "feeds.opml"\ncookies = { a = "$B" }'
    path = tmp_path / "config.toml"
    path.write_text(GOOD.replace('url = "https://courier.example/rss"', keys), "utf-8")
    with pytest.raises(ConfigurationError, match="only as watchers of their own"):
        load(path)


def test_secrets_of_a_list_are_for_its_own_server(tmp_path: Path) -> None:
    feeds = "<outline text='A' xmlUrl='https://a.example/'/>"
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "courier.opml").write_text(
        f"<opml version='2.0'><body>{feeds}</body></opml>"
    )
    path = tmp_path / "config.toml"
    keys = 'kind = "opml"\ncookies = { a = "$B" }\nproxy = "$PROXY"\n'
    path.write_text(GOOD.replace(EVERY, EVERY + keys), "utf-8")
    configuration = load(path, tmp_path)
    (feed,) = configuration.watchers
    assert (feed.url, feed.access.home) == ("https://a.example/", OURS)
    assert configuration.lists[0].access == feed.access
    assert configuration.variables == ("B", "PROXY")
