"""Fit NIQE's pristine model to a folder of good photographs.

    python -m lowlight_core.metrics.fit_niqe FOLDER OUT.npz

From each photograph the blocks sharper than 0.85 of its sharpest are taken, not 0.75 as in the paper. The choice was
made on the five calibration pictures and is no more than that. Fitted to 200 photographs of BSDS500 (481x321, JPEG),
their order is the authors' with 0.85 and 0.9; with 0.6 to 0.8 the closest two (3.24 and 3.18 by the authors) change
places. The figures themselves come closer with 0.75: 0.55 apart on average, against 0.81 with 0.85. Order was preferred
because figures of different models cannot be compared anyway; that they agree in it is no independent proof.

The model is the mean and the covariance of the blocks' features. Photographs are read in order of name, so the same
folder gives the same file.
"""

from pathlib import Path

import numpy as np

from lowlight_core.atomic import writing
from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.errors import DatasetError, OutputError
from lowlight_core.image import EXTENSIONS, read
from lowlight_core.metrics.metric import gray
from lowlight_core.metrics.natural_scene import block_features

SHARP = 0.85  # of the sharpest block; 0.75 in the paper, see above


def fit(paths: list[Path]) -> dict[str, np.ndarray]:
    """``mean`` (36,), ``covariance`` (36, 36), and the number of ``blocks`` and ``photographs`` they come from.

    Raises:
        DatasetError: fewer than 37 usable blocks, with which the covariance would be singular.
    """
    chosen = []
    for path in paths:
        features, sharpness = block_features(gray(read(path).pixels))
        if len(features):
            features = features[sharpness > SHARP * sharpness.max()]
            chosen.append(features[np.isfinite(features).all(axis=1)])
    blocks = np.concatenate(chosen) if chosen else np.zeros((0, 36))
    if len(blocks) < 37:
        raise DatasetError(f"expected 37 or more sharp blocks of 96x96 pixels, got {len(blocks)}: add photographs")
    return {
        "mean": blocks.mean(0),
        "covariance": np.cov(blocks, rowvar=False),
        "blocks": np.int64(len(blocks)),
        "photographs": np.int64(len(paths)),
    }


def main() -> None:
    """Fit the model to the folder's photographs and write it."""
    parser = Parser(prog="python -m lowlight_core.metrics.fit_niqe", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=options.path, help="good photographs, at least 192 pixels wide and high")
    parser.add_argument("out", type=options.path, help="the .npz to write")
    args = parser.parse_args()
    if Path(args.out).exists():  # known before the work; writing decides again
        raise OutputError(f"{args.out} exists already: choose another name, or remove it first")
    model = fit(_photographs(Path(args.folder)))
    with writing(args.out) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **model)
    print(f"{args.out}: {model['blocks']} blocks of {model['photographs']} photographs")


def _photographs(folder: Path) -> list[Path]:
    """The pictures in and below the folder, in order of name. Raises DatasetError if there are none, or no folder."""
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder: expected one with photographs")
    if paths := sorted(path for path in folder.rglob("*") if path.suffix.lower() in EXTENSIONS):
        return paths
    raise DatasetError(f"no pictures in {folder}: expected {', '.join(EXTENSIONS)}")


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.metrics.fit_niqe")
