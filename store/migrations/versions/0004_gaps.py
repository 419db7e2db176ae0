"""What may have been missed of a source, and how many entries it serves at a time."""

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
