"""The command line as a process: signals, streams, a full disk, names that a terminal must not obey."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import wait_until
from pictures import dark, saved

from lowlight_core import enhancers, image

ROOT = Path(__file__).parents[1]


def start(*words, **more):
    command = [sys.executable, "-m", "lowlight_core", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def test_a_full_disk_names_what_could_not_be_written(dark_folder):
    resource = pytest.importorskip("resource")
    (dark_folder / "in" / "small.png").write_bytes(saved(dark(4, 4)))

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    process = start("enhance", dark_folder / "in", "--method", "gamma", "--output", dark_folder / "o", preexec_fn=limit)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "1 enhanced" in out and "Traceback" not in err
    assert len(err.strip().splitlines()) == 3 and err.count("cannot be written") == 3
    assert [path.name for path in (dark_folder / "o").rglob("*") if path.is_file()] == ["small.png"]


def test_names_that_a_stream_cannot_encode_are_escaped(dark_folder):
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    words = ("enhance", dark_folder / "in" / "b.png", "--method", "gamma", "--output", dark_folder / "夜")
    process = start(*words, env=environment)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "") and r"\u591c" in out


@pytest.mark.parametrize("closed", [[1], [2], [0, 1, 2]])
def test_streams_that_the_shell_closed_do_not_matter(dark_folder, closed):
    words = ("enhance", dark_folder / "in", "--method", "gamma", "--output", dark_folder / "o")
    process = start(*words, preexec_fn=lambda: [os.close(stream) for stream in closed])
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "") and ("3 enhanced" in out) == (1 not in closed)
    assert len(list((dark_folder / "o").rglob("*.png"))) == 3


def test_ctrl_c_while_the_program_is_still_being_imported_leaves_no_traceback():
    command = [sys.executable, "-X", "importtime", "-m", "lowlight_core", "list"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    lines = iter(process.stderr.readline, "")
    assert next(line for line in lines if "lowlight_core.errors" in line), "its first import"
    process.send_signal(signal.SIGINT)
    assert "Traceback" not in process.communicate(timeout=60)[1]
    assert process.returncode in (-signal.SIGINT, 128 + signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_of_which_a_library_makes_another_error_stays_one(run_cli, monkeypatch, number):
    def spoiled(args):
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt:
            raise ImportError("half a module") from None

    monkeypatch.setattr("lowlight_core.commands.list.main", spoiled)
    before = signal.getsignal(number)
    status, _, err = run_cli("list")
    assert status == 128 + number and "interrupted" in err and "half" not in err
    assert signal.getsignal(number) == before


def test_control_characters_of_names_do_not_reach_the_terminal(run_cli, dark_folder):
    (dark_folder / "in" / "\x1b[2Jbad.png").write_bytes(b"hello")
    status, out, err = run_cli(
        "enhance", dark_folder / "in", "--method", "gamma", "--output", dark_folder / "\x1b[31mred"
    )
    assert status == 1 and "\x1b" not in out + err and r"\x1b[2Jbad.png" in err and r"\x1b[31mred" in out
    status, out, err = run_cli("enhance", dark_folder / "\x9bgone", "--output", dark_folder / "o")
    assert "\x9b" not in out + err and r"\x9bgone does not exist" in err
    assert "\x1b" not in run_cli("enhance", "--\x1b[2J", "a", "--output", "o")[2]


def test_interrupting_keeps_what_is_finished(tmp_path):
    (tmp_path / "in").mkdir()
    data = saved(dark(600, 800))
    for index in range(300):
        (tmp_path / "in" / f"{index:03}.png").write_bytes(data)
    process = start("enhance", tmp_path / "in", "--method", "lime", "--output", tmp_path / "o")
    wait_until(lambda: list((tmp_path / "o").glob("*.png")))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err and "Traceback" not in err
    finished = list((tmp_path / "o").iterdir())
    assert 0 < len(finished) < 300 and all(path.suffix == ".png" for path in finished)
    assert all(image.read(path).pixels.shape == (600, 800, 3) for path in finished[:20])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("out_too", [False, True])
def test_a_stream_that_takes_nothing_leaves_the_status_as_it_is(out_too):
    """Not 120, with which Python ends if the last of a stream cannot be written."""
    with open("/dev/full", "w") as full:
        streams = {"stderr": full} | ({"stdout": full} if out_too else {})
        words = ["list"] if out_too else ["enhance", "/nowhere"]
        command = [sys.executable, "-m", "lowlight_core", *words]
        assert subprocess.run(command, cwd=ROOT, **streams).returncode == (1 if out_too else 2)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_failures_that_cannot_be_told_do_not_end_the_work(tmp_path):
    """The first of them did, and of the pictures behind it none was enhanced."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "0.png").write_bytes(b"no picture")
    data = image.encode(dark(20, 30))
    for number in range(1, 60):  # more than are in flight
        (tmp_path / "in" / f"{number}.png").write_bytes(data)
    words = ["enhance", tmp_path / "in", "--method", "gamma", "--workers", "1", "--output", tmp_path / "o"]
    with open("/dev/full", "w") as full:
        ended = subprocess.run([sys.executable, "-m", "lowlight_core", *words], cwd=ROOT, stderr=full)
    assert ended.returncode == 1 and len(list((tmp_path / "o").iterdir())) == 59


def test_a_reader_that_leaves_is_no_traceback():
    process = start("list", "--json", env={**os.environ, "PYTHONUNBUFFERED": "1"})
    process.stdout.close()
    assert process.wait(30) in (0, 141)
    assert process.stderr.read() == ""


@pytest.mark.parametrize(("name", "text"), [("MAX_MEGAPIXELS", "many"), ("SHOWN_RUNS", "al")])
def test_wrong_settings_of_the_operator_are_a_sentence(name, text):
    process = start("enhance", "x.png", "--output", "/tmp/o", env={**os.environ, f"LOWLIGHT_{name}": text})
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2 and err.count("\n") == 1 and f"LOWLIGHT_{name} must be" in err


@pytest.mark.parametrize("place", ["~nobody-of-that-name/data", None])
def test_a_home_that_nobody_has_is_a_sentence(place):
    """``None``: the account itself has none, as in some containers."""
    homeless = "" if place else "import pwd; pwd.getpwuid = {}.__getitem__; "
    code = homeless + "import sys; from lowlight_core import cli; sys.exit(cli.main(['list']))"
    environment = {**os.environ, "LOWLIGHT_HOME": place or ""}
    if not place:
        environment.pop("HOME", None)
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.returncode == 2 and ran.stderr.count("\n") == 1 and "LOWLIGHT_HOME must name a folder" in ran.stderr


def test_a_network_says_nothing_of_its_own(dark_folder):
    learned = enhancers.names("learned")
    if not learned:
        pytest.skip("no weights are here")
    process = start("enhance", dark_folder / "in" / "b.png", "--method", learned[0], "--output", dark_folder / "o")
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("program", ["first_look", "evaluation.sample_scores", "training.budget"])
def test_a_side_program_asked_for_help_does_nothing_else(program, tmp_path):
    """They write into the package or into a run's folder, which --help once set off."""
    command = [sys.executable, "-m", f"lowlight_core.{program}", "--help"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ROOT})
    assert ran.returncode == 0 and ran.stdout.startswith(f"usage: python -m lowlight_core.{program} [-h]")
    assert not list(tmp_path.iterdir())
