"""Stopping at a safe place: a signal becomes a wish that the work looks at, not an exception in the middle of it.

A training run wants its checkpoint written first. FFmpeg's objects are used from three threads; an exception that comes
while one of them is being started would close a file under it, and the process would die of that.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator

from lowlight_core.errors import Cancelled

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextlib.contextmanager
def listening(wish: threading.Event) -> Iterator[list[int]]:
    """Within, the first SIGINT, SIGTERM or SIGHUP sets ``wish``; a second Ctrl-C interrupts at once. Yields the list
    of the signals that came, which fills as they do.

    What is ignored (as ``nohup`` has it) stays so. Off the main thread, which takes no signals, nothing changes.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def stop(number, frame):
        came.append(number)
        wish.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    taken = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    try:
        for number in taken:
            signal.signal(number, stop)
        yield came
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def wished(cancel: threading.Event) -> Iterator[None]:
    """`listening` for work that raises Cancelled once ``cancel`` is set.

    Raises:
        KeyboardInterrupt: at the end, with the number of the signal that came.
    """
    came: list[int] = []
    try:
        with listening(cancel) as came:
            yield
    except Cancelled:
        if not came:
            raise
    if came:
        raise KeyboardInterrupt(came[0])
