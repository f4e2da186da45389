"""``python -m lowlight_core``: the command line."""

import os
import sys

from lowlight_core.cli import main


def keep_stderr_to_sentences() -> None:
    """Leave stderr to Python: what libraries written in C say on their own goes nowhere.

    TensorFlow greets everybody with a dozen lines that no setting of its own silences. To see them, set
    ``TF_CPP_MIN_LOG_LEVEL``.
    """
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ or sys.stderr is None:
        return
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    keep_stderr_to_sentences()
    sys.exit(main())
