"""Evaluations go on where they ended: after a kill, after a cancel, and where something failed; never over results."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from data_sets import QUICK, make_pairs, run_into, summary, table
from pictures import dark

from lowlight_core import write
from lowlight_core.errors import Cancelled, OutputError
from lowlight_core.evaluation import evaluate_dataset
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.records.exports import ResultFolder
from lowlight_core.settings import settings


@pytest.fixture
def data(tmp_path):
    return make_pairs(tmp_path / "data")


def test_existing_results_are_never_overwritten(data, tmp_path, store):
    run_into(tmp_path / "out", data, store)
    before = (tmp_path / "out" / "per_image.csv").read_bytes()
    with pytest.raises(OutputError, match="holds results already"):
        run_into(tmp_path / "out", data, store)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "summary.json").write_text("{}")
    with pytest.raises(OutputError, match="not on record"):
        run_into(tmp_path / "foreign", data, store, resume=True)
    assert (tmp_path / "out" / "per_image.csv").read_bytes() == before


def test_of_two_runs_that_begin_at_once_one_has_the_folder(data, tmp_path, store, monkeypatch):
    both = threading.Barrier(2)
    looked = ResultFolder.previous

    def previous(*args):
        found = looked(*args)
        both.wait(30)
        return found

    monkeypatch.setattr(ResultFolder, "previous", previous)

    def run(method):
        return evaluate_dataset(data, [method], output=tmp_path / "out", metrics=QUICK, store=store)

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(run, method) for method in ("gamma", "clahe")]
        problems = [str(future.exception()) for future in futures if future.exception()]
    assert len(problems) == 1 and "began in" in problems[0]
    (kept,) = store.runs()
    assert {row["method"] for row in table(tmp_path / "out")} == set(summary(tmp_path / "out")) == set(kept.names)


def test_resume_of_a_finished_run_changes_nothing(data, tmp_path, store):
    run_into(tmp_path / "out", data, store)
    before = (tmp_path / "out" / "per_image.csv").read_bytes()
    run_into(tmp_path / "out", data, store, resume=True)
    assert (tmp_path / "out" / "per_image.csv").read_bytes() == before


def test_a_folder_with_a_name_of_any_bytes(data, tmp_path, store):
    odd = os.fsdecode(os.fsencode(data) + b"\xff")  # as from a disk that was written elsewhere
    data.rename(odd)
    first = run_into(tmp_path / "out", odd, store)
    assert first.title == "data?" and run_into(tmp_path / "out", odd, store, resume=True).id == first.id
    assert evaluation_pairs.pairs_of(store.get(first.id))[0].load().high is not None


def test_resume_refuses_another_evaluation(data, tmp_path, store):
    run_into(tmp_path / "out", data, store)
    with pytest.raises(OutputError, match="other methods, settings"):
        evaluate_dataset(data, ["gamma"], output=tmp_path / "out", metrics=QUICK, store=store, resume=True)
    write(data / "low" / "0.png", dark(48, 64, seed=77), overwrite=True)
    with pytest.raises(OutputError, match="other pictures"):
        run_into(tmp_path / "out", data, store, resume=True)


def test_cancelled_run_can_be_resumed(data, tmp_path, store):
    cancel = threading.Event()
    with pytest.raises(Cancelled, match="can be resumed"):
        run_into(tmp_path / "out", data, store, workers=1, cancel=cancel, on_rows=lambda rows: cancel.set())
    assert 0 < len(table(tmp_path / "out")) < 12 and not (tmp_path / "out" / "summary.json").exists()
    run_into(tmp_path / "out", data, store, resume=True)
    run_into(tmp_path / "whole", data, store)
    assert table(tmp_path / "out") == table(tmp_path / "whole")
    assert summary(tmp_path / "out") == summary(tmp_path / "whole")


_KILLED = """
import itertools, sys, time
from lowlight_core import evaluation, records, scoring
scored = scoring.score
def slow(task):
    time.sleep(0.03 if next(begun) < int(most) else 600)  # so that it is still at work when it is killed
    return scored(task)
begun = itertools.count()
evaluation.score = slow
data, output, store, most = sys.argv[1:]
evaluation.evaluate_dataset(data, ["clahe", "gamma"], output=output, metrics={quick!r}, resume=True,
                            workers=2, store=records.Store(store))
"""


def test_killed_several_times_and_resumed_equals_uninterrupted(tmp_path, store):
    data, output = make_pairs(tmp_path / "data", 40), tmp_path / "out"
    command = [sys.executable, "-c", _KILLED.format(quick=QUICK), str(data), str(output), str(store.url)]
    lengths = []
    for _ in range(3):
        process = subprocess.Popen([*command, "10"])
        wanted = (lengths[-1] if lengths else 0) + 12
        while process.poll() is None and _length(output) < wanted:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        lengths.append(_length(output))
    assert lengths == sorted(set(lengths)) and lengths[-1] < 80
    subprocess.run([*command, "40"], check=True)
    run_into(tmp_path / "whole", data, store)
    assert table(output) == table(tmp_path / "whole")
    assert summary(output) == summary(tmp_path / "whole")


def _length(output) -> int:
    return len(table(output)) if (output / "per_image.csv").exists() else 0


def test_what_failed_is_tried_again(tmp_path, store, monkeypatch):
    data = make_pairs(tmp_path / "data", 3)

    def run(output, resume=False, seen=None):
        seen = [] if seen is None else seen
        how = {"metrics": QUICK, "store": store, "resume": resume}
        output = tmp_path / output
        methods = ["clahe", "gamma"]
        return evaluate_dataset(data, methods, output=output, on_rows=lambda rows: seen.append(rows[0].position), **how)

    whole = run("whole")
    monkeypatch.setenv("LOWLIGHT_MAX_MEGAPIXELS", "0.001")
    settings.cache_clear()
    assert run("out").failed == 6
    monkeypatch.undo()
    settings.cache_clear()
    again = run("out", resume=True, seen=(seen := []))
    assert again.failed == 0 and again.state == "done" and sorted(seen) == [0, 1, 2]
    assert table(tmp_path / "out") == table(tmp_path / "whole") and again.summary == whole.summary
    run("out", resume=True, seen=(seen := []))
    assert not seen, "nothing failed, so nothing is done again"
