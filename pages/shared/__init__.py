"""What several pages use: header, viewer, knobs, inputs, results.

The live camera's pylibsrtp is loaded here, before anything can load TensorFlow: after it, importing pylibsrtp ends the
whole process with a segmentation fault (pylibsrtp 1.0 and tensorflow 2.21, on their own, in that order).
"""

from contextlib import suppress

with suppress(ImportError):
    import pylibsrtp  # noqa: F401
