"""What to work on: files, folders and .zip archives -> a list of named sources, without trusting any name.

A name inside an archive or an upload is somebody's claim. It becomes a relative path of plain parts or it is refused;
nothing is ever unpacked to disk. An archive that would expand beyond the limits is refused whole, a single unsafe or
nested member is left out and reported, so that the rest is still done.
"""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lowlight_core.errors import ArchiveError, DatasetError, ImageError
from lowlight_core.image import EXTENSIONS
from lowlight_core.settings import settings

# Pictures that people have and `image.decode` refuses: they are named as failures, not passed over in silence.
_REFUSED = (".gif", ".heic", ".heif", ".avif", ".jp2", ".psd", ".svg", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".raf")
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz")


@dataclass(frozen=True)
class Source:
    """One picture to be read: a file, a member of an archive, or bytes in memory.

    ``name`` is a relative POSIX path, safe to join to an output folder.
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
            return _read_member(self.path, self.member)
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise ImageError(f"{self.name} cannot be read: {error.strerror or error}") from None


@dataclass
class Collection:
    """Sources in sorted order, and what was left out: (name, sentence that says why)."""

    sources: list[Source] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def collect(paths: Iterable[str | Path], max_files: int | None = None) -> Collection:
    """Everything to be read below ``paths``: files, folders (recursive, relative paths kept) and .zip archives.

    Args:
        paths: what the user named.
        max_files: most pictures to accept; ``None`` for no limit (the command line's own machine).

    Raises:
        DatasetError: nothing was named, or more pictures than ``max_files``.
    """
    found = Collection()
    for path in map(Path, paths):
        if path.is_dir():
            found.sources += [Source(file.relative_to(path).as_posix(), file) for file in walk(path)]
            if not any(True for _ in walk(path)):
                found.problems.append((str(path), f"{path} holds no pictures: expected {', '.join(EXTENSIONS)}"))
        elif not path.exists():
            found.problems.append((str(path), f"{path} does not exist"))
        elif path.suffix.lower() == ".zip":
            _add_archive(found, path)
        else:
            found.sources.append(Source(safe_name(path.name), path))
    if max_files is not None and len(found.sources) > max_files:
        raise DatasetError(f"{len(found.sources)} pictures are more than the limit of {max_files}: choose fewer")
    return found


def from_uploads(uploads: Iterable[tuple[str, bytes]]) -> Collection:
    """The same for (name, bytes) pairs from a browser; a .zip among them is opened, never unpacked to disk.

    Raises:
        DatasetError: more files or bytes than the settings allow.
    """
    found, limits = Collection(), settings()
    total = 0
    for name, data in uploads:
        total += len(data)
        if name.lower().endswith(".zip"):
            _add_uploaded_archive(found, name, data)
        else:
            found.sources.append(Source(safe_name(name), data=data))
    if total > limits.max_upload_megabytes * 1e6:
        raise DatasetError(f"{total / 1e6:.0f} MB are more than the limit of {limits.max_upload_megabytes} MB")
    if len(found.sources) > limits.max_files:
        raise DatasetError(f"{len(found.sources)} files are more than the limit of {limits.max_files}: choose fewer")
    found.sources.sort(key=lambda source: source.name)
    return found


def walk(folder: Path) -> Iterable[Path]:
    """Picture files below ``folder`` in sorted order; hidden ones and linked folders are passed over."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith((*EXTENSIONS, *_REFUSED)) and not name.startswith("."):
                yield Path(place, name)


def safe_name(name: str) -> str:
    """A claimed name as a relative POSIX path of plain parts.

    Raises:
        ArchiveError: it is absolute, climbs with ``..``, or holds characters that no file name may have.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    parts = [part for part in path.parts if part not in ("", ".")]
    wrong = path.is_absolute() or ".." in parts or (parts and ":" in parts[0]) or any(ord(c) < 32 for c in name)
    if wrong or not parts or any(len(part.encode("utf-8", "replace")) > 240 for part in parts):
        raise ArchiveError(f"{name!r} is not a safe relative file name: rename it")
    return "/".join(parts)


def inside(root: Path, name: str) -> Path:
    """The folder or file ``name`` below ``root``, links resolved.

    Raises:
        DatasetError: it does not exist or leads out of ``root``.
    """
    root = Path(root).resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.exists():
        raise DatasetError(f"{name!r} is not a folder below the allowed root: choose one of those listed")
    return path


def output_names(sources: Iterable[Source], format: str) -> list[str]:
    """One output name for each source: same path and stem, new ending; a name taken already gets ``-2``, ``-3``..."""
    taken, names = set(), []
    for source in sources:
        stem = PurePosixPath(source.name).with_suffix("")
        name, count = f"{stem}.{format}", 2
        while name.casefold() in taken:
            name, count = f"{stem}-{count}.{format}", count + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _add_archive(found: Collection, path: Path) -> None:
    """Add the members of an archive on disk; what is wrong with it becomes a problem."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(found, archive, path.name)
    except (ArchiveError, zipfile.BadZipFile, OSError, ValueError) as error:
        found.problems.append((path.name, _archive_sentence(path.name, error)))
        return
    found.sources += [Source(name, path, member) for name, member in members]


def _add_uploaded_archive(found: Collection, name: str, data: bytes) -> None:
    """Add the members of an archive in memory, each read once and within the limits."""
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner, member in _members(found, archive, name):
                try:
                    found.sources.append(Source(inner, data=_bounded_read(archive, member)))
                except ArchiveError as error:
                    found.problems.append((inner, str(error)))
    except (ArchiveError, zipfile.BadZipFile, OSError, ValueError) as error:
        found.problems.append((name, _archive_sentence(name, error)))


def _archive_sentence(name: str, error: Exception) -> str:
    return str(error) if isinstance(error, ArchiveError) else f"{name} is damaged or no .zip archive: pack it again"


def _members(found: Collection, archive: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    """(safe name, member) of every picture in an archive, sorted; unsafe and nested ones become problems.

    Raises:
        ArchiveError: more files or bytes than the limits allow, by its own table of contents.
    """
    limits, infos = settings(), archive.infolist()
    total = sum(info.file_size for info in infos)
    if total > limits.max_upload_megabytes * 1e6:
        raise ArchiveError(f"{name} unpacks to {total / 1e6:.0f} MB, the limit is {limits.max_upload_megabytes} MB")
    if len(infos) > limits.max_files * 4:
        raise ArchiveError(f"{name} has {len(infos)} entries, the limit is {limits.max_files} pictures")
    members = []
    for info in infos:
        if info.is_dir() or "__MACOSX" in info.filename or PurePosixPath(info.filename).name.startswith("."):
            continue
        try:
            if problem := _unsafe(info):
                raise ArchiveError(problem)
            inner = safe_name(info.filename)
            if inner.lower().endswith((*EXTENSIONS, *_REFUSED)):
                members.append((inner, info.filename))
        except ArchiveError as error:
            found.problems.append((info.filename, str(error)))
    if not members and not found.problems:
        raise ArchiveError(f"{name} holds no pictures: expected {', '.join(EXTENSIONS)}")
    return sorted(members)


def _unsafe(info: zipfile.ZipInfo) -> str | None:
    """Why a member is left out, if it is."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return f"{info.filename!r} is a link, which is not followed"
    if info.flag_bits & 1:
        return f"{info.filename!r} is encrypted: pack it without a password"
    if info.filename.lower().endswith(_ARCHIVES):
        return f"{info.filename!r} is an archive inside an archive, which is not opened: unpack it first"
    if info.file_size > 1000 * max(1, info.compress_size) and info.file_size > 1e7:
        return f"{info.filename!r} expands more than a thousandfold, which no picture does"
    return None


def _read_member(path: Path, member: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            return _bounded_read(archive, member)
    except (zipfile.BadZipFile, OSError) as error:
        raise ArchiveError(_archive_sentence(path.name, error)) from None


def _bounded_read(archive: zipfile.ZipFile, member: str) -> bytes:
    """Read one member, at most as many bytes as the table of contents declares (checked against the limits)."""
    size = archive.getinfo(member).file_size
    try:
        with archive.open(member) as file:
            data = file.read(size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise ArchiveError(f"{member!r} is damaged inside its archive") from None
    if len(data) > size:
        raise ArchiveError(f"{member!r} is larger than its archive says")
    return data
