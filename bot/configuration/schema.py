"""The schema of `config.toml` (pydantic): tables, keys, and allowed values."""

import re
from datetime import timedelta
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from bot.configuration import access_values
from bot.configuration.channels import ADMINISTRATORS, Language, Preview, Theme
from bot.configuration.digest_schedule import DigestTime, read_digest_time
from bot.configuration.quiet_hours import QuietHours, read_quiet_hours
from watchers import FEED, Articles, SourceStanding, site_of

_DURATION = re.compile(r"(\d+)\s*([smhdw])")
_NO_DURATION = 'a time is written as a number and a unit: "30s", "5m", "2h", "1d", "4w"'
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_NAME = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"


def read_duration(value: object) -> timedelta:
    """Parse a duration of the file or command line: "30s", "5m", "2h".

    Raises:
        ValueError: it is written otherwise.
    """
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError(_NO_DURATION)  # noqa: TRY004  pydantic tells it with its place
    return _duration(value.strip())


@cache
def _duration(text: str) -> timedelta:
    # One for thousands of watchers that say the same.
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(_NO_DURATION)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def known_timezone(value: object) -> ZoneInfo:
    """The time zone of a name.

    Raises:
        ValueError: there is none of this name.
    """
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            'a time zone is written as a continent and a city: "Europe/London", "Asia/Muscat"'
        ) from error


def _chat(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def known_chat(value: str) -> str:
    """The address of a chat, or "".

    Raises:
        ValueError: it is none.
    """
    if value and not re.fullmatch(r"@[A-Za-z]\w{3,31}|-?\d+", value):
        raise ValueError('a chat is "@name" or a number such as -1001234567890')
    return value


def _hashtag(value: str) -> str:
    bare = value.removeprefix("#")
    if not re.fullmatch(r"\w+", bare) or bare.isdigit():
        raise ValueError("a hashtag has letters, digits and _ only, and not only digits")
    return bare


def _public_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError('it is written as hubs reach it: "https://news.example.org/hooks"')
    return value.rstrip("/")


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError('it is written as an address of this machine and a port: "127.0.0.1:8088"')
    return value


def _site(value: str) -> str:
    name = value.strip().lower()
    site = site_of(name if "//" in name else f"//{name}")
    if not site or site != name:
        example = site or "courier.example"
        raise ValueError(f'a site is written as its domain name alone: "{example}"')
    return site


Duration = Annotated[timedelta, BeforeValidator(read_duration)]
Timezone = Annotated[ZoneInfo, BeforeValidator(known_timezone)]
Quiet = Annotated[QuietHours | None, BeforeValidator(read_quiet_hours)]
Digests = Annotated[DigestTime | None, BeforeValidator(read_digest_time)]
Chat = Annotated[str, BeforeValidator(_chat), AfterValidator(known_chat)]
Name = Annotated[str, Field(pattern=_NAME, max_length=64)]
Hashtag = Annotated[str, AfterValidator(_hashtag)]
Site = Annotated[str, AfterValidator(_site)]

Printable = Annotated[str, AfterValidator(access_values.printable_value)]
Secret = Annotated[str, AfterValidator(access_values.secret)]
Proxy = Annotated[str, AfterValidator(access_values.proxy)]
HeaderName = Annotated[str, AfterValidator(access_values.header_name)]
CookieName = Annotated[str, AfterValidator(access_values.cookie_name)]
CookieValue = Annotated[str, AfterValidator(access_values.cookie_value)]


class Table(BaseModel):
    """The base of all tables: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, frozen=True)


class SettingsTable(Table):
    """`[settings]`: settings of the whole bot."""

    timezone: Timezone = ZoneInfo("UTC")
    keep: Duration = timedelta(days=90)
    edit_every: Duration = timedelta(minutes=1)
    contact: str = ""
    metrics: str = ""


class AdministratorsTable(Table):
    """`[administrators]`: the administrators, and the chat for notices to them."""

    chat: Chat = ""
    users: tuple[int, ...] = ()


class WatchingTable(Table):
    """`[watching]`: defaults of all watchers."""

    every: Duration = timedelta(minutes=10)
    at_most: Duration = timedelta(hours=2)
    max_age: Duration = timedelta(days=1)
    flood_stories: Annotated[int, Field(ge=1)] = 10
    flood_entries: Annotated[int, Field(ge=1)] = 100
    articles: Articles = Articles.TEASERS
    proxy: Proxy = ""
    proxy_resolves: bool = False


class WebsubTable(Table):
    """`[websub]`: the callback for hubs."""

    address: Annotated[str, AfterValidator(_public_address)] = ""
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8088"
    lease: Annotated[Duration, Field(ge=timedelta(hours=1))] = timedelta(days=10)


class LlmTable(Table):
    """`[llm]`: the language model that writes abstracts."""

    url: Annotated[str, Field(pattern=r"^https?://")] = "https://api.openai.com/v1"
    model: str = ""
    key_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = "BACKCHANNEL_LLM_KEY"
    timeout: Duration = timedelta(seconds=20)
    a_day: Annotated[int, Field(ge=1)] = 100


class ChannelTable(Table):
    """`[[channel]]`: a channel that stories are sent to."""

    name: Name
    chat: Chat = ""
    topic: int | None = None
    language: Language = Language.ENGLISH
    timezone: Timezone | None = None
    silent: bool = False
    quiet_hours: Quiet = None
    silent_in_quiet_hours: bool = False
    messages_an_hour: Annotated[int, Field(ge=1, le=1200)] | None = None
    digest: Digests = None
    digest_theme: Theme = Theme.LIGHT
    preview: Preview = Preview.NONE
    abstract: bool = False
    tell_sources: bool = False

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value == ADMINISTRATORS:
            raise ValueError(f"this name is kept for the chat of [{ADMINISTRATORS}]")
        return value


class AuthTable(Table):
    """`auth` of a watcher: a user and password, or a token."""

    user: Printable = ""
    password: Secret = ""
    token: Secret = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> "AuthTable":
        if bool(self.token) == bool(self.user or self.password):
            raise ValueError("it has either user and password, or token")
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password go together")
        return self


class WatcherTable(Table):
    """`[[watcher]]`: a source and its polling interval.

    It also has the keys of its kind: `bot.configuration.sources.kind_options` checks these, and
    what `url` may be.
    """

    model_config = ConfigDict(extra="allow")

    name: Name
    title: str = Field(min_length=1, max_length=80)
    url: str = ""
    kind: str = FEED
    owner: str = Field("", max_length=80)
    standing: SourceStanding | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None
    every: Duration | None = None
    at_most: Duration | None = None
    max_age: Duration | None = None
    articles: Articles | None = None
    sites: tuple[Site, ...] = ()
    allow_private: bool = False
    user_agent: Printable | None = None
    headers: dict[HeaderName, Printable] = {}
    cookies: dict[CookieName, CookieValue] = {}
    auth: AuthTable | None = None
    proxy: Proxy | None = None
    proxy_resolves: bool | None = None
    http2: bool = False
    enabled: bool = True

    @property
    def own_keys(self) -> dict[str, Any]:
        """The keys of its kind."""
        return self.model_extra or {}


class RuleTable(Table):
    """`[[rule]]`: a rule and the channels of its matches."""

    name: Name
    title: str = Field(min_length=1, max_length=80)
    when: str
    unless: str = ""
    channels: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    hashtags: tuple[Hashtag, ...] = ()
    priority: bool = False
    quiet: bool = False
    enabled: bool = True

    @field_validator("channels")
    @classmethod
    def _each_once(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if value is None else tuple(dict.fromkeys(value))


class FileTable(Table):
    """The whole file with all that it includes; the lexicon's tables are checked by `rules`."""

    include: tuple[str, ...] = ()
    settings: SettingsTable = SettingsTable()
    administrators: AdministratorsTable = AdministratorsTable()
    watching: WatchingTable = WatchingTable()
    websub: WebsubTable = WebsubTable()
    llm: LlmTable = LlmTable()
    channel: tuple[ChannelTable, ...] = Field(min_length=1)
    watcher: tuple[WatcherTable, ...] = Field(min_length=1)
    rule: tuple[RuleTable, ...] = Field(min_length=1)
    actor: dict[str, Any] = {}
    topic: dict[str, Any] = {}
    context: dict[str, Any] = {}
