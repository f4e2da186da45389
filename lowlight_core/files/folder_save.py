"""Save results below the operator's folder: a new folder for each run, nothing ever overwritten."""

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

from lowlight_core.atomic import writing
from lowlight_core.errors import OutputError

_MOST_TRIES = 1000


def new_folder(root: str | Path, label: str, now: float | None = None) -> Path:
    """Make a folder below ``root`` that did not exist before: date, time and ``label``, with a number if need be.

    Args:
        root: the operator's folder; it must exist, since a mistyped or unmounted one should be noticed.
        label: what the folder is about; letters, digits, ``-`` and ``_`` are kept.
        now: seconds since the epoch; ``None`` for the present.

    Raises:
        OutputError: ``root`` does not exist or takes no folder.
    """
    stamp = time.strftime("%Y-%m-%d_%H-%M-%S", time.localtime(now))
    name = f"{stamp}_{re.sub(r'[^A-Za-z0-9_-]+', '-', label)[:60]}".rstrip("_-")
    for count in range(1, _MOST_TRIES):
        path = Path(root) / (name if count == 1 else f"{name}-{count}")
        try:
            path.mkdir()
            return path
        except FileExistsError:
            continue
        except OSError as error:
            raise OutputError(f"the server's output folder takes no results: {error.strerror or error}") from None
    raise OutputError(f"{_MOST_TRIES} folders named {name} exist already: try again in a second")


def leave_no_empty(folder: Path) -> None:
    """Remove a run's folder if nothing was saved in it."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def save_copy(file: str | Path, folder: str | Path, name: str) -> Path:
    """Copy ``file`` to ``folder``/``name``, whole or not at all; both folders of one disk share the bytes.

    Raises:
        OutputError: something of that name exists, the disk is full, or the folder takes no file.
    """
    target = Path(folder) / name
    with writing(target) as temporary:
        try:
            os.link(file, temporary)
        except OSError:
            shutil.copyfile(file, temporary)
    return target
