"""Enhanced pictures and encoded previews, kept for all visitors together within one budget of bytes.

Keys name content, never visitors: the SHA-256 of the pixels and every setting. Whoever asks for the same picture with
the same settings gets the same answer, and nobody can ask for a picture that they do not have. (`st.cache_data` would
hash a random sample of a large array and return the wrong picture after a small local edit.)
"""

import gc
import hashlib
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from lowlight_core import enhancers, first_look
from lowlight_core.enhancer import Enhancer, Result
from lowlight_core.inference import is_loaded
from lowlight_core.settings import settings
from lowlight_core.watching import watched

LARGE = 12.5  # megapixels: more than most telephones take; a method works on such a picture with gigabytes
one_large = threading.Lock()
_making = threading.Lock()  # two first visitors would make two caches, each with a whole budget
_LOOK_SECONDS = 0.25  # between two looks whether somebody who waits is still there
_ANYTHING = "anything"  # no key of the session
_PRINTS: dict[int, tuple[weakref.ref, str]] = {}


def size_of(value) -> int:
    """Bytes that a cached value holds: encoded bytes, an array, a Result, or a tuple of them."""
    if isinstance(value, Result):
        return size_of(value.image)
    if isinstance(value, tuple):
        return sum(map(size_of, value))
    return len(value) if isinstance(value, bytes) else getattr(value, "nbytes", 64)


class ByteCache:
    """A least-recently-used cache bounded in bytes; safe to use from all sessions at once."""

    def __init__(self, limit: int):
        self.limit = limit
        self.used = 0
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: weakref.WeakValueDictionary[Hashable, Any] = weakref.WeakValueDictionary()

    def get(self, key: Hashable, make: Callable[[], Any], keep: Callable[[Any], bool] = lambda value: True) -> Any:
        """The value of ``key``; made at most once at a time, however many ask, and kept if ``keep`` says so."""
        with self._lock:
            if key in self._entries:
                return self._touch(key)
            turn = self._turns.setdefault(key, threading.Lock())
        with _held(turn):
            with self._lock:
                if key in self._entries:
                    return self._touch(key)
            value = make()
            if keep(value):
                self.put(key, value)
        return value

    def _touch(self, key: Hashable) -> Any:
        self._entries.move_to_end(key)
        return self._entries[key]

    def put(self, key: Hashable, value: Any) -> None:
        """Keep ``value``; drop what was not used for longest until the limit holds."""
        with self._lock:
            if key in self._entries:
                self.used -= size_of(self._entries.pop(key))
            self._entries[key] = value
            self.used += size_of(value)
            while self.used > self.limit and self._entries:
                self.used -= size_of(self._entries.popitem(last=False)[1])

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)


def pictures() -> ByteCache:
    """Enhanced pictures of this process: three quarters of the budget. The first view is in it from the start."""
    with _making:
        return _pictures()


@cache
def _pictures() -> ByteCache:
    kept = ByteCache(settings().cache_megabytes * 750_000)
    if known := first_look.load():
        dark, method, output = known
        knobs = method.defaults()
        kept.put(_key(dark, method, knobs), Result("", method.name, knobs, freeze(output)))
        if st.runtime.exists():  # on a server, not in a test of one page
            threading.Thread(target=_get_ready, name="preload", daemon=True).start()
    return kept


def _get_ready() -> None:
    """Load the default network, and have nobody look through what is in memory then for garbage again.

    Streamlit does so after every run of a page or a fragment, and no thread runs meanwhile: with all that TensorFlow
    keeps, pages, jobs and the camera of every visitor stood still for 0.2 s each time, and longer on a busy machine.
    """
    first_look.preload()
    gc.collect()
    gc.freeze()


def encodings() -> ByteCache:
    """Encoded previews and tiles of this process: the last quarter."""
    with _making:
        return _encodings()


@cache
def _encodings() -> ByteCache:
    return ByteCache(settings().cache_megabytes * 250_000)


def fingerprint(pixels: np.ndarray) -> str:
    """SHA-256 of an array's shape and bytes; computed once for an array that can no longer be written to."""
    known = _PRINTS.get(id(pixels))
    if known and known[0]() is pixels:
        return known[1]
    digest = hashlib.sha256(repr((pixels.shape, pixels.dtype.str)).encode())
    digest.update(np.ascontiguousarray(pixels).data)
    if not pixels.flags.writeable:
        _remember(pixels, digest.hexdigest())
    return digest.hexdigest()


def _remember(pixels: np.ndarray, digest: str) -> None:
    place = id(pixels)
    _PRINTS[place] = weakref.ref(pixels, lambda _: _PRINTS.pop(place, None)), digest


def freeze(pixels: np.ndarray) -> np.ndarray:
    """Forbid writing to an array that several sessions share, and return it."""
    pixels.flags.writeable = False
    return pixels


def enhance(
    pixels: np.ndarray, method: str | Enhancer, knobs: Mapping[str, Any] | None = None, name: str = ""
) -> Result:
    """Run one method on RGB uint8 (H, W, 3) and keep the result; failures are not kept.

    While a result is made the page says so in words, over the picture before it where there is one.

    Returns:
        A Result with a read-only ``image``, or an ``error`` sentence. ``seconds`` is the time of the run that made it.
    """
    chosen = method if isinstance(method, Enhancer) else enhancers.get(method)
    key = _key(pixels, chosen, knobs)

    def run() -> Result:
        with turn(pixels), watched(_may_leave):
            result = chosen.run(pixels, knobs, name)
        if result.image is not None:
            freeze(result.image)
        return result

    waiting = nullcontext() if key in pictures() else st.spinner(waiting_for(chosen), show_time=True)
    with waiting:
        return pictures().get(key, run, keep=lambda result: result.error is None)


def _may_leave(*_: int) -> None:
    """Between two steps of a large picture, or while another's is waited for, end the page's run where its visitor has
    left or wants something else: Streamlit looks for that whenever the session's state is asked for something.
    """
    st.session_state.get(_ANYTHING)


def turn(pixels: np.ndarray) -> AbstractContextManager:
    """Wait with this until no other visitor's picture above `LARGE` is at work; nothing for a smaller one."""
    return _held(one_large) if pixels.shape[0] * pixels.shape[1] > LARGE * 1e6 else nullcontext()


@contextmanager
def _held(lock: threading.Lock) -> Iterator[None]:
    """Within, the lock is held; whoever leaves while another has it does not wait for it."""
    while not lock.acquire(timeout=_LOOK_SECONDS):
        _may_leave()
    try:
        yield
    finally:
        lock.release()


def _key(pixels: np.ndarray, method: Enhancer, knobs: Mapping[str, Any] | None) -> tuple:
    return fingerprint(pixels), method.name, tuple(sorted((knobs or {}).items()))


def waiting_for(method: Enhancer) -> str:
    """What a page says while ``method`` runs."""
    loading = f"Loading {method.label} and enhancing…"
    return loading if must_load(method) else f"Enhancing with {method.label}…"


def must_load(method: Enhancer) -> bool:
    """Whether a method is a network that is not in memory yet, so that its first picture takes seconds more."""
    return method.weights is not None and not is_loaded(method.weights)
