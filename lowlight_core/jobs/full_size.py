"""One large photo in full size, made beside the page: with progress, a way to stop it, and its place in the queue."""

from collections.abc import Callable
from pathlib import Path

from lowlight_core.atomic import write_bytes
from lowlight_core.jobs import Job, Manager
from lowlight_core.settings import settings
from lowlight_core.watching import watched

KIND = "full_size"


def submit(manager: Manager, name: str, make: Callable[[], bytes]) -> Job:
    """Queue a job whose ``result`` is the `Path` of a file with the bytes that ``make`` returns.

    ``done`` and ``total`` count the steps that ``make`` tells of (`watching.step`), such as a network's tiles. Asked to
    stop, as it is after ``settings().max_job_minutes``, the job ends at the next one, or where a method that cannot
    count its steps looks for that (`watching.may_stop`).

    Raises:
        BusyError: too many jobs are waiting.
    """

    def work(job: Job) -> Path:
        with watched(lambda done, total: job.report(done, total) if total else job.report(job.done)):
            data = make()
        target = job.folder / "picture"
        write_bytes(target, data)
        return target

    return manager.submit(KIND, name, work, minutes=settings().max_job_minutes)
