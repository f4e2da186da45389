"""Many photos as a job: files on disk, each failure named, archives in parts, copies that overwrite nothing."""

import threading
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from conftest import wait_until
from pictures import dark, saved

from lowlight_core import batch, decode, enhance_files, enhancers
from lowlight_core.errors import OutputError
from lowlight_core.files import Source
from lowlight_core.files.folder_save import new_folder, save_copy
from lowlight_core.jobs import Manager, many_photos
from lowlight_core.settings import Settings


@pytest.fixture
def manager(tmp_path, monkeypatch):
    monkeypatch.setattr("lowlight_core.jobs.settings", lambda: Settings(home=tmp_path / "home"))
    return Manager(running=1, queued=5)


def sources():
    good = [Source(f"夜/{name}.png", data=saved(dark(seed=i))) for i, name in enumerate(("街 灯", "b", "c"))]
    return [good[0], Source("broken.jpg", data=b"no picture"), *good[1:]]


def finished(job):
    wait_until(lambda: job.over)
    return job


def test_results_are_files_and_each_failure_is_named(manager):
    job = finished(many_photos.submit(manager, sources(), method="gamma", settings={"gamma": 2.0}, format="png"))
    report = job.result
    assert job.state == "done" and job.done == job.total == 4
    assert [item.name for item in report.done] == ["夜/街 灯.png", "夜/b.png", "夜/c.png"]
    (failure,) = report.failed
    assert failure.name == "broken.jpg" and "not a picture" in failure.error
    output = decode(report.done[0].enhanced.output.read_bytes()).pixels
    assert np.array_equal(output, enhancers.get("gamma")(dark(seed=0), gamma=2.0))
    assert decode(report.done[0].thumbnail.read_bytes()).pixels.shape == (240, 320, 3)


def test_names_in_an_archive_are_taken_by_every_system(manager):
    odd = [Source(name, data=saved(dark())) for name in ("12:30.png", "12*30.png", "aux.png")]
    report = (job := finished(many_photos.submit(manager, odd, method="gamma", settings={}))).result
    with zipfile.ZipFile(many_photos.pack(job, report, report.done, 1)) as archive:
        assert archive.namelist() == ["12_30.jpg", "12_30-2.jpg", "_aux.jpg"]
    assert [item.name for item in report.done] == ["12:30.png", "12*30.png", "aux.png"]


def test_archives_hold_the_names_and_stay_below_their_limit(manager):
    job = finished(many_photos.submit(manager, sources(), method="gamma", settings={}))
    groups = many_photos.parts(job.result)
    assert [len(group) for group in groups] == [3]
    assert [len(group) for group in many_photos.parts(job.result, megabytes=1e-9)] == [1, 1, 1]
    path = many_photos.pack(job, job.result, groups[0], 1)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["夜/街 灯.jpg", "夜/b.jpg", "夜/c.jpg"] and archive.testzip() is None
    assert many_photos.pack(job, job.result, groups[0], 1) == path  # made once


def test_the_operators_folder_does_not_tell_the_name_of_own_weights(manager, tmp_path, monkeypatch):
    own = replace(enhancers.get("gamma"), name="own-" + "s" * 22 + "-300", label="U-Net, own weights (300 steps)")
    monkeypatch.setitem(enhancers.METHODS, own.name, own)
    finished(many_photos.submit(manager, sources()[:1], method=own.name, settings={}, save_root=tmp_path))
    (saved_in,) = tmp_path.glob("*_u_net_own_weights_300_steps")
    assert len(list(saved_in.rglob("*.jpg"))) == 1


def test_a_cancelled_job_keeps_what_it_has(manager, monkeypatch):
    work, third, cancelled = many_photos._finished, threading.Event(), threading.Event()

    def until_cancelled(job, report, *more):
        if len(report.items) == 2:
            third.set()
            cancelled.wait(60)
        return work(job, report, *more)

    monkeypatch.setattr(many_photos, "_finished", until_cancelled)
    many = [Source(f"{i}.png", data=saved(dark(seed=i))) for i in range(200)]
    job = many_photos.submit(manager, many, method="lime", settings={})
    assert third.wait(60)
    manager.cancel(job)
    cancelled.set()
    assert finished(job).state == "cancelled" and 3 <= len(job.result.items) < 200


def test_a_job_may_take_as_long_as_the_operator_lets_it(manager, monkeypatch):
    monkeypatch.setattr(many_photos, "server", lambda: Settings(max_job_minutes=1e-6))
    monkeypatch.setattr(many_photos, "_finished", lambda job, *_: job.cancel.wait(60))
    job = finished(many_photos.submit(manager, sources(), method="gamma", settings={}))
    assert job.minutes == 1e-6 and (job.state, job.late) == ("cancelled", True) and job.result.method == "gamma"


def test_what_a_stopped_job_did_not_reach_is_done_when_it_goes_on(manager, tmp_path, monkeypatch):
    alike = ("a.png", "a.jpg", "a.webp", "b.png", "broken.jpg")  # of names that meet in one format
    many = [Source(name, data=saved(dark(seed=i))) for i, name in enumerate(alike[:4])]
    many.append(Source(alike[4], data=b"no picture"))
    job = stopped_at_the_second(manager, many, monkeypatch, save_root=tmp_path)
    report, spent, zipped = job.result, job.seconds, many_photos.parts(job.result)
    many_photos.pack(job, report, zipped[0], 1)
    assert [item.name for item in report.items] == ["a.png", "a.jpg"] and job.state == "cancelled"
    assert report.given == many_photos.told_by(many) != many_photos.told_by(many[1:])
    many_photos.resume(manager, job, many)
    assert finished(job).state == "done" and (job.before, job.done, job.total) == (2, 5, 5) and not job.late
    assert job.result is report and [item.name for item in report.items] == list(alike) and job.seconds > spent
    outputs = ["a.jpg", "a-2.jpg", "a-3.jpg", "b.jpg"]
    assert [item.enhanced.output.name for item in report.done] == outputs
    assert len({item.thumbnail for item in report.done}) == 4 and len(report.failed) == 1
    with zipfile.ZipFile(many_photos.pack(job, report, many_photos.parts(report)[0], 1)) as archive:
        assert archive.namelist() == outputs, "not the one of before"
    (folder,) = tmp_path.glob("*_gamma")
    assert {path.name for path in folder.iterdir()} == set(outputs)


def test_results_stay_where_the_rest_is_cancelled_in_the_queue_or_fails(manager, monkeypatch):
    many = [Source(f"{i}.png", data=saved(dark(seed=i))) for i in range(4)]
    job, gate = stopped_at_the_second(manager, many, monkeypatch), threading.Event()
    manager.submit("other", "first", lambda job: gate.wait(60))
    many_photos.resume(manager, job, many)
    many_photos.resume(manager, job, many)  # by another tab
    assert job.state == "waiting" and manager.position(job) <= 1
    manager.cancel(job)
    gate.set()
    assert job.state == "cancelled" and all(item.enhanced.output.exists() for item in job.result.done)

    monkeypatch.setattr(many_photos, "enhance_files", lambda *_, **__: (_ for _ in ()).throw(OutputError("full")))
    many_photos.resume(manager, job, many)
    assert finished(job).state == "failed" and job.error == "full" and len(job.result.done) == 2

    manager.discard(job)
    with pytest.raises(OutputError, match="not kept any more"):
        many_photos.resume(manager, job, many)


def stopped_at_the_second(manager, many, monkeypatch, **more):
    """A job that was stopped while it worked on its second photo."""
    second, gone_on, heard, work = *(threading.Event() for _ in range(3)), enhance_files.decode
    give_back = batch._give_back

    def held(data, name, *limit):
        if name == many[1].name:
            second.set()
            assert gone_on.wait(60)
        return work(data, name, *limit)

    with monkeypatch.context() as patch:
        patch.setattr(batch, "default_workers", lambda: 1)
        patch.setattr(batch, "_give_back", lambda waiting: give_back(waiting) or heard.set())
        patch.setattr(enhance_files, "decode", held)
        job = many_photos.submit(manager, many, method="gamma", settings={}, **more)
        assert second.wait(60)
        manager.cancel(job)
        assert heard.wait(60)
        gone_on.set()
        return finished(job)


def test_saving_makes_a_new_folder_for_each_run(manager, tmp_path):
    root = tmp_path / "operator"
    root.mkdir()
    jobs = [finished(many_photos.submit(manager, sources(), method="gamma", settings={}, save_root=root)) for _ in "ab"]
    folders = [job.result.saved for job in jobs]
    assert folders[0] != folders[1] and all(folder.parent == root for folder in folders)
    names = {path.relative_to(folders[0]).as_posix() for path in folders[0].rglob("*.jpg")}
    assert names == {"夜/街 灯.jpg", "夜/b.jpg", "夜/c.jpg"}


def test_a_root_that_is_gone_fails_the_job_in_words(manager, tmp_path):
    job = many_photos.submit(manager, sources(), method="gamma", settings={}, save_root=tmp_path / "gone")
    assert finished(job).state == "failed" and "takes no results" in job.error


def test_a_copy_that_fails_costs_nobody_the_result(manager, tmp_path, monkeypatch):
    def full(*_):
        raise OutputError("the disk is full")

    monkeypatch.setattr(many_photos, "save_copy", full)
    job = finished(many_photos.submit(manager, sources(), method="gamma", settings={}, save_root=tmp_path))
    assert len(job.result.done) == 3 and all(item.not_saved == "the disk is full" for item in job.result.done)
    assert not job.result.kept and not list(tmp_path.glob("*_gamma*")), "no folder that holds nothing"


def test_where_all_photos_fail_nothing_is_left_in_the_operators_folder(manager, tmp_path):
    broken = [Source("broken.jpg", data=b"no picture")]
    job = finished(many_photos.submit(manager, broken, method="gamma", settings={}, save_root=tmp_path))
    assert len(job.result.failed) == 1 and not job.result.kept and not list(tmp_path.glob("*_gamma*"))


def test_new_folders_never_collide_and_names_are_tame(tmp_path):
    first, second = (new_folder(tmp_path, "../µ a b", now=0) for _ in range(2))
    assert first.parent == tmp_path and second.name == f"{first.name}-2" and "/" not in first.name
    assert set(first.name) <= set("0123456789-_ab")


def test_a_copy_never_replaces_a_file(tmp_path):
    file = tmp_path / "a.jpg"
    file.write_bytes(b"new")
    (tmp_path / "out").mkdir()
    assert save_copy(file, tmp_path / "out", "x/a.jpg").read_bytes() == b"new"
    with pytest.raises(OutputError, match="exists already"):
        save_copy(file, tmp_path / "out", "x/a.jpg")
