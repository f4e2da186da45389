"""``python -m lowlight_core``: the command line."""

import sys

from lowlight_core.cli import main
from lowlight_core.console import keep_stderr_to_sentences, open_streams

if __name__ == "__main__":
    open_streams()
    keep_stderr_to_sentences()
    sys.exit(main())
