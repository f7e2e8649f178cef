"""read models: dossiers with their search index, people, books of numbers, catalogue, calendar

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = (
    "code",
    "visit",
    "status",
    "procedure",
    "procedure_name",
    "field",
    "applicant",
    "submitter",
    "id_number",
    "phone",
    "received_at",
    "due",
    "original_due",
    "receiver",
    "department",
    "assignee",
    "assignee_name",
    "approver",
    "number",
    "done_at",
    "handed_at",
    "limit_source",
)
WHOLES = (
    "national",
    "channel",
    "paused",
    "supplements",
    "extended",
    "stale",
    "blocked",
    "conflicts",
    "voids",
    "waiting",
    "closed",
    "fold_version",
    "touched",
    "words_mark",
)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def table(name: str, *columns: SchemaItem, key: list[str]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def upgrade() -> None:
    table(
        "dossier",
        whole("n"),
        text("id"),
        *map(text, TEXTS),
        *map(whole, WHOLES),
        sa.UniqueConstraint("id", name="uq_dossier_id"),
        sa.UniqueConstraint("code", name="uq_dossier_code"),
        key=["n"],
    )
    for columns in (
        ["status", "due"],
        ["assignee", "status"],
        ["closed", "due"],
        ["received_at"],
        ["id_number"],
        ["phone"],
        ["visit"],
    ):
        op.create_index("ix_dossier_" + "_".join(columns), "dossier", columns)
    op.execute(
        "CREATE VIRTUAL TABLE dossier_fts USING fts5("
        "words, content='', contentless_delete=1, tokenize='unicode61', detail=none, prefix='2 3')"
    )
    table(
        "code_serial",
        text("agency"),
        text("day"),
        whole("slot"),
        whole("last"),
        key=["agency", "day", "slot"],
    )
    table(
        "staff",
        text("id"),
        text("login"),
        text("name"),
        text("roles"),
        text("position"),
        text("department"),
        text("organisation"),
        text("phone"),
        whole("active"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
        key=["id"],
    )
    table(
        "book", whole("year"), text("series"), text("holder"), whole("last"), key=["year", "series"]
    )
    table(
        "book_entry",
        whole("year"),
        text("series"),
        whole("n"),
        text("notation"),
        text("dossier"),
        text("dated"),
        text("state"),
        text("reason"),
        key=["year", "series", "n"],
    )
    op.create_index("ix_book_entry_dossier", "book_entry", ["dossier"])
    table(
        "catalogue_version",
        text("digest"),
        text("effective_from"),
        text("imported_at"),
        text("source"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        key=["digest"],
    )
    table(
        "calendar_notice",
        text("day"),
        text("kind"),
        text("label"),
        text("label_en"),
        text("source"),
        text("hours"),
        text("added_at"),
        key=["day"],
    )
    table(
        "template",
        text("name"),
        text("version"),
        text("body"),
        text("added_at"),
        key=["name", "version"],
    )


def downgrade() -> None:
    op.execute("DROP TABLE dossier_fts")
    for name in (
        "template",
        "calendar_notice",
        "catalogue_version",
        "book_entry",
        "book",
        "staff",
        "code_serial",
        "dossier",
    ):
        op.drop_table(name)
