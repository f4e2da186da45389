"""Ten people at once: each sees only their own picture, the server answers meanwhile, and its memory stays bounded."""

import time
from urllib.request import urlopen

import numpy as np
import psutil
import pytest
from browser_tests import PATIENCE
from conftest import ROOT, settled, start_app, stop_app, upload

from lowlight_core.image import encode

VISITORS = 10
MEGABYTE = 1e6


@pytest.fixture(scope="module")
def own_app(tmp_path_factory):
    """An app that nobody else uses, so that its memory can be measured; the method needs no network."""
    process, address = start_app(ROOT / "app.py", tmp_path_factory.mktemp("many"), LOWLIGHT_CACHE_MEGABYTES="64")
    yield process, address
    stop_app(process)


def picture(number: int, side: int = 700) -> bytes:
    """A dark noisy picture that no other visitor has."""
    noise = np.random.default_rng(number).integers(5, 60, (side, side, 3), dtype=np.uint8)
    return encode(noise, "jpg")


def memory(process) -> float:
    """Resident megabytes of the server and its children."""
    server = psutil.Process(process.pid)
    return sum(one.memory_info().rss for one in (server, *server.children(recursive=True))) / MEGABYTE


def answers_within(address: str) -> float:
    """Seconds until the server says that it is well; how many depends on the machine."""
    start = time.perf_counter()
    urlopen(f"{address}/_stcore/health", timeout=PATIENCE).close()
    return time.perf_counter() - start


@pytest.mark.browser
@pytest.mark.slow
def test_ten_visitors_stay_apart_and_the_server_stays_well(own_app, browser):
    process, address = own_app
    context = browser.new_context(viewport={"width": 800, "height": 600})  # one: every page is a session of its own
    pages = [context.new_page() for _ in range(VISITORS)]
    for page in pages:
        page.goto(f"{address}/?method=gamma", wait_until="commit")
    for page in pages:
        settled(page, 180)
    waits = []
    for number, page in enumerate(pages):
        upload(page, {"name": f"visitor {number}.jpg", "mimeType": "image/jpeg", "buffer": picture(number)})
        waits.append(answers_within(address))
    for number, page in enumerate(pages):
        page.get_by_text(f"visitor {number}.jpg").first.wait_for(timeout=60000)
        text = page.locator("body").inner_text()
        assert [n for n in range(VISITORS) if f"visitor {n}.jpg" in text] == [number]
    used = memory(process)
    context.close()
    print(f"ten visitors: health answered within {max(waits):.2f} s, server memory {used:.0f} MB")
    assert used < 2500
