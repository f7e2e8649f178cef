"""the wraps of the office key, one per person, as the journal has them

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credential",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("staff", "login", "kdf")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("salt", "sealed")),
        sa.PrimaryKeyConstraint("staff", name="pk_credential"),
    )


def downgrade() -> None:
    op.drop_table("credential")
