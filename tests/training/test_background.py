"""Training beside the app: what may be started, one run at a time, kept and forgotten; a real one, used at once."""

import io
import os
import time
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from lowlight_core import enhancers, samples
from lowlight_core.datasets.splits import read_split
from lowlight_core.errors import BusyError, OutputError, TrainingError, UnknownMethodError
from lowlight_core.training import background, builtin
from tests.pages.test_train import finished_run, page


def wait(run, until, seconds=240.0) -> None:
    """Wait until ``until()`` holds; fails with the trainer's own output."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end and run.state != "failed", (run.folder / "output.txt").read_text()[-1500:]
        time.sleep(0.3)


def test_built_in_pairs_whose_writing_was_cut_short_are_written_again(home, monkeypatch):
    """Half a split.json would make every training on them fail from then on."""

    def full(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patched, pytest.raises(OutputError):
        patched.setattr(builtin, "samples", SimpleNamespace(pairs=lambda: [], SAMPLES={}))
        patched.setattr("lowlight_core.atomic.os.replace", full)
        builtin.write_pairs(home / "built-in")
    assert not (home / "built-in" / "split.json").exists()
    assert set(read_split(builtin.write_pairs(home / "built-in") / "split.json", needed=("train",))) >= {"validation"}


def test_folders_with_pairs_below_the_root_are_offered_and_no_others(home):
    builtin.write_pairs(home / "data" / "lol" / "our485")
    (home / "data" / "photos").mkdir()
    assert list(background.data_sets()) == [background.BUILT_IN, "lol/our485"]


def test_what_is_not_on_offer_cannot_be_trained(home):
    for network, data, minutes in (("nothing", background.BUILT_IN, 1), ("unet", "../elsewhere", 1),
                                   ("unet", background.BUILT_IN, 1e6), ("unet", background.BUILT_IN, 0)):  # fmt: skip
        with pytest.raises(TrainingError, match="expected"):
            background.start(network, data, minutes)
    assert not background.busy() and not list(background.home().glob("*/order.json"))


def test_the_run_before_is_not_at_work_while_another_is_made_ready(home, monkeypatch):
    """Its page showed its last minutes as if they were now."""
    run, seen = finished_run(home), []
    (background.home() / "lock").write_text(run.token)

    def full(*_):
        seen.append((run.state, background.busy()))
        raise BusyError("no room")

    monkeypatch.setattr(background.room, "check", full)
    with pytest.raises(BusyError, match="no room"):
        background.start("skip_cnn", background.BUILT_IN, 1)
    assert seen == [("done", True)]


def test_a_disk_that_takes_no_run_is_said_so(home, monkeypatch):
    monkeypatch.setattr(background.secrets, "token_urlsafe", lambda *_: "x" * 22)
    background.home().mkdir(parents=True)
    (background.home() / ("x" * 22)).write_text("in the way")
    with pytest.raises(OutputError, match="cannot begin a training run: File exists"):
        background.start("skip_cnn", background.BUILT_IN, 1)
    assert not background.busy()


def test_names_of_own_weights_cannot_be_guessed_or_forged(home):
    for name in ("own-" + "x" * 22 + "-5", "own-../../secrets-00000000-1", "own-", "own-" + "x" * 22):
        with pytest.raises(UnknownMethodError):
            enhancers.get(name)


def test_old_runs_are_forgotten(home, monkeypatch):
    monkeypatch.setattr(background, "KEPT", 2)
    runs = [finished_run(home, f"{number}" * 22) for number in range(4)]
    for age, run in enumerate(runs):
        os.utime(run.folder, (age, age))
    background._forget_old(runs[3])
    assert [run.folder.exists() for run in runs] == [False, True, True, True]


@pytest.mark.slow
def test_a_real_run_from_start_to_use(home):
    run = background.start("skip_cnn", background.BUILT_IN, 0.2)
    with pytest.raises(BusyError, match="try again"):
        background.start("unet", background.BUILT_IN, 1)
    assert page().button[0].disabled, "nobody else can start now"
    wait(run, lambda: run.weights and run.previews())
    background.stop(run)
    wait(run, lambda: not run.running)
    assert run.state in ("stopped", "done") and not background.busy()
    assert {"dark.png", "truth.png"} <= {path.name for path in (run.folder / "previews").iterdir()}
    done = run.status["step"]
    _used_at_once(run)
    background.resume(run, 0.1)
    wait(run, lambda: not run.running)
    assert run.state == "done" and run.status["step"] > done
    assert [row["step"] for row in run.rows()] == sorted({row["step"] for row in run.rows()})


def _used_at_once(run) -> None:
    """The weights are a method by their name and nowhere else, and travel as a .zip."""
    method = enhancers.get(background.keep(run))
    dark = samples.load("cat").low
    bright = method(dark)
    assert bright.shape == dark.shape and bright.mean() > dark.mean() + 20
    assert np.array_equal(method(dark, strength=0), dark)
    assert method.name not in enhancers.METHODS and "own weights" in method.label and not method.default
    with zipfile.ZipFile(io.BytesIO(run.archive())) as archive:
        assert {"skip_cnn/skip_cnn.weights.h5", "skip_cnn/skip_cnn.json"} <= set(archive.namelist())
