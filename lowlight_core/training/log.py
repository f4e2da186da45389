"""The log of a run, ``log.csv``: a row of means for every few steps, written by the trainer and read by the pages.

A full disk may cut the last row short, between numbers or inside one: only rows with the end of their line count.
Nothing here imports Keras.
"""

import csv
from pathlib import Path

from lowlight_core.atomic import writing
from lowlight_core.errors import OutputError, TrainingError

COLUMNS = ("step", "loss", "psnr", "learning_rate", "seconds", "validation_psnr")


def append(path: Path, row: dict) -> None:
    """Add a row to the log, below the headings. Raises OutputError if it cannot be written."""
    new = not path.is_file()
    try:
        with open(path, "a", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
            if new:
                writer.writeheader()
            writer.writerow(row)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from None


def rows(path: Path) -> list[dict[str, float]]:
    """The numbers of every whole row by their headings, without those that a row has not; none without a file."""
    if not path.is_file():
        return []
    return [{key: float(value) for key, value in row.items() if value} for row in _whole(path)]


def forget_after(path: Path, step: int) -> None:
    """Remove the rows after ``step``, which the resumed run writes again, and one that a full disk cut short.

    Raises TrainingError if it cannot be read.
    """
    if not path.is_file():
        return
    try:
        kept = [row for row in _whole(path) if int(row["step"]) <= step]
    except (ValueError, KeyError, csv.Error):
        raise TrainingError(f"{path} is damaged: delete it, and the run goes on without the rows so far") from None
    with writing(path, overwrite=True) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(kept)


def _whole(path: Path) -> list[dict[str, str]]:
    """The rows whose lines have their end, as text."""
    with open(path, newline="") as file:
        lines = [line for line in file if line.endswith("\n")]
    return list(csv.DictReader(lines))
