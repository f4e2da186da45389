"""Long work beside the pages: a few at a time, progress, cancel, limits, and nothing seen by others."""

import gc
import math
import os
import threading
import time
import weakref

import pytest
from conftest import wait_until

from lowlight_core import jobs, settings
from lowlight_core.errors import BusyError, ImageError


@pytest.fixture
def manager(monkeypatch, tmp_path):
    monkeypatch.setenv("LOWLIGHT_HOME", str(tmp_path))
    settings.settings.cache_clear()
    yield jobs.Manager(running=2, queued=3)
    monkeypatch.undo()
    settings.settings.cache_clear()


@pytest.fixture
def gate():
    """Work that waits at this event; opened at the end, whatever happens."""
    event = threading.Event()
    yield event
    event.set()


def busy(manager, gate, places=2):
    """The jobs that take all places until the gate opens."""
    running = [manager.submit("a", "a", lambda job: gate.wait(60)) for _ in range(places)]
    wait_until(lambda: all(job.state == "running" for job in running))
    return running


def test_a_job_runs_and_keeps_its_result(manager):
    job = manager.submit("batch", "24 photos", lambda job: job.report(24, 24, "all") or "result", total=24)
    wait_until(lambda: job.over)
    assert (job.state, job.result, job.error, job.done, job.message) == ("done", "result", None, 24, "all")
    assert job.fraction == 1 and job.seconds >= 0 and job.seconds_left is None
    assert manager.get(job.token) is job


def test_a_failure_is_a_sentence(manager):
    def fail(job):
        raise ImageError("it is damaged")

    def crash(job):
        return {}["low"]

    failed, crashed = manager.submit("a", "a", fail), manager.submit("b", "b", crash)
    wait_until(lambda: failed.over and crashed.over)
    assert (failed.state, failed.error) == ("failed", "it is damaged")
    assert crashed.error == "unexpected KeyError: 'low'"
    after = manager.submit("c", "c", lambda job: 1)  # the workers live on
    wait_until(lambda: after.state == "done")


def test_so_many_run_so_many_wait_and_one_more_is_sent_away(manager, gate):
    running = busy(manager, gate)
    waiting = [manager.submit("a", str(index), lambda job: gate.wait(60)) for index in range(3)]
    assert [job.state for job in waiting] == ["waiting"] * 3
    assert [manager.position(job) for job in waiting] == [0, 1, 2]
    with pytest.raises(BusyError, match="3 jobs are waiting already"):
        manager.submit("a", "too much", lambda job: None)
    gate.set()
    wait_until(lambda: all(job.state == "done" for job in running + waiting))


def test_cancel_stops_a_running_job_at_its_next_report(manager):
    def endless(job):
        for index in range(10**6):
            job.report(index, 10**6)
            time.sleep(0.001)

    job = manager.submit("a", "endless", endless)
    wait_until(lambda: job.done > 3)
    assert job.seconds_left > 0 and 0 < job.fraction < 1
    manager.cancel(job)
    wait_until(lambda: job.over)
    assert job.state == "cancelled" and job.error is None


def test_cancel_stops_a_waiting_job_at_once(manager, gate):
    running = busy(manager, gate)
    ran = []
    job = manager.submit("a", "never", ran.append)
    manager.cancel(job)
    assert job.state == "cancelled" and job.over
    gate.set()
    later = manager.submit("a", "its turn comes after", lambda job: None)
    wait_until(lambda: all(other.over for other in [*running, later]))
    assert not ran


def test_a_job_queued_again_waits_behind_those_that_came_meanwhile(manager, gate):
    one, began = jobs.Manager(running=1, queued=3), []
    busy(one, gate, places=1)
    stopped = one.submit("a", "stopped", began.append)
    one.cancel(stopped)
    other = one.submit("a", "other", began.append)
    one.again(stopped, began.append)
    assert [one.position(job) for job in (other, stopped)] == [0, 1]
    gate.set()
    wait_until(lambda: len(began) == 2)
    assert [job.title for job in began] == ["other", "stopped"]


def test_a_job_is_stopped_when_its_time_is_up_and_keeps_what_it_has(manager):
    job = manager.submit("a", "a", lambda job: job.cancel.wait(60) and "so far", minutes=1e-6)
    wait_until(lambda: job.over)
    assert (job.state, job.late, job.result, job.error) == ("cancelled", True, "so far", None)


def test_time_in_the_queue_does_not_count(manager, gate):
    busy(manager, gate)
    job = manager.submit("a", "a", lambda job: job.cancel.wait(60) and "worked", minutes=1e-6)
    assert job.state == "waiting" and not job.cancel.is_set() and not job.late
    gate.set()
    wait_until(lambda: job.over)
    assert job.late and job.result == "worked"


@pytest.mark.parametrize("minutes", [math.inf, 1e12, 60])
def test_a_job_in_time_is_not_late_and_leaves_no_thread(manager, minutes):
    job = manager.submit("a", "a", lambda job: threading.active_count(), minutes=minutes)
    wait_until(lambda: job.over)
    assert (job.state, job.late) == ("done", False) and not job.cancel.is_set()
    assert not any(isinstance(thread, threading.Timer) for thread in threading.enumerate())


def test_a_cancelled_waiting_job_gives_back_what_it_held(manager, gate):
    class Upload:
        pass

    def holding(upload):
        return lambda job: upload

    for _ in range(2):
        manager.submit("test", "busy", lambda job: gate.wait(60))
    upload = Upload()
    kept = weakref.ref(upload)
    job = manager.submit("test", "waits", holding(upload))
    del upload
    manager.cancel(job)
    gc.collect()
    assert kept() is None


def test_a_token_cannot_be_guessed_and_nothing_else_leads_to_a_job(manager):
    one, other = (manager.submit("a", "a", lambda job: None) for _ in range(2))
    assert one.token != other.token and len(one.token) >= 20
    assert manager.get(None) is manager.get("") is manager.get(one.token[:-1]) is manager.get("a") is None


def test_old_jobs_are_forgotten_with_their_files(manager, monkeypatch):
    job = manager.submit("a", "a", lambda job: (job.folder / "a.png").write_bytes(b"1"))
    wait_until(lambda: job.over)
    assert (job.folder / "a.png").exists()
    folder = job.folder
    monkeypatch.setattr(jobs, "KEEP_SECONDS", -1.0)
    manager.submit("a", "next", lambda job: None)
    assert manager.get(job.token) is None and not folder.exists()


def test_what_old_jobs_kept_on_the_disk_is_room_for_the_next(manager, monkeypatch):
    job = manager.submit("a", "a", lambda job: (job.folder / "a.png").write_bytes(bytes(2000)))
    wait_until(lambda: job.over)
    monkeypatch.setenv("LOWLIGHT_MAX_DISK_GIGABYTES", "0.000001")
    settings.settings.cache_clear()
    with pytest.raises(BusyError, match="try again tomorrow"):
        manager.submit("a", "too early", lambda job: None)
    monkeypatch.setattr(jobs, "KEEP_SECONDS", -1.0)
    assert manager.submit("a", "tomorrow", lambda job: None)


def test_many_visitors_at_once(manager):
    done, refused = [], []

    def visit(index):
        for _ in range(5):
            try:
                done.append(manager.submit("a", str(index), lambda job: manager.position(job)))
            except BusyError:
                refused.append(index)
            time.sleep(0.001)

    visitors = [threading.Thread(target=visit, args=(index,)) for index in range(10)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    wait_until(lambda: all(job.over for job in done))
    assert len(done) + len(refused) == 50 and all(job.state == "done" for job in done)


def test_there_is_one_manager_of_the_process():
    assert jobs.manager() is jobs.manager()
    assert "tidy" in [thread.name for thread in threading.enumerate()], "old files go, whether anybody comes or not"


def test_sweep_removes_what_is_older_than_results_are_kept(tmp_path):
    for name, age in (("old", jobs.KEEP_SECONDS + 60), ("long at work", jobs.KEEP_SECONDS + 60), ("new", 60)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    jobs.sweep(tmp_path, known={"long at work"})
    assert {path.name for path in tmp_path.iterdir()} == {"long at work", "new"}


def test_discarding_removes_result_and_files_at_once_or_when_the_job_ends(manager, gate):
    def work(job):
        (job.folder / "picture").write_bytes(b"some")
        gate.wait(60)
        return "result"

    running = manager.submit("a", "a", work)
    wait_until(lambda: running.state == "running" and (running.folder / "picture").exists())
    folder = running.folder
    manager.discard(running)
    assert running.cancel.is_set() and folder.exists(), "it is still at work there"
    gate.set()
    wait_until(lambda: running.over)
    assert running.result is None and not folder.exists()

    over = manager.submit("b", "b", work)
    wait_until(lambda: over.over)
    folder = over.folder
    manager.discard(over)
    assert over.result is None and not folder.exists()


def test_discarding_survives_a_disk_that_takes_no_folder(manager, gate):
    (settings.settings().home / "jobs").write_bytes(b"in the way")
    running = busy(manager, gate)
    for job in running:
        manager.discard(job)
    gate.set()
    after = manager.submit("b", "b", lambda job: 1)  # the workers live on
    wait_until(lambda: after.state == "done")
