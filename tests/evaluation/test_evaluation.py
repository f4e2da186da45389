"""Evaluations: the same table whoever does the work and however often it is killed; errors stay in their rows."""

import math
import os

import numpy as np
import pytest
from data_sets import METHODS, QUICK, damage, make_pairs, run_into, summary, table
from pictures import dark, photo

from lowlight_core import enhancers, evaluation, measure, read, samples, write
from lowlight_core.errors import DatasetError, ParameterError, UnknownMethodError
from lowlight_core.evaluation import evaluate, evaluate_dataset, plan
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.evaluation.pairs import sample_pairs
from lowlight_core.scoring import FilePair, Task, choose_metrics, score


@pytest.fixture
def data(tmp_path):
    return make_pairs(tmp_path / "data")


def test_figures_are_those_of_the_method_and_the_metrics(data, tmp_path, store):
    run_into(tmp_path / "out", data, store)
    rows = table(tmp_path / "out")
    assert [(row["method"], row["image"]) for row in rows] == [(m, str(i)) for i in range(6) for m in METHODS]
    output = enhancers.get("gamma")(read(data / "low" / "4.png").pixels)
    expected = measure(output, read(data / "high" / "4.png").pixels, QUICK)
    row = next(row for row in rows if row["method"] == "gamma" and row["image"] == "4")
    assert {name: float(row[name]) for name in QUICK} == expected


def test_columns_of_the_table(data, tmp_path, store):
    run_into(tmp_path / "out", data, store)
    assert list(table(tmp_path / "out", seconds=True)[0]) == ["method", "image", *QUICK, "seconds", "error"]


def test_summary_holds_mean_and_standard_error(data, tmp_path, store):
    run = run_into(tmp_path / "out", data, store)
    rows, found = table(tmp_path / "out"), summary(tmp_path / "out")
    values = np.array([float(row["psnr"]) for row in rows if row["method"] == "clahe"])
    assert found["clahe"]["psnr"]["mean"] == pytest.approx(values.mean(), abs=1e-12)
    assert found["clahe"]["psnr"]["standard_error"] == pytest.approx(values.std(ddof=1) / math.sqrt(6), abs=1e-12)
    assert (found["clahe"]["images"], found["clahe"]["failed"]) == (6, 0)
    assert run.summary == found and run.failed == 0


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_number_of_workers_changes_nothing(data, tmp_path, store, workers):
    damage(data)
    run_into(tmp_path / "serial", data, store, workers=1)
    run_into(tmp_path / "parallel", data, store, workers=workers)
    assert table(tmp_path / "serial") == table(tmp_path / "parallel")
    assert summary(tmp_path / "serial") == summary(tmp_path / "parallel")


def test_what_is_wrong_with_a_pair_stays_in_its_rows(data, tmp_path, store):
    damage(data)
    run = run_into(tmp_path / "out", data, store)
    errors = {(row["image"], row["method"]): row["error"] for row in table(tmp_path / "out") if row["error"]}
    assert {image for image, _ in errors} == {"1", "3"} and len(errors) == 4
    assert "64 x 48 and 64 x 40" in errors["1", "clahe"]
    assert "not a picture" in errors["3", "gamma"]
    assert run.failed == 4 and summary(tmp_path / "out")["gamma"]["failed"] == 2
    assert [row.image for row in store.rows(run, failed=True)] == ["1", "1", "3", "3"]


def test_a_failing_method_does_not_take_its_neighbour_down(data, monkeypatch, store):
    from dataclasses import replace

    def broken(image, **knobs):
        raise KeyError("low")

    monkeypatch.setitem(enhancers.METHODS, "gamma", replace(enhancers.get("gamma"), function=broken))
    run = evaluate_dataset(data, METHODS, metrics=("psnr",), store=store)
    assert (run.summary["gamma"]["failed"], run.summary["clahe"]["failed"]) == (6, 0)


@pytest.mark.parametrize("wanted", ["clahe", "clahe, clahe,", ["clahe"], {"clahe": {"clip_limit": 2}}])
def test_methods_are_named_in_any_way(wanted):
    assert evaluation.choose_methods(wanted) == (("clahe", enhancers.get("clahe").defaults()),)


@pytest.mark.parametrize("nothing", ["", [], {}])
def test_no_method_is_refused(nothing):
    with pytest.raises(ParameterError, match="no method was named"):
        evaluation.choose_methods(nothing)


def test_each_picture_is_decoded_once_for_all_methods(data, monkeypatch):
    from lowlight_core import scoring

    seen = []
    decode = scoring.decode
    monkeypatch.setattr(scoring, "decode", lambda *args: seen.append(args[1]) or decode(*args))
    pair = FilePair("0", str(data / "low" / "0.png"), str(data / "high" / "0.png"))
    rows = score(Task(0, pair, evaluation.choose_methods(["clahe", "gamma", "retinex"]), ("psnr",)))
    assert len(rows) == 3 and len(seen) == 2


def test_unpaired_folder_has_figures_without_reference(tmp_path, store):
    for number in range(3):
        write(tmp_path / "dark" / f"{number}.png", dark(seed=number))
    run = evaluate_dataset(tmp_path / "dark", ["clahe"], output=tmp_path / "out", store=store)
    assert "psnr" not in run.metrics and "entropy" in run.metrics
    assert all(float(row["entropy"]) > 0 for row in table(tmp_path / "out"))
    with pytest.raises(ParameterError, match="no references to measure psnr against"):
        evaluate_dataset(tmp_path / "dark", ["clahe"], metrics=["psnr"], store=store)


def test_files_without_partner_are_listed(data, store):
    write(data / "low" / "lonely.png", dark())
    run = evaluate_dataset(data, ["gamma"], metrics=["psnr"], store=store)
    assert run.source["unpaired"] == ["low/lonely.png"] and run.images == 6


def test_identical_images_leave_the_files_valid(tmp_path, store):
    for side in ("low", "high"):
        write(tmp_path / "same" / side / "a.png", photo())
    evaluate_dataset(tmp_path / "same", {"gamma": {"strength": 0}}, output=tmp_path / "out", metrics=QUICK, store=store)
    assert table(tmp_path / "out")[0]["psnr"] == "inf"
    found = summary(tmp_path / "out")["gamma"]
    assert found["psnr"]["mean"] is None and found["psnr"]["infinite"] == 1
    assert found["ssim"]["mean"] == 1 and found["ssim"]["standard_error"] is None


def test_names_of_all_kinds(tmp_path, store):
    for name in ("夜景 1", "with, comma", 'with "quotes"'):
        write(tmp_path / "data" / "low" / f"{name}.png", dark())
        write(tmp_path / "data" / "high" / f"{name}.png", photo())
    odd = os.fsencode(tmp_path / "data" / "low") + b"/broken\xff.png"
    with open(odd, "wb") as file, open(odd.replace(b"/low/", b"/high/"), "wb") as other:
        file.write((tmp_path / "data" / "low" / "夜景 1.png").read_bytes())
        other.write((tmp_path / "data" / "high" / "夜景 1.png").read_bytes())
    run = evaluate_dataset(tmp_path / "data", ["gamma"], output=tmp_path / "out", metrics=QUICK, store=store)
    assert run.failed == 0
    assert {"夜景 1", "with, comma", 'with "quotes"', "broken?"} == {row["image"] for row in table(tmp_path / "out")}


def test_memory_stays_flat(tmp_path, store):
    """3,000 pairs: no more memory at the end than after 300, since rows go to the record."""
    import psutil

    (tmp_path / "data").mkdir()
    for side, picture in (("low", dark(24, 32)), ("high", photo(24, 32))):
        first = write(tmp_path / "data" / side / "0.png", picture)
        for number in range(1, 3000):
            os.link(first, first.with_name(f"{number}.png"))
    memory = []

    def watch(rows):
        if rows[0].position in (300, 2990):
            memory.append(psutil.Process().memory_info().rss)

    run = evaluate_dataset(tmp_path / "data", METHODS, metrics=["psnr"], store=store, on_rows=watch)
    assert run.summary["gamma"]["images"] == 3000
    assert memory[1] - memory[0] < 30e6


def test_samples(store):
    pairs = sample_pairs()
    planned = plan(pairs, ["gamma"], chosen=["psnr"], owner="me", title="samples", source=evaluation_pairs.SAMPLES)
    run = evaluate(store.begin(planned), pairs, store=store)
    sample = samples.load("cat")
    row = next(row for row in store.rows(run) if row.image == "cat")
    assert row.figures == measure(enhancers.get("gamma")(sample.low), sample.high, ["psnr"])
    assert len(run.fingerprint) == 64 and run.state == "done"


def test_wrong_wishes_are_named_before_anything_begins(data, tmp_path, store):
    with pytest.raises(UnknownMethodError, match="no method 'magic'"):
        evaluate_dataset(data, ["magic"], output=tmp_path / "out", store=store)
    with pytest.raises(ParameterError, match="clip_limit must be in"):
        evaluate_dataset(data, {"clahe": {"clip_limit": 99}}, output=tmp_path / "out", store=store)
    with pytest.raises(ParameterError, match="no metric 'beauty'"):
        evaluate_dataset(data, ["clahe"], metrics="psnr,beauty", output=tmp_path / "out", store=store)
    with pytest.raises(ParameterError, match="at least one"):
        evaluate_dataset(data, [], output=tmp_path / "out", store=store)
    with pytest.raises(DatasetError):
        evaluate_dataset(tmp_path / "nowhere", ["clahe"], output=tmp_path / "out", store=store)
    assert not (tmp_path / "out").exists() and not store.runs()


def test_metrics_come_in_the_order_of_their_table():
    assert choose_metrics("ssim, psnr,") == ("psnr", "ssim")
    assert "niqe" in choose_metrics("all") and "niqe" not in choose_metrics("cheap")


@pytest.mark.parametrize("wanted", ["", " , ", ()])
def test_a_run_without_a_metric_is_refused(wanted):
    with pytest.raises(ParameterError, match="no metric was named"):
        choose_metrics(wanted)
