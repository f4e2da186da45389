"""The pictures inside a .zip, without trusting it.

A name inside an archive or an upload is somebody's claim. It becomes a relative path of plain parts or it is refused;
nothing is ever unpacked to disk. An upload, which is held in memory, is refused whole if it would expand beyond the
limits; of an archive on disk one member is read at a time, so that it may hold any number. A single unsafe or nested
member is left out and reported, so that the rest is still done.
"""

import io
import lzma
import re
import stat
import zipfile
import zlib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

from lowlight_core.errors import ArchiveError
from lowlight_core.image import EXTENSIONS, most_bytes
from lowlight_core.settings import settings

# Pictures that people have and `image.decode` refuses: they are named as failures, not passed over in silence.
_REFUSED = (
    ".gif", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".psd", ".svg", ".ppm", ".pgm", ".exr", ".hdr",
    ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".dng", ".raf", ".rw2", ".orf", ".pef", ".srw",
)  # fmt: skip
NAMED = (*EXTENSIONS, *_REFUSED)
_NESTED = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz")
_ENTRY = b"PK\x01\x02"  # how each entry of the table of contents begins (APPNOTE 4.3.12)
_SLACK = 10  # an archive inside, which is left out, brings entries of its own
_DRIVE = re.compile("[A-Za-z]:")  # of a Windows path
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')  # in a name on Windows
_RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[1-9¹²³]) *(\.|$)", re.IGNORECASE)  # devices of Windows
DAMAGED = (  # what reading a .zip that is damaged, or of an unknown kind, may raise
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError,
    OSError,
)  # fmt: skip


class Archive:
    """A .zip whose table of contents is read once; several threads may read its members.

    Attributes:
        pictures: sorted (safe name, member) pairs.
        folders: safe names of all folders, sorted, those without pictures too.
        problems: (member, sentence) pairs of what is left out.
    """

    def __init__(self, file: Path | bytes, name: str, held: int = 0):
        """Open a path, or the bytes of an archive.

        Args:
            name: how messages call it.
            held: bytes in memory that count against the limit already.

        Raises:
            ArchiveError: it is no archive or holds no pictures; in memory: more files or bytes than the limits allow.
        """
        self._name = name
        if isinstance(file, bytes):
            _check_contents(file, name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        except DAMAGED:
            raise ArchiveError(f"{name} is damaged or no .zip archive: pack it again") from None
        infos = self._zip.infolist()
        if isinstance(file, bytes):
            _within_limits(infos, name, held)
        self.pictures, self.problems = _sorted_out(infos)
        self.folders = _folders(infos)
        if not self.pictures and not self.problems:
            raise ArchiveError(f"{name} holds no pictures: expected {', '.join(EXTENSIONS)}")

    def read(self, member: str) -> bytes:
        """The bytes of one member, at most as many as the table of contents declares.

        Raises:
            ArchiveError: the archive is damaged, or the member is larger than it says or than any picture.
        """
        try:
            with self._zip.open(member) as opened:
                size = self._zip.getinfo(member).file_size
                if size > most_bytes():
                    raise ArchiveError(
                        f"{member!r} is too large a file for a picture within the limits: use a smaller one"
                    )
                data = opened.read(size + 1)
        except DAMAGED:
            raise _damaged(member, self._name) from None
        if len(data) > size:
            raise ArchiveError(f"{member!r} is larger than {self._name} says")
        return data


def read_member(path: Path, member: str) -> bytes:
    """The bytes of one member of an archive on disk, which stays open for the next one.

    Raises:
        ArchiveError: the archive is gone or damaged, or the member is larger than it says or than any picture.
    """
    try:
        found = path.stat()
    except OSError:
        raise _damaged(member, path.name) from None
    return _on_disk(path, found.st_size, found.st_mtime_ns).read(member)


@lru_cache(maxsize=2)
def _on_disk(path: Path, size: int, changed: int) -> Archive:
    """By size and time of its last change, too: another file of that name is another archive."""
    return Archive(path, path.name)


def _damaged(member: str, name: str) -> ArchiveError:
    return ArchiveError(f"{member!r} is damaged inside {name}")


def _sorted_out(infos: list[zipfile.ZipInfo]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What is a picture and may be read, and what is left out."""
    found, problems, last = [], [], {info.filename: info for info in infos}
    for info in infos:
        if info.filename.endswith("/") or _hidden(info.filename):  # info.is_dir() fails where there is no name
            continue
        try:
            if last[info.filename] is not info:
                raise ArchiveError(f"{info.filename!r} is there more than once: only the last one of that name is read")
            inner = _checked(info)
            if inner.lower().endswith(NAMED):
                found.append((inner, info.filename))
        except ArchiveError as error:
            problems.append((info.filename, str(error)))
    return sorted(found), problems


def _folders(infos: list[zipfile.ZipInfo]) -> list[str]:
    """The folders that would be there once all is unpacked, an empty one only if it has an entry of its own."""
    names = {info.filename.replace("\\", "/").rpartition("/")[0] for info in infos}
    found = set()
    for name in names:
        with suppress(ArchiveError):  # its pictures are reported
            found |= {safe_name(name)} if name and not _hidden(name) else set()
    return sorted(found)


def safe_name(name: str) -> str:
    """A claimed name as a relative POSIX path of plain parts.

    Raises:
        ArchiveError: it is absolute, climbs with ``..``, or holds characters that no file name may have.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    parts = [part for part in path.parts if part not in ("", ".")]
    wrong = path.is_absolute() or ".." in parts or _DRIVE.match(name) or any(ord(c) < 32 for c in name)
    long = len(name.encode("utf-8", "replace")) > 1000 or any(len(p.encode("utf-8", "replace")) > 240 for p in parts)
    if wrong or long or not parts:
        raise ArchiveError(f"{name!r} is not a safe relative file name: rename it")
    return "/".join(parts)


def portable_name(name: str) -> str:
    """A relative POSIX path as one that every system takes, Windows too: ``12:30/CON.png`` -> ``12_30/_CON.png``."""
    parts = (_FORBIDDEN.sub("_", part).rstrip(". ") or "_" for part in name.split("/"))
    return "/".join(f"_{part}" if _RESERVED.match(part) else part for part in parts)


def _check_contents(data: bytes, name: str) -> None:
    """Refuse an upload whose table of contents is too long to be read, whatever its end says of it: a zip64 end can say
    something else than the plain one, and the signature of an end can stand anywhere. Entries are counted instead.
    """
    most = settings().max_files * 4
    if data.count(_ENTRY) > most * _SLACK:
        raise ArchiveError(f"{name} has too long a table of contents, at most {most} entries: choose fewer files")


def _within_limits(infos: list[zipfile.ZipInfo], name: str, held: int) -> None:
    """Refuse an upload by its own table of contents."""
    limits = settings()
    total, most = (held + sum(info.file_size for info in infos)) / 1e6, limits.max_upload_megabytes
    if total > most:
        raise ArchiveError(f"{name} unpacks to {total:.0f} MB, the limit for everything together is {most} MB")
    if len(infos) > limits.max_files * 4:  # folders and a system's own files are among them
        raise ArchiveError(f"{name} has {len(infos)} entries, the limit is {limits.max_files * 4}: choose fewer files")


def _hidden(name: str) -> bool:
    """Whether a member is a system's own file, such as those that macOS adds, or hidden, as files on disk are."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)


def _checked(info: zipfile.ZipInfo) -> str:
    """The safe name of a member.

    Raises:
        ArchiveError: it is left out; the message says why.
    """
    name = info.filename
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ArchiveError(f"{name!r} is a link, which is not followed")
    if info.flag_bits & 1:
        raise ArchiveError(f"{name!r} is encrypted: pack it without a password")
    if name.lower().endswith(_NESTED):
        raise ArchiveError(f"{name!r} is an archive inside an archive, which is not opened: unpack it first")
    if info.file_size > 1000 * max(1, info.compress_size) and info.file_size > 1e7:
        raise ArchiveError(f"{name!r} expands more than a thousandfold, which no picture does")
    return safe_name(name)
