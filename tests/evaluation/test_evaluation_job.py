"""Runs on record and what is behind them: uploads on disk, pairs found again by name, runs that go on or may not."""

import io
import os
import time
import zipfile
from dataclasses import replace

import pytest
from conftest import wait_until
from data_sets import QUICK, kept_run, make_pairs

from lowlight_core import evaluation, jobs, records
from lowlight_core.errors import DatasetError, OutputError
from lowlight_core.evaluation import job as evaluation_job
from lowlight_core.evaluation import pairs as evaluation_pairs
from lowlight_core.files import Source, from_uploads
from lowlight_core.jobs import manager
from lowlight_core.scoring import score


def test_pictures_are_those_of_the_row_also_where_others_were_added(home):
    data = make_pairs(home / "data", 3)
    run = kept_run(data, kind="folder")
    for side in ("low", "high"):
        (data / side / "!first.png").write_bytes((data / side / "2.png").read_bytes())
    pairs = evaluation_pairs.pairs_of(run)
    assert [evaluation_pairs.pair_of(pairs, run, pair.name) for pair in pairs] == list(pairs)
    assert len(pairs) == 4 and evaluation_pairs.pair_of(pairs, run, "0").low.endswith("low/0.png")
    (data / "low" / "1.png").unlink()
    with pytest.raises(DatasetError, match="no longer among"):
        evaluation_pairs.pair_of(evaluation_pairs.pairs_of(run), run, "1")


def test_a_picture_that_was_replaced_is_not_shown_beside_the_old_figures(home):
    data = make_pairs(home / "data", 2)
    run = kept_run(data, kind="folder")
    pairs = evaluation_pairs.pairs_of(run)
    assert evaluation_pairs.load(pairs, run, "1").high is not None
    (data / "high" / "1.png").write_bytes((data / "high" / "0.png").read_bytes())
    with pytest.raises(DatasetError, match="replaced"):
        evaluation_pairs.load(pairs, run, "1")
    assert evaluation_pairs.load(pairs, run, "0").low is not None


def test_a_run_of_other_weights_is_not_continued(home):
    run = kept_run(make_pairs(home / "data", 2), done=False)
    old = replace(run, methods=[{**run.methods[0], "weights": "0" * 64}])
    with pytest.raises(DatasetError, match="other weights"):
        evaluation_job.resume(old)


def test_a_run_that_goes_on_is_not_called_stopped(home, monkeypatch):
    run = records.store().update(kept_run(make_pairs(home / "data", 2), done=False), state="cancelled")
    seen = []
    monkeypatch.setattr(evaluation, "score", lambda task: seen.append(records.store().get(run.id).state) or score(task))
    evaluation.evaluate(run, evaluation_pairs.pairs_of(run), workers=1)
    assert seen == ["running"] * 2 and records.store().get(run.id).state == "done"


def test_upload_becomes_pairs_on_disk_for_a_day(home):
    make_pairs(home / "data", 2)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted((home / "data").rglob("*.png")):
            packed.write(path, f"mine/{path.relative_to(home / 'data')}")
    folder = evaluation_job.keep_upload(from_uploads([("mine.zip", archive.getvalue())]).sources)
    assert len(evaluation_pairs.folder_pairs(folder)[0]) == 2
    os.utime(folder, (time.time() - 2e5, time.time() - 2e5))
    manager().tidy()
    assert not folder.exists()


def test_an_upload_is_not_swept_away_while_a_run_of_it_goes_on(home):
    pairs = make_pairs(home / "data", 2)
    upload = [Source(path.relative_to(pairs).as_posix(), data=path.read_bytes()) for path in pairs.rglob("*.png")]
    folder = evaluation_job.keep_upload(upload)
    run = kept_run(folder, kind="upload", done=False)
    os.utime(folder, (time.time() - jobs.KEEP_SECONDS + 60,) * 2)
    job = evaluation_job.resume(run)
    assert time.time() - folder.stat().st_mtime < jobs.KEEP_SECONDS / 2, "a day counts from now"
    wait_until(lambda: job.over)


def test_a_run_that_is_deleted_takes_its_upload_along(home):
    pairs = make_pairs(home / "data", 2)
    upload = [Source(path.relative_to(pairs).as_posix(), data=path.read_bytes()) for path in pairs.rglob("*.png")]
    folder = evaluation_job.keep_upload(upload)
    run, other = kept_run(folder, kind="upload"), kept_run(pairs, kind="folder")
    outside = kept_run(pairs, kind="upload")
    for one in (run, other, outside):
        evaluation_job.delete(one)
    assert not folder.exists() and len(list(pairs.rglob("*.png"))) == 4, "the operator's data sets stay"
    assert not records.store().runs(["a" * 22])


def test_files_of_one_name_are_all_kept(home):
    folder = evaluation_job.keep_upload([Source(name, data=b"x") for name in ("1.png", "1.png", "a/1.png", "1.PNG")])
    kept = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))
    assert kept == ["1-2.png", "1-3.PNG", "1.png", "a/1.png"]


def test_changed_pictures_are_not_continued(home):
    run = kept_run(make_pairs(home / "data", 2), done=False)
    (home / "data" / "low" / "0.png").unlink()
    with pytest.raises(DatasetError, match="have changed"):
        evaluation_job.resume(replace(run))


def test_an_output_that_cannot_be_written_leaves_no_run(tmp_path, store):
    data = make_pairs(tmp_path / "data", 2)
    (tmp_path / "blocked").write_text("a file")
    with pytest.raises(OutputError):
        evaluation.evaluate_dataset(data, ["gamma"], output=tmp_path / "blocked" / "x", metrics=QUICK, store=store)
    assert store.runs() == []
