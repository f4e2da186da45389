"""One way to run a network fast, whatever the size of the picture.

A network is loaded once per process and shared by all threads: its weights are frozen into one compiled function that
takes RGB uint8 and returns RGB uint8, in bfloat16 where the processor multiplies it and the card says that it changes
nothing visible. What concerns the whole picture (level, curve, thumbnail) is computed once, so that tiles of a large
picture agree by construction. TensorFlow is imported when the first network is loaded, not before.

Threads take turns, one picture or tile each: TensorFlow spreads every convolution over all processors by itself, so
two at a time are no faster (plain convolutions ran at half the pace), and its oneDNN kernels are not safe when one
graph runs twice at once: one picture in some hundred came out damaged.
"""

import threading
from pathlib import Path

import cv2
import numpy as np

from lowlight_core import networks
from lowlight_core.image import is_gray
from lowlight_core.networks import cards, compiled, exposure, large, shadows
from lowlight_core.networks.cast import keep_cast
from lowlight_core.networks.level import automatic_level, thumbnail

WHOLE_PIXELS = 1_600_000  # more is done in tiles
REDUCED_PIXELS = 1_000_000  # where a network looks at the whole picture and cannot be given tiles
PADDING = 1.25  # times as many as these at most with what is padded: a line of one pixel's height becomes sixteen
LEAST_TOLD = 30 / 255  # no network learned a darker level: told one, it makes nonsense
LOOKED_AT = 240_000  # of a larger one, as many as the training pictures have: keeps MIRNet below 2 GB at 50 megapixels

OWN_KEPT = 4  # networks from people's own training in memory at once, the latest loaded; each takes tens of megabytes

_runners: dict[tuple[tuple, str], "Runner"] = {}
_loading = threading.Lock()


def load(path: str | Path, precision: str = "auto") -> "Runner":
    """The runner of the weights at ``path`` (as in `cards.path_of`), loaded once per process, again if they changed.

    ``precision``: "float32", "mixed_bfloat16", or "auto", which takes the faster where the card allows it.
    """
    path = cards.path_of(path)
    key = _identity(path), precision
    runner = _runners.get(key)  # no lock: reading a dict is atomic, and a runner never changes
    if runner is None:
        with _loading:
            chosen = cards.precision(cards.read(path)) if precision == "auto" else precision
            one = key[0], chosen  # "auto" and what it chooses share one runner
            runner = _runners[key] = _runners[one] = _runners.get(one) or Runner(path, chosen)
            _forget_old()
    return runner


def _identity(path: Path) -> tuple:
    """What tells weights apart: the place of shipped ones; the place, time and size of others, which may change."""
    path = path.resolve()
    if path.parent == cards.WEIGHTS.resolve():
        return (str(path),)
    try:
        status = cards.weights_of(path).stat()
    except OSError:  # loading says what is missing
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


def _forget_old() -> None:
    """Drop all but the latest `OWN_KEPT` networks that do not come with the program."""
    own = list(dict.fromkeys(identity for identity, _ in _runners if len(identity) > 1))
    for key in [key for key in _runners if key[0] in own[:-OWN_KEPT]]:
        del _runners[key]


def is_loaded(path: str | Path) -> bool:
    """Whether the network at ``path`` (as in `cards.path_of`) is ready: its next call does not wait for TensorFlow."""
    return (_identity(cards.path_of(path)), "auto") in _runners


def estimate_level(image: np.ndarray) -> float:
    """The mean gray level (BT.601, 0 to 255) that the automatic would give to RGB uint8 (H, W, 3)."""
    return 255 * automatic_level(exposure.histogram(image), image)


def enhance(image: np.ndarray, name: str | Path = "lumen", level: float | None = None, **more: float) -> np.ndarray:
    """Enhance RGB uint8 (H, W, 3) by the network ``name``; ``level`` and ``more`` as in `Runner.enhance`."""
    return load(name).enhance(image, level, **more)


def _least_told(shares: np.ndarray) -> float:
    """The lowest level in (0, 1) that a network is told for the picture with this histogram."""
    return max(exposure.mean_level(shares), LEAST_TOLD)


class Runner:
    """A network with its weights as one compiled function."""

    def __init__(self, path: str | Path, precision: str):
        """Load the weights at ``path``, as in :func:`load`, which keeps one for all; ``precision``: a Keras policy."""
        self.card = cards.read(path)
        self.network = networks.get(self.card["network"])
        self.precision = precision
        with compiled.undisturbed():
            self._function = compiled.function(self.network, self.card, cards.weights_of(path), precision)
        self.margin = self.network.margin_of(self.card["settings"])  # they build a network, so they can be read
        self.enhance(np.full((64, 64, 3), 20, np.uint8))  # TensorFlow optimises a graph in its first run: here, unseen

    def enhance(
        self, image: np.ndarray, level: float | None = None, *, warmth: float = 0.0, shadows: float = 0.0
    ) -> np.ndarray:
        """RGB uint8 (H, W, 3) of any size -> the same size; ``level`` (0 to 255): the wanted mean gray, None for
        automatic; ``warmth`` (0 to 1): see `cast.keep_cast`; ``shadows`` (0 to 1): see `networks.shadows`.

        With a level given, what the network misses of it is made up by the curve of `exposure`, which clips nothing;
        so is what an ``exact`` network misses of the automatic level. No network darkens: below the picture's own level
        and `LEAST_TOLD` what was made for these is dimmed. A picture without colours, as from an infrared camera, gets
        none.
        """
        shares = exposure.histogram(image)
        asked = None if level is None else level / 255
        wanted = self._wanted(image, shares, asked, shadows)
        output = self._exposed(image, shares, wanted, shadows)
        if is_gray(image):
            output = cv2.cvtColor(cv2.cvtColor(output, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        elif warmth:
            output = keep_cast(image, output, warmth)
        if asked is None:
            return output
        too_bright = wanted <= _least_told(shares) and exposure.mean_level(exposure.histogram(output)) > asked
        return exposure.dimmed(output, asked) if too_bright else exposure.to_level(output, asked)

    def _wanted(self, image: np.ndarray, shares: np.ndarray, level: float | None, strength: float) -> float:
        """The level in (0, 1) to expose the picture for, before its shadows are lifted; ``level``: with them lifted."""
        if not self.network.lifted:
            return exposure.mean_level(shares)
        if level is None:
            return automatic_level(shares, image)
        return max(shadows.level_before(image, level, strength) if strength else level, _least_told(shares))

    def _exposed(self, image: np.ndarray, shares: np.ndarray, level: float, strength: float) -> np.ndarray:
        """The picture made for a ``level`` in (0, 1), its shadows for a higher one where it has some."""
        gain = exposure.gain_for(shares, level) if self.network.lifted else 1.0
        output = self._at_level(image, level, gain)
        found = shadows.find(image, output, gain, strength) if strength and self.network.lifted else None
        if not found:
            return output
        gain *= found.gain
        level = float(shares @ exposure.lift(exposure.VALUES, gain))
        return shadows.lift(output, self._at_level(image, level, gain), found)

    def _at_level(self, image: np.ndarray, level: float, gain: float) -> np.ndarray:
        """The network's picture made for ``level``, and brought to it where the network is ``exact``."""
        output = self._made(image, self._told(image, level, gain))
        return exposure.from_fine(output, level) if self.network.exact else output

    def _made(self, image: np.ndarray, whole: dict[str, np.ndarray]) -> np.ndarray:
        """The network's picture as `forward` gives it: in one pass, in tiles or by a reduced one, as its size asks."""
        multiple = self.network.multiple
        height, width = image.shape[:2]
        padded = (height + -height % multiple) * (width + -width % multiple)
        pixels = max(height * width, padded / PADDING)
        if pixels <= (WHOLE_PIXELS if self.network.tiled else REDUCED_PIXELS):
            return self.forward(image, whole)
        if self.network.tiled:
            return large.by_tiles(image, lambda tile: self.forward(tile, whole), self.margin)
        return large.by_reduced(
            image, lambda reduced: self.forward(reduced, whole), whole["curve"], LOOKED_AT, multiple=multiple
        )

    def describe(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """What the network is told about the whole picture when nobody says its level: ``curve`` (256,), ``thumbnail``
        (64, 64, 3), ``context`` (2,).
        """
        shares = exposure.histogram(image)
        wanted = self._wanted(image, shares, None, 0.0)
        return self._told(image, wanted, exposure.gain_for(shares, wanted) if self.network.lifted else 1.0)

    def _told(self, image: np.ndarray, level: float, gain: float) -> dict[str, np.ndarray]:
        curve = exposure.lift(exposure.VALUES, gain).astype(np.float32)
        small = exposure.lift(thumbnail(image), gain)
        return {"curve": curve, "thumbnail": small, "context": exposure.context(max(level, LEAST_TOLD), gain)}

    def forward(self, image: np.ndarray, whole: dict[str, np.ndarray]) -> np.ndarray:
        """One pass over a picture or a tile, padded to what the network needs and cropped again: uint8, or from an
        ``exact`` network uint16 in parts of a level (`exposure.FINE`).
        """
        height, width = image.shape[:2]
        bottom, right = -height % self.network.multiple, -width % self.network.multiple
        padded = cv2.copyMakeBorder(
            image, 0, bottom, 0, right, cv2.BORDER_REFLECT_101 if min(height, width) > 16 else cv2.BORDER_REPLICATE
        )
        lifted = cv2.LUT(padded, whole["curve"])
        output = self._function(padded[None], lifted[None], whole["thumbnail"][None], whole["context"][None])
        return output[0, :height, :width]
