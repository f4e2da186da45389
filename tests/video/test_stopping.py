"""Videos that are stopped: nobody is at work on a file that is being closed, and there is a whole file or none."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from clips import colored, write
from conftest import wait_until

from lowlight_core.errors import Cancelled
from lowlight_core.stopping import wished
from lowlight_core.video.pipeline import ahead

ROOT = Path(__file__).parents[2]
SIGNALS = [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write(tmp_path_factory.mktemp("whole") / "whole.mkv", [colored(i) for i in range(400)], audio="aac")


def _as_from_a_terminal() -> None:
    """The tests themselves may run under nohup or in the background, whose children do not hear these."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL if number == signal.SIGHUP else signal.default_int_handler)


@pytest.mark.parametrize("number, status", SIGNALS)
def test_a_signal_leaves_a_whole_file_or_none(clip, tmp_path, number, status):
    (tmp_path / "out").mkdir()
    words = ["video", str(clip), str(tmp_path / "out" / "out.mp4"), "--method", "lime", "--workers", "1"]
    command = [sys.executable, "-m", "lowlight_core", *words]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=_as_from_a_terminal)
    wait_until(lambda: list((tmp_path / "out").glob(".*.part")))
    process.send_signal(getattr(signal, number))
    error = process.communicate(timeout=60)[1]
    assert (process.returncode, error.count("\n")) == (status, 1) and "interrupted" in error
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("number", [getattr(signal, name) for name, _ in SIGNALS])
def test_a_signal_is_a_wish_first(number):
    cancel = threading.Event()
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt) as caught, wished(cancel):
            signal.raise_signal(number)
            assert cancel.is_set()
            raise Cancelled("stopped as asked")
        assert caught.value.args == (number,)
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, before)


def test_a_second_ctrl_c_does_not_wait():
    went_on = False
    with pytest.raises(KeyboardInterrupt), wished(threading.Event()):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        went_on = True
    assert not went_on


def test_what_nohup_ignores_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        cancel = threading.Event()
        with wished(cancel):
            signal.raise_signal(signal.SIGHUP)
        assert not cancel.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_who_cancelled_without_a_signal_hears_of_it():
    with pytest.raises(Cancelled), wished(threading.Event()):
        raise Cancelled("stopped as asked")


def test_an_interrupt_while_the_decoding_thread_starts_waits_for_it(monkeypatch):
    """Who gets the exception closes the file: nobody may be decoding then."""
    at_work, started = threading.Event(), threading.Event()

    def source():
        at_work.set()
        started.set()
        time.sleep(0.2)
        at_work.clear()
        yield 1

    start = threading.Thread.start

    def interrupted(thread):
        start(thread)
        started.wait()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(ahead(source(), 2))
    assert not at_work.is_set()
