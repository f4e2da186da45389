"""What the default method makes of the first sample, shipped: the first visitor sees it while the network loads.

Made anew after every training of the default network by ``python -m lowlight_core.first_look``; a test holds it against
what the network makes now.
"""

from pathlib import Path

import numpy as np

from lowlight_core import enhancers, samples
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.enhancer import Enhancer
from lowlight_core.image import encode, read
from lowlight_core.samples import SAMPLES

PICTURE = Path(__file__).parent / "weights" / "first_look.png"


def load() -> tuple[np.ndarray, Enhancer, np.ndarray] | None:
    """(sample, method, its output at the method's defaults), both pictures RGB uint8 (H, W, 3); or None without one."""
    method = enhancers.default()
    if method.family != "learned" or not PICTURE.is_file():
        return None
    return samples.load(SAMPLES[0]).low, method, read(PICTURE).pixels


def preload() -> None:
    """Load the default network, so that the next call does not wait for it; nothing to do for a classical one."""
    method = enhancers.default()
    if method.family == "learned":
        from lowlight_core import inference

        inference.load(method.name)


def main() -> None:
    """Make the picture anew and write it to the package."""
    Parser(prog="python -m lowlight_core.first_look", description=main.__doc__).parse_args()
    method, dark = enhancers.default(), samples.load(SAMPLES[0]).low
    PICTURE.write_bytes(encode(method(dark)))
    print(f"{PICTURE.name}: {method.name} on the sample {SAMPLES[0]}, {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.first_look")
