"""``python -m lowlight_core``: the command line."""

import os
import signal
import sys


def run() -> int:
    """The exit status. Ctrl-C ends the process without a word before the command line can answer it, and after."""
    heeded = signal.getsignal(signal.SIGINT) == signal.default_int_handler  # else it is ignored, and stays so
    if heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from lowlight_core.cli import main
    from lowlight_core.console import keep_stderr_to_sentences, open_streams

    open_streams()
    keep_stderr_to_sentences()
    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    status = main()
    if heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return status


if __name__ == "__main__":
    status = run()
    if status > 128:  # threads of libraries may be at work still, and die noisily if the interpreter is taken from them
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
