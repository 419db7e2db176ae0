"""The terminal as a destination: messages as a subscriber would see them, without a token."""

import html
import re
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from bot.configuration.channels import Channel
from bot.delivery.destination import Capability, Edited

_TOKEN = re.compile(r'<(/?)(b|i|a)(?: href="([^"]*)")?>')
_PREFIX = "terminal:"
MAX_WIDTH = 100
_STYLES = {"b": Style(bold=True), "i": Style(italic=True, dim=True), "a": Style(underline=True)}


class TerminalDestination:
    """Shows messages on a console."""

    def __init__(self, console: Console, earlier: Mapping[str, int] = {}) -> None:
        """`earlier` are the last message ids of earlier runs by address."""
        self._console = console
        ids = [last for address, last in earlier.items() if address.startswith(_PREFIX)]
        self._earlier = self._last = max(ids, default=0)
        self._shown: dict[int, str] = {}

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All of them; of a picture it shows only that there is one."""
        return frozenset(Capability)

    def address(self, channel: Channel) -> str:
        """The channel's name, distinct from its address in Telegram."""
        return f"{_PREFIX}{channel.name}"

    async def send(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: int | None = None,
        silent: bool = False,  # noqa: ARG002  nothing sounds here
        why: str = "",  # noqa: ARG002  nor can anything be pressed
        picture: bytes | None = None,
    ) -> int:
        """Show a message; of a picture, only that there is one."""
        self._last += 1
        note = f" (reply to #{reply_to})" if reply_to else ""
        if picture is not None:
            note += f" (with a picture of {len(picture) / 1000:.0f} kB)"
        self._show(channel, self._last, text, note)
        return self._last

    async def edit(
        self,
        channel: Channel,
        message_id: int,
        text: str,
        *,
        why: str = "",  # noqa: ARG002
        has_picture: bool = False,  # noqa: ARG002
    ) -> Edited:
        """Show a message again with its new text."""
        if self._shown.get(message_id) == text:
            return Edited.NOT_MODIFIED
        if message_id > self._earlier and message_id not in self._shown:
            return Edited.NOT_FOUND
        self._show(channel, message_id, text, " (edited)")
        return Edited.CHANGED

    def _show(self, channel: Channel, message: int, text: str, note: str) -> None:
        self._shown[message] = text
        title = f"{channel.name} #{message}{note}"
        width = min(self._console.width, MAX_WIDTH)
        self._console.print(Panel(styled(text), title=title, title_align="left", width=width))


def styled(text: str) -> Text:
    """Telegram's HTML, as far as it is used here, as styled text."""
    result = Text()
    styles: list[Style] = []
    position = 0
    for token in _TOKEN.finditer(text):
        result.append(html.unescape(text[position : token.start()]), _together(styles))
        position = token.end()
        closing, name, target = token.groups()
        if closing:
            styles.pop()
        else:
            link = Style(link=html.unescape(target)) if target else Style()
            styles.append(_STYLES[name] + link)
    result.append(html.unescape(text[position:]), _together(styles))
    return result


def _together(styles: Sequence[Style]) -> Style:
    return Style.combine(styles) if styles else Style.null()
