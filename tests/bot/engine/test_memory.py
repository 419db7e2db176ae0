"""What is looked through for garbage, and what is not."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.engine import memory


class Knot:
    """Something that only a collection of garbage can take away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    # All that was there before is exempt, as in all tests.
    gc.freeze()


def test_what_was_there_is_looked_through_again_only_for_the_next_configuration() -> None:
    former = Knot()
    gone = weakref.ref(former)
    memory.freeze()
    del former
    gc.collect()
    assert gone() is not None
    memory.freeze()
    assert gone() is None


def test_what_came_later_is_looked_through_as_ever() -> None:
    memory.freeze()
    later = Knot()
    gone = weakref.ref(later)
    del later
    gc.collect()
    assert gone() is None
