"""Digests, corrections by hand, articles, abstracts, and subscriptions to hubs."""

import sqlalchemy as sa
from alembic import op

from store.types import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("entries", sa.Column("article", sa.Text(), nullable=True))
    op.add_column("sources", sa.Column("rhythm", sa.LargeBinary(), nullable=True))
    for name in ("hub", "topic", "wishes", "home"):
        column = sa.Column(name, sa.Text(), nullable=False, server_default="")
        op.add_column("sources", column)
    op.add_column(
        "sources", sa.Column("turned", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "outbox", sa.Column("urgency", sa.String(), nullable=False, server_default="normal")
    )
    op.add_column(
        "outbox", sa.Column("gathered_in", sa.String(), nullable=False, server_default="")
    )
    op.add_column("outbox", sa.Column("picture", sa.LargeBinary(), nullable=True))
    op.add_column(
        "messages", sa.Column("gathered", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("addresses", sa.Column("rests_until", UtcDateTime(), nullable=True))
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("made", UtcDateTime(), nullable=False),
        sa.Column("applied", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("watcher", sa.String(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "abstracts",
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("reports", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story"],
            ["stories.id"],
            name=op.f("fk_abstracts_story"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("story", "language", "reports", name=op.f("pk_abstracts")),
    )
    op.create_index(op.f("ix_abstracts_made"), "abstracts", ["made"])
