"""Runs that stay: what was evaluated, with which methods, weights and versions, and every row of figures.

Kept through SQLAlchemy: in SQLite below ``settings().home`` by default, in PostgreSQL or another database by its URL
(``LOWLIGHT_DATABASE_URL``). Rows are written pair by pair in one transaction each, so that after a ``kill -9`` at any
moment the record holds whole pairs, and a resumed run knows which are missing.

A run belongs to the ``owner`` who started it: an unguessable token, or `PUBLIC` for what everybody may see.
"""

import math
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from lowlight_core.errors import OutputError
from lowlight_core.records.tables import METADATA, ROWS, RUNS
from lowlight_core.scoring import Row
from lowlight_core.settings import settings

PUBLIC = "public"
OPERATOR = "operator"  # runs of the command line
LATEST = 200  # runs that are listed


@dataclass(frozen=True)
class Run:
    """The record of one evaluation, without its rows.

    Attributes:
        owner: token of whoever may see it.
        state: ``running``, ``done``, ``cancelled``, or ``late`` where its time was up; one that was killed stays
            ``running`` until it is resumed.
        source: what was evaluated: ``{"kind": "samples"}`` or, of a folder or an upload, ``{"kind": "folder",
            "path": ..., "layout": ..., "unpaired": [...], "ambiguous": [...]}``.
        images: how many the data set has.
        methods: ``{"name": ..., "settings": {...}, "weights": SHA-256 or None}`` of each, in the order of the rows;
            ``"folder"`` besides where weights of one's own lie.
        listing: SHA-256 of the files' names and sizes, known at the start; ``fingerprint`` that of their content.
        summary: ``{method: {metric: {"mean": ..., "standard_error": ...}, "images": n, "failed": n}}`` once done.
    """

    owner: str
    title: str
    source: dict[str, Any]
    images: int
    methods: list[dict[str, Any]]
    metrics: list[str]
    listing: str
    versions: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: str = "running"
    created: float = field(default_factory=time.time)
    fingerprint: str | None = None
    ended: float | None = None
    summary: dict[str, Any] | None = None

    @property
    def names(self) -> list[str]:
        """Names of the methods."""
        return [method["name"] for method in self.methods]

    @property
    def own(self) -> dict[str, Path]:
        """Where the weights of one's own lie, by the name of each."""
        return {method["name"]: Path(method["folder"]) for method in self.methods if "folder" in method}

    @property
    def sources(self) -> list[str | Path]:
        """What `enhancers.get` finds each method by."""
        return [self.source_of(name) for name in self.names]

    def source_of(self, name: str) -> str | Path:
        """What `enhancers.get` finds the method of that name by."""
        return self.own.get(name, name)

    @property
    def failed(self) -> int:
        """Rows with an error, over all methods; 0 before the run is done."""
        return sum(figures["failed"] for figures in (self.summary or {}).values())


def pack(value: float) -> float | str | None:
    """A figure as strict JSON has it: ``inf`` as a text, ``nan`` as ``None``."""
    return value if math.isfinite(value) else None if math.isnan(value) else str(value)


def unpack(value: float | str | None) -> float:
    """What `pack` was given."""
    return math.nan if value is None else float(value)


@contextmanager
def _speaking(place: str) -> Iterator[None]:
    """Turn a database's complaints into one sentence."""
    try:
        yield
    except IntegrityError as error:
        raise OutputError("another process is working on this run: let it finish, then resume") from error
    except (SQLAlchemyError, OSError, ImportError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())[:160]
        raise OutputError(f"records cannot be kept in {place}: {reason}; see LOWLIGHT_DATABASE_URL") from error


class Store:
    """Runs and their rows in one database; safe to use from several threads, and several processes at once."""

    def __init__(self, url: str):
        with _speaking("the database"):
            self.url = sql.make_url(url)
        self.place = self.url.render_as_string(hide_password=True)
        with _speaking(self.place):
            self._engine = sql.create_engine(self.url, pool_pre_ping=True, connect_args=self._options())
            if self.url.get_backend_name() == "sqlite":
                sql.event.listen(self._engine, "connect", _prepare_sqlite)
            self._create_tables()

    def _options(self) -> dict:
        return {"timeout": 60} if self.url.get_backend_name() == "sqlite" else {}

    def _create_tables(self) -> None:
        try:
            METADATA.create_all(self._engine)
        except (OperationalError, sql.exc.ProgrammingError, IntegrityError):  # another process was faster
            METADATA.create_all(self._engine)

    def begin(self, run: Run) -> Run:
        """Keep a new run."""
        with _speaking(self.place), self._engine.begin() as connection:
            connection.execute(RUNS.insert().values(asdict(run)))
        return run

    def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Keep the rows of one or several whole pairs, all of them or none."""
        places = {name: index for index, name in enumerate(run.names)}
        values = [
            dict(
                run=run.id, position=row.position, place=places[row.method], image=row.image, seconds=row.seconds,
                figures={name: pack(value) for name, value in row.figures.items()}, error=row.error, digest=row.digest,
            )
            for row in rows
        ]  # fmt: skip
        with _speaking(self.place), self._engine.begin() as connection:
            connection.execute(ROWS.insert(), values)

    def done(self, run: Run) -> int:
        """How many pairs are kept already."""
        query = sql.select(sql.func.count(ROWS.c.position.distinct())).where(ROWS.c.run == run.id)
        with _speaking(self.place), self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def missing(self, run: Run) -> list[int]:
        """Positions of the pairs that are not kept yet, in order."""
        query = sql.select(ROWS.c.position).where(ROWS.c.run == run.id).distinct()
        with _speaking(self.place), self._engine.connect() as connection:
            kept = set(connection.execute(query).scalars())
        return [position for position in range(run.images) if position not in kept]

    def forget_failed(self, run: Run) -> int:
        """Forget the pairs of which a row has an error, so that they are done again; returns how many rows went."""
        failed = sql.select(ROWS.c.position).where(ROWS.c.run == run.id, ROWS.c.error.is_not(None))
        with _speaking(self.place), self._engine.begin() as connection:
            return connection.execute(ROWS.delete().where(ROWS.c.run == run.id, ROWS.c.position.in_(failed))).rowcount

    def rows(self, run: Run, failed: bool = False) -> Iterator[Row]:
        """The rows in order of image, then method; with ``failed`` only those with an error. Memory stays flat."""
        query = sql.select(ROWS).where(ROWS.c.run == run.id).order_by(ROWS.c.position, ROWS.c.place)
        if failed:
            query = query.where(ROWS.c.error.is_not(None))
        names = run.names
        with _speaking(self.place), self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=500).execute(query):
                figures = {name: unpack(value) for name, value in row.figures.items()}
                yield Row(row.position, row.image, names[row.place], figures, row.seconds, row.error, row.digest)

    def digest(self, run: Run, image: str) -> str | None:
        """SHA-256 of the content of a pair when it was measured; ``None`` if it was not."""
        query = sql.select(ROWS.c.digest).where(ROWS.c.run == run.id, ROWS.c.image == image).limit(1)
        with _speaking(self.place), self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def update(self, run: Run, **changes) -> Run:
        """Change ``state``, ``summary``, ``fingerprint``, ``ended`` or ``title`` of a run."""
        with _speaking(self.place), self._engine.begin() as connection:
            connection.execute(RUNS.update().where(RUNS.c.id == run.id).values(changes))
        return replace(run, **changes)

    def get(self, id: str) -> Run | None:
        """The run of that id, if it is kept. Who may see it is for the caller to decide by its ``owner``."""
        with _speaking(self.place), self._engine.connect() as connection:
            found = connection.execute(sql.select(RUNS).where(RUNS.c.id == id)).mappings().first()
        return Run(**found) if found else None

    def runs(self, owners: Sequence[str] | None = None) -> list[Run]:
        """The latest `LATEST` runs of these owners, newest first; ``None`` for everybody's."""
        query = sql.select(RUNS).order_by(RUNS.c.created.desc()).limit(LATEST)
        if owners is not None:
            query = query.where(RUNS.c.owner.in_(list(owners)))
        with _speaking(self.place), self._engine.connect() as connection:
            return [Run(**found) for found in connection.execute(query).mappings()]

    def delete(self, run: Run) -> None:
        """Forget a run and its rows."""
        with _speaking(self.place), self._engine.begin() as connection:
            connection.execute(ROWS.delete().where(ROWS.c.run == run.id))
            connection.execute(RUNS.delete().where(RUNS.c.id == run.id))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _prepare_sqlite(connection, _record) -> None:
    """Let readers read while one writes; survive ``kill -9``, and a power cut up to the last second."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


@lru_cache(maxsize=4)
def _open(url: str) -> Store:
    return Store(url)


def store() -> Store:
    """The store of this process: ``settings().database_url``, or SQLite below ``settings().home``.

    Raises:
        OutputError: it cannot be opened or written.
    """
    url = settings().database_url
    if not url:
        home = settings().home
        with _speaking(str(home)):
            home.mkdir(parents=True, exist_ok=True)
        url = sql.URL.create("sqlite", database=str(home / "records.sqlite3"))
    return _open(url)
