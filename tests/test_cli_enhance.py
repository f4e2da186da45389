"""``enhance``: files, folders and archives in, the same names out; nothing lost and nothing overwritten."""

import numpy as np
import pytest
from archives_for_tests import zipped
from pictures import dark, saved
from PIL import Image

from lowlight_core import enhancers, get, image


def test_enhance_a_folder_keeps_relative_paths(run_cli, dark_folder):
    words = ("--method", "clahe", "--set", "clip_limit=3", "--output", dark_folder / "o")
    status, out, err = run_cli("enhance", dark_folder / "in", *words)
    assert (status, err) == (0, "") and "3 enhanced" in out
    written = sorted(
        str(path.relative_to(dark_folder / "o")) for path in (dark_folder / "o").rglob("*") if path.is_file()
    )
    assert written == ["a.png", "b.png", "sub/夜 景.png"]
    expected = get("clahe")(image.read(dark_folder / "in" / "b.png").pixels, clip_limit=3)
    assert np.array_equal(image.read(dark_folder / "o" / "b.png").pixels, expected)


def test_enhance_takes_files_folders_and_archives_with_options_anywhere(run_cli, dark_folder):
    (dark_folder / "z.zip").write_bytes(zipped({"deep/c.png": saved(dark())}))
    words = [dark_folder / "in" / "a.jpg", "--format", "jpg", dark_folder / "z.zip", "--output", dark_folder / "o"]
    status, _, err = run_cli("enhance", *words, dark_folder / "in" / "sub", "--method", "gamma", "--workers", 2)
    assert (status, err) == (0, "")
    written = sorted(str(path.relative_to(dark_folder / "o")) for path in (dark_folder / "o").rglob("*.jpg"))
    assert written == ["a.jpg", "deep/c.jpg", "夜 景.jpg"]


def test_more_than_eight_bits_are_not_dropped_without_a_word(run_cli, dark_folder):
    Image.fromarray(np.full((20, 30), 9000, np.uint16)).save(dark_folder / "in" / "wide.png")
    status, out, err = run_cli("enhance", dark_folder / "in", "--method", "gamma", "--output", dark_folder / "o")
    assert (status, err) == (0, "") and "1 had more than 8 bits per channel: the upper 8 were kept" in out


def test_enhance_without_a_method_takes_the_default(run_cli, dark_folder):
    assert run_cli("enhance", dark_folder / "in" / "b.png", "--output", dark_folder / "o")[0] == 0
    expected = enhancers.default()(image.read(dark_folder / "in" / "b.png").pixels)
    assert np.array_equal(image.read(dark_folder / "o" / "b.png").pixels, expected)


def test_the_rest_is_done_and_every_failure_is_named(run_cli, dark_folder):
    (dark_folder / "in" / "bad.png").write_bytes(b"hello")
    words = ("enhance", dark_folder / "in", dark_folder / "missing", "--method", "gamma", "--output", dark_folder / "o")
    status, out, err = run_cli(*words)
    assert status == 1 and "3 enhanced" in out and "2 failed" in out
    assert len(err.strip().splitlines()) == 2 and "bad.png" in err and "missing does not exist" in err
    assert len(list((dark_folder / "o").rglob("*.png"))) == 3


def test_an_archive_in_a_folder_is_a_note_and_no_failure(run_cli, dark_folder):
    (dark_folder / "in" / "z.zip").write_bytes(zipped({"z.png": saved(dark())}))
    words = ("enhance", dark_folder / "in", dark_folder / "in" / "b.png", "--method", "gamma", "--output")
    status, out, err = run_cli(*words, dark_folder / "o")
    assert status == 0 and "3 enhanced" in out and "0 failed" in out
    assert len(err.strip().splitlines()) == 1 and "z.zip is an archive inside a folder" in err


def test_nothing_is_overwritten_unless_told(run_cli, dark_folder):
    words = ("enhance", dark_folder / "in" / "a.jpg", "--output", dark_folder / "o", "--method")
    assert run_cli(*words, "gamma")[0] == 0
    before = (dark_folder / "o" / "a.png").read_bytes()
    status, _, err = run_cli(*words, "clahe")
    assert status == 1 and "exists already" in err and (dark_folder / "o" / "a.png").read_bytes() == before
    assert run_cli(*words, "clahe", "--overwrite")[0] == 0 and (dark_folder / "o" / "a.png").read_bytes() != before


@pytest.mark.parametrize("output", ["/proc", "/proc/lowlight", "in/a.jpg/below"])
def test_a_folder_that_takes_no_files(run_cli, dark_folder, monkeypatch, output):
    monkeypatch.chdir(dark_folder)
    status, _, err = run_cli("enhance", "in", "--method", "gamma", "--output", output)
    assert status == 1 and "cannot be" in err


def test_what_was_enhanced_into_a_folder_below_is_not_enhanced_again(run_cli, dark_folder):
    words = (
        "enhance",
        dark_folder / "in",
        "--output",
        dark_folder / "in" / "bright",
        "--method",
        "gamma",
        "--overwrite",
    )
    for _ in range(2):
        assert "3 enhanced" in run_cli(*words)[1]
    assert not (dark_folder / "in" / "bright" / "bright").exists()


def test_enhance_on_a_cluster(run_cli, dark_folder):
    distributed = pytest.importorskip("distributed")
    how = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**how) as cluster:
        words = ("enhance", dark_folder / "in", "--method", "clahe", "--output", dark_folder / "o", "--cluster")
        status, out, _ = run_cli(*words, cluster.scheduler_address)
    assert status == 0 and "3 enhanced" in out
    assert np.array_equal(
        image.read(dark_folder / "o" / "b.png").pixels, get("clahe")(image.read(dark_folder / "in" / "b.png").pixels)
    )
