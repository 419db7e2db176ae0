"""The kind telegram: the public web preview (t.me/s/NAME) of a Telegram channel."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchers.errors import NotOfKind
from watchers.options import BadOption, Options
from watchers.parsing.dates import read_date
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.markup import Node, read_html
from watchers.parsing.plain_text import as_markup
from watchers.web_addresses import is_web_address, web_address

# Telegram shows about twenty; the last are the newest.
MOST_MESSAGES = 1_000
_NAME = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)
_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?(\w+)(/\d+)?/?(?:[?#].*)?", re.ASCII
)
_BARE = re.compile(r"(?:t|telegram)\.me/", re.IGNORECASE)
# t.me/share and its like are no channels.
_NOT_NAMES = frozenset(
    "addemoji addlist addstickers addtheme boost confirmphone contact giftcode invoice joinchat "
    "login proxy setlanguage share socks".split()
)
_POST = re.compile(r"([A-Za-z]\w*)/(\d{1,12})", re.ASCII)
# A first line up to this length is a headline; of a longer one the first sentence is. One with
# fewer letters than this is a mark ("#breaking") before it.
_LONGEST_HEADLINE = 300
_SHORTEST_HEADLINE = 15
_TAIL = 1_000
_IN_TEXT = re.compile(r"(?:https?://|www\.|\bt\.me/)\S+", re.IGNORECASE)
# A longer text that ends so may go on. Each post that is read alone is a request.
_CUT = ("…", "...")
_SHORTEST_CUT = 300
_NEW = timedelta(hours=1)
MOST_ALONE = 2
_CHANNEL = ".tgme_channel_history, .tgme_channel_info"
_NOT_SHOWN = ".message_media_not_supported_wrap"
_SHOWN = ".media_supported_cont, .tgme_widget_message_video_player, .tgme_widget_message_photo_wrap"
_FORWARDED_FROM = ".tgme_widget_message_forwarded_from_name"
_SIGNED = ".tgme_widget_message_from_author"
_SENTENCE = re.compile(r".{20,}?[.!?؟。…](?=\s)")


def channel_address(text: str, *, posts: bool = True) -> str | None:
    """The preview's address for a channel given as "@name" or as a t.me address.

    The address of one of its posts counts, too, where `posts` does.
    """
    text = text.strip()
    address = web_address(f"https://{text}" if _BARE.match(text) else text)
    found = _ADDRESS.fullmatch(address)
    if found and found[2] and not posts:
        return None
    name = found[1] if found else text.removeprefix("@") if text.startswith("@") else ""
    is_name = _NAME.fullmatch(name) and name.lower() not in _NOT_NAMES
    return f"https://t.me/s/{name}" if is_name else None


@dataclass(frozen=True, slots=True)
class TelegramOptions(Options):
    """No keys; `url` may be the channel's name."""

    @property
    def leads_to_articles(self) -> bool:
        """False: a post's link is the post."""
        return False

    def address(self, url: str) -> str:
        """The preview's address; another host (a mirror) is taken as written."""
        if found := channel_address(url):
            return found
        if url and not is_web_address(web_address(url)):
            raise BadOption("url", 'a channel is written "@name" or "https://t.me/s/name"')
        return Options.address(self, url)


def read(answer: Answer, _: TelegramOptions) -> Document:
    """The messages of a channel that say something; `more` are those that are read alone."""
    page = read_html(answer.body, answer.content_type, answer.watcher.language)
    messages = page.all(".tgme_widget_message[data-post]") if page else []
    complete = b"</html>" in answer.body[-_TAIL:]
    if not messages and (page is None or page.first(_CHANNEL) is None):
        raise NotOfKind("channel's preview", _why_none(page))
    whole = messages if complete else messages[:-1]
    newest = whole[-MOST_MESSAGES:]
    items = [item for message in newest if (item := _item(message))]
    return Document(
        tuple(reversed(items)),
        base=answer.url,
        complete=complete,
        ids_proven=True,
        more=tuple(_read_alone(newest, answer)),
        earlier=tuple(_before(messages)),
    )


def _before(messages: list[Node]) -> Iterator[str]:
    """The address of the messages before these."""
    posts = (_POST.fullmatch(message.attribute("data-post")) for message in messages)
    first = min((int(post[2]) for post in posts if post), default=0)
    if first > 1:
        yield f"?before={first}"


def _why_none(page: Node | None) -> str:
    extra = page.first(".tgme_page_extra") if page else None
    said = extra.text().lower() if extra else ""
    if "subscriber" in said:
        return "it shows none on the web: its owner, or Telegram, has switched it off"
    if "member" in said:
        return "this is a group, and groups have none"
    return "the channel does not exist, is private, or Telegram shows none"


def _read_alone(messages: list[Node], answer: Answer) -> list[str]:
    """The addresses of posts that the preview cut off or does not show, and that are new.

    One that is older was read when it was new; it is not asked for with every poll.
    """
    if "embed=" in answer.url:
        return []
    recent = [message for message in messages if _is_recent(message, answer)]
    posts = [_POST.fullmatch(one.attribute("data-post")) for one in recent if _is_partial(one)]
    return [f"/{post[0]}?embed=1&mode=tme" for post in posts if post][-MOST_ALONE:]


def _is_recent(message: Node, answer: Answer) -> bool:
    published = _published(message)
    return published is not None and answer.now - published < _NEW


def _is_partial(message: Node) -> bool:
    text = _own_text(message)
    if not text:
        # The same beside a video or a photograph says nothing of the post.
        is_shown = message.first(_NOT_SHOWN) is None or message.first(_SHOWN) is not None
        return not is_shown and not message.is_a(".service_message")
    return len(text) >= _SHORTEST_CUT and text.endswith(_CUT)


def _item(message: Node) -> Item | None:
    post = _POST.fullmatch(message.attribute("data-post"))
    if post is None or message.is_a(".service_message"):
        return None
    title, text = _told(message)
    if not title and not text:
        return None
    return Item(
        id=post[0],
        title=as_markup(title),
        texts=(as_markup(text),),
        link=f"https://t.me/{post[0]}",
        author=as_markup(_first_text(message, _FORWARDED_FROM) or _first_text(message, _SIGNED)),
        published=_published(message),
    )


def _published(message: Node) -> datetime | None:
    date = message.first(".tgme_widget_message_date time[datetime]")
    return read_date(date.attribute("datetime")) if date else None


def _told(message: Node) -> tuple[str, str]:
    """The headline and the text of a message: its own, or else those of what it shows."""
    text = _own_text(message)
    words = _without_addresses(text)
    if _letters([words]) < _SHORTEST_HEADLINE and (shown := _shown(message)):
        return shown[0], "\n".join(filter(None, (words, shown[1])))
    if _letters([words]):
        return _parts(text)
    if question := _first_text(message, ".tgme_widget_message_poll_question"):
        options = message.all(".tgme_widget_message_poll_option_text")
        return question, "\n".join(option.text() for option in options)
    return _first_text(message, ".tgme_widget_message_document_title"), text


def _shown(message: Node) -> tuple[str, str] | None:
    """The headline and the text of the page that a message shows a preview of."""
    title = _first_text(message, ".link_preview_title")
    description = _first_text(message, ".link_preview_description")
    if not title and description:
        return _parts(description)
    return (title, description) if title else None


def _own_text(message: Node) -> str:
    """What the message itself says: not the message that it replies to, of which it shows a part.

    An album of files has a text for each.
    """
    texts = message.all(".js-message_text")
    if texts:
        # What is quoted stands before the text.
        texts = texts[len(message.all(".tgme_widget_message_reply .js-message_text")) :]
    told: list[str] = []
    for text in map(Node.text, texts):
        # Telegram has some texts within themselves.
        if not told or text not in told[-1]:
            told.append(text)
    return "\n".join(told)


def _first_text(node: Node, selector: str) -> str:
    found = node.first(selector)
    return found.text() if found else ""


def _parts(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    used = 1
    while used < len(lines) and _letters(lines[:used]) < _SHORTEST_HEADLINE:
        used += 1
    head, rest = " ".join(lines[:used]), lines[used:]
    if addresses := _IN_TEXT.findall(head):
        head, rest = _without_addresses(head), [*rest, *addresses]
    if len(head) <= _LONGEST_HEADLINE:
        return head, "\n".join(rest)
    sentence = _SENTENCE.match(head[:_LONGEST_HEADLINE])
    if sentence is None:
        return "", text
    return sentence[0], "\n".join(filter(None, (head[sentence.end() :].strip(), *rest)))


def _without_addresses(text: str) -> str:
    return " ".join(_IN_TEXT.sub(" ", text).split(" ")).strip(" :\n-–—→👉")


def _letters(lines: list[str]) -> int:
    return sum(map(str.isalnum, _IN_TEXT.sub("", "".join(lines))))
