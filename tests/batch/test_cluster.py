"""The cluster: a real Dask scheduler and real worker processes on this machine, one of which is killed at work."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, free_port
from data_sets import QUICK, damage, make_pairs, summary, table

from lowlight_core import batch
from lowlight_core.batch import cluster
from lowlight_core.batch.cluster import connect
from lowlight_core.errors import Cancelled, ClusterError
from lowlight_core.evaluation import evaluate_dataset

pytest.importorskip("distributed")
METHODS = ("clahe", "gamma")


def start(*arguments: str, folder: Path) -> subprocess.Popen:
    """A Dask scheduler or worker that can import what the tests send."""
    paths = os.pathsep.join(map(str, [ROOT, ROOT / "tests", Path(__file__).parent]))
    with (folder / f"{arguments[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
            env={**os.environ, "PYTHONPATH": paths}, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip


def start_worker(address: str, folder: Path) -> subprocess.Popen:
    return start("worker", address, "--nthreads", "1", "--no-nanny", folder=folder)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A scheduler with two workers of one thread each."""
    folder = tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{free_port()}"
    processes = [start("scheduler", "--port", address.rsplit(":", 1)[1], "--host", "127.0.0.1", folder=folder)]
    processes += [start_worker(address, folder) for _ in range(2)]
    wait_for_workers(address, 2)
    yield address
    for process in processes:
        process.kill()
        process.wait()


def wait_for_workers(address: str, count: int) -> None:
    import distributed

    with distributed.Client(address, timeout=120, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=120)


def process_of(_) -> int:
    time.sleep(0.05)
    return os.getpid()


def loads(name: str) -> tuple[int, int]:
    """Process, and how often that process has loaded a "model"."""
    time.sleep(0.02)
    return os.getpid(), _load(name)


_loaded: dict[str, int] = {}


def _load(name: str) -> int:
    _loaded.setdefault(name, 0)
    if not _loaded[name]:
        _loaded[name] += 1
    return _loaded[name]


def slowly(task):
    from lowlight_core.scoring import score

    time.sleep(0.1)
    return score(task)


def test_table_equals_the_local_one(address, tmp_path, store):
    data = make_pairs(tmp_path / "data", 8)
    damage(data)
    for name, place in (("here", None), ("there", address)):
        evaluate_dataset(data, METHODS, output=tmp_path / name, metrics=QUICK, store=store, cluster=place)
    assert table(tmp_path / "here") == table(tmp_path / "there")
    assert summary(tmp_path / "here") == summary(tmp_path / "there")


def test_work_is_spread_over_all_workers_and_bounded(address):
    read = []
    with connect(address) as there:
        items = (read.append(n) or n for n in range(40))
        outcomes = there.run(process_of, items)
        first = next(outcomes)
        assert there.in_flight == 4 and len(read) <= 5
        found = [first.value, *(outcome.value for outcome in outcomes)]
    assert len(set(found)) == 2 and os.getpid() not in found and len(found) == 40


def test_process_of_a_worker_stays_so_that_models_load_once(address):
    with connect(address) as there:
        found = [outcome.value for outcome in there.run(loads, ["model"] * 12)]
    assert {count for _, count in found} == {1} and len({process for process, _ in found}) == 2


def test_images_of_a_killed_worker_are_done_by_another(address, tmp_path, store, monkeypatch):
    data = make_pairs(tmp_path / "data", 24)
    monkeypatch.setattr("lowlight_core.evaluation.score", slowly)
    worker = start_worker(address, tmp_path)
    wait_for_workers(address, 3)
    killed = []

    def kill(rows):
        if rows[0].position == 5:
            worker.send_signal(signal.SIGKILL)
            killed.append(worker.wait())

    run = evaluate_dataset(
        data, METHODS, output=tmp_path / "there", metrics=QUICK, store=store, cluster=address, on_rows=kill
    )
    assert killed == [-signal.SIGKILL] and run.failed == 0
    evaluate_dataset(data, METHODS, output=tmp_path / "here", metrics=QUICK, store=store)
    assert table(tmp_path / "here") == table(tmp_path / "there")


def test_lost_scheduler_leaves_a_run_to_resume(tmp_path, store, monkeypatch):
    data, address = make_pairs(tmp_path / "data", 16), f"tcp://127.0.0.1:{free_port()}"
    monkeypatch.setattr("lowlight_core.evaluation.score", slowly)
    scheduler = start("scheduler", "--port", address.rsplit(":", 1)[1], folder=tmp_path)
    worker = start_worker(address, tmp_path)
    try:
        wait_for_workers(address, 1)
        how = dict(output=tmp_path / "out", metrics=QUICK, store=store)
        with pytest.raises(Cancelled, match="can be resumed"):
            evaluate_dataset(data, METHODS, cluster=address, on_rows=lambda rows: scheduler.kill(), **how)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    run = evaluate_dataset(data, METHODS, resume=True, **how)
    assert run.failed == 0 and len(table(tmp_path / "out")) == 32


def test_workers_with_other_versions_are_refused(address, monkeypatch):
    here = cluster.provenance.versions()
    monkeypatch.setattr(cluster.provenance, "versions", lambda: {**here, "numpy": "0.0"})
    with pytest.raises(ClusterError, match="has numpy .* expected 0.0"), connect(address):
        pass


def test_a_cluster_that_does_not_answer_leaves_nothing_behind(tmp_path, store, monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    data, how = make_pairs(tmp_path / "data", 2), dict(output=tmp_path / "out", metrics=QUICK, store=store)
    with pytest.raises(ClusterError):
        evaluate_dataset(data, METHODS, cluster=f"tcp://127.0.0.1:{free_port()}", **how)
    assert not (tmp_path / "out").exists()
    assert evaluate_dataset(data, METHODS, **how).failed == 0


def test_scheduler_without_workers_is_one_sentence(tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = start("scheduler", "--port", address.rsplit(":", 1)[1], folder=tmp_path)
    try:
        with pytest.raises(ClusterError, match="has no workers"), connect(address):
            pass
    finally:
        scheduler.kill()
        scheduler.wait()


def test_a_scheduler_that_does_not_know_the_project_is_refused_at_once(tmp_path):
    """Every picture would fail on it, one by one, though all its workers are fit."""
    port = free_port()
    with (tmp_path / "scheduler.log").open("ab") as log:
        command = [sys.executable, "-m", "dask", "scheduler", "--port", str(port), "--no-dashboard"]
        scheduler = subprocess.Popen(command, env=without_paths(), cwd=tmp_path, stdout=log, stderr=log)
    try:
        with pytest.raises(ClusterError, match="scheduler at .* cannot run this project"):
            connect(f"tcp://127.0.0.1:{port}").__enter__()
    finally:
        scheduler.kill()
        scheduler.wait()


def test_the_commands_of_the_readme_start_a_cluster(tmp_path):
    """As somebody types them in this project's folder: Dask's own command did not find it there."""
    address = f"127.0.0.1:{free_port()}"
    lines = [line.partition("#")[0].split() for line in (ROOT / "README.md").read_text("utf-8").splitlines()]
    scheduler, worker = (words[1:] for words in lines if words[:3] == ["python", "-m", "dask"])
    worker = [word.replace("ADDRESS:8786", address) for word in worker] + ["--local-directory", str(tmp_path)]
    started = []
    with (tmp_path / "log").open("ab") as log:
        for words in (scheduler + ["--port", address.partition(":")[2]], worker):
            command = [sys.executable, *words, "--no-dashboard"]
            started.append(subprocess.Popen(command, env=without_paths(), cwd=ROOT, stdout=log, stderr=log))
    try:
        wait_for_workers(f"tcp://{address}", 1)
        with connect(address) as there:
            assert there.submit(batch.default_workers).result() >= 1
    finally:
        for process in reversed(started):  # the worker's nanny ends its process
            process.terminate()
            process.wait()


def without_paths() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
