"""A video as a job: what goes wrong before it runs is one sentence, and no job is left behind."""

import errno
import threading
import time

import pytest
from clips import colored, write
from conftest import wait_until

from lowlight_core.errors import OutputError
from lowlight_core.jobs import Job, Manager
from lowlight_core.video import job as video_job
from pages.parts.video_run import pace


def test_a_full_disk_is_one_sentence_and_the_job_is_gone(home, monkeypatch):
    clip = write(home / "clip.mp4", [colored(index) for index in range(3)])

    def full(source, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(video_job.shutil, "copyfile", full)
    manager = Manager(running=1, queued=2)
    with pytest.raises(OutputError, match="No space left"):
        video_job.submit(manager, clip, "clip.mp4", "gamma", {})
    monkeypatch.undo()
    again = video_job.submit(manager, clip, "clip.mp4", "gamma", {})
    for _ in range(2000):
        if again.over:
            break
        again.cancel.wait(0.01)
    assert again.state == "done" and again.result.after.exists()
    assert [job.state for job in manager._jobs.values()] == ["cancelled", "done"]


def test_a_clip_that_is_copied_too_is_told_in_two_parts_of_its_own_frames(home, monkeypatch):
    """Not as one of twice the frames, whose rest takes as long as the slow method did so far."""
    told, report = [], Job.report

    def listen(job, *given):
        told.append((job.message, job.done, job.total))
        report(job, *given)
        told.append((job.message, job.done, job.total))

    monkeypatch.setattr(Job, "report", listen)
    clip = write(home / "clip.mkv", [colored(index) for index in range(6)])
    job = video_job.submit(Manager(running=1, queued=2), clip, "clip.mkv", "gamma", {})
    wait_until(lambda: job.over)
    assert job.state == "done" and {total for *_, total in told} == {6}
    assert max(done for message, done, _ in told if message == "Part 1 of 2") == 6
    assert {done for message, done, _ in told if message.startswith("Part 2 of 2")} == set(range(7))


def test_a_part_is_foretold_by_what_it_does_itself():
    job = Job("video", "", state="running", done=100, total=100, started=time.time() - 1000)
    job.begin_part(100, "Part 2 of 2")
    assert job.pace is None and job.seconds_left is None and job.fraction == 0
    job.part_started -= 5
    job.report(50, 100)
    assert job.pace == pytest.approx(10, rel=0.1) and job.seconds_left == pytest.approx(5, rel=0.1)
    assert pace(job).startswith("Part 2 of 2: 50 of 100 frames, ") and pace(job).endswith(", about 5 s left")


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_clip_that_fills_the_room_on_the_disk_ends_in_one_sentence(home, monkeypatch, ending):
    clip = write(home / f"clip.{ending}", [colored(index) for index in range(6)])
    copied = "before-h264" if ending == "mkv" else "after"

    def taken():
        return 10**12 if list((home / "home" / "jobs").glob(f"*/.{copied}*")) else 0

    monkeypatch.setattr(video_job.room, "taken", taken)
    monkeypatch.setattr(video_job, "_ROOM_EVERY", 3)
    job = video_job.submit(Manager(running=1, queued=2), clip, clip.name, "gamma", {})
    place = job.folder
    wait_until(lambda: job.over)
    assert job.state == "failed" and "try again tomorrow" in job.error and not place.exists()


@pytest.mark.parametrize("begun", [False, True])
def test_of_a_cancelled_clip_nothing_is_kept(home, monkeypatch, begun):
    """As the page says; a copy of the upload for a day each would fill the room that all share."""
    gate = threading.Event()
    monkeypatch.setattr(video_job, "_work", lambda *_: gate.wait(60))
    clip, manager = write(home / "clip.mp4", [colored(0)]), Manager(running=1, queued=2)
    jobs = [video_job.submit(manager, clip, "clip.mp4", "gamma", {}) for _ in range(2)]
    wait_until(lambda: jobs[0].state == "running")
    job = jobs[0 if begun else 1]
    place = job.folder
    assert list(place.iterdir())
    manager.cancel(job)
    gate.set()
    wait_until(lambda: all(job.over for job in jobs))
    assert job.state == "cancelled" and not place.exists()
