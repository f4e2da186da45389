"""Compare the metrics with figures of their authors' own code, on five pairs of TID2013.

    python -m lowlight_core.metrics.check FOLDER

FOLDER holds ``reference/I03.png`` and ``distorted/I03.png``, and so on. The figures are those that IQA-PyTorch
collected from the authors' MATLAB and PyTorch programs (its ``ResultsCalibra.md``; PSNR from scikit-image).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.errors import DatasetError
from lowlight_core.image import read
from lowlight_core.metrics import METRICS
from lowlight_core.metrics.metric import gray
from lowlight_core.metrics.structural import ms_ssim_weighted_sum

PICTURES = ("I03", "I04", "I06", "I08", "I19")


def _gray_rgb(image: np.ndarray) -> np.ndarray:
    return np.repeat(gray(image)[..., None], 3, axis=2)


def _gray_ssim(image: np.ndarray, reference: np.ndarray) -> float:
    return METRICS["ssim"](_gray_rgb(image), _gray_rgb(reference))


@dataclass(frozen=True)
class Check:
    """One row: what is measured, the published figures, and how far ours may be off."""

    title: str
    function: Callable
    published: tuple[float, ...]
    tolerance: float | None  # None: only the order must be the same
    decimals: int
    note: str


CHECKS = (
    Check("PSNR, dB", METRICS["psnr"], (21.11, 20.99, 27.01, 23.30, 21.62), 0.005, 2, "RGB"),
    Check("SSIM, RGB", METRICS["ssim"], (0.6732, 0.9325, 0.9896, 0.9674, 0.6307), 5e-5, 4, "ours; scikit-image"),
    Check("SSIM, gray", _gray_ssim, (0.6993, 0.9978, 0.9989, 0.9669, 0.6519), 1e-4, 4, "authors' protocol"),
    Check(
        "MS-SSIM", METRICS["ms_ssim"], (0.6733, 0.9996, 0.9998, 0.9566, 0.8462), 0.005, 4,
        "ours: product of the scales, the paper's formula",
    ),
    Check(
        "MS-SSIM, sum", ms_ssim_weighted_sum, (0.6733, 0.9996, 0.9998, 0.9566, 0.8462), 1e-4, 4,
        "the figures turn out to be the program's other option, a weighted sum",
    ),
    Check("LPIPS", METRICS["lpips"], (0.7237, 0.2572, 0.0508, 0.0521, 0.4253), 2e-4, 4, "AlexNet, 0.1"),
    Check(
        "NIQE", METRICS["niqe"], (15.754, 3.655, 3.235, 3.184, 8.635), None, 3,
        "own pristine model: same order wanted, not the same figures",
    ),
    Check("PIQE", METRICS["piqe"], (100.00, 21.62, 35.86, 41.15, 76.95), 0.01, 2, "MATLAB's own"),
    Check("Entropy, bits", METRICS["entropy"], (6.9511, 6.9661, 7.5309, 7.5566, 5.7629), 1e-4, 4, "gray, 256 bins"),
)  # fmt: skip


def run(folder: Path) -> list[tuple[Check, list[float], bool]]:
    """Measure all pairs: for each check its values and whether they agree.

    Raises:
        DatasetError: a folder is missing.
        ImageError: a picture is missing.
    """
    for place in (folder / side for side in ("distorted", "reference")):
        if not place.is_dir():
            raise DatasetError(
                f"{place} is no folder: expected one with {', '.join(f'{name}.png' for name in PICTURES)}"
            )
    pairs = [[read(folder / side / f"{name}.png").pixels for side in ("distorted", "reference")] for name in PICTURES]
    rows = []
    for check in CHECKS:
        values = [float(check.function(*pair)) for pair in pairs]
        if check.tolerance is None:
            agrees = bool((np.argsort(values) == np.argsort(check.published)).all())
        else:
            agrees = bool(np.allclose(values, check.published, rtol=0, atol=check.tolerance))
        rows.append((check, values, agrees))
    return rows


def table(rows: list[tuple[Check, list[float], bool]]) -> str:
    """Two lines per metric, ours above the published one, as text."""
    lines = [f"{'':14} {'':9} " + " ".join(f"{name:>8}" for name in PICTURES) + "  largest difference"]
    for check, values, agrees in rows:
        words = ("agrees", "DIFFERS") if check.tolerance else ("same order", "OTHER ORDER")
        verdict = words[0] if agrees else words[1]
        worst = max(abs(a - b) for a, b in zip(values, check.published, strict=True))
        for label, numbers, tail in (
            ("ours", values, f"{worst:.{check.decimals + 1}f} {verdict} ({check.note})"),
            ("published", check.published, ""),
        ):
            cells = " ".join(f"{number:8.{check.decimals}f}" for number in numbers)
            lines.append(f"{check.title if label == 'ours' else '':14} {label:9} {cells}  {tail}".rstrip())
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = Parser(prog="python -m lowlight_core.metrics.check", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=options.path, help="holds reference/ and distorted/ with I03.png, I04.png, ...")
    rows = run(Path(parser.parse_args(arguments).folder))
    print(table(rows))
    return 0 if all(agrees for _, _, agrees in rows) else 1


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.metrics.check")
