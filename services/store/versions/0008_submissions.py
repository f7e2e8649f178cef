"""online submissions that wait at the desk, and what became of them

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXTS = (
    "portal", "external_id", "code", "procedure", "procedure_name", "applicant", "submitted_at",
    "state", "reason",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("twice", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
    )
    op.create_index("ix_submission_state", "submission", ["state", "submitted_at"])


def downgrade() -> None:
    op.drop_table("submission")
