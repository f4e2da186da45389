"""The streams of the command lines: there whatever the shell closed, able to write any name, free of C libraries' talk.

Call `open_streams` and then `keep_stderr_to_sentences` first in a program, never in a library.
"""

import os
import re
import sys

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Text with control characters escaped (``\\x1b``), since a file's name may hold what commands a terminal."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def counted(number: int, thing: str) -> str:
    """``1 image``, ``2 images``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def open_streams() -> None:
    """Give each stream that the shell closed (``>&-``) the null device, and escape what stdout cannot encode.

    A closed one is ``None`` in Python; and the next file opened, a result perhaps, would become what C libraries and
    child processes take for their output.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free descriptor: this one
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8")
    sys.stdout.reconfigure(errors="backslashreplace")


def keep_stderr_to_sentences() -> None:
    """Leave stderr to Python, for the rest of the process.

    TensorFlow greets everybody with a dozen lines that no setting of its own silences. To see them, set
    ``TF_CPP_MIN_LOG_LEVEL``.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ or sys.stderr is None:
        return
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
