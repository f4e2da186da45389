"""Importing the core costs next to nothing, and nothing pays for TensorFlow that runs no network."""

import json
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = "streamlit tensorflow keras pandas plotly skimage scipy matplotlib sqlalchemy distributed av".split()


def loaded_by(code: str) -> dict:
    """Run ``code`` in a fresh interpreter; its seconds of a processor and the top-level packages it loaded."""
    program = (
        f"import json, sys, time; start = time.process_time()\n{code}\n"
        "print(json.dumps([time.process_time() - start, sorted({name.split('.')[0] for name in sys.modules})]))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, modules = json.loads(done.stdout.splitlines()[-1])
    return {"seconds": seconds, "modules": modules}


def test_importing_the_core_takes_less_than_300_milliseconds():
    runs = [loaded_by("import lowlight_core") for _ in range(3)]
    assert min(run["seconds"] for run in runs) < 0.3
    assert not set(HEAVY) & set(runs[0]["modules"])


@pytest.mark.parametrize(
    "code",
    [
        "from lowlight_core import enhancers, image, files, batch, jobs, camera, samples, metrics",
        "import lowlight_core as llc; llc.METHODS, llc.METRICS, llc.get('clahe').params, dir(llc)",
        "from lowlight_core.cli import main; main(['list', '--json'])",
        "from lowlight_core.cli import main; main(['enhance', '--help'])",
        "from lowlight_core.cli import main; main(['evaluate', '--help'])",
        "from lowlight_core import enhance_files",
    ],
)
def test_what_needs_no_network_loads_nothing_heavy(code):
    assert not set(HEAVY) & set(loaded_by(code)["modules"])


@pytest.mark.parametrize("given", [None, "0"])
def test_tensorflow_is_asked_for_onednn_unless_the_user_says_otherwise(monkeypatch, given):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    if given is not None:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", given)
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    expected = given or ("1" if x86 else None)
    loaded_by(f"import os, lowlight_core; assert os.environ.get('TF_ENABLE_ONEDNN_OPTS') == {expected!r}")


def test_a_classical_method_runs_without_anything_heavy():
    code = "import numpy, lowlight_core as llc\nfor name in llc.names('classical'): "
    code += "llc.get(name)(numpy.ones((9, 9, 3), 'uint8'))"
    assert not set(HEAVY) & set(loaded_by(code)["modules"])


def test_every_name_of_the_package_can_be_had():
    import lowlight_core

    for name in lowlight_core.__all__:
        assert getattr(lowlight_core, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        lowlight_core.magic  # noqa: B018


def test_no_module_of_the_core_imports_streamlit():
    pattern = re.compile(r"^\s*(?:import|from)\s+streamlit\b", re.MULTILINE)
    assert not [path for path in (ROOT / "lowlight_core").rglob("*.py") if pattern.search(path.read_text("utf-8"))]


def test_nothing_in_the_core_imports_the_pages():
    pattern = re.compile(r"^\s*(?:import|from)\s+(?:pages|app)\b", re.MULTILINE)
    assert not [path for path in (ROOT / "lowlight_core").rglob("*.py") if pattern.search(path.read_text("utf-8"))]
