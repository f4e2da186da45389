"""The longest that one job may keep one of the server's few places; what it has done by then stays.

Time in the queue does not count. The command line has no such limit.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def limited(minutes: float, stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` once, on another thread, if what is within takes longer than ``minutes``; never after it."""
    seconds = minutes * 60
    if seconds > threading.TIMEOUT_MAX:  # "inf", or centuries
        yield
        return
    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
