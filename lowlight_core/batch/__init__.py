"""Many items through any `concurrent.futures.Executor`: bounded in flight, results in order, errors kept apart.

Threads are the default and the right choice: OpenCV, NumPy and TensorFlow release the interpreter's lock. OpenCV's own
threads would fight the pool (24 photographs of 12 megapixels: 7.7 s with them, 4.0 s without), and so would those of
NumPy's matrix products; both are switched off while a pool is open. The same `run` drives a Dask cluster through
``Client.get_executor()``.
"""

import ctypes
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from lowlight_core.errors import Cancelled, ParameterError, sentence

_LOOK_SECONDS = 0.05  # between looks at whether to stop, while a slow item is at work
_lock = threading.Lock()
_open_pools = 0
_threads_before: list[int] = []


@dataclass(frozen=True)
class Outcome:
    """What became of one item: the function's ``value``, or the ``error`` sentence that says why there is none."""

    index: int
    item: Any
    value: Any = None
    error: str | None = None


def default_workers() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _thread_counts() -> list[tuple[Callable[[], int], Callable[[int], None]]]:
    """How to ask for and set the number of threads of OpenCV, and of OpenBLAS if it multiplies NumPy's matrices."""
    found = [(cv2.getNumThreads, cv2.setNumThreads)]
    with suppress(Exception):  # another library, or another NumPy
        blas = ctypes.CDLL(np._core._multiarray_umath.__file__)
        found.append((blas.scipy_openblas_get_num_threads64_, blas.scipy_openblas_set_num_threads64_))
    return found


@contextmanager
def single_threaded_libraries() -> Iterator[None]:
    """Switch the libraries' own threads off while any pool is open, in the one place that owns this setting."""
    _begin()
    try:
        yield
    finally:
        _end()


def _begin() -> None:
    global _open_pools, _threads_before
    with _lock:
        if _open_pools == 0:
            _threads_before = [count() for count, _ in _thread_counts()]
            _set_threads([1] * len(_threads_before))
        _open_pools += 1


def _end() -> None:
    global _open_pools
    with _lock:
        _open_pools -= 1
        if _open_pools == 0:
            _set_threads(_threads_before)


def _set_threads(numbers: list[int]) -> None:
    for (_, change), number in zip(_thread_counts(), numbers, strict=True):
        change(number)


@cache
def _keep_freed_memory() -> None:
    """Suit glibc's allocator to a few threads with large short-lived arrays; elsewhere there is nothing to do.

    Every worker and the main thread get an arena (M_ARENA_MAX), not eight for each processor, which grew by 200 MB over
    a thousand pictures of a thousand sizes. Arrays below 32 MB come from the heap (M_MMAP_THRESHOLD), of which 64 MB
    stay when they are free (M_TRIM_THRESHOLD): given back and asked for again, every page of every intermediate picture
    is a fault under the one lock that a process has for its address space.
    """
    with suppress(Exception):
        for option, value in ((-8, default_workers() + 1), (-3, 32 * 2**20), (-1, 64 * 2**20)):
            ctypes.CDLL(None).mallopt(option, value)


@cache
def prepare_worker() -> None:
    """What `pool` does for its threads, once and for good: for a worker process of somebody else's pool."""
    _keep_freed_memory()
    _begin()


@contextmanager
def pool(workers: int | None = None) -> Iterator[ThreadPoolExecutor]:
    """A pool of ``workers`` threads (default: one per processor) in which libraries start no threads of their own."""
    _keep_freed_memory()
    with single_threaded_libraries(), ThreadPoolExecutor(workers or default_workers(), "lowlight") as executor:
        yield executor


def run(
    function: Callable[[Any], Any],
    items: Iterable[Any],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    in_flight: int | None = None,
    progress: Callable[[int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Iterator[Outcome]:
    """Apply ``function`` to every item and yield an `Outcome` for each, in the order of the items.

    Args:
        function: called with one item; must be picklable for executors of other processes.
        items: any iterable; it is read no further ahead than ``in_flight``.
        executor: where to run; ``None`` opens `pool` for the duration.
        workers: threads of that pool.
        in_flight: most items submitted and not yet yielded; default twice the workers.
        progress: called with the number of finished items after each.
        cancel: once set, nothing more is begun; the iteration ends with what was finished or begun by then.

    Raises:
        ParameterError: less than no workers or items in flight; 0 and ``None`` take the default.
    """
    if min(workers or 0, in_flight or 0) < 0:
        raise ParameterError(f"workers and in_flight must be 1 or more, got {workers} and {in_flight}")
    workers = workers or default_workers()
    with pool(workers) if executor is None else nullcontext(executor) as where:
        waiting: deque = deque()
        source = enumerate(items)
        try:
            for index, outcome in enumerate(_drain(function, source, where, waiting, in_flight or 2 * workers, cancel)):
                if progress:
                    progress(index + 1)
                yield outcome
        finally:
            for _, _, future in waiting:
                future.cancel()


def _drain(function, source, executor, waiting, in_flight, cancel) -> Iterator[Outcome]:
    """Keep ``in_flight`` items submitted, until cancelled; yield the oldest as it finishes."""
    while True:
        stopped = cancel is not None and cancel.is_set()
        if stopped:
            _give_back(waiting)
        while not stopped and len(waiting) < in_flight and (following := next(source, None)) is not None:
            waiting.append((*following, executor.submit(function, following[1])))
        if not waiting:
            return
        if cancel is not None and not stopped and not wait([waiting[0][2]], _LOOK_SECONDS).done:
            continue
        index, item, future = waiting.popleft()
        yield _outcome(index, item, future)


def _give_back(waiting: deque) -> None:
    """Keep what is finished or at work; newest first, or the next would begin while the one before it goes."""
    kept = [each for each in reversed(waiting) if not each[2].cancel()]
    waiting.clear()
    waiting.extend(reversed(kept))


def _outcome(index: int, item, future) -> Outcome:
    try:
        return Outcome(index, item, future.result())
    except (Cancelled, CancelledError):
        return Outcome(index, item, error="cancelled")
    except BrokenExecutor:  # nothing of the item's: whoever opened the executor knows what to say
        raise
    except Exception as problem:
        return Outcome(index, item, error=sentence(problem))
