"""``python -m lowlight_core``: the command line."""

import sys

from lowlight_core.cli import main
from lowlight_core.console import keep_stderr_to_sentences

if __name__ == "__main__":
    keep_stderr_to_sentences()
    sys.exit(main())
