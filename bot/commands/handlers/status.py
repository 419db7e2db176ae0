"""/status, /feeds and /rules: the state of the bot."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import store
from bot.commands.formatting import ago, count, has_gap, length, line
from bot.commands.records import Answer, Asked, CommandContext
from bot.messages.rendering import escape
from bot.version import VERSION
from store import Mute, Muted, RuleRecord, Status, Subscription
from watchers import SourceState, Watcher

RULES_SINCE = timedelta(days=30)
_REASON = 300


async def status(context: CommandContext, _: Asked) -> Answer:
    """/status."""
    now = context.clock.now()
    names = [channel.name for channel in context.configuration.all_channels]
    async with context.stored.read() as db:
        states = await store.source_states(db)
        counted = {name: await store.counts(db, [name]) for name in names}
        last = await store.last_sent(db, names)
        paused = await store.paused_channels(db)
        mutes = await store.muted_now(db, now)
        changed = await store.count_changed(db, names)
    known = [states.get(w.name) or SourceState(w.name) for w in context.configuration.watchers]
    polls = [state.last_poll for state in known if state.last_poll]
    blocks = [
        f"Running for {length(now - context.started)}.",
        f"{count(len(known), 'watcher')}: {_health(known)}.",
        *_gaps(known, now),
        f"Last poll: {ago(max(polls, default=None), now)}.",
        f"Last message: {ago(last, now)}.",
        *(_channel(name, counted[name], paused.get(name), now) for name in names),
    ]
    if changed:
        blocks.append(
            f"{count(changed, 'text')} that Telegram could not read went out without markup: that "
            "is our fault, and the log says why."
        )
    if mutes:
        blocks.append(f"Muted: {len(mutes)}; /mute lists them.")
    return Answer(f"Backchannel {VERSION}", tuple(blocks))


async def feeds(context: CommandContext, _: Asked) -> Answer:
    """/feeds."""
    now = context.clock.now()
    async with context.stored.read() as db:
        states = await store.source_states(db)
        muted = _names(await store.muted_now(db, now), Muted.SOURCE)
        live = await store.live_subscriptions(db, now) if context.configuration.websub else {}
        troubles = await store.told_troubles(db)
    rows = [(w, states.get(w.name) or SourceState(w.name)) for w in context.configuration.watchers]
    rows.sort(key=lambda row: (-row[1].errors, row[1].last_poll is not None, row[0].name))
    title = f"Feeds: {_health([state for _, state in rows])}"
    notes = {name: _pushed(one, now) for name, one in live.items()}
    for name, told in troubles.items():
        notes[name] = " · ".join([notes.get(name, ""), *sorted(told)])
    notes |= {name: f"{notes.get(name, '')} · muted" for name in muted}
    return Answer(title, tuple(_feed(w, state, now, notes.get(w.name, "")) for w, state in rows))


async def rules(context: CommandContext, _: Asked) -> Answer:
    """/rules."""
    now = context.clock.now()
    async with context.stored.read() as db:
        records = await store.rule_records(db, now - RULES_SINCE)
        muted = _names(await store.muted_now(db, now), Muted.RULE)
    blocks = []
    for rule in context.configuration.rules:
        record = records.get(rule.name, RuleRecord())
        note = " · muted" if rule.name in muted else ""
        a_day = record.matches / RULES_SINCE.days
        matched = f"{a_day:.1f} a day, last match {ago(record.last, now)}"
        blocks.append(
            f"<b>{escape(rule.name)}</b> {line(rule.title, 80)}{note}\n"
            f"{matched if record.matches else 'no match'}, to {', '.join(rule.channels)}"
        )
    return Answer(f"Rules, in the last {RULES_SINCE.days} days", tuple(blocks))


def _health(states: list[SourceState]) -> str:
    failing = sum(state.errors > 0 for state in states)
    unread = sum(state.last_poll is None for state in states)
    parts = [f"{len(states) - failing - unread} well", f"{failing} failing"]
    return ", ".join([*parts, f"{unread} not read yet"] if unread else parts)


def _gaps(states: list[SourceState], now: datetime) -> Iterator[str]:
    if gaps := sum(has_gap(state, now) for state in states):
        watchers = count(gaps, "watcher")
        yield f"{watchers} may have missed entries in the last week: /feeds says when."


def _channel(
    name: str, counted: Mapping[Status, int], paused: datetime | None, now: datetime
) -> str:
    waiting = counted.get(Status.PENDING, 0) + counted.get(Status.SENDING, 0)
    parts = [f"{waiting} waiting", f"{counted.get(Status.SENT, 0)} sent"]
    if given_up := counted.get(Status.FAILED, 0):
        parts.append(f"{given_up} given up")
    note = f" · paused {ago(paused, now)}" if paused else ""
    return f"<b>{escape(name)}</b>: {', '.join(parts)}{note}"


def _pushed(subscription: Subscription, now: datetime) -> str:
    return " · pushed by its hub" if subscription.is_proven(now) else " · subscribed to its hub"


def _feed(watcher: Watcher, state: SourceState, now: datetime, note: str) -> str:
    standing = f" · {watcher.standing}" if watcher.standing else ""
    return f"<b>{escape(watcher.name)}</b>{standing}{note}: {'; '.join(_said(state, now))}"


def _said(state: SourceState, now: datetime) -> Iterator[str]:
    if state.last_poll is None:
        yield "not read yet"
        return
    if state.errors:
        times = f", {state.errors} times in a row" if state.errors > 1 else ""
        yield f"failing{times}: {line(state.last_error, _REASON)}"
        yield (
            f"read well {ago(state.last_success, now)}" if state.last_success else "never read well"
        )
        if state.next_poll and state.next_poll > now:
            yield f"tried again in {length(state.next_poll - now)}"
        return
    yield f"read {ago(state.last_poll, now)}"
    yield f"{state.entries} entries so far" if state.entries != 1 else "1 entry so far"
    if state.gap_since and state.gap_until and has_gap(state, now):
        length_of_gap = length(state.gap_until - state.gap_since)
        yield f"may have missed entries of {length_of_gap} until {ago(state.gap_until, now)}"


def _names(mutes: list[Mute], kind: Muted) -> set[str]:
    return {mute.name for mute in mutes if mute.kind is kind}
