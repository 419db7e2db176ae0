"""One poll of a source, and what a hub sent of it: the way from a request to a `Poll`."""

import logging
import traceback
from collections.abc import Callable
from datetime import datetime
from random import Random

from watchers.errors import SourceFault, UnexpectedFault
from watchers.fetching.fetcher import Fetcher
from watchers.ownership import sites_of
from watchers.parsing.items import Answer
from watchers.polling.asking import ask, for_address, understood
from watchers.polling.deciding import Attempt, changed, failed, site_away, unchanged
from watchers.polling.reading import Body, body_of, read, read_all
from watchers.polling.time_offset import TimeOffset
from watchers.records import Poll, SourceState, Watcher

log = logging.getLogger(__name__)


async def poll(
    watcher: Watcher,
    state: SourceState,
    fetcher: Fetcher,
    now: Callable[[], datetime],
    rng: Random | None = None,
) -> Poll:
    """Read the source once. Never raises what is the source's fault: the new state tells it.

    `rng` spreads the next poll a little around its time.
    """
    state = for_address(watcher, state)
    try:
        fetched = await ask(watcher, state, fetcher)
        attempt = Attempt(watcher, state, now(), rng)
        asked = understood(fetched, state, attempt.now)
        if asked.body_hash is None:
            return unchanged(attempt, asked)
        reading = await read_all(fetcher, body_of(fetched, watcher, state, attempt.now))
        return changed(attempt, fetched, reading, asked.body_hash)
    except SourceFault as fault:
        return failed(Attempt(watcher, state, now(), rng), fault)
    except Exception as error:  # noqa: BLE001  whatever a source does to us, the others are read
        return failed(Attempt(watcher, state, now(), rng), unexpected(watcher, error))


async def read_pushed(sent: Answer, state: SourceState, fetcher: Fetcher) -> Poll:
    """What a hub sent of the source: all of it, or the new entries alone.

    Raises:
        SourceFault: it cannot be read.
    """
    watcher = sent.watcher
    body = Body(
        sent.body,
        sent.url,
        sent.content_type,
        watcher,
        state.ids_untrusted,
        sent.now,
        partial=True,
        offset=TimeOffset.read(state.time_offset),
        since=state.last_poll,
    )
    try:
        reading = await read(fetcher, body)
    except SourceFault:
        raise
    except Exception as error:  # noqa: BLE001  as with a poll
        raise unexpected(watcher, error) from None
    away = site_away(watcher, state, sites_of(reading.served))
    return Poll(
        watcher, state, reading.served, pushed=True, if_owner_changed=state if away else None
    )


def unexpected(watcher: Watcher, error: Exception) -> UnexpectedFault:
    """The fault that stands for an error of our own or of a library, which is logged."""
    # Neither the error's text nor its chain: an address in them may carry a password.
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: unexpected %s\n%s", watcher.name, type(error).__name__, frames)
    return UnexpectedFault(type(error).__name__)
