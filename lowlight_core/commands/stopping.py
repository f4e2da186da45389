"""Stopping at a safe place: a signal becomes a wish that the work looks at, not an exception in the middle of it.

FFmpeg's objects are used from three threads; an exception that comes while one of them is being started would close a
file under it, and the process would die of that.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator

from lowlight_core.errors import Cancelled


@contextlib.contextmanager
def wished(cancel: threading.Event) -> Iterator[None]:
    """Within, the first SIGINT, SIGTERM or SIGHUP sets ``cancel``; a second Ctrl-C interrupts at once.

    What is ignored (as ``nohup`` has it) stays so. Off the main thread, which takes no signals, nothing changes.

    Raises:
        KeyboardInterrupt: at the end, with the number of the signal that came.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def stop(number, frame):
        came.append(number)
        cancel.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    taken = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    try:
        for number in taken:
            signal.signal(number, stop)
        yield
    except Cancelled:
        if not came:
            raise
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt(came[0])
