"""The streams of the command lines: there whatever the shell closed, able to write any name, free of C libraries' talk.

Call `open_streams` and then `keep_stderr_to_sentences` first in a program, never in a library.
"""

import os
import re
import signal
import sys
from collections.abc import Callable
from typing import TextIO

from lowlight_core.errors import LowlightError, ParameterError, UnknownMethodError, sentence

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Text with control characters escaped (``\\x1b``), since a file's name may hold what commands a terminal."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def tell(text: str, stream: TextIO, end: str = "\n") -> None:
    """Print at once what people may want to know, and go on where the stream takes nothing: a full disk behind a log is
    no reason to end the work of hours. That its reader left still is a BrokenPipeError.
    """
    try:
        print(text, end=end, file=stream, flush=True)
    except BrokenPipeError:
        raise
    except OSError:
        pass


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


def answered(run: Callable[[], int | None], program: str) -> int:
    """Do the work of a program and return its exit status; whatever goes wrong is one sentence on stderr.

    Status: what ``run`` returns, or 0; 1 something failed; 2 wrong usage; 128 and the signal's number if interrupted;
    141 if whoever read the output left.
    """

    def fail(message: str, status: int) -> int:
        try:
            print(f"{program}: {printable(message)}", file=sys.stderr, flush=True)
        except OSError:  # nobody is left to be told
            _let_go(sys.stderr)
        return status

    try:
        status = run() or 0
        sys.stdout.flush()
        return status
    except SystemExit as leaving:  # argparse after --help or a complaint
        return leaving.code if isinstance(leaving.code, int) else 2
    except KeyboardInterrupt as interrupt:
        number = interrupt.args[0] if interrupt.args else signal.SIGINT
        return fail("interrupted: what was finished is kept", 128 + number)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        return 141
    except (ParameterError, UnknownMethodError) as problem:
        return fail(sentence(problem), 2)
    except LowlightError as problem:
        return fail(sentence(problem), 1)
    except OSError as problem:
        place = f"{problem.filename}: " if problem.filename else ""
        return fail(f"{place}{problem.strerror or problem}", 1)
    except Exception as problem:
        return fail(sentence(problem), 1)
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                _let_go(stream)


def _let_go(stream: TextIO) -> None:
    """Give what a stream still holds to the null device: at exit Python would try it again and end with status 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def run_as_program(main: Callable[[], int | None], module: str) -> None:
    """Run ``python -m module`` from its ``main``, with the streams and statuses of the command line, and exit."""
    open_streams()
    keep_stderr_to_sentences()
    sys.exit(answered(main, f"python -m {module}"))
