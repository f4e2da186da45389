"""What to work on: files, folders and .zip archives -> a list of named sources, without trusting any name.

What cannot be taken, a missing path or an unsafe member of an archive, is reported beside the rest, which is done.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lowlight_core.errors import ArchiveError, DatasetError
from lowlight_core.files import archives
from lowlight_core.files.archives import NAMED, portable_name, safe_name
from lowlight_core.image import EXTENSIONS, read_bytes
from lowlight_core.settings import settings


@dataclass(frozen=True)
class Source:
    """One picture to be read: a file, a member of an archive, or bytes in memory.

    ``name`` is a relative POSIX path, safe to join to an output folder; ``path`` is best absolute, since a worker of a
    cluster may have been started elsewhere.
    """

    name: str
    path: Path | None = None
    member: str | None = None
    data: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """The bytes of the picture.

        Raises:
            ImageError: the file is gone or cannot be read.
            ArchiveError: the archive is damaged, or the member is larger than it says.
        """
        if self.data is not None:
            return self.data
        if self.member is not None:
            return archives.read_member(self.path, self.member)
        return read_bytes(self.path, self.name)


@dataclass
class Collection:
    """Sources in order, what was left out: (name, sentence that says why), notes on it, and archives' ``folders``."""

    sources: list[Source] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


def collect(paths: Iterable[str | Path], without: str | Path | None = None) -> Collection:
    """Everything to be read below ``paths``: files, folders (recursive, relative paths kept) and .zip archives; each
    file once, however often it is named.

    Args:
        paths: what the user named.
        without: folder below which nothing is taken, unless ``paths`` name something in it: where results go.
    """
    found, paths, taken = Collection(), list(map(Path, paths)), set()
    named = [os.path.realpath(path) for path in paths]
    for path in paths:
        whole = path.absolute()
        if os.path.isdir(path):
            _add_folder(found, path, without, named, taken)
        elif not os.path.exists(path):
            found.problems.append((str(path), f"{path} does not exist"))
        elif not os.path.isfile(path):
            found.problems.append((str(path), f"{path} is a device or pipe: expected a file, folder or .zip"))
        elif not _first(whole, taken):
            continue
        elif path.suffix.lower() == ".zip":
            _add_archive(found, path.name, whole)
        else:
            found.sources.append(Source(path.name, whole))
    return found


def _first(path: Path, taken: set[str]) -> bool:
    """Whether a file was not taken yet, by way of whatever folder; a link by another name is a picture of its own."""
    place = os.path.join(os.path.realpath(path.parent), path.name)
    known = place in taken
    taken.add(place)
    return not known


def from_uploads(uploads: Iterable[tuple[str, bytes]], apart: bool = False) -> Collection:
    """The same for (name, bytes) pairs from a browser; a .zip among them is opened, never unpacked to disk.

    Args:
        uploads: (name, bytes) pairs.
        apart: keep what several archives hold apart, below a folder of each one's name, as it concerns data sets.

    Raises:
        DatasetError: more files or bytes than the settings allow.
    """
    found, limits, uploads = Collection(), settings(), list(uploads)
    apart = apart and sum(name.lower().endswith(".zip") for name, _ in uploads) > 1
    total = 0
    for name, data in uploads:
        total += len(data)
        if name.lower().endswith(".zip"):
            _add_archive(found, name, data, apart)
            continue
        try:
            found.sources.append(Source(safe_name(name), data=data))
        except ArchiveError as error:
            found.problems.append((name, str(error)))
    if total > (most := limits.max_upload_megabytes) * 1e6:
        raise DatasetError(f"{total / 1e6:.1f} MB are more than the limit of {most} MB: choose fewer")
    if len(found.sources) > limits.max_files:
        raise DatasetError(f"{len(found.sources)} files are more than the limit of {limits.max_files}: choose fewer")
    found.sources.sort(key=lambda source: source.name)
    return found


def walk(
    folder: Path,
    without: str | Path | None = None,
    unreadable: Callable[[OSError], None] | None = None,
    linked: Callable[[str], None] | None = None,
    packed: Callable[[str], None] | None = None,
) -> Iterable[Path]:
    """Picture files below ``folder`` in sorted order; hidden ones, linked folders and ``without`` are passed over.

    ``unreadable`` is called with the error of a closed folder, ``linked`` with a linked one, ``packed`` with a .zip.
    """
    left_out = without and os.path.realpath(without)
    for place, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and os.path.realpath(os.path.join(place, name)) != left_out
        )
        for path in filter(os.path.islink, (os.path.join(place, name) for name in folders if linked)):
            linked(path)
        for name in sorted(name for name in files if not name.startswith(".")):
            if name.lower().endswith(NAMED):
                yield Path(place, name)
            elif packed and name.lower().endswith(".zip"):
                packed(os.path.join(place, name))


def inside(root: Path, name: str) -> Path:
    """The folder or file ``name`` below ``root``, links resolved.

    Raises:
        DatasetError: it does not exist or leads out of ``root``.
    """
    root = Path(root).resolve()
    with suppress(OSError, ValueError):  # no file can have such a name
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.exists():
            return path
    raise DatasetError(f"{name!r} is not a folder below the allowed root: choose one of those listed")


def output_names(sources: Iterable[Source], format: str) -> list[str]:
    """One output name for each source: same path and stem, new ending, `distinct`; one from outside, whose name this
    disk has not seen, gets a name that every system takes.
    """
    names = ((source, f"{PurePosixPath(source.name).with_suffix('')}.{format}") for source in sources)
    return distinct(name if source.path and source.member is None else portable_name(name) for source, name in names)


def distinct(names: Iterable[str]) -> list[str]:
    """Relative POSIX paths; one that is taken already gets ``-2``, ``-3``... behind its stem."""
    taken, found, following = set(), [], {}
    for name in names:
        path, first = PurePosixPath(name), name.casefold()
        count = following.get(first, 2)  # lower ones are taken: a thousand files of one name need not try them all
        while name.casefold() in taken:
            name, count = str(path.with_name(f"{path.stem}-{count}{path.suffix}")), count + 1
        following[first] = count
        taken.add(name.casefold())
        found.append(name)
    return found


def _add_folder(found: Collection, path: Path, without: str | Path | None, named: list[str], taken: set[str]) -> None:
    """Add every picture below a folder; that there is none is a problem, and so is a folder in it that is not read.

    ``named`` are all places that are looked at, links resolved; ``taken`` the files that are there already.
    """

    def unreadable(error: OSError) -> None:
        found.problems.append((error.filename, f"{error.filename} cannot be read: {error.strerror}"))

    def linked(folder: str) -> None:
        if not any(Path(os.path.realpath(folder)).is_relative_to(place) for place in named):
            why = f"{folder} is a link to a folder elsewhere, which is not followed: name it too"
            found.problems.append((folder, why))

    def packed(archive: str) -> None:
        note = f"{archive} is an archive inside a folder, which is not opened: name it too"
        if os.path.realpath(archive) not in named and note not in found.notes:
            found.notes.append(note)

    before, pictures = len(found.problems), list(walk(path, without, unreadable, linked, packed))
    for file in (file for file in pictures if _first(file, taken)):
        found.sources.append(Source(file.relative_to(path).as_posix(), file.absolute()))
    if not pictures and len(found.problems) == before:
        found.problems.append((str(path), f"{path} holds no pictures: expected {', '.join(EXTENSIONS)}"))


def _add_archive(found: Collection, name: str, file: Path | bytes, apart: bool = False) -> None:
    """Add the pictures of an archive on disk, or of one in memory (each read at once, within the limits), ``apart``
    from those of others if need be.
    """
    held = sum(len(source.data or b"") for source in found.sources)
    try:
        archive = archives.Archive(file, name, held)
        below = _own_folder(found, name, [inner for inner, _ in archive.pictures]) if apart else ""
    except ArchiveError as error:
        found.problems.append((name, str(error)))
        return
    found.problems += archive.problems
    found.folders += [below + folder for folder in archive.folders]
    for inner, member in archive.pictures:
        inner = below + inner
        if isinstance(file, Path):
            found.sources.append(Source(inner, file, member))
            continue
        try:
            found.sources.append(Source(inner, data=archive.read(member)))
        except ArchiveError as error:
            found.problems.append((inner, str(error)))


def _own_folder(found: Collection, name: str, pictures: list[str]) -> str:
    """The folder, ``night/`` or ``night-2/``, that keeps the pictures of ``night.zip`` apart; none where they all lie
    in one already and no name is taken.

    Raises:
        ArchiveError: the archive's name is not safe.
    """
    tops = {inner.partition("/")[0] if "/" in inner else "" for inner in pictures}
    taken = {source.name.casefold() for source in found.sources}
    stem = PurePosixPath(name.replace("\\", "/")).stem.strip(". ")
    alone = len(tops) == 1 and "" not in tops and taken.isdisjoint(inner.casefold() for inner in pictures)
    used = {name.partition("/")[0] for name in taken}
    return "" if alone or not stem else f"{distinct([*used, safe_name(stem)])[-1]}/"
