"""Changes of stories that come otherwise than by new entries: corrections, articles, abstracts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from stories import Story


@dataclass(frozen=True, slots=True)
class Change:
    """A story as it was and as it is now; `before` is None where it is new.

    One whose reports are in another story now has no `after`, but `moved_to`, and `links` to that
    one's messages, by channel. With `edits_only` no channel gets it that was not told it before.
    """

    before: Story | None
    after: Story | None
    moved_to: Story | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    edits_only: bool = False


class Revision(Protocol):
    """What changes stories otherwise than by new entries."""

    def changes(self, stories: Mapping[str, Story]) -> Iterable[Change]:
        """What becomes of the stories of the last days, which are given by id."""
        ...

    async def save(self, db: AsyncConnection) -> None:
        """Store what belongs to it besides the stories, in their transaction."""
        ...
