"""Memory of one long ``enhance`` run, in a process of its own: after 100 pictures and at the end."""

import subprocess
import sys
import tempfile
from pathlib import Path

from lowlight_core.benchmark import photos
from lowlight_core.benchmark.measure import Figure, Skipped

MOST_MEGABYTES = 100
FIRST = 100
_PROGRAM = """
import sys
import psutil
from lowlight_core.enhance_files import enhance_files
from lowlight_core.files import collect

process, used = psutil.Process(), []
results = enhance_files(collect(sys.argv[1:2]).sources, sys.argv[2], method="clahe", format="jpg",
                        progress=lambda _: used.append(process.memory_info().rss))
failed = [result.error for result in results if result.error]
sys.exit(failed[0]) if failed else print(used[int(sys.argv[3]) - 1], used[-1], max(used))
"""


def run(quick: bool) -> list[Figure]:
    """2,000 photographs of one megapixel from folder to folder."""
    count = 300 if quick else 2000
    with tempfile.TemporaryDirectory() as place:
        photos.jpegs(Path(place, "in"), count, 1200, 800)
        command = [sys.executable, "-c", _PROGRAM, f"{place}/in", f"{place}/out", str(FIRST)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    if done.returncode:
        raise Skipped(f"the run failed: {done.stderr.strip().splitlines()[-1]}")
    first, last, most = (int(text) / 1e6 for text in done.stdout.split())
    return [
        Figure(f"memory after {count} pictures over that after {FIRST}", last - first, "MB", at_most=MOST_MEGABYTES),
        Figure(f"memory after {FIRST} pictures", first, "MB"),
        Figure("most memory at any time", most, "MB"),
    ]
