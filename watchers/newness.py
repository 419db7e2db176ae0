"""Which entries of a poll are known, and which are new. Pure."""

from collections.abc import Set as AbstractSet
from datetime import timedelta

from watchers.records import Entry, Poll, Served

# Beyond max_age by so much, and by a week at least, an entry that turns up is of the archive.
ARCHIVE_FACTOR = 7
ARCHIVE_AT_LEAST = timedelta(days=7)
# So many old entries on top of a feed are late reports with a wrong date; more are an archive.
LATE_AT_MOST = 3
# A source that serves one entry at a time never has one that is known.
_FEWEST = 2
_NEARLY_FULL = 0.8


def fresh(poll: Poll, known: AbstractSet[bytes]) -> tuple[Entry, ...]:
    """The new entries of a poll, the oldest first, given which of its keys are known.

    On a source's first poll only entries dated within `max_age` are new. Later, an entry that is
    much older than that is of an archive that the source serves again, unless it stands with
    few others on top of all that is known, as what a hub sends does: then it is a report with a
    wrong date. All keys of `poll.served` are to be remembered, whatever is new.
    """
    recognised = recognise(poll, known)
    new = [served for served in poll.served if served.keys[0] not in recognised]
    if poll.first:
        oldest = poll.watcher.max_age
        kept = [one for one in new if one.published and one.seen - one.published <= oldest]
    else:
        late = _late(poll, recognised)
        kept = [one for one in new if not _archived(one, poll) or one.keys[0] in late]
        if not recognised:
            kept = _without_what_was_there(kept, poll)
    entries = [served.entry for served in reversed(kept)]
    return tuple(sorted(entries, key=lambda entry: entry.published))


def recognise(poll: Poll, known: AbstractSet[bytes]) -> AbstractSet[bytes]:
    """The first keys of the entries that are known, given which keys are.

    What has the headline and the date of a known entry is that entry, whatever its id and link.
    Where all dates are days, the same headline may have come twice: there it counts only where
    nothing else is known, as of a site that has moved.
    """
    if not known:
        return frozenset()
    sure = {one.keys[0] for one in poll.served if _is_known(one, known)}
    by_date = {one.keys[0] for one in poll.served if one.dated and one.dated in known}
    if sure and not by_date <= sure and _has_days_for_dates(poll):
        by_date = set()
    return (sure - _returning(poll, known)) | by_date


def recognised_for_sure(poll: Poll, known: AbstractSet[bytes]) -> bool:
    """Whether a poll is of what was read before: by ids or links, or by half of its headlines."""
    by_date = sum(one.dated in known for one in poll.served if one.dated)
    return 2 * by_date >= max(len(poll.served), 1) or any(
        _is_known(one, known) for one in poll.served
    )


def may_have_missed(poll: Poll, known: AbstractSet[bytes]) -> bool:
    """Whether entries may have come and gone between this poll and the one before.

    So it is where nothing is known of as many entries as the source ever serves, or of those of
    one that says where the earlier ones are, and none is dated before the last poll.
    """
    since, served = poll.since, poll.served
    if poll.first or poll.pushed or poll.went_back or since is None:
        return False
    fewest = 1 if poll.earlier else max(_FEWEST, _NEARLY_FULL * poll.state.window)
    if len(served) < fewest:
        return False
    if any(one.published and one.published <= since for one in served):
        return False
    return not recognise(poll, known)


def _is_known(one: Served, known: AbstractSet[bytes]) -> bool:
    keys = one.keys[:-1] if one.dated else one.keys
    return not (known.isdisjoint(keys) and known.isdisjoint(one.former_keys))


def _has_days_for_dates(poll: Poll) -> bool:
    return len({one.published.time() for one in poll.served if one.published}) == 1


def _returning(poll: Poll, known: AbstractSet[bytes]) -> set[bytes]:
    """What is known by its headline and link, and is another: "Morning briefing" at one address.

    It has an id of its own, at a source whose ids last, and a date since the last poll.
    """
    if poll.since is None:
        return set()
    own = [one for one in poll.served if one.has_own_id and one.published]
    if not any(one.keys[0] in known for one in own):
        return set()
    return {
        one.keys[0]
        for one in own
        if one.published
        and one.published > poll.since
        and known.isdisjoint((one.keys[0], one.dated, *one.former_keys))
    }


def _late(poll: Poll, recognised: AbstractSet[bytes]) -> set[bytes]:
    top: list[Served] = []
    for served in poll.served:
        if served.keys[0] in recognised:
            break
        top.append(served)
    old = {served.keys[0] for served in top if _archived(served, poll)}
    stands_on_top = poll.pushed or len(top) < len(poll.served)
    return old if stands_on_top and len(old) <= LATE_AT_MOST else set()


def _archived(served: Served, poll: Poll) -> bool:
    bound = max(poll.watcher.max_age * ARCHIVE_FACTOR, ARCHIVE_AT_LEAST)
    return served.published is not None and served.seen - served.published > bound


def _without_what_was_there(new: list[Served], poll: Poll) -> list[Served]:
    """Without what is dated so long before the last poll that it was to be seen then.

    A site that has moved, with other headlines or none, brings all of it again.
    """
    if poll.since is None or poll.pushed:
        return new
    begin = poll.since - poll.watcher.max_age
    there = {one.keys[0] for one in new if one.published and one.published < begin}
    return [one for one in new if one.keys[0] not in there] if len(there) > LATE_AT_MOST else new
