"""A strict fake of Telegram's Bot API server.

with FakeBotApi() as telegram:
    telegram.add_chat(-1001, username="a_channel")
    telegram.script("sendMessage", faults.DropAfter(), faults.TooManyRequests(3))
    ...                                   # a bot talks to telegram.url, with telegram.token
    telegram.messages("@a_channel")       # what stands in the channel
    telegram.assert_clean()               # no wrong parameter, no text that Telegram refuses
"""

from . import faults
from .limits import UNLIMITED, Limits, Rate
from .records import Chat, Content, Kind, Member, Posted, RefusalError, Request, Violation
from .server import TOKEN, FakeBotApi

__all__ = [
    "TOKEN",
    "UNLIMITED",
    "Chat",
    "Content",
    "FakeBotApi",
    "Kind",
    "Limits",
    "Member",
    "Posted",
    "Rate",
    "RefusalError",
    "Request",
    "Violation",
    "faults",
]
