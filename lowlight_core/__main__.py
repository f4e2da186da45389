"""``python -m lowlight_core``: the command line."""

import os
import sys

from lowlight_core.cli import main
from lowlight_core.console import keep_stderr_to_sentences, open_streams

if __name__ == "__main__":
    open_streams()
    keep_stderr_to_sentences()
    status = main()
    if status > 128:  # threads of libraries may be at work still, and die noisily if the interpreter is taken from them
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
