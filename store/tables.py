"""The tables (SQLAlchemy Core); a test compares them with the migrations."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from store.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("watcher", String, primary_key=True),
    Column("address", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("ids_untrusted", Boolean, nullable=False),
    Column("interval", Float, nullable=False),
    Column("next_poll", UtcDateTime),
    Column("last_poll", UtcDateTime),
    Column("last_success", UtcDateTime),
    Column("last_new", UtcDateTime),
    Column("last_error", Text, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("rhythm", LargeBinary),
    Column("wishes", Text, key="hints", nullable=False),
    Column("home", Text, nullable=False),
    Column("turned", Boolean, nullable=False, key="owner_changed"),
    Column("at_once", Integer, nullable=False, key="window"),
    Column("gaps", Integer, nullable=False),
    Column("gap_since", UtcDateTime),
    Column("gap_until", UtcDateTime),
    Column("hurry", Float, nullable=False),
    Column("time_offset", Text, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("watcher", String, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("served", UtcDateTime, nullable=False, index=True),
    sqlite_with_rowid=False,
)

entries = Table(
    "entries",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("uid", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("language", String),
    Column("published", UtcDateTime, nullable=False),
    Column("dated", Boolean, nullable=False),
    Column("seen", UtcDateTime, nullable=False, index=True),
    Column("publisher", Text, nullable=False),
    Column("publisher_site", Text, nullable=False),
    Column("article", Text),
)

matches = Table(
    "matches",
    metadata,
    Column("entry", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    Column("rule", String, primary_key=True),
    Column("evidence", JSON, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    Column("id", String, primary_key=True),
    Column("opened", UtcDateTime, nullable=False),
    Column("updated", UtcDateTime, nullable=False, index=True),
    Column("follows", String),
)

reports = Table(
    "reports",
    metadata,
    Column("story", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("entry", ForeignKey("entries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("outlet", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("mentions", JSON, nullable=False),
    Column("reading", JSON, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("story", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("reply_to", String, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("urgency", String, nullable=False),
    Column("gathered_in", String, nullable=False),
    Column("picture", LargeBinary),
    Column("status", String, nullable=False),
    Column("address", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("changed", UtcDateTime, nullable=False),
    Index(None, "channel", "status", "id"),
    Index(None, "status", "changed"),
)

messages = Table(
    "messages",
    metadata,
    Column("address", String, primary_key=True),
    Column("story", String, primary_key=True),
    Column("message_id", Integer, nullable=False),
    Column("sent", UtcDateTime, nullable=False),
    Column("gathered", Boolean, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("address", String, primary_key=True),
    Column("last_message_id", Integer, nullable=False),
    Column("rests_until", UtcDateTime),
)

mutes = Table(
    "mutes",
    metadata,
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("until", UtcDateTime),
)

pauses = Table(
    "pauses",
    metadata,
    Column("channel", String, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("story", String, nullable=False),
    Column("others", JSON, nullable=False),
    Column("made", UtcDateTime, nullable=False),
    Column("applied", UtcDateTime),
    Column("outcome", Text, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("path", String, primary_key=True),
    Column("watcher", String, nullable=False),
    Column("topic", Text, nullable=False),
    Column("hub", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("secret", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
)

troubles = Table(
    "troubles",
    metadata,
    Column("watcher", String, primary_key=True),
    Column("trouble", String, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

abstracts = Table(
    "abstracts",
    metadata,
    Column("story", ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String, primary_key=True),
    Column("reports", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("made", UtcDateTime, nullable=False, index=True),
)
