"""What the Train page says of a run whose status has less than the page would like."""

import json

import pytest

from lowlight_core.jobs import room
from lowlight_core.training import background
from tests.pages.test_train import finished_run, page


@pytest.mark.parametrize("state, shown", [("stopped", "success"), ("running", "warning")])
def test_a_run_that_ended_before_its_first_validation_says_why_it_has_no_weights(home, state, shown):
    run = finished_run(home)
    status = {"state": state, "step": 7, "steps": 50, "seconds": 3.0, "best_validation_psnr": None}
    (run.folder / "status.json").write_text(json.dumps(status))
    why = "It ended before its first validation, so there are no weights yet"
    assert page(run=run.token).get(shown)[0].value.endswith(f"{why}.")
    (run.folder / "checkpoint.npz").write_bytes(b"")
    assert page(run=run.token).get(shown)[0].value.endswith(f"{why}: resume it to go on.")


@pytest.mark.parametrize("free, told", [(0, True), (10 * room.LEFT_FREE, False)])
def test_a_run_that_a_full_disk_ended_says_so_although_it_could_not_write_why(home, monkeypatch, free, told):
    run = finished_run(home)
    (run.folder / "status.json").write_text(json.dumps({**run.status, "state": "running"}))
    monkeypatch.setattr(room, "free", lambda: free)
    assert ("ended early. This server's disk is nearly full." in page(run=run.token).warning[0].value) == told


@pytest.mark.parametrize("missing", ["steps_per_second", "remaining_seconds", "steps", "step"])
def test_a_trainer_that_tells_less_than_this_page_knows_is_shown_as_far_as_it_goes(home, monkeypatch, missing):
    """As after an update of the app, while a trainer of before is at work."""
    run = finished_run(home)
    status = {**run.status, "state": "running", "step": 20, "steps_per_second": 2.0, "remaining_seconds": 75.0}
    del status[missing]
    (run.folder / "status.json").write_text(json.dumps(status))
    monkeypatch.setattr(background.TrainingRun, "running", True)
    test = page(run=run.token)
    assert not test.exception
    told = test.get("progress")[0].proto.text
    assert ("steps a second" in told, "1 min 15 s left" in told) == (
        missing != "steps_per_second",
        missing != "remaining_seconds",
    )
