"""Many items through any executor: order, bounds, errors, cancel, and the same pixels as one after the other."""

import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from conftest import wait_until
from pictures import dark

from lowlight_core import batch, enhancers
from lowlight_core.errors import Cancelled, ImageError, ParameterError


def double(number):
    return 2 * number


def sleepy(number):
    time.sleep(0.002 * (7 - number % 8))
    return number


class AtOnce(Executor):
    """Runs every call when it is submitted."""

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def test_results_come_in_order_whatever_finishes_first():
    outcomes = list(batch.run(sleepy, range(40), workers=4))
    assert [outcome.value for outcome in outcomes] == list(range(40))
    assert [outcome.index for outcome in outcomes] == [outcome.item for outcome in outcomes] == list(range(40))


@pytest.mark.parametrize("make", [AtOnce, lambda: ThreadPoolExecutor(3), lambda: ProcessPoolExecutor(2)])
def test_any_executor_will_do(make):
    with make() as executor:
        assert [outcome.value for outcome in batch.run(double, range(9), executor=executor)] == [*range(0, 18, 2)]


@pytest.mark.parametrize("name", enhancers.names())
def test_parallel_equals_serial_bit_for_bit(name):
    method = enhancers.get(name)
    images = [dark(60 + 7 * index, 90, seed=index) for index in range(6)]
    serial = [method(image) for image in images]
    for workers in (1, 2, 5):
        parallel = [outcome.value for outcome in batch.run(method, images, workers=workers)]
        assert all(np.array_equal(one, other) for one, other in zip(serial, parallel, strict=True))


def test_an_error_stays_with_its_item():
    def picky(number):
        if number == 3:
            raise ImageError("three is damaged")
        if number == 4:
            raise KeyError("low")
        if number == 5:
            raise MemoryError
        if number == 6:
            raise Cancelled("stopped")
        return number

    outcomes = list(batch.run(picky, range(8), workers=2))
    assert [outcome.value for outcome in outcomes] == [0, 1, 2, None, None, None, None, 7]
    assert outcomes[3].error == "three is damaged"
    assert outcomes[4].error == "unexpected KeyError: 'low'"
    assert "not enough memory" in outcomes[5].error and outcomes[6].error == "cancelled"
    assert outcomes[7].error is None


def test_items_are_read_no_further_ahead_than_in_flight():
    read, read_before, released = [], [], threading.Event()

    def items():
        for number in range(100):
            read.append(number)
            yield number

    def wait(number):
        released.wait(60)
        return number

    def look():
        wait_until(lambda: len(read) >= 5)
        time.sleep(0.1)  # for one more, if it were read
        read_before.append(len(read))
        released.set()

    results = batch.run(wait, items(), workers=2, in_flight=5)
    threading.Thread(target=look).start()
    assert next(results).value == 0
    assert read_before == [5]
    assert len(list(results)) == 99


def test_as_many_at_once_as_workers_and_no_more():
    running, most, lock, together = 0, 0, threading.Lock(), threading.Barrier(3, timeout=60)

    def count(_):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1
        together.wait()

    assert not [outcome for outcome in batch.run(count, range(30), workers=3) if outcome.error]
    assert most == 3


def test_progress_counts_every_item():
    seen = []
    list(batch.run(double, range(7), workers=2, progress=seen.append))
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_cancel_ends_the_iteration_and_nothing_more_is_started():
    started, cancel = [], threading.Event()

    def work(number):
        started.append(number)
        time.sleep(0.005)
        return number

    finished = []
    for outcome in batch.run(work, range(1000), workers=2, in_flight=4, cancel=cancel):
        finished.append(outcome.value)
        if outcome.index == 5:
            cancel.set()
    assert finished == list(range(len(finished))) and 6 <= len(finished) <= 12
    assert sorted(started) == finished, "what was begun is not thrown away"


def test_what_was_finished_while_a_slow_item_was_at_work_is_not_lost_by_cancel():
    cancel = threading.Event()

    def work(number):
        if number == 0:
            assert cancel.wait(60)
        if number == 9:
            cancel.set()
        return number

    found = [outcome.value for outcome in batch.run(work, range(500), workers=2, in_flight=100, cancel=cancel)]
    assert found[:10] == list(range(10)) and found == list(range(len(found)))


def test_cancel_is_heard_while_a_slow_item_is_at_work():
    cancel, begun, given_back, futures = threading.Event(), [], threading.Event(), []

    class Watched(ThreadPoolExecutor):
        def submit(self, *call):
            futures.append(super().submit(*call))
            return futures[-1]

    def work(number):
        begun.append(number)
        cancel.set()
        wait_until(lambda: all(future.cancelled() for future in futures[1:]))
        given_back.set()
        return number

    with Watched(1) as executor:
        outcomes = list(batch.run(work, range(9), executor=executor, in_flight=9, cancel=cancel))
    assert [outcome.value for outcome in outcomes] == begun == [0] and given_back.is_set()


def test_leaving_the_loop_early_stops_the_rest():
    started = []
    results = batch.run(started.append, range(1000), workers=2, in_flight=4)
    assert [next(results).index for _ in range(4)] == [0, 1, 2, 3]
    results.close()
    assert 4 <= len(started) <= 4 + 4 and not list(results)


def test_nothing_to_do():
    assert list(batch.run(double, [])) == []


@pytest.mark.parametrize("wrong", [{"workers": -1}, {"in_flight": -1}])
def test_less_than_nothing_at_once_is_refused(wrong):
    with pytest.raises(ParameterError, match="must be 1 or more, got .*-1"):
        list(batch.run(double, [1, 2], **wrong))


def test_libraries_keep_to_one_thread_while_a_pool_is_open():
    def counts():
        return [count() for count, _ in batch._thread_counts()]

    before = counts()
    with batch.pool(2) as outer:
        assert set(outer.submit(counts).result()) == {1} and cv2.getNumThreads() == 1
        with batch.pool(1):
            assert set(counts()) == {1}
        assert set(counts()) == {1}
    assert counts() == before


def test_the_default_is_one_worker_per_processor():
    assert 1 <= batch.default_workers() <= 1024
