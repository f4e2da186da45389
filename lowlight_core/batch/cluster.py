"""The same work on a Dask cluster: an executor like any other, with what a cluster needs around it.

    $ python -m dask scheduler                                # on one machine: prints tcp://ADDRESS:8786
    $ python -m dask worker tcp://ADDRESS:8786 --nthreads 2   # on each machine
    $ python -m lowlight_core evaluate DATASET --methods clahe,lumen --output DIR --cluster tcp://ADDRESS:8786

All in this project's folder: ``python -m`` finds it there, Dask's own command ``dask`` does not. The scheduler, too,
must know the functions that it hands on.

Paths and settings travel, pictures do not: every worker must see the data set under the same path. A worker is a
process that stays, so a model loads once in it. The images of a worker that dies are done by another.
"""

import logging
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lowlight_core import batch, provenance
from lowlight_core.errors import Cancelled, ClusterError, ParameterError

_CONNECT_SECONDS = 15
_ADDRESS = re.compile(
    r"inproc://.+|((?P<kind>tcp|tls|wss?)://)?(?P<host>[^\s:/]+|\[[^\s/]+\]):(?P<port>\d{1,5})", re.ASCII
)
_START = "in this project's folder run `python -m dask"


class Cluster(Executor):
    """An executor whose calls run on the workers; made by `connect`."""

    def __init__(self, client):
        self._client = client
        self._executor = client.get_executor(pure=False)

    @property
    def threads(self) -> int:
        """Threads of all workers that are there now."""
        return sum(self._client.nthreads().values())

    @property
    def in_flight(self) -> int:
        """Most calls to hand out at once: two for each thread, so that none waits for the next."""
        return 2 * max(1, self.threads)

    def submit(self, function: Callable, /, *args, **kwargs) -> Future:
        """Call ``function`` on some worker; it and its arguments must be picklable.

        Raises:
            Cancelled: the scheduler went away, and with it what was handed out; a call now would never end.
        """
        if self._client.status != "running":
            raise Cancelled("the Dask scheduler went away: what was finished is kept, the rest was not done")
        return self._executor.submit(_work, function, *args, **kwargs)

    def run(self, function: Callable[[Any], Any], items: Iterable[Any], **how) -> Iterator[batch.Outcome]:
        """`batch.run` on the cluster, with as much in flight as keeps its workers busy."""
        return batch.run(function, items, executor=self, in_flight=self.in_flight, **how)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give back what was handed out; the cluster itself goes on."""
        self._executor.shutdown(wait=wait)


def _work(function: Callable, *args, **kwargs):
    """One call on a worker."""
    batch.prepare_worker()
    return function(*args, **kwargs)


@contextmanager
def connect(address: str, methods: Iterable[str | Path] = ()) -> Iterator[Cluster]:
    """Connect to the Dask scheduler at ``address`` for the duration.

    Args:
        address: such as ``tcp://10.0.0.5:8786``.
        methods: their weights must be the same on every worker as here, else tables would silently differ.

    Raises:
        ParameterError: that is no address.
        ClusterError: nobody answers, there are no workers, or scheduler or workers run something else.
    """
    form = _ADDRESS.fullmatch(address)
    if not form or int(form["port"] or 1) not in range(1, 65536):  # Dask would try for half a minute, then trace back
        raise ParameterError(f"the address of a cluster is HOST:PORT, such as tcp://10.0.0.5:8786, got {address!r}")
    import distributed

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what goes wrong is one sentence, ours
    try:
        if form["host"] and form["kind"] in (None, "tcp"):
            _greet(form["host"].strip("[]"), int(form["port"]))
        client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # of many kinds
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ClusterError(f"no Dask scheduler answers at {address}: {reason}") from None
    with client:
        _check_scheduler(client, address)
        _check_workers(client, address, list(methods))
        yield Cluster(client)


def _greet(host: str, port: int) -> None:
    """Hear the scheduler's first word: with a server of another kind, which waits for ours, Dask would wait for ever.

    Raises TimeoutError: somebody is there and says nothing.
    """
    try:
        connection = socket.create_connection((host, port), _CONNECT_SECONDS / 3)
    except OSError:  # Dask goes on trying
        return
    with connection:
        connection.settimeout(_CONNECT_SECONDS)
        try:
            connection.recv(1)
        except TimeoutError:
            raise TimeoutError("what listens there speaks no Dask") from None


def _check_scheduler(client, address: str) -> None:
    """Make sure that the scheduler can read what it hands on: else every single picture would fail for it."""
    try:
        client.run_on_scheduler(batch.default_workers)
    except ModuleNotFoundError as error:
        raise ClusterError(
            f"the scheduler at {address} cannot run this project: {error}; {_START} scheduler`"
        ) from None


def _check_workers(client, address: str, methods: list[str | Path]) -> None:
    """Make sure that there are workers, and that they would give the figures that this process would."""
    if not client.nthreads():
        raise ClusterError(f"the scheduler at {address} has no workers: {_START} worker {address}`")
    here = identity(methods)
    try:
        there = client.run(identity, methods)
    except Exception as error:
        reason = " ".join(str(error).split())[:160]
        raise ClusterError(f"workers cannot run this project: {reason}; {_START} worker {address}`") from None
    for worker, found in there.items():
        for name, wanted in here.items():
            if found.get(name) != wanted:
                raise ClusterError(f"worker {worker} has {name} {found.get(name)}, expected {wanted}: install that")


def identity(methods: list[str | Path]) -> dict[str, str | None]:
    """What figures depend on in this process: versions, the digest of each method's weights, and their precision."""
    digests = {name: provenance.weights_digest(name) for name in methods}
    found = provenance.versions() | {f"weights of {name}": (digest or "none")[:12] for name, digest in digests.items()}
    if any(digests.values()):
        from lowlight_core.networks.cards import processor_has_bfloat16

        found["bfloat16 in the processor"] = str(processor_has_bfloat16())
    return found
