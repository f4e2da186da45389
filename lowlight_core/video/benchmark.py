"""Frames a second from file to file, and against the naive loop: resize, ``model.predict``, resize, frame by frame.

Both sides are measured in one run on the same clip, which is made on the spot: a slow pan at 640 x 360 with noise.
"""

import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from lowlight_core import enhancers
from lowlight_core.video import synthetic
from lowlight_core.video.pipeline import enhance_video
from lowlight_core.video.reader import Frame, Reader

FPS = 30
_NAIVE_FRAMES = 12  # of them the first two only warm up


def benchmark(frames: int = 120) -> dict[str, float]:
    """Figures and ratios of one run.

    Returns:
        ``clahe_fps``, ``default_fps``: frames a second with decoding, steadying and encoding; ``clahe_real_time``: the
        first over 30; with a learned default also ``naive_fps``, the loop for the same network at full size,
        ``naive_256_fps``, the loop squashed to 256 x 256, and ``default_over_naive``, ``default_over_naive_256``.
    """
    with tempfile.TemporaryDirectory() as folder:
        clip = synthetic.write_clip(
            Path(folder) / "clip.mp4", synthetic.pan(synthetic.dark_scene(), frames, synthetic.SAMPLE_SIZE), FPS
        )
        found = {"clahe_fps": _pipeline_fps(clip, "clahe")}
        found["clahe_real_time"] = found["clahe_fps"] / FPS
        method = enhancers.default()
        method(np.zeros((64, 64, 3), np.uint8))  # loading the network is not part of the pace
        found["default_fps"] = _pipeline_fps(clip, method.name)
        if method.family == "learned":
            for name, side in (("naive_fps", None), ("naive_256_fps", 256)):
                found[name] = _naive_fps(clip, method.name, side)
                found[f"default_over_{name.removesuffix('_fps')}"] = found["default_fps"] / found[name]
    return found


def _pipeline_fps(clip: Path, method: str) -> float:
    return enhance_video(clip, clip.with_name("out.mp4"), enhancers.get(method), overwrite=True).fps


def _naive_fps(clip: Path, name: str, side: int | None) -> float:
    """Resize a frame, ``model.predict``, resize it back, one after the other; decoding and encoding are not counted."""
    from lowlight_core import inference

    card = inference.read_card(inference.WEIGHTS / f"{name}.json")
    model = inference.build(card, inference.WEIGHTS / f"{name}.weights.h5")
    runner = inference.load(name)
    reader = Reader(clip)
    seconds = []
    for event in reader:
        if not isinstance(event, Frame):
            continue
        start = time.perf_counter()
        _naive_frame(model, runner, event.pixels, side)
        seconds.append(time.perf_counter() - start)
        if len(seconds) == _NAIVE_FRAMES:
            break
    reader.close()
    return 1 / float(np.mean(seconds[2:]))


def _naive_frame(model, runner, pixels: np.ndarray, side: int | None) -> np.ndarray:
    height, width = pixels.shape[:2]
    multiple = runner.network.multiple
    size = (side, side) if side else (-(-width // multiple) * multiple, -(-height // multiple) * multiple)
    small = cv2.resize(pixels, size)
    whole = runner.describe(small)
    inputs = {
        "image": whole["curve"][small][None],
        "thumbnail": whole["thumbnail"][None].astype(np.float32),
        "context": whole["context"][None],
    }
    output = model.predict([inputs[tensor.name] for tensor in model.inputs], verbose=0)[0]
    return cv2.resize((np.clip(output, 0, 1) * 255).astype(np.uint8), (width, height))
