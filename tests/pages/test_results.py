"""Results that all visitors share: kept within bytes, made once, large ones in turn, and for nobody who has left."""

import gc
import threading
import time
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import page_of

from lowlight_core.enhancer import STRENGTH, Enhancer, Result
from lowlight_core.networks.large import by_tiles
from pages.shared import results


def noise(width=64, height=48, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_whoever_leaves_is_not_worked_for_to_the_last_tile(monkeypatch):
    """Streamlit ends a page's run where it asks for the session's state; the work on tiles has to ask now and then."""

    class Left(BaseException):
        pass

    class Session(dict):
        def get(self, *_):
            asked.append(1)
            if len(asked) == 2:
                raise Left

    asked, seen = [], []
    monkeypatch.setattr(results.st, "session_state", Session())
    by_64 = lambda image: by_tiles(image, lambda tile: seen.append(1) or tile, 16, 64)  # noqa: E731
    tiled = Enhancer("tiled", "Tiled", "learned", "", "", by_64, (STRENGTH,))
    with pytest.raises(Left):
        results.enhance(noise(640, 64, seed=9), tiled)
    assert len(seen) == 1 and not results.one_large.locked()


class _Left(BaseException):
    """What Streamlit raises in the run of a page whose visitor has left or wants something else."""


def _left_as_soon_as_asked():
    def get(*_):
        raise _Left

    return SimpleNamespace(get=get)


def test_whoever_leaves_does_not_wait_for_anothers_large_picture(monkeypatch):
    monkeypatch.setattr(results.st, "session_state", _left_as_soon_as_asked())
    monkeypatch.setattr(results, "LARGE", 0)
    monkeypatch.setattr(results, "_LOOK_SECONDS", 0.01)
    with results.one_large, pytest.raises(_Left), results.turn(noise()):
        pass
    with results.turn(noise()):
        assert results.one_large.locked()
    assert not results.one_large.locked()


def test_whoever_leaves_does_not_wait_for_what_another_makes(monkeypatch):
    monkeypatch.setattr(results, "_LOOK_SECONDS", 0.01)
    cache, begun, go_on = results.ByteCache(1000), threading.Event(), threading.Event()
    other = threading.Thread(target=cache.get, args=("key", lambda: begun.set() or go_on.wait(60) and b"value"))
    other.start()
    begun.wait(60)
    try:
        monkeypatch.setattr(results.st, "session_state", _left_as_soon_as_asked())
        with pytest.raises(_Left):
            cache.get("key", lambda: b"never")
    finally:
        go_on.set()
        other.join()
    assert cache.get("key", lambda: b"never") == b"value"


def test_cache_is_bounded_in_bytes_and_drops_the_oldest():
    cache = results.ByteCache(1000)
    for name in range(5):
        cache.put(name, bytes(300))
    assert cache.used <= 1000 and [name for name in range(5) if name in cache] == [2, 3, 4]
    cache.put("too large", bytes(2000))
    assert cache.used == 0 and len(cache) == 0


def test_what_the_default_network_keeps_in_memory_is_not_looked_through_for_garbage(monkeypatch):
    kept = []
    monkeypatch.setattr(results, "first_look", SimpleNamespace(preload=lambda: kept.append({"graph": [{}]})))
    try:
        results._get_ready()
        assert not any(one is kept[0] for one in gc.get_objects()) and gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()


def test_cache_counts_results_by_their_pixels_and_survives_many_threads():
    cache = results.ByteCache(50_000)
    work = [threading.Thread(target=lambda i=i: cache.put(i % 7, Result("", "", {}, noise(seed=i)))) for i in range(40)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert cache.used == len(cache) * noise().nbytes <= 50_000


def test_what_many_ask_for_at_once_is_made_once():
    cache, made = results.ByteCache(10_000), []

    def make():
        time.sleep(0.05)
        made.append(1)
        return b"value"

    work = [threading.Thread(target=cache.get, args=("key", make)) for _ in range(10)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(made) == 1


def test_first_visitors_at_once_share_one_cache(monkeypatch):
    results._pictures.cache_clear()
    monkeypatch.setattr(results.first_look, "load", lambda: time.sleep(0.05))
    found = []
    work = [threading.Thread(target=lambda: found.append(results.pictures())) for _ in range(5)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    results._pictures.cache_clear()  # the next one has the first look in it
    assert len(found) == 5 and len(set(map(id, found))) == 1


@pytest.mark.parametrize("limit, waits", [(1, False), (0, True)], ids=["small", "large"])
def test_large_pictures_of_several_visitors_wait_for_each_other(monkeypatch, limit, waits):
    """Each takes gigabytes while a method works on it."""
    held = []
    monkeypatch.setattr(results, "LARGE", limit)
    monkeypatch.setattr(results.st, "spinner", lambda *_, **__: nullcontext())

    def look(image):
        held.append(results.one_large.locked())
        return image

    method = Enhancer("look", "Look", "classical", "", "", look, (STRENGTH,))
    assert results.enhance(noise(seed=100 + limit), method).error is None
    assert held == [waits] and not results.one_large.locked()


def test_failures_are_not_kept():
    cache = results.ByteCache(10_000)
    assert cache.get("key", lambda: b"broken", keep=lambda value: False) == b"broken"
    assert cache.get("key", lambda: b"good") == b"good"


def test_fingerprint_sees_every_pixel_and_trusts_only_frozen_arrays():
    image = noise()
    first = results.fingerprint(image)
    image[20, 30, 1] ^= 1
    assert results.fingerprint(image) != first
    results.freeze(image)
    assert results.fingerprint(image) == results.fingerprint(image.copy())
    with pytest.raises(ValueError):
        image[0, 0, 0] = 1


def result_page():
    import streamlit as st

    from lowlight_core import samples
    from pages.shared import results

    st.session_state["result"] = results.enhance(samples.load("cat").low, "clahe", {"clip_limit": 3.0})


def test_results_are_made_once_and_read_only():
    first = page_of(result_page).run().session_state["result"]
    again = page_of(result_page).run().session_state["result"]
    assert again is first and not first.image.flags.writeable and first.settings["clip_limit"] == 3.0
