"""what is wrong with an attachment: damaged on this disk, lacking or refused at a peer

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blob_fault",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("peer", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "peer", name="pk_blob_fault"),
    )


def downgrade() -> None:
    op.drop_table("blob_fault")
