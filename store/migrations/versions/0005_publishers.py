"""The publisher of an entry whose source passes on what is others'."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for name in ("publisher", "publisher_site"):
        column = sa.Column(name, sa.Text(), nullable=False, server_default="")
        op.add_column("entries", column)
