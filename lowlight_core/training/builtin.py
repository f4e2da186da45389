"""The built-in pairs as a folder to train on, split by scene: enough for a lesson, too few for a good network."""

import json
from pathlib import Path

from lowlight_core import samples
from lowlight_core.atomic import write_bytes
from lowlight_core.image import write

VALIDATION = ("cat", "launch_pad")  # scenes of which no other picture is trained on
VARIED = {  # fields of a run's configuration without which six pairs are soon known by heart
    "darken_truths": True,
    "shares": (0.5,),
    "photo_share": 0.5,
    "exposure_jitter": 0.5,
    "saturation_jitter": 0.6,
}


def write_pairs(folder: Path) -> Path:
    """Write the built-in pairs to ``folder`` (``low``, ``high``, ``split.json``) unless they are there; returns it."""
    if (folder / "split.json").is_file():
        return folder
    for sample in samples.pairs():
        write(folder / "low" / f"{sample.name}.png", sample.low, overwrite=True)
        write(folder / "high" / f"{sample.name}.png", sample.high, overwrite=True)
    split = {"train": [name for name in samples.SAMPLES if name not in VALIDATION], "validation": list(VALIDATION)}
    data = json.dumps(split).encode()
    write_bytes(folder / "split.json", data, overwrite=True)  # last and whole: it says that the folder is complete
    return folder
