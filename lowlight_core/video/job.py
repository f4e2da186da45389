"""A video as a job that outlives the page which started it: its files lie in the job's folder and go with it."""

import shutil
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lowlight_core import enhancers
from lowlight_core.atomic import writing
from lowlight_core.errors import VideoError
from lowlight_core.jobs import Job, Manager, room
from lowlight_core.settings import settings as server
from lowlight_core.video.pipeline import Summary, enhance_video
from lowlight_core.video.probe import probe
from lowlight_core.video.time_limit import TimeLimit

KIND = "video"
_ROOM_EVERY = 250  # frames: some hundred megabytes at most, of which nobody knows before they are made


@dataclass(frozen=True)
class VideoResult:
    """Two clips that browsers play in step: the original (a copy in H.264 where it has to be) and the enhanced one.

    ``label`` is how people see the method, which a network of one's own may not outlive.
    """

    before: Path
    after: Path
    method: str
    label: str
    settings: dict[str, Any]
    summary: Summary


def submit(manager: Manager, source: Path, name: str, method: str, settings: dict[str, Any]) -> Job:
    """Queue one video, whose file is copied first; ``name`` is what people call it.

    Raises:
        BusyError: too many jobs wait already.
        VideoError: the file holds no video.
        OutputError: there is no space for the copy.

    The job ends with an error where what it makes fills the room on the disk (`room`).
    """
    info = probe(source)
    kept, copied = f"before{source.suffix.lower()}", threading.Event()

    def work(job: Job) -> VideoResult:
        copied.wait()
        try:
            job.report(0)
            made = _work(job, job.folder / kept, method, settings)
            job.report(job.done)  # cancelled after its last frame
        except BaseException:  # nothing of it is kept, the copy neither
            shutil.rmtree(job.folder, ignore_errors=True)
            raise
        return made

    job = manager.submit(KIND, name, work, total=info.frames)
    try:
        with writing(job.folder / kept) as temporary:
            shutil.copyfile(source, temporary)
    except BaseException:
        manager.cancel(job)
        raise
    finally:  # without a copy there is no work; it must not wait for one
        copied.set()
    return job


def _work(job: Job, source: Path, method: str, settings: dict[str, Any]) -> VideoResult:
    """The enhanced clip first, since its pace may be too slow; then the copy, which takes no longer."""
    try:
        return _enhanced(job, source, method, settings)
    except VideoError as error:  # people know the clip by the name that they gave it
        raise VideoError(str(error).replace(source.name, job.title)) from None


def _enhanced(job: Job, source: Path, method: str, settings: dict[str, Any]) -> VideoResult:
    info, limits, chosen = probe(source), server(), enhancers.get(method)
    limit = TimeLimit(info, chosen.label, limits.max_video_minutes)

    def progress(done: int, total: int) -> None:
        job.report(done, total, "" if info.playable else "Part 1 of 2")
        limit(done, total)
        _there_is_room(done)

    summary = enhance_video(
        source,
        source.with_name("after.mp4"),
        chosen,
        settings,
        most_seconds=limits.max_video_seconds,
        progress=progress,
        cancel=job.cancel,
    )
    if summary.lost_sound:
        summary = replace(summary, lost_sound=summary.lost_sound.replace(source.name, job.title))
    before = source if info.playable else _copy(job, source, summary.frames)
    return VideoResult(before, summary.path, method, chosen.label, settings, summary)


def _there_is_room(done: int) -> None:
    """Ask now and then, after so many frames.

    Raises:
        BusyError: the clips have filled the room that there is.
    """
    if done % _ROOM_EVERY == 0:
        room.check()


def _copy(job: Job, source: Path, frames: int) -> Path:
    """The clip as it is, of so many ``frames``, in what browsers play."""
    job.begin_part(frames, "Part 2 of 2, the original for the player")

    def progress(done: int, total: int) -> None:
        job.report(done, max(frames, total))
        _there_is_room(done)

    return enhance_video(
        source,
        source.with_name("before-h264.mp4"),
        enhancers.get("gamma"),
        {"strength": 0},
        smooth=False,
        most_seconds=server().max_video_seconds,
        progress=progress,
        cancel=job.cancel,
    ).path
