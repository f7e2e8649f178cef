"""read models that hold what two devices wrote apart: one code, one login, one number twice

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

UNIQUE = (("dossier", "code"), ("staff", "login"))
ENTRY = ("year", "series", "n", "notation", "dossier", "dated", "state", "reason")


def book_entry(*key: str) -> None:
    """Make the table anew with this primary key; a row that breaks the new key is left out."""
    op.drop_index("ix_book_entry_dossier", "book_entry")
    op.rename_table("book_entry", "book_entry_before")
    whole = {"year", "n"}
    op.create_table(
        "book_entry",
        *(sa.Column(c, sa.Integer() if c in whole else sa.Text(), nullable=False) for c in ENTRY),
        sa.PrimaryKeyConstraint(*key, name="pk_book_entry"),
    )
    names = ", ".join(ENTRY)
    op.execute(f"INSERT OR IGNORE INTO book_entry SELECT {names} FROM book_entry_before")
    op.drop_table("book_entry_before")
    op.create_index("ix_book_entry_dossier", "book_entry", ["dossier"])


def upgrade() -> None:
    for table, column in UNIQUE:
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.drop_constraint(f"uq_{table}_{column}", type_="unique")
        op.create_index(f"ix_{table}_{column}", table, [column])
    book_entry("year", "series", "n", "dossier")


def downgrade() -> None:
    book_entry("year", "series", "n")
    for table, column in UNIQUE:
        op.drop_index(f"ix_{table}_{column}", table)
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.create_unique_constraint(f"uq_{table}_{column}", [column])
