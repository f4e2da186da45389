"""The command line is a contract: names, exit statuses, one sentence for each failure, and never a traceback."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from archives_for_tests import zipped
from pictures import dark, saved
from PIL import Image

from lowlight_core import cli, enhancers, get, image
from lowlight_core.commands.progress import Progress
from lowlight_core.errors import ImageError

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path):
    """Three dark pictures below ``in``."""
    for index, name in enumerate(("a.jpg", "b.png", "sub/夜 景.webp")):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        format = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[path.suffix[1:]]
        path.write_bytes(saved(dark(40, 50 + index, seed=index), format))
    return tmp_path


@pytest.fixture
def run(capfd):
    """Run the command line in this process; returns (status, stdout, stderr)."""

    def call(*words):
        status = cli.main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


def start(*words, **more):
    command = [sys.executable, "-m", "lowlight_core", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def test_list_json_holds_the_contract(run):
    status, out, err = run("list", "--json")
    methods = json.loads(out)
    assert (status, err) == (0, "")
    assert [method["name"] for method in methods] == enhancers.names()
    assert [method["name"] for method in methods if method["default"]] == [enhancers.default().name]
    for method in methods:
        assert method["label"] and method["family"] in ("classical", "learned")
        assert ("weights" in method and "card" in method) == (method["family"] == "learned")
        for parameter in method["parameters"]:
            assert set(parameter) == {"name", "type", "default", "minimum", "maximum", "choices", "help"}
            assert parameter["type"] in ("float", "int", "bool", "str")
        assert method["parameters"][-1]["name"] == "strength"


def test_list_for_people_names_every_method_and_knob(run):
    status, out, _ = run("list")
    assert status == 0
    for method in enhancers.METHODS.values():
        assert method.name in out and all(param.name in out for param in method.params)


def test_help_of_every_command(run):
    assert all(name in run("--help")[1] for name in cli.COMMANDS)
    assert run()[1] == run("--help")[1]
    for name in cli.COMMANDS:
        status, out, err = run(name, "--help")
        assert (status, err) == (0, "") and f"lowlight_core {name}" in out
    assert "Fetch the LOL data set." in run("download", "--help")[1]
    out = run("enhance", "--help")[1]
    for method in enhancers.METHODS.values():
        assert method.name in out and all(param.name in out for param in method.params)


def test_enhance_a_folder_keeps_relative_paths(run, folder):
    words = ("--method", "clahe", "--set", "clip_limit=3", "--output", folder / "o")
    status, out, err = run("enhance", folder / "in", *words)
    assert (status, err) == (0, "") and "3 enhanced" in out
    written = sorted(str(path.relative_to(folder / "o")) for path in (folder / "o").rglob("*") if path.is_file())
    assert written == ["a.png", "b.png", "sub/夜 景.png"]
    expected = get("clahe")(image.read(folder / "in" / "b.png").pixels, clip_limit=3)
    assert np.array_equal(image.read(folder / "o" / "b.png").pixels, expected)


def test_enhance_takes_files_folders_and_archives_with_options_anywhere(run, folder):
    (folder / "z.zip").write_bytes(zipped({"deep/c.png": saved(dark())}))
    words = [folder / "in" / "a.jpg", "--format", "jpg", folder / "z.zip", "--output", folder / "o"]
    status, _, err = run("enhance", *words, folder / "in" / "sub", "--method", "gamma", "--workers", 2)
    assert (status, err) == (0, "")
    written = sorted(str(path.relative_to(folder / "o")) for path in (folder / "o").rglob("*.jpg"))
    assert written == ["a.jpg", "deep/c.jpg", "夜 景.jpg"]


def test_more_than_eight_bits_are_not_dropped_without_a_word(run, folder):
    Image.fromarray(np.full((20, 30), 9000, np.uint16)).save(folder / "in" / "wide.png")
    status, out, err = run("enhance", folder / "in", "--method", "gamma", "--output", folder / "o")
    assert (status, err) == (0, "") and "1 had more than 8 bits per channel: the upper 8 were kept" in out


def test_enhance_without_a_method_takes_the_default(run, folder):
    assert run("enhance", folder / "in" / "b.png", "--output", folder / "o")[0] == 0
    expected = enhancers.default()(image.read(folder / "in" / "b.png").pixels)
    assert np.array_equal(image.read(folder / "o" / "b.png").pixels, expected)


def test_the_rest_is_done_and_every_failure_is_named(run, folder):
    (folder / "in" / "bad.png").write_bytes(b"hello")
    words = ("enhance", folder / "in", folder / "missing", "--method", "gamma", "--output", folder / "o")
    status, out, err = run(*words)
    assert status == 1 and "3 enhanced" in out and "2 failed" in out
    assert len(err.strip().splitlines()) == 2 and "bad.png" in err and "missing does not exist" in err
    assert len(list((folder / "o").rglob("*.png"))) == 3


def test_nothing_is_overwritten_unless_told(run, folder):
    words = ("enhance", folder / "in" / "a.jpg", "--output", folder / "o", "--method")
    assert run(*words, "gamma")[0] == 0
    before = (folder / "o" / "a.png").read_bytes()
    status, _, err = run(*words, "clahe")
    assert status == 1 and "exists already" in err and (folder / "o" / "a.png").read_bytes() == before
    assert run(*words, "clahe", "--overwrite")[0] == 0 and (folder / "o" / "a.png").read_bytes() != before


WRONG = {
    "unknown command": (["magic"], "invalid choice: 'magic'"),
    "unknown option": (["list", "--magic"], "unrecognized arguments: --magic"),
    "no path": (["enhance", "--output", "o"], "required: PATH"),
    "no output": (["enhance", "in"], "required: --output"),
    "unknown method": (["enhance", "in", "--output", "o", "--method", "magic"], "no method 'magic'"),
    "unknown knob": (["enhance", "in", "--output", "o", "--method", "clahe", "--set", "magic=1"], "no knob 'magic'"),
    "beyond a range": (["enhance", "in", "--output", "o", "--method", "gamma", "--set", "gamma=9"], "gamma must be"),
    "no value": (["enhance", "in", "--output", "o", "--method", "clahe", "--set", "tiles"], "expects knob=value"),
    "no knob": (["enhance", "in", "--output", "o", "--method", "clahe", "--set", "=2"], "expects knob=value"),
    "twice": (["enhance", "in", "--output", "o", "--set", "strength=1", "--set", "strength=0"], "'strength' twice"),
    "no workers": (["enhance", "in", "--output", "o", "--workers", "0"], "whole number from 1 to 64"),
    "too many workers": (["enhance", "in", "--output", "o", "--workers", "1000000"], "whole number from 1 to 64"),
    "odd workers": (["enhance", "in", "--output", "o", "--workers", "two"], "whole number from 1 to 64"),
    "unknown format": (["enhance", "in", "--output", "o", "--format", "gif"], "invalid choice: 'gif'"),
    "output is a file": (["enhance", "in", "--output", "in/a.jpg"], "is a file"),
    "evaluate nothing": (["evaluate", "--output", "o"], "required: DATASET"),
    "evaluate by magic": (["evaluate", "in", "--methods", "magic", "--output", "o"], "no method 'magic'"),
    "evaluate by nothing": (["evaluate", "in", "--methods", "", "--output", "o"], "expected names with commas"),
    "evaluate elsewhere": (["evaluate", "in", "--output", "o", "--cluster", "127.0.0.1"], "HOST:PORT"),
    "benchmark nothing": (["benchmark", "--only", ""], "expected names with commas"),
    **{
        f"empty path for {' '.join(words)}": (words, "expected a path, got an empty text")
        for words in (
            ["enhance", "", "--output", "o"],
            ["enhance", "in", "--output", ""],
            ["evaluate", "", "--output", "o"],
            ["evaluate", "in", "--output", ""],
            ["video", "", "o/a.mp4"],
            ["video", "in", ""],
            ["train", "unet", "--data", "", "--output", "o"],
            ["train", "unet", "--data", "in", "--output", ""],
            ["scenes", ""],
            ["download", "lol", ""],
        )
    },
}


@pytest.mark.parametrize("words, sentence", WRONG.values(), ids=WRONG)
def test_wrong_usage_is_one_sentence_and_status_2(run, folder, monkeypatch, words, sentence):
    monkeypatch.chdir(folder)
    status, out, err = run(*words)
    assert status == 2 and out == ""
    assert len(err.strip().splitlines()) == 1 and sentence in err
    assert not (folder / "o").exists()


@pytest.mark.parametrize("output", ["/proc", "/proc/lowlight", "in/a.jpg/below"])
def test_a_folder_that_takes_no_files(run, folder, monkeypatch, output):
    monkeypatch.chdir(folder)
    status, _, err = run("enhance", "in", "--method", "gamma", "--output", output)
    assert status == 1 and "cannot be" in err


def test_a_full_disk_names_what_could_not_be_written(folder):
    resource = pytest.importorskip("resource")
    (folder / "in" / "small.png").write_bytes(saved(dark(4, 4)))

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    process = start("enhance", folder / "in", "--method", "gamma", "--output", folder / "o", preexec_fn=limit)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "1 enhanced" in out and "Traceback" not in err
    assert len(err.strip().splitlines()) == 3 and err.count("cannot be written") == 3
    assert [path.name for path in (folder / "o").rglob("*") if path.is_file()] == ["small.png"]


def test_what_was_enhanced_into_a_folder_below_is_not_enhanced_again(run, folder):
    words = ("enhance", folder / "in", "--output", folder / "in" / "bright", "--method", "gamma", "--overwrite")
    for _ in range(2):
        assert "3 enhanced" in run(*words)[1]
    assert not (folder / "in" / "bright" / "bright").exists()


def test_names_that_a_stream_cannot_encode_are_escaped(folder):
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    words = ("enhance", folder / "in" / "b.png", "--method", "gamma", "--output", folder / "夜")
    process = start(*words, env=environment)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "") and r"\u591c" in out


@pytest.mark.parametrize("closed", [[1], [2], [0, 1, 2]])
def test_streams_that_the_shell_closed_do_not_matter(folder, closed):
    words = ("enhance", folder / "in", "--method", "gamma", "--output", folder / "o")
    process = start(*words, preexec_fn=lambda: [os.close(stream) for stream in closed])
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "") and ("3 enhanced" in out) == (1 not in closed)
    assert len(list((folder / "o").rglob("*.png"))) == 3


def test_control_characters_of_names_do_not_reach_the_terminal(run, folder):
    (folder / "in" / "\x1b[2Jbad.png").write_bytes(b"hello")
    status, out, err = run("enhance", folder / "in", "--method", "gamma", "--output", folder / "\x1b[31mred")
    assert status == 1 and "\x1b" not in out + err and r"\x1b[2Jbad.png" in err and r"\x1b[31mred" in out
    status, out, err = run("enhance", folder / "\x9bgone", "--output", folder / "o")
    assert "\x9b" not in out + err and r"\x9bgone does not exist" in err
    assert "\x1b" not in run("enhance", "--\x1b[2J", "a", "--output", "o")[2]


def test_files_that_share_a_stem_are_said_to(run, folder, home):
    for name in ("low/1.png", "high/1.png", "low/amb.png", "low/amb.jpg", "high/amb.png", "low/lone.png"):
        image.write(folder / "data" / name, dark(40, 50))
    words = ("--methods", "gamma", "--metrics", "mae", "--output", folder / "o")
    status, _, err = run("evaluate", folder / "data", *words)
    assert status == 0 and err.count("share a stem") == 3 and err.count("has no partner") == 1


def test_a_pipe_in_a_data_set_is_an_error_and_not_waited_for(run, folder, home):
    for name in ("low/1.png", "high/1.png", "high/2.png"):
        image.write(folder / "data" / name, dark(40, 50))
    os.mkfifo(folder / "data" / "low" / "2.png")
    words = ("--methods", "gamma", "--metrics", "mae", "--output", folder / "o", "--workers", 1)
    status, out, err = run("evaluate", folder / "data", *words)
    assert status == 1 and "1 failure," in out and "2.png cannot be read: expected a file" in err
    with pytest.raises(ImageError, match="device or pipe"):
        image.read(folder / "data" / "low" / "2.png")


def test_interrupting_keeps_what_is_finished(tmp_path):
    (tmp_path / "in").mkdir()
    data = saved(dark(600, 800))
    for index in range(300):
        (tmp_path / "in" / f"{index:03}.png").write_bytes(data)
    process = start("enhance", tmp_path / "in", "--method", "lime", "--output", tmp_path / "o")
    end = time.time() + 60
    while not list((tmp_path / "o").glob("*.png")) and time.time() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err and "Traceback" not in err
    finished = list((tmp_path / "o").iterdir())
    assert 0 < len(finished) < 300 and all(path.suffix == ".png" for path in finished)
    assert all(image.read(path).pixels.shape == (600, 800, 3) for path in finished[:20])


def test_a_reader_that_leaves_is_no_traceback():
    process = start("list", "--json", env={**os.environ, "PYTHONUNBUFFERED": "1"})
    process.stdout.close()
    assert process.wait(30) in (0, 141)
    assert process.stderr.read() == ""


def test_wrong_settings_of_the_operator_are_a_sentence():
    process = start("enhance", "x.png", "--output", "/tmp/o", env={**os.environ, "LOWLIGHT_MAX_MEGAPIXELS": "many"})
    _, err = process.communicate(timeout=60)
    assert process.returncode in (1, 2) and "Traceback" not in err


def test_a_network_says_nothing_of_its_own(folder):
    learned = enhancers.names("learned")
    if not learned:
        pytest.skip("no weights are here")
    process = start("enhance", folder / "in" / "b.png", "--method", learned[0], "--output", folder / "o")
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")


def test_enhance_on_a_cluster(run, folder):
    distributed = pytest.importorskip("distributed")
    how = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**how) as cluster:
        words = ("enhance", folder / "in", "--method", "clahe", "--output", folder / "o", "--cluster")
        status, out, _ = run(*words, cluster.scheduler_address)
    assert status == 0 and "3 enhanced" in out
    assert np.array_equal(
        image.read(folder / "o" / "b.png").pixels, get("clahe")(image.read(folder / "in" / "b.png").pixels)
    )


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_one_line_on_a_terminal_and_silence_elsewhere():
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        with Progress(3, "pictures", stream) as progress:
            for done in (1, 2, 3):
                progress(done)
            progress.say("b.png: damaged")
    assert "\n" not in terminal.getvalue().replace("b.png: damaged\n", "")
    assert "3 of 3 pictures (100 %)" in terminal.getvalue() and terminal.getvalue().endswith("\r\x1b[K")
    assert file.getvalue() == "b.png: damaged\n"


def test_progress_tells_pace_and_time_left():
    progress = Progress(24, "pictures", io.StringIO())
    progress(1)
    assert progress.text(12, 2.0) == "12 of 24 pictures (50 %), 6.0 a second, 2 s left"
    resumed = Progress(24, "pictures", io.StringIO())
    resumed(13)
    assert resumed.text(18, 1.0) == "18 of 24 pictures (75 %), 6.0 a second, 1 s left"
