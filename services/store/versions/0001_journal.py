"""journal, heads, devices, conflicts, settings, cursors, drafts, attachments

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("ev", "fork")


def blob(name: str, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def table(name: str, *columns: SchemaItem, key: list[str]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def upgrade() -> None:
    table(
        "ev",
        whole("n"),
        blob("log"),
        whole("seq"),
        text("id"),
        text("off"),
        text("st"),
        text("t"),
        whole("hlc"),
        blob("body"),
        blob("hash"),
        blob("sig", nullable=True),
        sa.UniqueConstraint("log", "seq", name="uq_ev_log_seq"),
        sa.UniqueConstraint("hash", name="uq_ev_hash"),
        key=["n"],
    )
    op.create_index("ix_ev_st_hlc", "ev", ["st", "hlc"])
    op.create_index("ix_ev_id", "ev", ["id"])
    table("head", blob("log"), text("off"), whole("seq"), blob("hash"), key=["log"])
    table(
        "pend",
        blob("hash"),
        blob("log"),
        whole("seq"),
        blob("missing", nullable=True),
        blob("body"),
        blob("sig", nullable=True),
        key=["hash"],
    )
    table(
        "device",
        blob("log"),
        text("off"),
        blob("public_key"),
        whole("slot"),
        text("name"),
        whole("incarnation"),
        key=["log"],
    )
    table(
        "fork",
        blob("log"),
        whole("seq"),
        blob("hash_a"),
        blob("hash_b"),
        blob("body_a"),
        blob("body_b"),
        blob("sig_a", nullable=True),
        blob("sig_b", nullable=True),
        key=["log", "seq", "hash_a", "hash_b"],
    )
    table(
        "conflict",
        text("id"),
        text("st"),
        text("kind"),
        text("events"),
        text("opened"),
        text("resolved_by", nullable=True),
        key=["id"],
    )
    table("setting", text("name"), text("value"), key=["name"])
    table("cursor", text("name"), whole("n"), key=["name"])
    table(
        "draft",
        text("owner"),
        text("kind"),
        text("key"),
        text("body"),
        text("saved_at"),
        key=["owner", "kind", "key"],
    )
    table(
        "blob",
        text("hash"),
        whole("size"),
        text("cipher_hash"),
        blob("wrapped_key"),
        text("media"),
        text("added_at"),
        key=["hash"],
    )
    for name in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )


def downgrade() -> None:
    names = (
        "blob",
        "draft",
        "cursor",
        "setting",
        "conflict",
        "fork",
        "device",
        "pend",
        "head",
        "ev",
    )
    for name in names:
        op.drop_table(name)
