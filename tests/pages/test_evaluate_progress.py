"""An evaluation that is under way: its pace, cancelled, interrupted and continued."""

import math
import threading
import time
from functools import partial
from types import SimpleNamespace

import pytest
from conftest import page_at, texts, wait_until
from data_sets import kept_run, make_pairs

from lowlight_core import batch, evaluation, records
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.jobs import Job, Manager
from lowlight_core.scoring import score
from pages.parts import enhance_many, video_run
from pages.parts.evaluate_progress import words
from pages.shared import progress

page = partial(page_at, "evaluate")


def test_interrupted_run_is_continued_by_its_owner(home):
    run = kept_run(make_pairs(home / "data", 3), done=False)
    assert "was interrupted after 0 of 3" in texts(page(run=run.id))
    test = page(run=run.id, mine="a" * 22)
    next(button for button in test.button if button.label == "Continue").click().run()
    job = evaluation_job.job_of(run)
    wait_until(lambda: job.over)
    assert job.state == "done" and records.store().get(run.id).summary["gamma"]["images"] == 3


def test_a_slow_machine_has_a_pace_too():
    job = Job("evaluation", "", state="running", done=2, total=6, started=time.time() - 50)
    run = SimpleNamespace(images=6, methods=[{}], names=["gamma"])
    assert words(job, run) == "2 of 6 images by 1 method, 0.04 images per second, about 2 min left"
    job.cancel.set()
    assert words(job, run) == "2 of 6 images by 1 method, 0.04 images per second"


@pytest.mark.parametrize("told", [enhance_many._pace, video_run.pace])
def test_what_is_being_stopped_is_not_said_to_take_minutes_more(told):
    job = Job("enhance", "", state="running", done=2, total=6, started=time.time() - 50)
    assert told(job).endswith(", about 2 min left")
    job.cancel.set()
    assert " left" not in told(job)


def test_a_run_whose_time_is_up_says_so_keeps_what_is_done_and_goes_on(home, monkeypatch):
    gate, started = threading.Event(), threading.Event()

    def held_after_three(task):
        if task.position >= 3:
            started.set()
            gate.wait(60)
        return score(task)

    monkeypatch.setattr(evaluation, "score", held_after_three)
    monkeypatch.setattr(batch, "default_workers", lambda: 2)  # of which no more than four images are in hand
    run = kept_run(make_pairs(home / "data", 12), done=False)
    job = evaluation_job.resume(run)
    assert job.minutes == 60
    wait_until(lambda: records.store().done(run) == 3 and started.is_set())
    job.stop_late()
    gate.set()
    wait_until(lambda: job.over)
    test, done = page(run=run.id, mine="a" * 22), records.store().done(run)
    assert f"stopped after {done} of 12 images, since the 60 min that one job may take here" in texts(test)
    assert f"{12 - done} were not reached\\: Continue goes on with them." in texts(test)
    assert "whoever began it can continue" in texts(page(run=run.id)) and 3 <= done < 12
    monkeypatch.delitem(evaluation_job._jobs, run.id)  # as after a restart of the server
    test.run()
    assert f"stopped after {done} of 12 images, since the time limit of a job" in texts(test)
    next(button for button in test.button if button.label == "Continue").click().run()
    wait_until(lambda: evaluation_job.job_of(run).over)
    assert records.store().get(run.id).state == "done" and "not reached" not in texts(test.run())


@pytest.mark.parametrize(
    ("minutes", "began", "done", "most"),
    [(60, 600, 10, 60), (600, 600, 10, None), (60, 5, 1, None), (60, 600, 0, None), (math.inf, 600, 10, None)],
)
def test_that_the_limit_comes_first_is_foretold_once_that_is_sure(minutes, began, done, most):
    job = Job("a", "", state="running", done=done, total=500, started=time.time() - began, minutes=minutes)
    assert progress.reach(job) == (most and pytest.approx(most, abs=1))


def test_cancel_stops_keeps_what_is_done_and_can_be_continued(home, monkeypatch):
    begun, gate = [], threading.Event()

    def held_after_three(task):
        begun.append(task.position)
        assert task.position < 3 or gate.wait(60)
        return score(task)

    monkeypatch.setattr(evaluation, "score", held_after_three)
    monkeypatch.setattr(batch, "default_workers", lambda: 2)  # of which no more than four images are in hand
    run = kept_run(make_pairs(home / "data", 12), done=False)
    job = evaluation_job.resume(run)
    wait_until(lambda: records.store().done(run) == 3)
    assert not any(button.label == "Cancel" for button in page(run=run.id).button), "it is not theirs"
    test = page(run=run.id, mine="a" * 22)
    assert "3 of 12 images by 2 methods" in words(job, run)
    test.button(key="cancel").click().run()
    assert test.button(key="cancel").label == "Cancelling…" and test.button(key="cancel").disabled
    gate.set()
    wait_until(lambda: job.over)
    test.run()
    done = records.store().done(run)
    assert job.state == "cancelled" and 3 <= done < 12 and not test.exception
    assert f"was stopped after {done} of 12 images. What is done is kept" in texts(test)
    assert "Which images" in test.header[0].value
    next(button for button in test.button if button.label == "Continue").click().run()
    wait_until(lambda: evaluation_job.job_of(run).over)
    assert evaluation_job.job_of(run).before == done, "which tells nothing of the pace of the rest"
    assert records.store().get(run.id).state == "done" and begun.count(0) == begun.count(2) == 1
    rows = list(records.store().rows(run))
    assert [row.position for row in rows] == [n for n in range(12) for _ in range(2)]
    assert "was stopped" not in texts(test.run())


def test_one_that_is_cancelled_while_it_waits_was_stopped_too(home, monkeypatch):
    gate, crowd = threading.Event(), Manager(running=1, queued=5)
    monkeypatch.setattr(evaluation_job, "manager", lambda: crowd)
    monkeypatch.setattr("pages.shared.progress.manager", lambda: crowd)
    crowd.submit("other", "first", lambda job: gate.wait(60))
    run = kept_run(make_pairs(home / "data", 2), done=False)
    evaluation_job.resume(run)
    test = page(run=run.id, mine="a" * 22)
    assert test.get("progress")[0].proto.text.startswith("Waiting")
    test.button(key="cancel").click().run()
    gate.set()
    assert "was stopped after 0 of 2 images" in texts(test.run()) and not test.exception
