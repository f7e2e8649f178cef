"""attachments that events name: what is still to be fetched, what the city still lacks

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


TEXT, WHOLE = sa.Text(), sa.Integer()


def upgrade() -> None:
    op.create_table(
        "blob_ref",
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("st", TEXT, nullable=False),
        sa.Column("n", WHOLE, nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("media", TEXT, nullable=False),
        sa.Column("own", WHOLE, nullable=False),
        sa.Column("seen_ms", WHOLE, nullable=False),
        sa.Column("at_city", WHOLE, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("hash", "st", name="pk_blob_ref"),
    )
    op.create_index("ix_blob_ref_at_city", "blob_ref", ["at_city", "n"])


def downgrade() -> None:
    op.drop_table("blob_ref")
