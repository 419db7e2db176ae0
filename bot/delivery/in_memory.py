"""A destination in memory: the twin of the others that tests deliver to."""

from dataclasses import dataclass, field

from bot.configuration.channels import Channel
from bot.delivery.destination import AmbiguousError, Capability, Edited, Seen


@dataclass
class InMemoryDestination:
    """A chat in memory: what it holds by id, None for somebody else's post.

    `faults` are raised by the next sends, `edit_faults` by the next edits and looks; with `arrives`
    a message whose answer is lost arrived all the same; `late` lookups find nothing of a message
    that is there. Where not `alone`, an edit may change the posts of others, too. `replies` are
    the messages that stand under another, `pictures` those that have one.
    """

    posts: dict[int, str | None] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    edit_faults: list[Exception] = field(default_factory=list)
    arrives: bool = False
    alone: bool = True
    own_count: bool = True
    late: int = 0
    last_id: int = 100
    overwritten: int = 0
    capabilities: frozenset[Capability] = frozenset(Capability)
    replies: dict[int, int] = field(default_factory=dict)
    pictures: dict[int, bytes] = field(default_factory=dict)

    def address(self, channel: Channel) -> str:
        """The chat."""
        return channel.chat

    async def send(
        self,
        channel: Channel,  # noqa: ARG002  it is the one chat there is
        text: str,
        *,
        reply_to: int | None = None,
        silent: bool = False,  # noqa: ARG002  nothing sounds here
        why: str = "",  # noqa: ARG002  there are no buttons
        picture: bytes | None = None,
    ) -> int:
        """Keep a message, unless a fault is to come; see `Destination.send`."""
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or (isinstance(fault, AmbiguousError) and self.arrives):
            self.post(text)
            if reply_to is not None:
                self.replies[self.last_id] = reply_to
            if picture is not None:
                self.pictures[self.last_id] = picture
        if fault is not None:
            raise fault
        return self.last_id

    async def edit(
        self,
        channel: Channel,  # noqa: ARG002
        message_id: int,
        text: str,
        *,
        why: str = "",  # noqa: ARG002
        has_picture: bool = False,  # noqa: ARG002
    ) -> Edited:
        """Change a message that is kept; see `Destination.edit`."""
        if not self._stands(message_id):
            return Edited.NOT_FOUND
        if self.posts[message_id] is None and self.alone:
            return Edited.NOT_OURS
        if self.posts[message_id] == text:
            return Edited.NOT_MODIFIED
        self.overwritten += self.posts[message_id] is None
        self.posts[message_id] = text
        return Edited.CHANGED

    def counts_alone(self, channel: Channel) -> bool:  # noqa: ARG002
        """See `MessageSearch.counts_alone`."""
        return self.own_count

    async def edits_only_its_own(self, channel: Channel) -> bool:  # noqa: ARG002
        """See `MessageSearch.edits_only_its_own`."""
        return self.alone

    async def look(self, channel: Channel, message_id: int, text: str) -> Seen:  # noqa: ARG002
        """See `MessageSearch.look`."""
        if not self._stands(message_id):
            return Seen.NOTHING
        return Seen.THIS if self.posts[message_id] == text else Seen.OTHER

    async def newest(self, channel: Channel) -> int:  # noqa: ARG002
        """See `MessageSearch.newest`."""
        self.last_id += 1
        return self.last_id

    def post(self, text: str | None) -> None:
        """Put a message there, or with None somebody else's."""
        self.last_id += 1
        self.posts[self.last_id] = text

    def _stands(self, message_id: int) -> bool:
        if self.edit_faults:
            raise self.edit_faults.pop(0)
        if message_id in self.posts and self.late:
            self.late -= 1
            return False
        return message_id in self.posts
