"""What a job says of itself, without anybody who runs it."""

import time

import pytest

from lowlight_core import jobs


def test_the_rest_of_an_earlier_job_is_foretold_by_what_it_does_itself():
    job = jobs.Job("evaluation", "", state="running", done=300, before=300, total=500, started=time.time() - 10)
    assert job.pace is None and job.seconds_left is None and job.fraction == 0.6
    job.done += 20
    assert job.pace == pytest.approx(2, rel=0.1) and job.seconds_left == pytest.approx(90, rel=0.1)


def test_what_somebody_stopped_is_not_late():
    job = jobs.Job("a", "a")
    job.cancel.set()
    job.stop_late()
    assert not job.late
