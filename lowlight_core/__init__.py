"""Low-light image enhancement: methods declared once, run in parallel, measured honestly.

>>> import lowlight_core as llc
>>> dark = llc.samples.load("garage").low          # RGB uint8 (H, W, 3)
>>> bright = llc.get("clahe")(dark, clip_limit=3)   # the same
>>> llc.measure(bright, llc.samples.load("garage").high)["psnr"]

Importing this package imports neither streamlit nor tensorflow, nor anything that a first use does not need.
"""

import importlib
import os

_processor = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
if _processor.lower() in ("x86_64", "amd64"):
    # TensorFlow, when it comes, shall convolve with oneDNN: by itself it does so only on processors with AVX512-VNNI
    # or newer, though networks gain with AVX2 alone too. Who sets the variable decides.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

_NAMES = {
    "METHODS": "enhancers",
    "get": "enhancers",
    "names": "enhancers",
    "default": "enhancers",
    "Enhancer": "enhancer",
    "Result": "enhancer",
    "Picture": "image",
    "decode": "image",
    "encode": "image",
    "read": "image",
    "write": "image",
    "measure": "metrics",
    "METRICS": "metrics",
    "find_pairs": "datasets",
    "darken": "camera",
    "LowlightError": "errors",
}
_MODULES = (
    "batch camera datasets enhancer enhancers errors evaluation figures files image inference jobs metrics networks "
    "records samples settings training video"
).split()
__all__ = sorted([*_NAMES, *_MODULES])


def __getattr__(name: str):
    if name in _NAMES:
        return getattr(importlib.import_module(f"lowlight_core.{_NAMES[name]}"), name)
    if name in _MODULES:
        return importlib.import_module(f"lowlight_core.{name}")
    raise AttributeError(f"module 'lowlight_core' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
