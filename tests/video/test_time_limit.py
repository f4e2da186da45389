"""Clips that would take too long are refused by their first frames; the clock is a list of moments."""

import math

from clips import colored, write

from lowlight_core.errors import VideoError
from lowlight_core.jobs import Manager
from lowlight_core.settings import Settings
from lowlight_core.video import job as video_job
from lowlight_core.video import time_limit
from lowlight_core.video.probe import VideoInfo
from lowlight_core.video.time_limit import TimeLimit

INFO = VideoInfo(name="night.mp4", width=640, height=360, seconds=100.0, fps=10, rotation=0, matrix=None, audio=None)


class Clock:
    """A limit whose time is set by hand."""

    def __init__(self, minutes, monkeypatch):
        monkeypatch.setattr(time_limit.batch, "default_workers", lambda: 2)
        self.now = 0.0
        self.limit = TimeLimit(INFO, "MIRNet", minutes, clock=lambda: self.now)

    def run(self, seconds, frames, total=1000, first=1):
        """Frames that take so many seconds each; returns how many were done when it was refused, and the words."""
        for done in range(first, frames + 1):
            self.now += seconds
            try:
                self.limit(done, total)
            except VideoError as error:
                return done, str(error)
        return frames, ""


def test_a_slow_clip_is_refused_by_its_first_frames(monkeypatch):
    done, words = Clock(60, monkeypatch).run(10.0, 1000)
    assert done == 6
    assert "night.mp4 would take about 167 min with MIRNet" in words and "the limit is 60 min" in words
    assert "a clip of up to 36 s" in words and "\n" not in words


def test_loading_a_network_is_no_pace(monkeypatch):
    clock = Clock(60, monkeypatch)
    clock.now = 50.0  # the network
    assert clock.run(2.0, 1000) == (1000, "")


def test_what_gets_slow_later_has_twice_the_time_and_no_more(monkeypatch):
    clock = Clock(60, monkeypatch)
    assert clock.run(1.0, 500) == (500, "")
    clock.now += 3600
    assert clock.run(1.0, 550, first=501) == (550, ""), "what was let through is not stopped by a pause"
    clock.now += 3600
    assert clock.run(1.0, 1000, first=551)[0] == 551


def test_without_a_limit_nothing_is_refused(monkeypatch):
    assert Clock(math.inf, monkeypatch).run(1e6, 1000) == (1000, "")


def job_of(home, monkeypatch, clip, **limits):
    """The ended job of a clip that its owner calls mine."""
    monkeypatch.setattr(time_limit, "_SECONDS", 0.0)
    monkeypatch.setattr(video_job, "server", lambda: Settings(home=home, **limits))
    job = video_job.submit(Manager(running=1, queued=1), clip, "mine.mov", "gamma", {})
    for _ in range(6000):
        if job.over:
            break
        job.cancel.wait(0.01)
    return job


def test_a_job_above_the_limit_says_so_and_leaves_no_result(home, monkeypatch):
    clip = write(home / "clip.mov", [colored(index % 30) for index in range(60)])
    job = job_of(home, monkeypatch, clip, max_video_minutes=1e-6)
    assert job.state == "failed" and job.error.startswith("mine.mov would take about")
    assert not list(job.folder.iterdir()), "nor the copy that was worked on"


def test_a_job_whose_clip_browsers_do_not_play_gets_a_copy(home, monkeypatch):
    clip = write(home / "clip.mov", [colored(index % 30) for index in range(30)], pix_fmt="yuv444p")
    job = job_of(home, monkeypatch, clip)
    assert job.state == "done" and (job.done, job.total) == (30, 30), job.error
    assert job.result.before.name == "before-h264.mp4" and job.result.before.exists()
