"""Room on the disk for what visitors upload and what is made for them: all of it together has a limit."""

import contextlib
import os
import shutil
from pathlib import Path

from lowlight_core.errors import BusyError
from lowlight_core.settings import settings

FOLDERS = ("jobs", "uploads", "videos/uploads", "training")  # below ``settings().home``
LEFT_FREE = 1_000_000_000  # bytes of the disk that are for others
_STEP = 50_000_000  # bytes that work may write before it asks again: to count what is kept takes a walk over it


class Ration:
    """What one piece of work writes, which nobody can know when it begins: it is to be told of every file."""

    def __init__(self):
        self._written = 0

    def wrote(self, size: int) -> None:
        """Count ``size`` bytes that are written.

        Raises:
            BusyError: as `check`; asked for only now and then.
        """
        self._written += size
        if self._written >= _STEP:
            self._written = 0
            check()


def check(more: int = 0) -> None:
    """Ask before ``more`` bytes are written, or work is begun that writes.

    Raises:
        BusyError: what is kept, with these, would exceed ``settings().max_disk_gigabytes``, or the disk is nearly full.
    """
    limit = settings().max_disk_gigabytes
    if taken() + more > limit * 1e9:
        raise BusyError(f"uploads and results fill the {limit:g} GB that this server keeps: try again tomorrow")
    if free() - more < LEFT_FREE:
        raise BusyError("this server's disk is nearly full: try again tomorrow, or tell whoever runs it")


def taken() -> int:
    """Bytes of all that is kept in `FOLDERS`."""
    return sum(map(_size, FOLDERS))


def free() -> int:
    """Bytes that are free where it is kept, or will be once the folder is there."""
    place = settings().home
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _size(folder: str) -> int:
    total = 0
    for path, _, names in os.walk(settings().home / folder):
        for name in names:
            with contextlib.suppress(OSError):  # removed meanwhile
                total += (Path(path) / name).lstat().st_size
    return total
