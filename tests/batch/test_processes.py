"""Worker processes: the same figures as threads, one sentence when one is killed, none left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import wait_until
from data_sets import make_pairs

from lowlight_core import batch
from lowlight_core.batch import processes
from lowlight_core.errors import ProcessError
from lowlight_core.evaluation import evaluate_dataset

METHODS = ["gamma", "clahe"]


def evaluated(folder, store, **how):
    run = evaluate_dataset(folder, METHODS, metrics=["psnr", "ssim"], store=store, workers=2, **how)
    return run, [(row.image, row.method, row.figures, row.error) for row in store.rows(run)]


@pytest.fixture
def always_processes(monkeypatch):
    monkeypatch.setattr(processes, "WORTH_IT", 1)


def test_processes_give_the_figures_of_threads(tmp_path, store, always_processes):
    data = make_pairs(tmp_path / "data", 6)
    (data / "low" / "broken.png").write_bytes(b"no picture")
    (data / "high" / "broken.png").write_bytes(b"no picture")
    alone, figures = evaluated(data, store)
    apart, same = evaluated(data, store, processes=True)
    assert figures == same and len(same) == 14
    assert alone.failed == apart.failed == 2 and alone.fingerprint == apart.fingerprint


def test_only_long_work_of_classical_methods_is_given_to_processes():
    assert processes.worth_it(["clahe", "lime"], processes.WORTH_IT, 2)
    assert not processes.worth_it(["clahe"], processes.WORTH_IT - 1, 2)
    assert not processes.worth_it(["clahe"], processes.WORTH_IT, 1)
    assert not processes.worth_it(["clahe", "lumen"], processes.WORTH_IT, 2)


def _die(item):
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_a_killed_process_is_one_sentence_and_no_row_of_the_table():
    done = []
    with pytest.raises(ProcessError, match="killed"), processes.pool(2) as executor:
        for outcome in batch.run(_die, range(40), executor=executor, workers=2, in_flight=2):
            assert outcome.error is None
            done.append(outcome.value)
    assert done == list(range(len(done))) and len(done) <= 3


_PARENT = """
from lowlight_core.batch import processes
if __name__ == "__main__":
    with processes.pool(2) as executor:
        print(*{executor.submit(__import__("os").getpid).result() for _ in range(50)}, flush=True)
        __import__("time").sleep(60)
"""


def test_processes_end_with_a_killed_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    paths = {**os.environ, "PYTHONPATH": str(Path(batch.__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=paths)
    workers = [int(number) for number in parent.stdout.readline().split()]
    assert workers and all(psutil.pid_exists(number) for number in workers)
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(map(_lives, workers)))


def _lives(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
