"""A large photo as a job: its tiles are counted, it can be stopped between two of them, and its bytes are a file."""

import threading

import numpy as np
import pytest
from conftest import wait_until
from pictures import dark

from lowlight_core import get, jobs
from lowlight_core.enhancer import STRENGTH, Enhancer
from lowlight_core.errors import Cancelled
from lowlight_core.jobs import full_size
from lowlight_core.networks.large import by_reduced, by_tiles
from lowlight_core.watching import may_stop, step, watched


@pytest.fixture
def manager(home):
    return jobs.Manager(running=1, queued=2)


def test_tiles_are_steps_and_nobody_has_to_listen():
    image, heard = dark(70, 130), []
    with watched(lambda done, total: heard.append((done, total))):
        assert np.array_equal(by_tiles(image, lambda tile: tile, 16, 64), image)
    assert heard == [(done, 6) for done in range(7)]
    by_tiles(image, lambda tile: tile, 16, 64)
    assert len(heard) == 7, "it hears nothing after its end"


def test_a_job_makes_a_file_and_counts_its_steps(manager):
    job = full_size.submit(manager, "a.jpg", lambda: step(3, 4) or b"bytes")
    wait_until(lambda: job.over)
    assert job.state == "done" and job.result.read_bytes() == b"bytes" and (job.done, job.total) == (3, 4)


def test_it_stops_between_two_tiles(manager):
    image, seen, known = dark(64, 640), [], threading.Event()

    def forward(tile):
        known.wait(60)
        seen.append(tile.shape)
        if len(seen) == 2:
            manager.cancel(job)
        return tile

    def in_tiles(image):
        return by_tiles(image, forward, 16, 64)

    wide = Enhancer("wide", "Wide", "learned", "", "", in_tiles, (STRENGTH,))
    job = full_size.submit(manager, "a.jpg", lambda: wide.run(image).image.tobytes())
    known.set()
    wait_until(lambda: job.over)
    assert job.state == "cancelled" and job.result is None and len(seen) == 2


def by_a_reduced_picture(image):
    curve = np.linspace(0, 1, 256, dtype=np.float32)
    return by_reduced(image, lambda reduced: reduced, curve, 1000)


SLOW = [get(name) for name in ("retinex", "lime", "exposure_fusion")]
SLOW += [Enhancer("reduced", "Reduced", "learned", "", "", by_a_reduced_picture, (STRENGTH,))]


@pytest.mark.parametrize("method", SLOW, ids=lambda method: method.name)
def test_a_method_that_counts_no_steps_stops_before_its_end(manager, method):
    """LIME takes 20 s and MIRNet a minute for 64 megapixels: nobody may wait for what it makes any more."""
    image, ended = dark(300, 400), []

    def make():
        manager.cancel(job)
        ended.append(method.run(image).error)
        return b"never"

    known = threading.Event()
    job = full_size.submit(manager, "a.jpg", lambda: known.wait(60) and make())
    known.set()
    wait_until(lambda: job.over)
    assert job.state == "cancelled" and not ended


def test_a_look_for_a_wish_to_stop_is_no_progress(manager):
    job = full_size.submit(manager, "a.jpg", lambda: step(3, 4) or may_stop() or b"bytes")
    wait_until(lambda: job.over)
    assert (job.done, job.total) == (3, 4)


def test_a_wish_to_stop_is_no_failure_of_the_picture():
    def stopped(image):
        raise Cancelled("stopped as asked")

    with pytest.raises(Cancelled):
        Enhancer("one", "One", "learned", "", "", stopped, (STRENGTH,)).run(dark())
