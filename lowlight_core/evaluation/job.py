"""Evaluations as jobs beside the pages: begun as a record, found again by the record, continued after a stop.

A run that nobody works on any more (the server was restarted, the job was cancelled) can be continued as long as its
pictures are there. Uploaded pictures stay on disk for a day after work on them was last begun, in a folder with an
unguessable name.
"""

import contextlib
import math
import os
import secrets
import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from lowlight_core import enhancers, evaluation
from lowlight_core import records as kept
from lowlight_core.atomic import make_folder, write_bytes
from lowlight_core.errors import Cancelled, DatasetError, OutputError
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.evaluation import sample_scores
from lowlight_core.evaluation.pairs import Pairs
from lowlight_core.files import Source, distinct
from lowlight_core.jobs import KEEP_SECONDS, Job, Manager, manager, room
from lowlight_core.records import PUBLIC, Run, Store
from lowlight_core.scoring import Row
from lowlight_core.settings import settings

KIND = "evaluation"
_jobs: dict[str, Job] = {}  # by run
_lock = threading.Lock()
_own: list[Manager] = []  # of the built-in run, so that it never waits behind a visitor's long work


def submit(run: Run, pairs: Pairs, store: Store | None = None, where: Manager | None = None) -> Job:
    """Queue what is left of a run that is on record; its job can be asked for by `job_of`.

    Among visitors' work it may take ``settings().max_job_minutes``; ``where`` is a manager of its own, without limit.

    Raises:
        BusyError: too many jobs are waiting already; the run stays on record.
    """
    store = store or kept.store()

    def work(job: Job) -> str:
        job.before = store.done(run)
        job.report(job.before, run.images)

        def told(rows: Sequence[Row]) -> None:  # not by `report`, which would end the run before all that is known
            job.done = rows[0].position + 1

        try:
            evaluation.evaluate(run, pairs, store=store, on_rows=told, cancel=job.cancel)
        except Cancelled:
            if job.late:  # on record, since a restarted server knows no job of it
                store.update(run, state="late")
            raise
        return run.id

    with _lock:
        if (running := _jobs.get(run.id)) and not running.over:
            return running
        _keep_a_day_more(run)
        _forget_old()
        minutes = math.inf if where else settings().max_job_minutes
        job = _jobs[run.id] = (where or manager()).submit(KIND, run.title, work, run.images, minutes)
    return job


def _keep_a_day_more(run: Run) -> None:
    """The pictures of an upload must not be swept away while they are measured."""
    if run.source["kind"] == "upload":
        with contextlib.suppress(OSError):  # gone already
            os.utime(run.source["path"])


def _forget_old() -> None:
    for run_id, job in list(_jobs.items()):
        if job.over and time.time() - job.ended > KEEP_SECONDS:
            del _jobs[run_id]


def job_of(run: Run) -> Job | None:
    """The job that works on a run, or did since the server was started."""
    return _jobs.get(run.id)


def resume(run: Run) -> Job:
    """Continue a run that was cancelled or interrupted.

    Raises:
        DatasetError: its pictures are gone, or they or a method's weights are no longer the same.
        BusyError: too many jobs are waiting.
    """
    pairs = evaluation_pairs.pairs_of(run)
    if evaluation.provenance.listing(pairs) != run.listing:
        raise DatasetError(f"the pictures of {run.title!r} have changed since it was begun: start a new evaluation")
    for method in run.methods:
        name = method["name"]
        if name not in enhancers.METHODS:
            raise DatasetError(f"{run.title!r} was begun with {name}, which is gone: start a new evaluation")
        if evaluation.provenance.weights_digest(name) != method["weights"]:
            raise DatasetError(f"{run.title!r} was begun with other weights of {name}: start a new evaluation")
    return submit(run, pairs)


def built_in() -> Run:
    """The finished run that everybody sees first: a few methods on the built-in pairs, kept once for a database.

    It is the one on record that was made with the methods and weights of today, or the shipped one if that was. Where
    there is none, a job computes it, and an older one is returned meanwhile.
    """
    store, planned = kept.store(), sample_scores.planned()
    with _lock:
        runs = _with_shipped(store, planned)
        today = next((run for run in runs if sample_scores.same(run, planned)), None) or store.begin(planned)
        if not _own:
            _own.append(Manager(running=1, queued=4))
    if today.state == "done":
        return today
    submit(today, evaluation_pairs.sample_pairs(), store, _own[0])
    return next((run for run in runs if run.state == "done"), today)


def _with_shipped(store: Store, planned: Run) -> list[Run]:
    """The built-in runs on record; the shipped one among them, finished, if nothing better is there."""
    runs = store.runs([PUBLIC])
    if any(sample_scores.same(run, planned) for run in runs):
        return runs
    shipped, rows = sample_scores.load(planned)
    if runs and not sample_scores.same(shipped, planned):
        return runs
    store.add(store.begin(shipped), rows)
    return [evaluation.evaluate(shipped, evaluation_pairs.sample_pairs(), store=store), *runs]


def delete(run: Run) -> None:
    """Forget a run with its rows, and at once what was uploaded for it."""
    kept.store().delete(run)
    folder = Path(run.source.get("path", ""))
    if run.source["kind"] == "upload" and folder.parent == _uploads().resolve():
        shutil.rmtree(folder, ignore_errors=True)


def _uploads() -> Path:
    return settings().home / "uploads"


def keep_upload(sources: Sequence[Source], folders: Sequence[str] = ()) -> Path:
    """Write uploaded pictures to a new folder on disk, under their relative names, for a day; ``folders`` are made even
    where they hold none.

    Raises:
        DatasetError: there are none.
        BusyError: what is kept of all visitors has reached its limit.
        OutputError: there is no space.
    """
    if not sources:
        raise DatasetError("the upload holds no pictures: pack low/ and high/ folders into a .zip")
    room.check()
    folder = _uploads() / secrets.token_urlsafe(16)
    try:
        _write_all(folder, sources)
        for name in folders:
            with contextlib.suppress(OutputError):  # it is a picture's name: the data set is read without it
                make_folder(folder / name)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _write_all(folder: Path, sources: Sequence[Source]) -> None:
    for source, name in zip(sources, distinct(source.name for source in sources), strict=True):
        write_bytes(folder / name, source.read())
