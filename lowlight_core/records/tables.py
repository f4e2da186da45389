"""The two tables in which `records` keeps runs and their rows."""

import sqlalchemy as sql

METADATA = sql.MetaData()
RUNS = sql.Table(
    "runs",
    METADATA,
    sql.Column("id", sql.String(32), primary_key=True),
    sql.Column("owner", sql.String(64), nullable=False, index=True),
    sql.Column("title", sql.Text, nullable=False),
    sql.Column("state", sql.String(16), nullable=False),
    sql.Column("source", sql.JSON, nullable=False),
    sql.Column("images", sql.Integer, nullable=False),
    sql.Column("methods", sql.JSON, nullable=False),
    sql.Column("metrics", sql.JSON, nullable=False),
    sql.Column("listing", sql.String(64), nullable=False),
    sql.Column("fingerprint", sql.String(64)),
    sql.Column("versions", sql.JSON, nullable=False),
    sql.Column("machine", sql.JSON, nullable=False),
    sql.Column("created", sql.Float, nullable=False),
    sql.Column("ended", sql.Float),
    sql.Column("summary", sql.JSON),
)
ROWS = sql.Table(
    "rows",
    METADATA,
    sql.Column("run", sql.String(32), sql.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sql.Column("position", sql.Integer, primary_key=True),
    sql.Column("place", sql.Integer, primary_key=True),  # of the method in the run's list
    sql.Column("image", sql.Text, nullable=False),
    sql.Column("figures", sql.JSON, nullable=False),
    sql.Column("seconds", sql.Float, nullable=False),
    sql.Column("error", sql.Text),
    sql.Column("digest", sql.String(64), nullable=False),
)
