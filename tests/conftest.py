"""Fixtures for all tests: real data where it is at hand, the app started once, a browser that watches what it does."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from app_tests import page_at, page_of, texts  # noqa: F401 - for the tests of pages
from browser_tests import CHROMIUM, PATIENCE, fresh_page, settled, upload, watch  # noqa: F401 - for the same

with contextlib.suppress(ImportError):
    import pylibsrtp  # noqa: F401 - before any test loads TensorFlow: see pages/shared/__init__.py

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # a shell starts so what it runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests interrupt what they start

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for a bare `pytest` as well as `python -m pytest`


def pytest_collection_modifyitems(items):
    """Of the processes that share the tests (``pytest -n 2 --dist loadgroup``) one has the browser and the app."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(autouse=True)
def main_module():
    """A page under test takes the place of the main module, which worker processes of a later test would import."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with real photographs (data/lol, data/photos): LOWLIGHT_SHARED, or ``shared`` beside the project."""
    folder = Path(os.environ.get("LOWLIGHT_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("no real photographs at hand: set LOWLIGHT_SHARED to a folder with data/lol and data/photos")
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder of this test alone; the project's data, records and data sets are below it."""
    from lowlight_core.settings import settings

    monkeypatch.setenv("LOWLIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOWLIGHT_DATASET_ROOT", str(tmp_path / "data"))
    monkeypatch.delenv("LOWLIGHT_DATABASE_URL", raising=False)
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def store(tmp_path):
    """Records of this test alone, in SQLite."""
    from lowlight_core.records import Store

    kept = Store(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    yield kept
    kept.close()


@pytest.fixture
def unreadable(monkeypatch):
    """Call it with the name of a folder that may not be read from then on, not even by an administrator."""
    allowed = os.scandir

    def forbid(name: str) -> None:
        def scandir(place):
            if os.path.basename(place) == name:
                raise PermissionError(13, "Permission denied", place)
            return allowed(place)

        monkeypatch.setattr(os, "scandir", scandir)

    return forbid


@pytest.fixture
def dark_folder(tmp_path):
    """A folder with three dark pictures below ``in``: ``a.jpg``, ``b.png`` and ``sub/夜 景.webp``."""
    from pictures import dark, saved

    for index, (name, format) in enumerate({"a.jpg": "JPEG", "b.png": "PNG", "sub/夜 景.webp": "WEBP"}.items()):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(saved(dark(40, 50 + index, seed=index), format))
    return tmp_path


@pytest.fixture(scope="session")
def pairs(tmp_path_factory):
    """A folder with a tiny data set to train on."""
    from tests.tiny_networks import write_pairs

    return write_pairs(tmp_path_factory.mktemp("data") / "set")


@pytest.fixture(scope="session")
def _trained(pairs, tmp_path_factory):
    from lowlight_core.training import fit
    from tests.tiny_runs import config

    folder = tmp_path_factory.mktemp("trained")
    fit.train(config(pairs, folder, steps=2))
    return folder


@pytest.fixture
def begun(_trained, tmp_path):
    """A folder, the test's own, with a run of two steps on `pairs`: `tiny_runs.config` goes on with it."""
    shutil.copytree(_trained, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def run_cli(capfd):
    """Run the command line in this process; returns (status, stdout, stderr)."""
    from lowlight_core import cli

    def call(*words):
        status = cli.main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


def wait_until(holds, seconds: float = PATIENCE) -> None:
    """Wait until ``holds()``; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_app(script: Path, folder: Path, **environment: str) -> tuple[subprocess.Popen, str]:
    """Start a Streamlit script of this project on a free port of this machine; returns the process and its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
               "--server.address", "127.0.0.1", "--server.headless", "true"]  # fmt: skip
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    settings = {**os.environ, "PYTHONPATH": paths, "LOWLIGHT_HOME": str(folder / "home"), **environment}
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    for _ in range(4 * PATIENCE):
        try:
            urlopen(f"{address}/_stcore/health", timeout=1).close()
            return process, address
        except (URLError, OSError):
            time.sleep(0.25)
    process.kill()
    raise RuntimeError(f"the app did not start: {(folder / 'app.log').read_text()[-2000:]}")


def stop_app(process: subprocess.Popen) -> None:
    """End the app and wait until it is gone."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="session")
def app_url(tmp_path_factory):
    """Address of the app, started once for all tests, with its data in a temporary folder."""
    process, address = start_app(ROOT / "app.py", tmp_path_factory.mktemp("app"))
    yield address
    stop_app(process)


@pytest.fixture(scope="module")
def viewer_url(browser, tmp_path_factory):
    """The test page of the viewer."""
    process, address = start_app(ROOT / "tests" / "pages" / "viewer_app.py", tmp_path_factory.mktemp("viewer"))
    yield address
    stop_app(process)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium of the system; without it the test is skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    if not CHROMIUM:
        pytest.skip("browser tests need Chromium: install it or set CHROMIUM to its path")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def browser_page(browser):
    """A fresh page, 1440 x 900, that remembers console errors and requests that leave this machine."""
    yield from fresh_page(browser, viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone_page(browser):
    """A fresh page with touch, 390 x 844."""
    yield from fresh_page(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
