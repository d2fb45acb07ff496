"""What the catalogues listed that items were matched with: a typo may be read otherwise now."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("catalogue_use", sa.Column("vocabulary", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("catalogue_use", "vocabulary")
