"""How far one slow call is, and a way out of it: said by whoever works in steps, heard by whoever waits for it.

A method's signature is its knobs, and none of them should be "tell me how far you are". So the listener stands beside
the call: `watched` around it, `step` somewhere below it.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

_listener: ContextVar[Callable[[int, int], None] | None] = ContextVar("listener", default=None)


@contextlib.contextmanager
def watched(listener: Callable[[int, int], None]) -> Iterator[None]:
    """Within, in this thread, ``listener(done, total)`` hears of every step; what it raises ends the work."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def step(done: int, total: int) -> None:
    """Say that ``done`` of ``total`` steps are behind; nothing happens where nobody listens."""
    listener = _listener.get()
    if listener:
        listener(done, total)


def may_stop() -> None:
    """Hear a wish to stop, in work that goes over a picture several times: a step of none, which is no progress."""
    step(0, 0)
