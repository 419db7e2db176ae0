"""The kind telegram: the public web preview (t.me/s/NAME) of a Telegram channel."""

import re
from dataclasses import dataclass
from html import escape

from watchers.errors import NotOfKind
from watchers.options import BadOption, Options
from watchers.parsing.dates import read_date
from watchers.parsing.items import Answer, Document, Item
from watchers.parsing.markup import Node, read_html
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
    """The messages of a channel that have a text."""
    page = read_html(answer.body, answer.content_type, answer.watcher.language)
    messages = page.all(".tgme_widget_message[data-post]") if page else []
    if not messages:
        raise NotOfKind(
            "channel's preview", "the channel does not exist, is private, or Telegram shows none"
        )
    complete = b"</html>" in answer.body[-_TAIL:]
    whole = messages if complete else messages[:-1]
    items = [item for message in whole[-MOST_MESSAGES:] if (item := _item(message))]
    return Document(tuple(reversed(items)), base=answer.url, complete=complete, ids_proven=True)


def _item(message: Node) -> Item | None:
    post = _POST.fullmatch(message.attribute("data-post"))
    found = message.first(".js-message_text")
    text = found.text() if found else ""
    if post is None or not text or message.is_a(".service_message"):
        return None
    title, rest = _parts(text)
    date = message.first(".tgme_widget_message_date time[datetime]")
    origin = message.first(".tgme_widget_message_forwarded_from_name")
    return Item(
        id=post[0],
        title=escape(title),
        texts=(escape(rest),),
        link=f"https://t.me/{post[0]}",
        author=escape(origin.text()) if origin else "",
        published=read_date(date.attribute("datetime")) if date else None,
    )


def _parts(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    used = 1
    while used < len(lines) and _letters(lines[:used]) < _SHORTEST_HEADLINE:
        used += 1
    head, rest = " ".join(lines[:used]), "\n".join(lines[used:])
    if len(head) <= _LONGEST_HEADLINE:
        return head, rest
    sentence = _SENTENCE.match(head[:_LONGEST_HEADLINE])
    if sentence is None:
        return "", text
    return sentence[0], "\n".join(filter(None, (head[sentence.end() :].strip(), rest)))


def _letters(lines: list[str]) -> int:
    return sum(map(str.isalnum, "".join(lines)))
