"""A video from file to file: the pipeline against the loop that tutorials write."""

import tempfile
from pathlib import Path

import cv2

from lowlight_core import enhancers
from lowlight_core.benchmark.measure import Figure, seconds

METHODS = ("clahe", "gamma")


def run(quick: bool) -> list[Figure]:
    """Decode, enhance, encode: all at the same time, or one after the other, frame by frame."""
    from lowlight_core.video import synthetic

    names = list(dict.fromkeys([*METHODS, enhancers.default().name]))
    with tempfile.TemporaryDirectory() as place:
        clip = Path(place, "clip.mp4")
        frames = 24 if quick else 96
        synthetic.write_clip(clip, synthetic.pan(synthetic.dark_scene(), frames, synthetic.SAMPLE_SIZE))
        return [figure for name in names for figure in _figures(name, clip, frames, 1 if quick else 3)]


def _figures(name: str, clip: Path, frames: int, repeats: int) -> list[Figure]:
    from lowlight_core.video.pipeline import enhance_video

    method, target = enhancers.get(name), clip.with_name("out.mp4")
    ways = {
        "ours": lambda: enhance_video(clip, target, method, smooth=False, overwrite=True),
        "steady": lambda: enhance_video(clip, target, method, overwrite=True),
        "loop": lambda: _loop(clip, clip.with_name("loop.mp4"), method),
    }
    ways["loop"]()  # loads what must be loaded
    took = seconds(ways, repeats)
    return [
        Figure(f"{name}: pipeline against the frame-by-frame loop", took["loop"] / took["ours"], "times"),
        Figure(f"{name}: without flicker, against the loop with it", took["loop"] / took["steady"], "times"),
        Figure(f"{name}: without flicker", frames / took["steady"], "images/s"),
    ]


def _loop(clip: Path, target: Path, method) -> None:
    """`cv2.VideoCapture` and H.264 by PyAV, one frame after the other."""
    from lowlight_core.video import synthetic

    def frames():
        capture = cv2.VideoCapture(str(clip))
        while (frame := capture.read()[1]) is not None:
            yield method(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
        capture.release()

    synthetic.write_clip(target, frames(), overwrite=True)
