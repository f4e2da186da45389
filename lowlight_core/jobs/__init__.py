"""Long work beside the pages: a few jobs at a time, with progress and cancel, found again by an unguessable token.

A job outlives the tab that started it: its token in the address brings the page back to it. Pages poll `Job.state`;
nothing that runs in a job may touch a page. Whoever holds the token sees the job, nobody else can name it.
"""

import atexit
import contextlib
import math
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lowlight_core.atomic import make_folder
from lowlight_core.errors import BusyError, Cancelled, OutputError, sentence
from lowlight_core.jobs import room
from lowlight_core.jobs.limit import limited
from lowlight_core.jobs.progress import Progress
from lowlight_core.settings import settings

KEEP_SECONDS = 24 * 3600.0
_TIDY_SECONDS = 3600.0
_LEAVE_SECONDS = 5.0
_making = threading.Lock()  # two first visitors would make two managers


@dataclass
class Job(Progress):
    """One piece of long work. Its function reports through `report` and asks `cancel` now and then."""

    kind: str
    title: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    result: Any = None
    error: str | None = None
    minutes: float = math.inf  # the longest that it may run
    late: bool = False  # it was stopped since they are over
    cancel: threading.Event = field(default_factory=threading.Event, repr=False)
    unwanted: bool = False  # its files go as soon as it has ended

    @property
    def folder(self) -> Path:
        """Where the job keeps its files; made on first use, removed with the job.

        Raises:
            OutputError: the disk takes no folder.
        """
        return make_folder(_place(self.token))

    def stop_late(self) -> None:
        """Its time is up; whoever was asked to stop before is not `late`."""
        if not self.cancel.is_set():
            self.late = True
            self.cancel.set()

    def report(self, done: int, total: int | None = None, message: str = "") -> None:
        """Tell how far the work is.

        Raises:
            Cancelled: somebody asked the job to stop.
        """
        self.done, self.total = done, self.total if total is None else total
        self.message = message or self.message
        if self.cancel.is_set():
            raise Cancelled("stopped as asked")


class Manager:
    """At most ``running`` jobs at once and ``queued`` waiting, oldest first."""

    def __init__(self, running: int, queued: int):
        self._jobs: dict[str, Job] = {}
        self._functions: dict[str, Callable[[Job], Any]] = {}  # of waiting jobs, the next first: they may hold uploads
        self._queued = queued
        self._lock = threading.Lock()
        self._more = threading.Condition(self._lock)  # a job waits
        for index in range(running):
            threading.Thread(target=self._work, name=f"job-{index}", daemon=True).start()
        atexit.register(self._leave)

    def submit(
        self, kind: str, title: str, function: Callable[[Job], Any], total: int = 0, minutes: float = math.inf
    ) -> Job:
        """Queue ``function(job)``; what it returns becomes ``job.result``. It is asked to stop after ``minutes``.

        Raises:
            BusyError: too many jobs are waiting already, or the disk has no room for results (`room`).
        """
        job = Job(kind, title, total=total, minutes=minutes)
        with self._room():
            self._jobs[job.token], self._functions[job.token] = job, function
            self._more.notify()
        return job

    def again(self, job: Job, function: Callable[[Job], Any]) -> None:
        """Queue the rest of a job that is over, as ``function(job)``; it keeps its token, result and files meanwhile.

        Raises:
            BusyError: as `submit`.
            OutputError: its result is not kept any more.
        """
        with self._room():
            if not job.over:  # somebody with the same link was faster
                return
            if job.unwanted or job.token not in self._jobs:
                raise OutputError("these results are not kept any more: start again")
            job.spent, job.started, job.ended = job.seconds, None, None
            job.before, job.part_started, job.late, job.error = job.done, None, False, None
            job.cancel.clear()
            self._functions[job.token], job.state = function, "waiting"
            self._more.notify()

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        """Within, under the lock, one more job may wait.

        Raises:
            BusyError: it may not.
        """
        with self._lock:
            self._forget_old()  # first: what they kept on the disk is room for this one
        room.check()
        with self._lock:
            if sum(job.state == "waiting" for job in self._jobs.values()) >= self._queued:
                raise BusyError(f"{self._queued} jobs are waiting already: try again in a few minutes")
            yield

    def get(self, token: str | None) -> Job | None:
        """The job of that token, if it exists."""
        return self._jobs.get(token or "")

    def cancel(self, job: Job) -> None:
        """Ask a job to stop; one that waits stops at once, and what it was to work on goes, but for earlier results."""
        job.cancel.set()
        with self._lock:
            if job.state == "waiting":
                job.ended = time.time()
                job.state = "cancelled"
                del self._functions[job.token]
                if not job.before:
                    _remove(job)

    def discard(self, job: Job) -> None:
        """Stop a job whose owner has begun another, and remove its result and files, once it has ended if it runs."""
        self.cancel(job)
        with self._lock:
            job.unwanted = True
            if job.over:
                _remove(job)

    def position(self, job: Job) -> int:
        """How many jobs are before this one in the queue; 0 when it is not in it."""
        waiting = list(self._functions)  # a copy: other visitors submit meanwhile
        return waiting.index(job.token) if job.token in waiting else 0

    def _work(self) -> None:
        while True:
            with self._more:
                self._more.wait_for(lambda: self._functions)
                job = self._jobs[next(iter(self._functions))]
                function = self._functions.pop(job.token)
                job.state, job.started = "running", time.time()
            try:
                with limited(job.minutes, job.stop_late):
                    result = function(job)
                ended = "cancelled" if job.cancel.is_set() else "done"
            except Cancelled:
                result, ended = job.result, "cancelled"
            except Exception as problem:
                result, ended, job.error = job.result, "failed", sentence(problem)
            job.result, job.ended = result, time.time()
            with self._lock:
                job.state = ended  # last, so that whoever sees it sees the rest too
                if job.unwanted:
                    _remove(job)
            del function, result  # with the uploads they hold, while this thread waits for other work

    def tidy(self) -> None:
        """Drop jobs that ended long ago, with their files, and what earlier processes and uploads left on disk."""
        with self._lock:
            self._forget_old()
            known = set(self._jobs)
        sweep(settings().home / "jobs", known)
        for uploads in ("uploads", "videos/uploads"):
            sweep(settings().home / uploads)

    def _leave(self) -> None:
        """The process ends: stop what runs and give it a moment, or libraries die noisily in a half-gone process."""
        for job in list(self._jobs.values()):
            self.cancel(job)
        end = time.monotonic() + _LEAVE_SECONDS
        while time.monotonic() < end and any(job.state == "running" for job in self._jobs.values()):
            time.sleep(0.02)

    def _forget_old(self) -> None:
        limit = time.time() - KEEP_SECONDS
        for token, job in list(self._jobs.items()):
            if job.over and job.ended < limit:
                del self._jobs[token]
                shutil.rmtree(_place(token), ignore_errors=True)


def _place(token: str) -> Path:
    return settings().home / "jobs" / token


def _remove(job: Job) -> None:
    job.result = None
    shutil.rmtree(_place(job.token), ignore_errors=True)  # not `folder`, which a full disk cannot make first


def sweep(folder: Path, known: Set[str] = frozenset()) -> None:
    """Remove what in ``folder`` is older than results are kept, but for what has a ``known`` name."""
    limit = time.time() - KEEP_SECONDS
    for path in folder.glob("*"):
        with contextlib.suppress(OSError):  # another process sweeps too
            if path.name not in known and path.stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def manager() -> Manager:
    """The one manager of this process; once an hour it removes what is older than results are kept."""
    with _making:
        return _manager()


@cache
def _manager() -> Manager:
    made = Manager(settings().max_running_jobs, settings().max_queued_jobs)
    threading.Thread(target=_keep_tidy, args=(made,), name="tidy", daemon=True).start()
    return made


def _keep_tidy(manager: Manager) -> None:
    while True:
        with contextlib.suppress(OSError):  # a disk that cannot be read now may be in an hour
            manager.tidy()
        time.sleep(_TIDY_SECONDS)
