"""TensorFlow and the live camera in one process: the order in which they are loaded decides whether it survives."""

import subprocess
import sys

import pytest
from conftest import ROOT


def test_a_page_makes_the_camera_safe_before_tensorflow_is_loaded():
    pytest.importorskip("pylibsrtp")
    program = "import pages.shared, sys; assert 'pylibsrtp' in sys.modules and 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


@pytest.mark.slow
def test_tensorflow_then_the_camera():
    pytest.importorskip("tensorflow")
    pytest.importorskip("streamlit_webrtc")
    program = "import pages.shared, tensorflow, streamlit_webrtc"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True).returncode == 0
