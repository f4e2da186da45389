"""``python -m lowlight_core``: the command line."""

import sys

from lowlight_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
