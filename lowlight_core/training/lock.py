"""The lock of the one run that is at work, on a server or in a folder: the system frees it when the process ends,
however it ends.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from lowlight_core.errors import OutputError, TrainingError

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None


def opened(path: Path) -> TextIO:
    """The file to be locked, open for writing, made if need be.

    Raises:
        OutputError: the folder takes no file.
    """
    try:
        return open(path, "a+")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from None


def take(file: TextIO) -> bool:
    """Take the lock on an open file, if it is free; whoever only looks holds it for a moment, so try a few times.

    Raises:
        TrainingError: this system has no such locks.
    """
    if fcntl is None:
        raise TrainingError("this page trains on Linux and macOS only: use the command python -m lowlight_core train")
    for _ in range(5):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            time.sleep(0.02)
    return False


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Within, no other run may write into ``folder``; where system or disk have no such locks nobody is kept out.

    Raises:
        TrainingError: another one is at work there.
        OutputError: it takes no file.
    """
    with opened(folder / "lock") as file:
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what = f"another run is at work in {folder}"
            raise TrainingError(f"{what}: wait for its end, or choose another output folder") from None
        except OSError:  # a disk without locks
            pass
        yield


def holder(path: Path) -> str | None:
    """What whoever holds the lock on ``path`` wrote there; ``None`` if nobody does."""
    if fcntl is None:
        return None
    try:
        with open(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
            except OSError:
                return file.read()
    except OSError:  # nobody ever trained here
        return None
