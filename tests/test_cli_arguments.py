"""Words of the command line that are easily misread: the end of options, options given twice."""

import numpy as np
import pytest
from data_sets import make_pairs
from pictures import dark

from lowlight_core import cli, write


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """Run the command line in a folder with ``-dash.png`` and ``b.png``; returns (status, stderr)."""
    monkeypatch.chdir(tmp_path)
    for name in ("-dash.png", "b.png"):
        write(tmp_path / name, dark(24, 32))

    def call(*words):
        status = cli.main(list(words))
        return status, capfd.readouterr().err

    return call


def test_after_the_end_of_options_everything_is_a_path(run, tmp_path):
    assert run("enhance", "--method", "gamma", "--output", "o", "--", "-dash.png", "b.png") == (0, "")
    assert {path.name for path in (tmp_path / "o").iterdir()} == {"-dash.png", "b.png"}
    status, error = run("enhance", "--output", "o", "-dash.png")
    assert status == 2 and len(error.splitlines()) == 1


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["enhance", "b.png", "--output", "o", "--method", "gamma", "--method", "clahe"], "--method was given twice"),
        (["evaluate", ".", "--output", "o", "--methods", "gamma", "--methods", "clahe"], "--methods was given twice"),
        (["evaluate", ".", "--output", "o", "--metrics", "psnr", "--metrics", "ssim"], "--metrics was given twice"),
        (["enhance", "b.png", "--output", "o", "--output", "o2"], "--output was given twice"),
        (["video", "b.png", "o.mp4", "--workers", "1", "--workers", "2"], "--workers was given twice"),
        (["scenes", ".", "--share", "0.1", "--share", "0.2"], "--share was given twice"),
        (["benchmark", "--only", "photos", "--only", "video"], "--only was given twice"),
        (["train", "unet", "--data", ".", "--output", "o", "--output", "o2"], "--output was given twice"),
        (["train", "unet", "--data", ".", "--steps", "1", "--output", "o", "--steps", "2"], "--steps was given twice"),
        (["train", "unet", "--data", ".", "--output", "o", "--loss", "l1=1", "--loss", "l1=2"], "'l1' twice"),
        (["train", "unet", "--data", ".", "--output", "o", "--set", "a=1", "--set", "a=2"], "'a' twice"),
        (["evaluate", ".", "--output", "b.png"], "--output b.png is a file"),
        (["video", "nothere.mp4", "o.mp4", "--method", "gamma", "--set", "gamma=99"], "gamma must be"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(run, tmp_path, words, sentence):
    status, error = run(*words)
    assert status == 2 and len(error.splitlines()) == 1 and sentence in error
    assert not (tmp_path / "o").exists()


def test_a_folder_is_named_where_a_video_is_expected(run):
    assert run("video", ".", "o.mp4", "--method", "gamma") == (
        1, "python -m lowlight_core: . does not exist or is no file: expected a video\n",
    )  # fmt: skip


def test_a_name_that_is_too_long_for_its_result_is_one_sentence(run, tmp_path):
    name = "x" * 251
    write(tmp_path / "b2.png", dark(24, 32))
    (tmp_path / "b2.png").rename(tmp_path / f"{name}.png")
    status, error = run("enhance", f"{name}.png", "--format", "webp", "--method", "gamma", "--output", "o")
    assert status == 1 and len(error.splitlines()) == 1 and "give it a shorter name" in error


def test_the_last_line_of_evaluate_counts_one_as_one_and_tells_what_was_left_out(tmp_path, capfd):
    make_pairs(tmp_path / "data", 1)
    write(tmp_path / "data" / "low" / "alone.png", dark(24, 32))
    words = ["evaluate", str(tmp_path / "data"), "--methods", "gamma", "--output", str(tmp_path / "out")]
    assert cli.main(words) == 0
    last = capfd.readouterr().out.splitlines()[-1]
    assert last.startswith("1 image, 0 failures, 1 picture left out, written to ")


def test_outputs_that_are_their_references_have_an_infinite_psnr(tmp_path, capfd):
    for side in ("low", "high"):
        write(tmp_path / "data" / side / "black.png", np.zeros((20, 20, 3), np.uint8))
    words = ["evaluate", str(tmp_path / "data"), "--methods", "gamma", "--metrics", "psnr,ssim", "--output"]
    assert cli.main([*words, str(tmp_path / "out")]) == 0
    lines = [line.split() for line in capfd.readouterr().out.splitlines()]
    assert lines[1] == ["psnr", "∞"] and lines[2] == ["ssim", "1.000"]
