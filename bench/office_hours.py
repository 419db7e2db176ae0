"""How often sources are asked in vain, and how late news is seen: `python -m bench.office_hours`.

Simulated feeds publish by office hours; the real `poll`, with a transport that answers from the
simulation, reads them by a clock that jumps from one poll to the next, with nothing left out but
the network. The first weeks are for learning; then one working day, and one whole week, are
counted. Beside each stands what no reader can beat who knows the rate of random events and no
more: by how much to wait for nine polls in ten to bring something, and half of it as the delay.
"""

import argparse
import asyncio
import math
import statistics
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import httpx

from watchers import Fetcher, HostLocks, Limits, SourceState, Watcher, fresh, poll

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * DAY
IN_VAIN, DELAY = 0.1, timedelta(minutes=4)
SHOWN = 15

Read = tuple[datetime, Sequence[datetime]]
"""When a poll was, and when the entries were published that it was the first to bring."""


@dataclass(frozen=True, slots=True)
class Office:
    """How a simulated feed publishes: random events from `opens` to `closes`, in batches."""

    name: str
    events: float
    batch: int = 1
    opens: float = 8
    closes: float = 18
    weekend: float = 0.0
    night: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    channel: str = ""
    validators: bool = True

    def rate(self, at: datetime) -> float:
        """Events an hour."""
        hour = at.hour + at.minute / 60
        length = self.closes - self.opens
        share = self.weekend if at.weekday() >= 5 else 1.0
        if self.opens <= hour < self.closes:
            return share * self.events * (1 - self.night) / length
        return self.events * self.night / (24 - length)

    def published(self, rng: Random, until: datetime) -> Iterator[datetime]:
        """The times of its entries."""
        minute = timedelta(minutes=1)
        at = MONDAY
        while at < until:
            if rng.random() < self.rate(at) / 60:
                moment = at + rng.random() * minute
                yield from (moment + timedelta(seconds=n) for n in range(self.batch))
            at += minute


OFFICES = (
    Office("20 entries a day", 20),
    Office("80 entries a day", 80),
    Office("200 entries a day", 200),
    Office("200, ETag missing", 200, validators=False),
    Office("200, ttl 5", 200, channel="<ttl>5</ttl>"),
    Office("200, ttl 30", 200, channel="<ttl>30</ttl>"),
    Office("200, max-age 300", 200, headers={"Cache-Control": "max-age=300"}),
    Office(
        "200, skipHours 18-7",
        200,
        channel="<skipHours>"
        + "".join(f"<hour>{hour}</hour>" for hour in (*range(18, 24), *range(8)))
        + "</skipHours>",
    ),
    Office("200 in 50 batches of 4", 50, batch=4),
    Office("200, 5% at night", 200, night=0.05),
    Office("200, weekends a third", 200, weekend=1 / 3),
    Office("300 entries a day", 300),
    Office("400 entries a day", 400),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a time of polls came to."""

    polls: int
    vain: int
    delays: tuple[float, ...]

    @property
    def share(self) -> float:
        """The part of the polls that brought nothing."""
        return self.vain / max(self.polls, 1)

    @property
    def median(self) -> float:
        """Minutes."""
        return statistics.median(self.delays) if self.delays else 0.0

    @property
    def late(self) -> float:
        """Minutes within which nine entries in ten were seen."""
        return statistics.quantiles(self.delays, n=10)[-1] if len(self.delays) > 1 else 0.0


class Simulation(httpx.AsyncBaseTransport):
    """A feed at the time that the clock shows, and the clock."""

    def __init__(self, office: Office, rng: Random, weeks: int) -> None:
        self.office = office
        self.now = MONDAY + timedelta(minutes=rng.random() * 10)
        self.times = [*office.published(rng, MONDAY + timedelta(weeks=weeks))]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The feed as it stands."""
        count = bisect_right(self.times, self.now)
        tag = f'"{count}"'
        headers = {**self.office.headers, **({"ETag": tag} if self.office.validators else {})}
        if self.office.validators and request.headers.get("if-none-match") == tag:
            return httpx.Response(304, headers=headers)
        items = "".join(
            f"<item><guid isPermaLink='false'>{number}</guid><title>Entry {number}</title>"
            f"<link>https://courier.example/{number}</link>"
            f"<pubDate>{format_datetime(self.times[number])}</pubDate></item>"
            for number in reversed(range(max(0, count - SHOWN), count))
        )
        body = f"<rss version='2.0'><channel>{self.office.channel}{items}</channel></rss>"
        return httpx.Response(200, headers=headers, content=body.encode())


async def simulate(office: Office, watcher: Watcher, weeks: int, seed: int) -> Sequence[Read]:
    """The polls of so many weeks."""
    rng = Random(seed)
    world = Simulation(office, rng, weeks)
    fetcher = Fetcher(world, world, user_agent="bench", limits=Limits(), hosts=HostLocks(pause=0))
    state = SourceState(watcher.name)
    known: set[bytes] = set()
    polls = []
    try:
        while world.now < MONDAY + timedelta(weeks=weeks):
            polled = await poll(watcher, state, fetcher, lambda: world.now, rng)
            assert not polled.state.errors, polled.state.last_error
            # As bot.pipeline.ingest does.
            new = fresh(polled, known)
            known.update(key for one in polled.served for key in one.keys)
            state = polled.state
            if new:
                after = polled.if_new or state
                state = replace(after, entries=after.entries + len(new), last_new=world.now)
            polls.append((world.now, [entry.published for entry in new]))
            assert state.next_poll is not None
            world.now = state.next_poll
    finally:
        await fetcher.in_process.close()
    return polls


def counted(polls: Sequence[Read], start: datetime, end: datetime) -> Counted:
    """What the polls from one time to another came to."""
    chosen = [(at, new) for at, new in polls if start <= at < end]
    delays = tuple((at - then).total_seconds() / 60 for at, new in chosen for then in new)
    return Counted(len(chosen), sum(not new for _, new in chosen), delays)


def bound(office: Office, watcher: Watcher) -> str:
    """The best median delay with one poll in ten in vain, where only the rate is known.

    The polls that `at_most` demands outside of the hours are taken off first.
    """
    hours = office.closes - office.opens
    rate = office.rate(MONDAY + timedelta(hours=(office.opens + office.closes) / 2))
    outside = (24 - hours) * 3600 / watcher.at_most.total_seconds() * (office.night == 0)
    best = math.inf
    for wait in (seconds / 3600 for seconds in range(30, 7200, 10)):
        vain = math.exp(-rate * wait)
        polls = hours / wait
        if (polls * vain + outside) / (polls + outside) <= IN_VAIN:
            best = min(best, wait * 60 / 2)
    return f"{best:.1f}" if best < math.inf else "none"


def main() -> None:
    options = _options()
    print(f"target: {IN_VAIN:.0%} in vain at the most, the median under {DELAY.seconds // 60} min")
    for at_most in (timedelta(hours=2), timedelta(hours=12)):
        watcher = Watcher(
            "office", "Office", "https://courier.example/feed",
            every=timedelta(minutes=options.every), at_most=at_most,
        )  # fmt: skip
        print(f"\nevery {options.every:g} min, at most {at_most / timedelta(hours=1):g} h")
        heads = "polls", "in vain", "median", "90%", "bound", "polls", "in vain", "median", ""
        print(f"{'':26}{'a working day':^34}{'':9}{'a week':^25}")
        print(f"{'':26}" + "".join(f"{head:>8}" for head in heads))
        for office in OFFICES:
            _report(office, watcher, options)


def _report(office: Office, watcher: Watcher, options: argparse.Namespace) -> None:
    begin = MONDAY + timedelta(weeks=options.learn)
    rounds = [
        asyncio.run(simulate(office, watcher, options.learn + 1, seed))
        for seed in range(options.rounds)
    ]
    days = _together([counted(polls, begin + DAY, begin + 2 * DAY) for polls in rounds])
    weeks = _together([counted(polls, begin, begin + WEEK) for polls in rounds])
    met = days.share <= IN_VAIN and timedelta(minutes=days.median) < DELAY
    print(
        f"{office.name:26}{days.polls / options.rounds:8.0f}{days.share:8.1%}{days.median:8.1f}"
        f"{days.late:8.1f}{bound(office, watcher):>8}"
        f"{weeks.polls / options.rounds:8.0f}{weeks.share:8.1%}{weeks.median:8.1f}"
        f"{'met' if met else 'missed':>8}",
        flush=True,
    )


def _together(parts: Sequence[Counted]) -> Counted:
    return Counted(
        sum(part.polls for part in parts),
        sum(part.vain for part in parts),
        tuple(delay for part in parts for delay in part.delays),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=float, default=5.0, help="minutes, as config.toml has it")
    parser.add_argument("--learn", type=int, default=4, help="weeks before what is counted")
    parser.add_argument("--rounds", type=int, default=2, help="each with another seed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
