"""A resumed evaluation tries again what failed, and only that."""

from data_sets import QUICK, make_pairs, table

from lowlight_core.evaluation import evaluate_dataset
from lowlight_core.settings import settings


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
