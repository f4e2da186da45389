"""Batches of random crops for training: NumPy and OpenCV only, and a pure function of the seed and the step.

A batch depends on nothing that came before it, so a run that resumes at a step sees the batches it would have seen.
"""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from lowlight_core.camera import darken
from lowlight_core.errors import DatasetError
from lowlight_core.networks import exposure
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.pairs import TrainingPair

AHEAD = 3  # batches made before their step


@dataclass(frozen=True)
class Source:
    """Where pictures come from and how often: ``pairs`` (dark and true) or ``photos`` (good, to be darkened), RGB
    uint8.
    """

    share: float
    pairs: list[TrainingPair] = field(default_factory=list, repr=False)
    photos: list[np.ndarray] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Augmentation:
    """How samples are varied beyond crops, flips and quarter turns; the numbers are standard deviations, all but that
    of ``warmth`` of logarithms.

    ``exposure``: of the dark picture. ``level``: of the truth, re-exposed with the wanted level along, so that a
    wanted level means something everywhere; it happens to a share ``level_share`` of the samples. Of photographs
    that are made dark: ``saturation``, of their colours before, so that a red table under white lamps is learned to
    be no cast; ``warmth``, of the light's tint, in stops between red and blue.
    """

    exposure: float = 0.2
    level: float = 0.35
    level_share: float = 0.25
    saturation: float = 0.0
    warmth: float = 0.8

    @classmethod
    def of(cls, config: TrainingConfig):
        """As a run's configuration says."""
        return cls(
            config.exposure_jitter,
            config.level_jitter,
            config.level_share,
            config.saturation_jitter,
            config.warmth_jitter,
        )


def check_sizes(sources: list[Source], crop: int) -> None:
    """Raise DatasetError at once if a picture is smaller than the crop."""
    for source in sources:
        for image in [pair.low for pair in source.pairs] + source.photos:
            if min(image.shape[:2]) < crop:
                raise DatasetError(
                    f"a picture of {image.shape[1]}x{image.shape[0]} is smaller than the crop of {crop}: "
                    "use larger pictures or, on the command line, a smaller --crop"
                )


def sample(
    random: np.random.Generator, sources: list[Source], crop: int, how: Augmentation, lifted: bool = True
) -> dict:
    """One training sample: float32 arrays ``image`` and ``target`` (crop, crop, 3), ``thumbnail``, ``context`` (2,).

    With ``lifted`` false the image is the dark picture itself.
    """
    shares = np.array([source.share for source in sources])
    source = sources[random.choice(len(sources), p=shares / shares.sum())]
    if source.pairs:
        pair = source.pairs[random.integers(len(source.pairs))]
    else:
        pair = darkened(random, source.photos, how.saturation, how.warmth)
    low, high, small, shares, level = pair.low, pair.high, pair.thumbnail, pair.shares, pair.level
    top, left = (random.integers(side - crop + 1) for side in low.shape[:2])
    window = np.s_[top : top + crop, left : left + crop]
    image, target = low[window], high[window].astype(np.float32) / 255
    if random.random() < how.level_share:
        factor = np.exp(how.level * random.standard_normal())
        target, level = exposure.lift(target, factor), _relevel(pair, factor)
    if source.pairs and how.exposure:
        image, small, shares = _reexpose(image, small, shares, np.exp(how.exposure * random.standard_normal()))
    gain = exposure.gain_for(shares, level)
    image = image.astype(np.float32) / 255
    if lifted:
        image, small = exposure.lift(image, gain), exposure.lift(small, gain)
    turned = _turn(random, [image, target, small])
    return {"image": turned[0], "target": turned[1], "thumbnail": turned[2], "context": exposure.context(level, gain)}


def _relevel(pair: TrainingPair, factor: float) -> float:
    return float(exposure.histogram(pair.high[::4, ::4]) @ exposure.lift(exposure.VALUES, factor))


def _reexpose(image, small, shares, factor):
    """The dark picture at another exposure, quantised again: crop, thumbnail and histogram alike."""
    curve = np.minimum(np.rint(np.arange(256) * factor), 255)
    moved = np.bincount(curve.astype(int), weights=shares, minlength=256)
    return (
        cv2.LUT(np.ascontiguousarray(image), curve.astype(np.uint8)),
        np.minimum(small * np.float32(factor), 1),
        moved,
    )


def darkened(
    random: np.random.Generator, photos: list[np.ndarray], saturation: float = 0.0, warmth: float = 0.8
) -> TrainingPair:
    """A good photograph as it is, or in less light; the colour of the light stays in the target.

    ``saturation``, ``warmth``: as in :class:`Augmentation`.
    """
    photo = photos[random.integers(len(photos))]
    if saturation:
        photo = saturated(photo, np.exp(saturation * random.standard_normal()))
    if random.random() < 0.3:
        return TrainingPair.of("", photo, photo)
    light = random.normal(0.3, warmth)  # lamps are warm
    target = darken(photo, stops=0.25, falloff=0, noise=0, warmth=light)
    low = darken(
        photo,
        stops=random.uniform(0.5, 6),
        falloff=random.uniform(0, 1),
        noise=random.uniform(0.2, 2),
        warmth=light,
        seed=int(random.integers(2**31)),
    )
    return TrainingPair.of("", _processed(random, low), target)


def saturated(photo: np.ndarray, factor: float) -> np.ndarray:
    """RGB uint8 (H, W, 3) with its distance from BT.601 gray multiplied, as far as 0 to 255 lets it; grays stay."""
    return cv2.transform(photo, factor * np.eye(3) + (1 - factor) * exposure.GRAY)


def _processed(random: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """What cameras do to a dark picture before one gets it, now and then: a little smoothing, JPEG compression."""
    if random.random() < 0.3:
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.4, 0.9))
    if random.random() < 0.5:
        quality = int(random.integers(60, 97))
        compressed = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        image = cv2.imdecode(compressed, cv2.IMREAD_COLOR)[..., ::-1]
    return np.ascontiguousarray(image)


def _turn(random: np.random.Generator, arrays: list[np.ndarray]) -> list[np.ndarray]:
    turns, mirror = random.integers(4), random.random() < 0.5
    arrays = [np.rot90(a[:, ::-1] if mirror else a, turns) for a in arrays]
    return [np.ascontiguousarray(a, dtype=np.float32) for a in arrays]


def batch(
    seed: int, step: int, sources: list[Source], crop: int, size: int, how: Augmentation, lifted: bool = True
) -> dict:
    """The batch of ``step``: a dict of float32 arrays with a first axis of ``size``."""
    random = np.random.default_rng((seed, step))
    samples = [sample(random, sources, crop, how, lifted) for _ in range(size)]
    return {key: np.stack([s[key] for s in samples]) for key in samples[0]}


def prefetch(make, start: int, stop: int) -> Iterator[dict]:
    """``make(step)`` for every step, prepared by a thread that stays at most `AHEAD` batches in front."""
    ready, ended = queue.Queue(AHEAD), threading.Event()

    def produce():
        for step in range(start, stop):
            try:
                item = make(step)
            except BaseException as error:  # handed to the consumer, who raises it
                item = error
            while not ended.is_set():
                try:
                    ready.put(item, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if ended.is_set() or isinstance(item, BaseException):
                return

    threading.Thread(target=produce, daemon=True).start()
    try:
        for _ in range(start, stop):
            item = ready.get()
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        ended.set()
