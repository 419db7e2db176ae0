"""The one database: what is remembered between two polls, two sends and two runs.

Transactions come from `Store.read` and `Store.write`; everything else is a function of one.
"""

from store.database import Store, open_store, sqlite_url
from store.entries import (
    RuleRecord,
    count_entries,
    entry_id,
    forget_entries,
    kept_entries,
    rule_records,
    save_entries,
)
from store.errors import DatabaseTooNewError, DatabaseUnusableError, StoreError
from store.outbox import (
    Letter,
    Status,
    counts,
    enqueue,
    forget_letters,
    last_message_id,
    last_message_ids,
    mark_failed,
    mark_pending,
    mark_sending,
    mark_sent,
    message_of,
    next_due,
    next_letter,
    note_message_id,
)
from store.sources import forget_keys, known_keys, remember_keys, save_states, source_states
from store.stories import forget_stories, recent_stories, save_story

__all__ = [
    "DatabaseTooNewError",
    "DatabaseUnusableError",
    "Letter",
    "RuleRecord",
    "Status",
    "Store",
    "StoreError",
    "count_entries",
    "counts",
    "enqueue",
    "entry_id",
    "forget_entries",
    "forget_keys",
    "forget_letters",
    "forget_stories",
    "kept_entries",
    "known_keys",
    "last_message_id",
    "last_message_ids",
    "mark_failed",
    "mark_pending",
    "mark_sending",
    "mark_sent",
    "message_of",
    "next_due",
    "next_letter",
    "note_message_id",
    "open_store",
    "recent_stories",
    "remember_keys",
    "rule_records",
    "save_entries",
    "save_states",
    "save_story",
    "source_states",
    "sqlite_url",
]
