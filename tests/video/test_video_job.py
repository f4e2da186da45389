"""A video as a job: what goes wrong before it runs is one sentence, and no job is left behind."""

import errno

import pytest
from clips import colored, write

from lowlight_core.errors import OutputError
from lowlight_core.jobs import Manager
from lowlight_core.video import job as video_job


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
