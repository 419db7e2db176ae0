"""What may have been missed of a source, and which troubles of sources were told."""

import sqlalchemy as sa
from alembic import op

from store.types import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for name in ("at_once", "gaps"):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("sources", column)
    for name in ("gap_since", "gap_until"):
        op.add_column("sources", sa.Column(name, UtcDateTime(), nullable=True))
    op.add_column("sources", sa.Column("hurry", sa.Float(), nullable=False, server_default="0"))
    op.create_table(
        "troubles",
        sa.Column("watcher", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("watcher", "trouble", name=op.f("pk_troubles")),
    )
