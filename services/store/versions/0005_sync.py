"""peers, acknowledgements and refusals of sync; kind, state, revocation and rank of a device

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT, BYTES, WHOLE = sa.Text(), sa.LargeBinary(), sa.Integer()


def upgrade() -> None:
    op.add_column("device", sa.Column("kind", TEXT, nullable=False, server_default="pc"))
    op.add_column("device", sa.Column("state", TEXT, nullable=False, server_default="own"))
    op.add_column("device", sa.Column("last_seq", WHOLE, nullable=True))
    op.add_column("device", sa.Column("priority", WHOLE, nullable=True))
    op.create_table(
        "peer",
        sa.Column("log", BYTES, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("kind", "name", "address")),
        *(
            sa.Column(name, TEXT, nullable=False, server_default="")
            for name in ("app", "last_ok", "last_try", "fault")
        ),
        sa.Column("offset_ms", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("log", name="pk_peer"),
    )
    op.create_table(
        "peer_head",
        sa.Column("peer", BYTES, nullable=False),
        sa.Column("log", BYTES, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("peer", "log", name="pk_peer_head"),
    )
    op.create_table(
        "ack",
        sa.Column("log", BYTES, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", BYTES, nullable=False),
        sa.Column("received_ms", WHOLE, nullable=False),
        sa.Column("tree_size", WHOLE, nullable=False),
        sa.Column("root", BYTES, nullable=False),
        sa.Column("sig", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("log", name="pk_ack"),
    )
    op.create_table(
        "refusal",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("peer", BYTES, nullable=False),
        sa.Column("log", BYTES, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("code", "words", "at")),
        sa.Column("settled", TEXT, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
    )
    op.create_table(
        "sync_state",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sync_state"),
    )


def downgrade() -> None:
    for table in ("sync_state", "refusal", "ack", "peer_head", "peer"):
        op.drop_table(table)
    with op.batch_alter_table("device", recreate="always") as batch:
        for column in ("priority", "last_seq", "state", "kind"):
            batch.drop_column(column)
