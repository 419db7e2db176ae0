"""Building records from checked tables of the configuration file."""

from collections.abc import Container, Sequence
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from bot.configuration.channels import ADMINISTRATORS, Channel
from bot.configuration.records import HubCallbackAddress, LanguageModel
from bot.configuration.schema import (
    ChannelTable,
    FileTable,
    RuleTable,
    SettingsTable,
    WatcherTable,
    WatchingTable,
    WebsubTable,
)
from bot.configuration.sources import kind_options, opml
from bot.configuration.sources.watcher_names import name_for
from rules import Rule
from watchers import FEED, NO_OPTIONS, Watcher
from watchers.access import Access, Auth, Route


def channel(table: ChannelTable, settings: SettingsTable) -> Channel:
    """A channel; its time zone is that of the settings where it names none."""
    return Channel(
        name=table.name,
        chat=table.chat,
        topic=table.topic,
        language=table.language,
        timezone=table.timezone or settings.timezone,
        silent=table.silent,
        quiet_hours=table.quiet_hours,
        silent_in_quiet_hours=table.silent_in_quiet_hours,
        messages_an_hour=table.messages_an_hour,
        digest=table.digest,
        digest_theme=table.digest_theme,
        preview=table.preview,
        abstract=table.abstract,
        tell_sources=table.tell_sources,
    )


def administrators(file: FileTable) -> Channel | None:
    """The channel for administrators, where a chat for them is configured."""
    chat = file.administrators.chat
    return Channel(ADMINISTRATORS, chat, timezone=file.settings.timezone) if chat else None


def hub_address(table: WebsubTable) -> HubCallbackAddress | None:
    """The address of the WebSub callback, where one is configured."""
    if not table.address:
        return None
    host, _, port = table.listen.rpartition(":")
    return HubCallbackAddress(table.address, host.strip("[]"), int(port), table.lease)


def language_model(file: FileTable) -> LanguageModel | None:
    """The service that writes abstracts, where a channel wants them."""
    table = file.llm
    if not any(channel.abstract for channel in file.channel):
        return None
    return LanguageModel(table.url, table.model, table.key_env, table.timeout, table.a_day)


def watcher(table: WatcherTable, defaults: WatchingTable) -> Watcher:
    """A watcher; what it does not say is taken from `[watching]`."""
    every = table.every or defaults.every
    options = kind_options.options(table.kind, table.own_keys)
    url = options.address_in(table.url, table.language)
    return Watcher(
        name=table.name,
        title=table.title,
        url=url,
        kind=table.kind,
        options=options,
        owner=table.owner,
        standing=table.standing,
        language=table.language,
        every=every,
        at_most=table.at_most or max(defaults.at_most, every),
        max_age=table.max_age or defaults.max_age,
        allow_private=table.allow_private,
        articles=table.articles or defaults.articles,
        sites=table.sites,
        access=_access(table, defaults, url),
    )


def usual_access(defaults: WatchingTable) -> Access:
    """How requests are made that no watcher says otherwise of."""
    return Access(route=_route(defaults.proxy, resolves=defaults.proxy_resolves))


def _access(table: WatcherTable, defaults: WatchingTable, home: str) -> Access:
    auth, resolves = table.auth, table.proxy_resolves
    route = _route(
        defaults.proxy if table.proxy is None else table.proxy,
        resolves=defaults.proxy_resolves if resolves is None else resolves,
        http2=table.http2,
    )
    if not (table.user_agent or table.headers or table.cookies or auth):
        # One for thousands of watchers: nothing in it has to stay with a server.
        return _of_route(route)
    return Access(
        home=home,
        user_agent=table.user_agent or "",
        headers=tuple(table.headers.items()),
        cookies=tuple(table.cookies.items()),
        auth=Auth(auth.user, auth.password, auth.token) if auth else None,
        route=route,
    )


@cache
def _of_route(route: Route) -> Access:
    return Access(route=route)


def _route(proxy: str, *, resolves: bool, http2: bool = False) -> Route:
    return Route(proxy, bool(proxy) and resolves, http2)


def listed_watcher(outline: opml.Outline, of: Watcher, names: Container[str]) -> Watcher:
    """The watcher of one feed of an OPML list; the list's watcher `of` gives the rest.

    `names` are taken already.
    """
    title = outline.title or urlsplit(outline.url).hostname or of.title
    return replace(
        of,
        name=name_for(outline.title, outline.url, names, prefix=of.name),
        title=title,
        url=outline.url,
        kind=FEED,
        options=NO_OPTIONS,
        language=of.language or outline.language,
    )


def rule(table: RuleTable, channels: Sequence[ChannelTable]) -> Rule:
    """A rule; its stories go to all channels where it names none."""
    return Rule(
        name=table.name,
        title=table.title,
        when=table.when,
        unless=table.unless,
        channels=table.channels or tuple(channel.name for channel in channels),
        hashtags=table.hashtags,
        priority=table.priority,
        quiet=table.quiet,
    )
