"""Revisions: changes of stories other than new entries, such as corrections and articles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from stories import Story


@dataclass(frozen=True, slots=True)
class Change:
    """A story before and after a change; `before` is None for a new one.

    One whose reports are in another story now has no `after`, but `moved_to`, and `links` to that
    one's messages, by channel. With `edits_only` no channel gets it that was not told it before.
    """

    before: Story | None
    after: Story | None
    moved_to: Story | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    edits_only: bool = False


class Revision(Protocol):
    """A change of stories other than by new entries."""

    def changes(self, stories: Mapping[str, Story]) -> Iterable[Change]:
        """The changed stories, given the recent ones by id."""
        ...

    async def save(self, db: AsyncConnection) -> None:
        """Store what belongs to the revision besides the stories, in the same transaction."""
        ...
