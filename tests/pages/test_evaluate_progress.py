"""An evaluation that is under way: its pace, cancelled, interrupted and continued."""

import threading
import time
from functools import partial
from types import SimpleNamespace

from conftest import page_at, texts, wait_until
from data_sets import kept_run, make_pairs

from lowlight_core import evaluation, records
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.jobs import Job, Manager
from lowlight_core.scoring import score
from pages.parts.evaluate_progress import words

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


def test_cancel_stops_keeps_what_is_done_and_can_be_continued(home, monkeypatch):
    begun, gate = [], threading.Event()

    def held_after_three(task):
        begun.append(task.position)
        assert task.position < 3 or gate.wait(60)
        return score(task)

    monkeypatch.setattr(evaluation, "score", held_after_three)
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
    assert "Which images" in test.subheader[0].value
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
    monkeypatch.setattr("pages.parts.evaluate_progress.manager", lambda: crowd)
    monkeypatch.setattr("pages.shared.progress.manager", lambda: crowd)
    crowd.submit("other", "first", lambda job: gate.wait(60))
    run = kept_run(make_pairs(home / "data", 2), done=False)
    evaluation_job.resume(run)
    test = page(run=run.id, mine="a" * 22)
    test.button(key="cancel").click().run()
    gate.set()
    assert "was stopped after 0 of 2 images" in texts(test.run()) and not test.exception
