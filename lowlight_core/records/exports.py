"""Runs as files: ``per_image.csv``, ``summary.json`` and what a resumed run needs to find its record.

``per_image.csv`` grows while a run goes on and is written anew, whole, when it is done; ``summary.json`` appears only
then. Figures are written with all their digits; ``inf`` is an output identical to its reference, ``nan`` a metric
that is not defined for that image, and an empty field belongs to a row with an error. In the JSON a value that is not
finite is ``null``, with ``infinite`` and ``undefined`` beside it. A name that a spreadsheet would compute, since it
begins as a formula does, stands in the table with ``'`` before it.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from lowlight_core.atomic import write_bytes, writing
from lowlight_core.errors import OutputError
from lowlight_core.metrics.statistics import spread
from lowlight_core.records import Run, Store
from lowlight_core.scoring import Row

_FORMULA = tuple("=+-@\t\r")  # how what spreadsheets compute begins
TABLE, SUMMARY, MARK = "per_image.csv", "summary.json", "run.json"


def summarize(run: Run, rows: Iterable[Row]) -> dict[str, dict]:
    """``{method: {metric: {mean, standard_error, ...}, "images": n, "failed": n}}`` of the rows of a run.

    ``images`` counts all rows of a method, ``failed`` those with an error; the figures are of the others.
    """
    values = {name: {metric: [] for metric in run.metrics} for name in run.names}
    counts = {name: {"images": 0, "failed": 0} for name in run.names}
    for row in rows:
        counts[row.method]["images"] += 1
        counts[row.method]["failed"] += row.error is not None
        for metric, value in row.figures.items():
            values[row.method][metric].append(value)
    return {
        name: {metric: spread(figures).as_json() for metric, figures in values[name].items()} | counts[name]
        for name in run.names
    }


def header(run: Run) -> list[str]:
    """Headings of the table."""
    return ["method", "image", *run.metrics, "seconds", "error"]


def csv_lines(run: Run, rows: Iterable[Row], heading: bool = True) -> Iterator[str]:
    """The table line by line, by the rules of RFC 4180."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if heading:
        writer.writerow(header(run))
    for row in rows:
        figures = [repr(row.figures[name]) if name in row.figures else "" for name in run.metrics]
        words = [_plain(row.method), _plain(row.image)]
        writer.writerow([*words, *figures, f"{row.seconds:.6f}", _plain(row.error or "")])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _plain(text: str) -> str:
    """A name from somebody's archive so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_json(value) -> str:
    """Strict JSON: a value that is not finite is an error here, never ``NaN`` in a file."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


class ResultFolder:
    """The folder in which one run leaves its files; never over those of another."""

    def __init__(self, path: str | Path):
        self.path = Path(path)

    def previous(self, store: Store, resume: bool) -> Run | None:
        """The run whose results are here, to be continued.

        Raises:
            OutputError: there are results and ``resume`` is false, or they belong to no run that is on record.
        """
        present = [name for name in (MARK, TABLE, SUMMARY) if (self.path / name).exists()]
        if not present:
            return None
        if not resume:
            raise OutputError(f"{self.path} holds results already: choose another folder, or continue with --resume")
        run = store.get(self._mark()) if MARK in present else None
        if run is None:
            raise OutputError(f"{self.path} holds results of a run that is not on record here: choose another folder")
        return run

    def _mark(self) -> str:
        try:
            return str(json.loads((self.path / MARK).read_text("utf-8"))["run"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return ""

    def start(self, run: Run, rows: Iterable[Row]) -> None:
        """Name the run here and write the table as far as it is known.

        Raises:
            OutputError: a run that began at the same time was named here first, or no file can be written.
        """
        if self._mark() != run.id:
            self._claim(run)
        self._write_table(run, rows)

    def _claim(self, run: Run) -> None:
        """Name a new run here; of two that begin at once exactly one succeeds."""
        mark = as_json({"run": run.id, "methods": run.names, "images": run.images})
        try:
            write_bytes(self.path / MARK, mark.encode())
        except OutputError:
            if not self._mark():
                raise
            raise OutputError(f"another run began in {self.path} at the same time: choose another folder") from None

    def append(self, run: Run, rows: Iterable[Row]) -> None:
        """Add rows to the table, so that one can watch it grow.

        Raises:
            OutputError: no space is left, or the folder is gone.
        """
        try:
            with open(self.path / TABLE, "a", encoding="utf-8", newline="") as file:
                file.writelines(csv_lines(run, rows, heading=False))
        except OSError as error:
            raise OutputError(f"{self.path / TABLE} cannot be written: {error.strerror or error}") from None

    def finish(self, run: Run, rows: Iterable[Row]) -> None:
        """Write the whole table from the record and the summary beside it."""
        self._write_table(run, rows)
        write_bytes(self.path / SUMMARY, as_json(run.summary).encode(), overwrite=True)

    def _write_table(self, run: Run, rows: Iterable[Row]) -> None:
        with (
            writing(self.path / TABLE, overwrite=True) as temporary,
            open(temporary, "w", encoding="utf-8", newline="") as file,
        ):
            file.writelines(csv_lines(run, rows))


def frame(run: Run, rows: Iterable[Row]):
    """The rows as a pandas DataFrame: ``position, image, method``, one column for each metric, ``seconds, error``."""
    import pandas

    columns = ["position", "image", "method", *run.metrics, "seconds", "error"]
    listed = [
        (row.position, row.image, row.method, *(row.figures.get(name) for name in run.metrics), row.seconds, row.error)
        for row in rows
    ]
    found = pandas.DataFrame(listed, columns=columns)
    return found.astype(dict.fromkeys(run.metrics, "float64"))
