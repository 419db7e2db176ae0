"""How far a source's dates lie ahead."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    column = sa.Column("time_offset", sa.Text(), nullable=False, server_default="")
    op.add_column("sources", column)
