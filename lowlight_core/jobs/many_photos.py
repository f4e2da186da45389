"""Many photos as one job beside the pages: enhanced files, thumbnails and, when asked for, archives, all on disk.

Memory holds names and numbers, and uploads until their job has ended. The job's folder goes when the job is discarded
or forgotten.
"""

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from lowlight_core import enhancers
from lowlight_core.atomic import writing
from lowlight_core.enhance_files import Enhanced, enhance_files
from lowlight_core.enhancers.own import public_name
from lowlight_core.errors import BusyError, LowlightError, OutputError, sentence
from lowlight_core.files import Source
from lowlight_core.files.folder_save import leave_no_empty, new_folder, save_copy
from lowlight_core.jobs import Job, Manager, room
from lowlight_core.settings import settings as server

KIND = "enhance"
THUMBNAIL = 320, 240  # width and height: all alike, so that a gallery stands in straight rows
PART_MEGABYTES = 200  # largest archive; a browser's download passes through the server's memory


@dataclass(frozen=True)
class Item:
    """One photo of a job: what became of it, its thumbnail, and why it was not saved on the server, if so.

    ``original`` is the `fingerprint` of the file it was made from, by which that is known again.
    """

    enhanced: Enhanced
    original: str
    thumbnail: Path | None = None
    not_saved: str | None = None

    @property
    def name(self) -> str:
        """The photo's own name: a relative POSIX path."""
        return self.enhanced.name

    @property
    def error(self) -> str | None:
        """Why there is no result, if there is none."""
        return self.enhanced.error


@dataclass
class Report:
    """What a job has done so far; it grows while the job runs.

    ``label`` is how people see the method, which a network of one's own may not outlive; ``folder`` holds the results;
    ``saved`` is the new folder below the operator's root, or ``None``. ``given`` tells the photos of the job by name
    and size, ``format`` and ``save_root`` are as in `submit`.
    """

    method: str
    label: str
    settings: Mapping[str, Any]
    folder: Path
    given: list[tuple[str, int]] = field(default_factory=list)
    format: str = "jpg"
    save_root: Path | None = None
    items: list[Item] = field(default_factory=list)
    saved: Path | None = None

    @property
    def done(self) -> list[Item]:
        """Photos with a result."""
        return [item for item in self.items if item.error is None]

    @property
    def kept(self) -> list[Item]:
        """Photos with a copy in the operator's folder."""
        return [item for item in self.done if item.not_saved is None] if self.saved else []

    @property
    def failed(self) -> list[Item]:
        """Photos without."""
        return [item for item in self.items if item.error is not None]


def submit(
    manager: Manager,
    sources: Sequence[Source],
    *,
    method: str,
    settings: Mapping[str, Any],
    format: str = "jpg",
    save_root: Path | None = None,
) -> Job:
    """Queue a job that enhances ``sources``; its ``result`` is a growing `Report`, also of one that is stopped.

    Args:
        manager: of the process; it limits how much runs at once.
        sources, method, settings, format: as in `enhance_files`.
        save_root: also save every result into a new folder below this one.

    Raises:
        BusyError: too many jobs are waiting.
        UnknownMethodError: there is no such method.
    """
    title, label = f"{len(sources)} photos with {method}", enhancers.get(method).label

    def work(job: Job) -> Report:
        folder = job.folder / "enhanced"
        job.result = Report(method, label, settings, folder, told_by(sources), format, save_root)
        return _enhance_all(job, sources, job.result)  # there from the first photo on, so that a gallery can grow

    return manager.submit(KIND, title, work, len(sources), server().max_job_minutes)


def resume(manager: Manager, job: Job, sources: Sequence[Source]) -> None:
    """Queue a job again that was stopped, for the photos that it did not reach, with its method and settings.

    Args:
        manager: of the process.
        job: from `submit`, over.
        sources: all that the job was given (`told_by` tells), since only its results were kept.

    Raises:
        BusyError: too many jobs are waiting.
        OutputError: its results are not kept any more.
    """
    manager.again(job, lambda job: _enhance_all(job, sources, job.result))


def told_by(sources: Sequence[Source]) -> list[tuple[str, int]]:
    """Names and bytes of uploads, by which they are known again without a look at all that is in them."""
    return [(source.name, len(source.data or b"")) for source in sources]


def _enhance_all(job: Job, sources: Sequence[Source], report: Report) -> Report:
    """Enhance what the report does not tell of yet.

    Raises:
        BusyError: the results have filled the room that there is; those made so far stay.
    """
    if report.save_root and not report.saved:
        report.saved = new_folder(report.save_root, public_name(report.method, report.label))
    before, ration, full = len(report.items), room.Ration(), None
    found = enhance_files(sources, report.folder, method=report.method, settings=report.settings,
                          format=report.format, skip=before, cancel=job.cancel)  # fmt: skip
    for enhanced, source in zip(found, sources[before:], strict=False):  # fewer are found where the job is cancelled
        report.items.append(_finished(job, report, enhanced, source))
        job.done = len(report.items)
        full = full or _beyond(ration, enhanced)
        if full:  # not at once: what others have finished meanwhile would be on the disk and told of nowhere
            job.cancel.set()
    if report.saved:
        leave_no_empty(report.saved)
    if full:
        raise full
    return report


def _beyond(ration: room.Ration, enhanced: Enhanced) -> BusyError | None:
    """The complaint where a result was one too many for the server's disk."""
    try:
        ration.wrote(enhanced.output.stat().st_size if enhanced.output else 0)
    except BusyError as error:
        return error
    return None


def fingerprint(source: Source) -> str:
    """SHA-256 of the bytes of an upload; of a file on disk, which nobody looks for again, an empty text."""
    return hashlib.sha256(source.data).hexdigest() if source.data is not None else ""


def _finished(job: Job, report: Report, enhanced: Enhanced, source: Source) -> Item:
    """Add the thumbnail and the copy in the operator's folder; neither can spoil the result."""
    if enhanced.error is not None:
        return Item(enhanced, fingerprint(source))
    thumbnail, not_saved = job.folder / "thumbnails" / f"{len(report.items)}.jpg", None
    try:
        make_thumbnail(enhanced.output, thumbnail)
    except (OSError, LowlightError):
        thumbnail = None
    if report.saved:
        try:
            save_copy(enhanced.output, report.saved, relative_name(report, enhanced.output))
        except OutputError as error:
            not_saved = sentence(error)
    return Item(enhanced, fingerprint(source), thumbnail, not_saved)


def relative_name(report: Report, output: Path) -> str:
    """A result's path below the job's folder, as a relative POSIX path."""
    return output.relative_to(report.folder).as_posix()


def make_thumbnail(file: Path, target: Path) -> Path:
    """Write the middle of a picture as a JPEG of `THUMBNAIL` size; a JPEG is decoded no larger than it must be."""
    with Image.open(file) as picture:
        picture.draft("RGB", THUMBNAIL)
        small = ImageOps.fit(picture.convert("RGB"), THUMBNAIL)
    with writing(target, overwrite=True) as temporary:
        small.save(temporary, "JPEG", quality=85)
    return target


def parts(report: Report, megabytes: float = PART_MEGABYTES) -> list[list[Item]]:
    """The results in groups whose files together stay below ``megabytes``, in order; one group is one archive."""
    groups, size = [], 0.0
    for item in report.done:
        own = item.enhanced.output.stat().st_size / 1e6
        if not groups or size + own > megabytes:
            groups.append([])
            size = 0.0
        groups[-1].append(item)
        size += own
    return groups


def pack(job: Job, report: Report, group: Sequence[Item], number: int) -> Path:
    """The .zip of one group, made on disk when first asked for, without compressing again what is compressed.

    Raises:
        OutputError: the disk is full, or the results are gone.
    """
    target = job.folder / f"enhanced-{number}-{len(group)}.zip"  # a group grows where a stopped job goes on
    if target.exists():
        return target
    with writing(target, overwrite=True) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for item in group:
            archive.write(item.enhanced.output, relative_name(report, item.enhanced.output))
    return target
