"""Many pictures from sources to files: read -> enhance -> encode -> write, in parallel, with flat memory.

The command line and the Enhance page walk this one road. What travels between workers are names and settings, never
pixels: each task reads its own source and writes its own file, so that memory depends on the number of workers and
not on the number of pictures, and the same tasks run on the workers of a cluster that see the same file system.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lowlight_core import batch, enhancers
from lowlight_core.atomic import identity, make_folder, write_bytes
from lowlight_core.errors import OutputError, ParameterError
from lowlight_core.files import Source, output_names
from lowlight_core.image import OUTPUT_FORMATS, decode, encode
from lowlight_core.settings import settings as limits

_AHEAD = 50  # small pictures for each worker that are done while another is at a large one, whose result comes first


@dataclass(frozen=True)
class Enhanced:
    """What became of one source: the file ``output`` (width x height pixels), or the ``error`` that says why not.

    ``bits`` is how many bits per channel the source has: of more than 8 the upper ones were kept.
    """

    name: str
    output: Path | None = None
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    bits: int = 8
    error: str | None = None


@dataclass(frozen=True)
class Task:
    """Enhance one source into one file below ``folder``; small and picklable, so that any executor can run it.

    ``max_megapixels`` is the limit of who asks, which a worker elsewhere cannot know; ``None`` takes the worker's own.
    """

    method: str | Path
    settings: Mapping[str, Any]
    folder: Path
    format: str = "png"
    overwrite: bool = False
    max_megapixels: float | None = None

    def __call__(self, item: tuple[Source, str]) -> Enhanced:
        """Read, enhance and write one (source, output name); EXIF and colour profile are carried over.

        Raises:
            LowlightError: the source cannot be read, the method refuses it, or the file cannot be written.
        """
        start = time.perf_counter()
        source, name = item
        path = self.folder / name
        if not self.overwrite and _there(path):  # known before the work; writing decides again
            raise OutputError(f"{path} exists already: choose another folder or allow overwriting")
        picture = decode(source.read(), source.name, self.max_megapixels)
        pixels = enhancers.get(self.method)(picture.pixels, **self.settings)
        data = encode(pixels, self.format, exif=picture.exif, icc=picture.icc)
        write_bytes(path, data, overwrite=self.overwrite)
        height, width = pixels.shape[:2]
        return Enhanced(source.name, path, width, height, time.perf_counter() - start, picture.bits)


def enhance_files(
    sources: Sequence[Source],
    folder: str | Path,
    *,
    method: str | Path,
    settings: Mapping[str, Any] | None = None,
    format: str = "png",
    overwrite: bool = False,
    skip: int = 0,
    executor: Executor | None = None,
    workers: int | None = None,
    in_flight: int | None = None,
    progress: Callable[[int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Iterator[Enhanced]:
    """Enhance every source into a file of the same relative path and stem below ``folder``, in order.

    Args:
        sources: from `files.collect` or `files.from_uploads`; of two with one stem the second gets ``-2``.
        folder: made if it does not exist.
        method: name of a method, or the ``Path`` of weights of one's own (`enhancers.get`).
        settings: its knobs; those not given take their defaults.
        format: ``png``, ``jpg`` or ``webp``.
        overwrite: replace files that exist, but no source; otherwise an existing file is that source's error.
        skip: so many of the first were done before: nothing is done or told of them, but they keep their names.
        executor, workers, in_flight, progress, cancel: as in `batch.run`, but further ahead, since results are small.

    Raises:
        UnknownMethodError, ParameterError, WeightsError: at once, before anything is read.
        OutputError: ``folder`` cannot be made, or a source would be replaced. What goes wrong with one source becomes
            its ``error``.
    """
    if format not in OUTPUT_FORMATS:
        raise ParameterError(f"format must be one of {', '.join(OUTPUT_FORMATS)}, got {format!r}")
    knobs = enhancers.get(method).check(settings or {})
    task = Task(method, knobs, make_folder(folder), format, overwrite, limits().max_megapixels)
    names = output_names(sources, format)
    if overwrite:
        _spare(sources, [task.folder / name for name in names])
    items = list(zip(sources, names, strict=True))[skip:]
    in_flight = in_flight or _AHEAD * (workers or batch.default_workers())
    how = {"executor": executor, "workers": workers, "in_flight": in_flight, "progress": progress, "cancel": cancel}
    outcomes = batch.run(task, items, **how)
    return (outcome.value or Enhanced(outcome.item[0].name, error=outcome.error) for outcome in outcomes)


def _spare(sources: Sequence[Source], outputs: Sequence[Path]) -> None:
    """Make sure that no result takes the place of a picture that is still to be read, whatever name it goes by.

    Raises:
        OutputError: one would.
    """
    read = {identity(source.path) for source in sources if source.path} - {None}
    for path in outputs:
        if identity(path) in read:
            raise OutputError(
                f"{path} is a picture to be enhanced, which its result would replace: choose another folder"
            )


def _there(path: Path) -> bool:
    """Whether the file exists.

    Raises:
        OutputError: no file can have such a name, one that is too long for example.
    """
    try:
        return path.exists()
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}; give it a shorter name") from None
