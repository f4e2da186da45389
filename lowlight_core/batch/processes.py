"""Worker processes, for long work on processors that threads of one interpreter share badly.

Measuring a picture is many short NumPy operations, and after each a thread waits for the interpreter's lock: two
threads lose a tenth to it, more threads lose more. Processes wait for nobody, but each imports the program first, and
would load a model of its own: so they serve long evaluations of classical methods, threads everything else.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path

from lowlight_core import batch, enhancers
from lowlight_core.errors import ProcessError

WORTH_IT = 500  # outputs to measure: starting takes about as long as fifty


def worth_it(methods: Sequence[str | Path], outputs: int, workers: int) -> bool:
    """Whether processes would do ``outputs`` pictures of these methods sooner than threads, in bounded memory."""
    classical = all(enhancers.get(name).family == "classical" for name in methods)
    return classical and workers > 1 and outputs >= WORTH_IT


@contextmanager
def pool(workers: int) -> Iterator[Executor]:
    """An executor of ``workers`` fresh processes, whose libraries start no threads of their own.

    Call it from a program whose main module does nothing on import, as the command line's: the processes import it.

    Raises:
        ProcessError: a process was killed, on leaving; what was finished is the caller's.
    """
    fresh = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, mp_context=fresh, initializer=_prepare)
    try:
        yield executor
    except BrokenProcessPool:
        raise ProcessError("a worker process was killed, for its memory perhaps: resume with fewer workers") from None
    finally:
        executor.shutdown(cancel_futures=True)


def _prepare() -> None:
    """Once in each process: one thread, and an end when the parent ends, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    batch.prepare_worker()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    wait([multiprocessing.parent_process().sentinel])
    os._exit(1)
