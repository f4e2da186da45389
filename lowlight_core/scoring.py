"""One pair through all methods: read once, enhance by each, measure each. A plain function that travels to any worker.

A `Task` names pictures by their place and carries knobs, never pixels, so that it is small on its way to another
process or machine. `score` never raises for a picture's sake: what goes wrong becomes the `error` of its rows.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lowlight_core import enhancers, metrics, samples
from lowlight_core.errors import ParameterError, sentence
from lowlight_core.image import decode, read_bytes
from lowlight_core.metrics.metric import check_pair


@dataclass(frozen=True)
class Loaded:
    """A pair in memory: RGB uint8 (H, W, 3) each, ``high`` is ``None`` without a reference; ``digest`` of both."""

    low: np.ndarray
    high: np.ndarray | None
    digest: str


@dataclass(frozen=True)
class FilePair:
    """A dark picture on disk and its reference, if there is one."""

    name: str
    low: str
    high: str | None = None

    def load(self, max_megapixels: float | None = None) -> Loaded:
        """Read and decode both.

        Raises:
            ImageError: one of them cannot be read or decoded.
        """
        files = [(name, read_bytes(path, name)) for name, path in self._named()]
        pictures = [decode(data, name, max_megapixels).pixels for name, data in files]
        digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for _, data in files)).hexdigest()
        return Loaded(pictures[0], pictures[1] if self.high else None, digest)

    def _named(self) -> list[tuple[str, Path]]:
        """Each file with as much of its path as tells it from the other: ``low/1.png`` and ``high/1.png``."""
        paths = [Path(path) for path in (self.low, self.high) if path]
        lengths = range(1, max(len(path.parts) for path in paths))
        told = next((n for n in lengths if len({path.parts[-n:] for path in paths}) == len(paths)), 1)
        return [("/".join(path.parts[-told:]), path) for path in paths]


@dataclass(frozen=True)
class SamplePair:
    """A built-in pair, by its name."""

    name: str

    def load(self, max_megapixels: float | None = None) -> Loaded:
        """The pair and the SHA-256 of its pixels."""
        sample = samples.load(self.name)
        digest = hashlib.sha256(sample.low.tobytes() + sample.high.tobytes()).hexdigest()
        return Loaded(sample.low, sample.high, digest)


@dataclass(frozen=True)
class Task:
    """All that a worker must know to score one pair; ``position`` is its place in the data set."""

    position: int
    pair: FilePair | SamplePair
    methods: tuple[tuple[str, Mapping], ...]  # name, knobs
    metrics: tuple[str, ...]
    max_megapixels: float | None = None
    own: Mapping[str, Path] = field(default_factory=dict)  # where the weights of methods of one's own lie


@dataclass(frozen=True)
class Row:
    """One image by one method: its figures (metric -> value, ``inf`` and ``nan`` possible), or the ``error`` sentence.

    ``seconds`` is the time of the method alone, without reading and measuring; ``digest`` names the pair's content.
    """

    position: int
    image: str
    method: str
    figures: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    error: str | None = None
    digest: str = ""


def choose_metrics(wanted: str | Sequence[str] = "cheap") -> tuple[str, ...]:
    """Names of the metrics to measure, in the order of their table.

    Args:
        wanted: ``"cheap"``, ``"all"``, or names as a sequence or separated by commas.

    Raises:
        ParameterError: there is no such metric, or none was named.
    """
    if wanted in ("cheap", "all"):
        return tuple(metrics.names(costly=wanted == "all"))
    chosen = {metrics.get(name).name for name in _listed(wanted)}
    if not chosen:
        raise ParameterError("no metric was named: choose at least one")
    return tuple(name for name in metrics.names() if name in chosen)


def choose_methods(
    wanted: str | Sequence[str | Path] | Mapping[str | Path, Mapping],
) -> tuple[tuple[str | Path, dict], ...]:
    """(name, complete knobs) of every wanted method, each once, in the order given.

    Args:
        wanted: name -> knobs, or names as a sequence or separated by commas; a ``Path`` as in `enhancers.get`.

    Raises:
        UnknownMethodError: there is no such method.
        WeightsError: a path leads to no weights that this program wrote.
        ParameterError: a knob does not fit, or no method was named.
    """
    knobs = dict(wanted) if isinstance(wanted, Mapping) else {name: {} for name in _listed(wanted)}
    if not knobs:
        raise ParameterError("no method was named: choose at least one")
    return tuple((name, enhancers.get(name).check(given)) for name, given in knobs.items())


def _listed(names: str | Sequence[str | Path]) -> Sequence[str | Path]:
    """The names in ``clahe, lumen,``; a sequence as it is."""
    return [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else names


def score(task: Task) -> list[Row]:
    """One row for each method of the task. The pictures are read and decoded once for all of them."""
    try:
        pair = task.pair.load(task.max_megapixels)
        if pair.high is not None:
            check_pair(pair.low, pair.high)
    except Exception as problem:
        return failed(task, sentence(problem))
    return [_row(task, pair, name, knobs) for name, knobs in task.methods]


def failed(task: Task, error: str) -> list[Row]:
    """The rows of a pair of which nothing could be measured."""
    return [Row(task.position, task.pair.name, name, error=error) for name, _ in task.methods]


def _row(task: Task, pair: Loaded, name: str, knobs: Mapping) -> Row:
    """One method on one loaded pair."""
    figures, wanted = {}, [m for m in task.metrics if pair.high is not None or not metrics.get(m).needs_reference]
    result = enhancers.get(task.own.get(name, name)).run(pair.low, knobs, task.pair.name)
    error = result.error
    if error is None:
        try:
            figures = metrics.measure(result.image, pair.high, wanted)
        except Exception as problem:
            error = sentence(problem)
    return Row(task.position, task.pair.name, name, figures, result.seconds, error, pair.digest)
