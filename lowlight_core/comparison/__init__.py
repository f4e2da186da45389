"""Several methods on one picture, run in parallel: what each makes of it, how it scores, and how long it takes."""

from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from lowlight_core import batch, enhancers
from lowlight_core.enhancer import Result
from lowlight_core.errors import sentence
from lowlight_core.image import fit_within
from lowlight_core.metrics import measure

WITH_REFERENCE = ("psnr", "ssim")
ALONE = ("entropy", "noise")


@dataclass(frozen=True)
class Row:
    """One method's result: its `Result` (image possibly reduced for display) and its scores by metric name.

    ``scores`` were measured at the size of the input, whatever the size of the image kept. Where there are none,
    ``result.error`` says why; an image that could not be scored, as against a reference of another size, is kept.
    """

    result: Result
    scores: dict[str, float] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Bytes of the image, for caches that count them."""
        return 0 if self.result.image is None else self.result.image.nbytes


def names_of_scores(reference: bool) -> tuple[str, ...]:
    """Metrics that are measured with or without a reference."""
    return (*WITH_REFERENCE, *ALONE) if reference else ALONE


def compare(
    image: np.ndarray,
    methods: Mapping[str, Mapping[str, Any]],
    reference: np.ndarray | None = None,
    *,
    keep_side: int | None = None,
    executor: Executor | None = None,
) -> list[Row]:
    """Run methods on RGB uint8 (H, W, 3) in parallel and score them; the order is that of ``methods``.

    Args:
        image: the dark picture.
        methods: name -> settings; knobs not given take their defaults.
        reference: ground truth of the same size, RGB uint8, or ``None``.
        keep_side: keep images reduced to this longer side, so that many of a large picture fit into memory.
        executor: where to run; ``None`` opens a pool of threads, one per processor.

    What goes wrong with one method becomes its row's error; the others are not affected. All are prepared before the
    first one runs: while one thread loads a network, a method in another one takes many times its own time.
    """
    work = partial(_row, image, reference, keep_side)
    with batch.pool() if executor is None else nullcontext(executor) as where:
        list(batch.run(_prepare, methods, executor=where))
        outcomes = list(batch.run(work, list(methods.items()), executor=where))
    return [outcome.value or _failed(outcome) for outcome in outcomes]


def _prepare(name: str) -> None:
    """Do what the first run of a method would wait for; what goes wrong here goes wrong again there, and is said."""
    if prepare := enhancers.get(name).prepare:
        prepare()


def _row(image: np.ndarray, reference: np.ndarray | None, keep_side: int | None, item: tuple[str, Mapping]) -> Row:
    name, settings = item
    result = enhancers.get(name).run(image, settings, name)
    if result.image is None:
        return Row(result)
    try:
        scores, error = score(result.image, reference), None
    except Exception as problem:  # a metric that fails costs nobody the picture
        scores, error = {}, sentence(problem)
    return Row(_reduced(result, keep_side, error), scores)


def score(image: np.ndarray, reference: np.ndarray | None = None) -> dict[str, float]:
    """PSNR and SSIM where there is a reference, entropy and noise always."""
    return measure(image, reference, names_of_scores(reference is not None))


def _reduced(result: Result, side: int | None, error: str | None) -> Result:
    image = result.image if side is None else fit_within(result.image, side)
    image.flags.writeable = False
    return Result(result.name, result.method, result.settings, image, error, result.seconds)


def _failed(outcome: batch.Outcome) -> Row:
    name, settings = outcome.item
    return Row(Result(name, name, dict(settings), error=outcome.error))
