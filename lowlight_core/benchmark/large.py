"""Memory of the default network and of the hungriest on large photographs, each in a process of its own."""

import subprocess
import sys
from pathlib import Path

from lowlight_core import enhancers
from lowlight_core.benchmark.measure import Figure, Skipped

MOST_MEGABYTES = 2000
HUNGRIEST = "mirnet"
SIZES = {12: (4000, 3000), 24: (6000, 4000), 50: (8660, 5773)}  # megapixels: width, height
# The peak is that of this process's own memory (VmHWM): getrusage's begins at what the parent had when it forked.
_PROGRAM = """
import sys
import time
from pathlib import Path
import numpy as np
from lowlight_core import enhancers
from lowlight_core.benchmark import photos

width, height = int(sys.argv[2]), int(sys.argv[3])
picture = np.tile(photos.photo(1500, 1000, 0), (height // 1000 + 1, width // 1500 + 1, 1))[:height, :width].copy()
picture[: height // 3] += 180 - picture[: height // 3] // 2  # a bright sky: the default makes a second pass for shadows
method = enhancers.get(sys.argv[1])
method(picture[:64, :64])  # loads the network
start = time.perf_counter()
method(picture)
seconds = time.perf_counter() - start
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(1024 * int(peak.split()[1]), seconds)
"""


def run(quick: bool) -> list[Figure]:
    """12, 24 and 50 megapixels, or only the first if ``quick``; the picture itself is part of the memory."""
    if not Path("/proc/self/status").is_file():
        raise Skipped("the most memory of a process is read from /proc, which is Linux's")
    names = [name for name in (enhancers.default().name, HUNGRIEST) if name in enhancers.METHODS]
    return [figure for name in names for size in list(SIZES)[: 1 if quick else None] for figure in _figures(name, size)]


def _figures(name: str, size: int) -> list[Figure]:
    command = [sys.executable, "-c", _PROGRAM, name, *map(str, SIZES[size])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    if done.returncode:
        raise Skipped(f"the run failed: {done.stderr.strip().splitlines()[-1]}")
    memory, seconds = map(float, done.stdout.split())
    return [
        Figure(
            f"{name}: most memory at {size} megapixels, TensorFlow included", memory / 1e6, "MB", at_most=MOST_MEGABYTES
        ),
        Figure(f"{name}: one picture of {size} megapixels", 1000 * seconds, "ms"),
    ]
