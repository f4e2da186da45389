"""Standard error of the command lines: sentences of this program, not what libraries written in C say of themselves."""

import os
import sys


def keep_stderr_to_sentences() -> None:
    """Leave stderr to Python, for the rest of the process: call it first in a program, never in a library.

    TensorFlow greets everybody with a dozen lines that no setting of its own silences. To see them, set
    ``TF_CPP_MIN_LOG_LEVEL``.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ or sys.stderr is None:
        return
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
