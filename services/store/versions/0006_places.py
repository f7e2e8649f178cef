"""catalogue versions and templates keep their place in the canonical order of their stream

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("catalogue_version", "template")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("place", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("place")
