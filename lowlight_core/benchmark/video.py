"""A video from file to file: the pipeline against the loops that tutorials write."""

import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from lowlight_core import enhancers
from lowlight_core.benchmark.measure import Figure, seconds

METHODS = ("clahe", "gamma")
FASTER_THAN_PREDICT = 10
_NAIVE_FRAMES = 12  # of a loop that takes a second for a few frames


def run(quick: bool) -> list[Figure]:
    """Decode, enhance, encode: all at the same time, or one after the other, frame by frame."""
    from lowlight_core.video import synthetic

    frames, repeats, default = 96, 1 if quick else 3, enhancers.default()
    with tempfile.TemporaryDirectory() as place:
        clip = Path(place, "clip.mp4")
        synthetic.write_clip(clip, synthetic.pan(synthetic.dark_scene(), frames, synthetic.SAMPLE_SIZE))
        figures = [figure for name in METHODS for figure in _classical(name, clip, frames, repeats)]
        return figures + _learned(default, clip, frames, repeats)


def _classical(name: str, clip: Path, frames: int, repeats: int) -> list[Figure]:
    from lowlight_core.video.pipeline import enhance_video

    method, target = enhancers.get(name), clip.with_name("out.mp4")
    ways = {
        "ours": lambda: enhance_video(clip, target, method, smooth=False, overwrite=True),
        "steady": lambda: enhance_video(clip, target, method, overwrite=True),
        "loop": lambda: _loop(clip, target, method),
    }
    for way in ways.values():
        way()  # loads what must be loaded
    took = seconds(ways, 3 * repeats)
    return [
        Figure(f"{name}: pipeline against the frame-by-frame loop", took["loop"] / took["ours"], "times"),
        Figure(f"{name}: without flicker, against the loop with it", took["loop"] / took["steady"], "times"),
        Figure(f"{name}: without flicker", frames / took["steady"], "images/s"),
    ]


def _learned(method, clip: Path, frames: int, repeats: int) -> list[Figure]:
    """The default network, held steady, against a loop over it and against ``predict`` on the same weights."""
    from lowlight_core.video.pipeline import enhance_video

    target = clip.with_name("out.mp4")
    ways = {
        "steady": lambda: enhance_video(clip, target, method, overwrite=True),
        "loop": lambda: _loop(clip, target, method),
    }
    method(np.zeros((64, 64, 3), np.uint8))  # loading the network is not part of the pace
    took = seconds(ways, repeats)
    pace = frames / took["steady"]
    figures = [
        Figure(f"{method.name}: without flicker, against the loop with it", took["loop"] / took["steady"], "times"),
        Figure(f"{method.name}: without flicker", pace, "images/s"),
    ]
    if method.family == "learned":
        naive = _naive(method.name)
        _loop(clip, target, naive, 1)  # builds and traces
        slow = seconds({"naive": lambda: _loop(clip, target, naive, _NAIVE_FRAMES)}, repeats)["naive"] / _NAIVE_FRAMES
        title = f"{method.name}: without flicker, against resize, predict, resize with it"
        figures.append(Figure(title, slow * pace, "times", at_least=FASTER_THAN_PREDICT))
    return figures


def _loop(clip: Path, target: Path, method: Callable[[np.ndarray], np.ndarray], most: int | None = None) -> None:
    """`cv2.VideoCapture`, the method, and the encoder that the pipeline has, one frame after the other."""
    from lowlight_core.video import synthetic
    from lowlight_core.video.writer import X264

    def frames():
        capture = cv2.VideoCapture(str(clip))
        while (frame := capture.read()[1]) is not None:
            yield method(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        capture.release()

    synthetic.write_clip(target, islice(frames(), most), overwrite=True, options=X264)


def _naive(name: str) -> Callable[[np.ndarray], np.ndarray]:
    """Resize a frame to what the network takes, ``model.predict`` in float32, resize it back."""
    from lowlight_core import inference
    from lowlight_core.networks import cards, compiled

    model = compiled.build(cards.read(name), cards.weights_of(name))
    runner = inference.load(name)

    def enhance(frame: np.ndarray) -> np.ndarray:
        height, width = frame.shape[:2]
        multiple = runner.network.multiple
        taken = cv2.resize(frame, (width + -width % multiple, height + -height % multiple))
        given = runner.describe(taken)
        given["image"] = given["curve"][taken]
        output = model.predict([given[tensor.name][None] for tensor in model.inputs], verbose=0)[0]
        return cv2.resize(np.rint(255 * np.clip(output, 0, 1)).astype(np.uint8), (width, height))

    return enhance
