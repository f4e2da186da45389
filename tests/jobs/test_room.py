"""The limit on what visitors may leave on the server's disk."""

import pytest
from conftest import wait_until
from pictures import dark, saved

from lowlight_core import jobs
from lowlight_core.errors import BusyError
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.files import Source
from lowlight_core.jobs import many_photos, room
from lowlight_core.settings import settings


@pytest.fixture
def limited(home, monkeypatch):
    """A server that keeps ten thousand bytes."""
    monkeypatch.setenv("LOWLIGHT_MAX_DISK_GIGABYTES", "0.00001")
    settings.cache_clear()
    return settings().home


def test_everything_kept_counts_and_nothing_else(limited):
    assert room.taken() == 0
    for folder in (*room.FOLDERS, "videos", "."):
        path = limited / folder / "some" / "file.bin"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 100)
    assert room.taken() == 100 * len(room.FOLDERS)


def test_beyond_the_limit_no_upload_is_kept_and_no_job_begins(limited):
    room.check(9_000)
    (limited / "jobs").mkdir(parents=True)
    (limited / "jobs" / "result.png").write_bytes(bytes(5_000))
    room.check(5_000)
    with pytest.raises(BusyError, match="try again tomorrow"):
        room.check(5_001)
    (limited / "jobs" / "more.png").write_bytes(bytes(5_001))
    with pytest.raises(BusyError):
        evaluation_job.keep_upload([Source("low/a.png", b"")])
    assert not (limited / "uploads").exists()
    with pytest.raises(BusyError):
        jobs.manager().submit("test", "never", lambda job: None)


def test_a_disk_that_is_nearly_full_is_left_alone(home, monkeypatch):
    monkeypatch.setattr(room, "free", lambda: room.LEFT_FREE + 10)
    room.check(10)
    with pytest.raises(BusyError, match="nearly full"):
        room.check(11)


def test_free_space_is_known_before_the_folder_is_there(home):
    assert not settings().home.exists() and room.free() > 0


def test_work_that_fills_the_disk_ends_and_goes_on_where_it_was_once_there_is_room(home, monkeypatch):
    """One job of a few megabytes may make any number of gigabytes."""
    monkeypatch.setattr(room, "_STEP", 1)
    sources = [many_photos.Source(f"{number}.png", data=saved(dark(seed=number))) for number in range(40)]
    monkeypatch.setattr(room, "taken", lambda: 10**12 if list((settings().home / "jobs").glob("*/*/2.jpg")) else 0)
    job = many_photos.submit(jobs.manager(), sources, method="gamma", settings={})
    over(job)
    made = len(job.result.items)
    assert job.state == "failed" and "try again tomorrow" in job.error and made == len(job.result.done)
    assert len(list(job.result.folder.glob("*.jpg"))) == made  # none is there that nobody knows of
    monkeypatch.setattr(room, "taken", lambda: 0)
    many_photos.resume(jobs.manager(), job, sources)
    over(job)
    assert job.state == "done" and len(job.result.done) == len(sources)


def over(job):
    wait_until(lambda: job.over)
