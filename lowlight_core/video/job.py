"""A video as a job that outlives the page which started it: its files lie in the job's folder and go with it."""

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lowlight_core import enhancers
from lowlight_core.atomic import writing
from lowlight_core.jobs import Job, Manager
from lowlight_core.settings import settings as server
from lowlight_core.video.pipeline import Summary, enhance_video
from lowlight_core.video.probe import probe

KIND = "video"


@dataclass(frozen=True)
class VideoResult:
    """Two clips that browsers play in step: the original (a copy in H.264 where it has to be) and the enhanced one."""

    before: Path
    after: Path
    method: str
    settings: dict[str, Any]
    summary: Summary


def submit(manager: Manager, source: Path, name: str, method: str, settings: dict[str, Any]) -> Job:
    """Queue one video, whose file is copied first; ``name`` is what people call it.

    Raises:
        BusyError: too many jobs wait already.
        VideoError: the file holds no video.
        OutputError: there is no space for the copy.
    """
    info = probe(source)
    frames = info.frames * (1 if info.playable else 2)
    kept, copied = f"before{source.suffix.lower()}", threading.Event()

    def work(job: Job) -> VideoResult:
        copied.wait()
        job.report(0)
        return _work(job, job.folder / kept, method, settings)

    job = manager.submit(KIND, name, work, total=frames)
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
    info = probe(source)
    most = server().max_video_seconds
    before, done = source, 0
    if not info.playable:
        before = source.with_name("before-h264.mp4")
        plain = enhancers.get("gamma")
        done = enhance_video(
            source,
            before,
            plain,
            {"strength": 0},
            smooth=False,
            most_seconds=most,
            progress=lambda now, total: job.report(now, 2 * total),
            cancel=job.cancel,
        ).frames
    summary = enhance_video(
        source,
        source.with_name("after.mp4"),
        enhancers.get(method),
        settings,
        most_seconds=most,
        progress=lambda now, total: job.report(done + now, done + total),
        cancel=job.cancel,
    )
    return VideoResult(before, summary.path, method, settings, summary)
