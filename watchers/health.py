"""Troubles of sources that answer, and yet bring nothing: silence, repetition. Pure."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from watchers.errors import CHALLENGED
from watchers.kinds import PAGE
from watchers.records import Sample, SourceState, Trouble, Watcher
from watchers.scheduling.rhythm import Rhythm

# Silence is strange when so many readings that bring something were to be expected of the rhythm
# as it is learned now: it has halved meanwhile in each hour that was silent. Of random events
# with twice that rate, one silence in a hundred thousand is as long.
_EXPECTED = 6.0
_SHORTEST = timedelta(hours=3)
# So many hours of the week have to be learned, and entries be known.
_LEARNED_HOURS = 48
_FEWEST_ENTRIES = 20
_MOSTLY = 0.75
# One page for browsers alone may be a passing one.
_TIMES = 2


NO_SAMPLE = Sample()
SILENT = (
    "nothing new since {0} UTC, though it can be read, and usually brings something much sooner: "
    "look whether it has moved or was given up"
)
TEXTLESS = "its last {0} entries have no text, and those before had one: rules see headlines alone"
REPEATING = "its last {0} entries all repeat headlines and texts of entries before them"


def troubles(
    watcher: Watcher, state: SourceState, sample: Sample, told: Collection[Trouble] = ()
) -> Iterator[tuple[Trouble, str]]:
    """The troubles of a source, each with a text for operators; `told` are those known already.

    What was told lasts until the source shows that it is over.
    """
    if state.errors >= _TIMES and CHALLENGED in state.last_error:
        yield Trouble.CHALLENGED, state.last_error
    if (since := state.last_new) and (Trouble.SILENT in told or _is_silent(state)):
        yield Trouble.SILENT, SILENT.format(f"{since:%d %b %H:%M}")
    if sample.newest < Sample.SIZE:
        return
    lost = sample.with_text_before >= _MOSTLY * Sample.SIZE
    if sample.with_text == 0 and (lost or Trouble.TEXTLESS in told):
        yield Trouble.TEXTLESS, TEXTLESS.format(Sample.SIZE)
    if sample.repeated == sample.newest and not _is_an_element(watcher):
        yield Trouble.REPEATING, REPEATING.format(Sample.SIZE)


def _is_silent(state: SourceState) -> bool:
    rhythm = Rhythm.read(state.rhythm)
    if state.errors or state.entries < _FEWEST_ENTRIES or rhythm.hours < _LEARNED_HOURS:
        return False
    # Until when it was read: what nobody asked for is not silence.
    since, until = state.last_new, state.last_success
    if since is None or until is None or until - since < _SHORTEST:
        return False
    return rhythm.usually(since, until) >= _EXPECTED


def _is_an_element(watcher: Watcher) -> bool:
    """Whether it is one element of a page, which goes to and fro between a few texts."""
    return watcher.kind == PAGE and not watcher.options.leads_to_articles
