"""Files written whole or not at all, and never over another one unasked."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from lowlight_core.errors import OutputError


@contextlib.contextmanager
def writing(path: str | Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary name beside ``path`` to write under; it becomes ``path`` at the end, or nothing is left of it.

    Raises:
        OutputError: the file exists and ``overwrite`` is false, or it cannot be written.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name[-40:]}.{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        if not overwrite and path.exists():
            raise FileExistsError
        make_folder(path.parent)
        yield temporary
        (os.replace if overwrite else _publish)(temporary, path)
    except FileExistsError:
        raise OutputError(f"{path} exists already: choose another folder or allow overwriting") from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def identity(path: str | Path) -> tuple[int, int] | None:
    """What tells a file from every other one, links and the case of names apart; ``None`` where there is no file."""
    try:
        about = os.stat(path)
        return about.st_dev, about.st_ino
    except OSError:
        return None


def make_folder(path: str | Path) -> Path:
    """The folder as an absolute path, made with its parents if need be.

    Raises:
        OutputError: something else has that name, or it cannot be made.
    """
    path = Path(path).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{path} is a file: expected a folder to write into") from None
    except OSError as error:
        raise OutputError(f"{path} cannot be made: {error.strerror or error}") from None
    return path


def write_bytes(path: str | Path, data: bytes, *, overwrite: bool = False) -> Path:
    """Write ``data`` under a temporary name, then give it its own: never half a file, never over one unasked.

    Raises:
        OutputError: the file exists and ``overwrite`` is false, or it cannot be written.
    """
    with writing(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(data)
    return Path(path)


def _publish(temporary: Path, path: Path) -> None:
    """Give a finished file its name unless that is taken; of two writers who want one name exactly one succeeds."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: claim the name, then put the file in its place
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            os.replace(temporary, path)
        except OSError:
            path.unlink()
            raise
