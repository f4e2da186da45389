"""Weights on disk: plain arrays in HDF5, in the order of ``model.weights``, or by name in a NumPy archive. Reading them
never runs anybody's code.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from lowlight_core.atomic import writing
from lowlight_core.errors import WeightsError


def save(path: str | Path, arrays: list[np.ndarray], dtype: str = "float16") -> None:
    """Write ``arrays`` as datasets ``0000``, ``0001``, ... of ``dtype``; the file appears whole or not at all.

    Raises OutputError if it cannot be written.
    """
    import h5py

    with writing(path, overwrite=True) as temporary, h5py.File(temporary, "w") as file:
        for number, array in enumerate(arrays):
            file.create_dataset(f"{number:04d}", data=np.asarray(array, dtype))


def read(path: str | Path) -> list[np.ndarray]:
    """The arrays of a file written by :func:`save`, float32. Raises WeightsError for anything else."""
    with _datasets(path) as datasets:
        return [np.asarray(dataset[()], np.float32) for dataset in datasets]


def load(model, path: str | Path) -> None:
    """Read ``path`` into ``model``. Raises WeightsError if shapes or their number differ, before it reads a value."""
    with _datasets(path) as datasets:
        if [dataset.shape for dataset in datasets] != [tuple(variable.shape) for variable in model.weights]:
            raise WeightsError(
                f"{Path(path).name} does not fit the network {model.name!r}: it was made with other settings"
            )
        arrays = [np.asarray(dataset[()], np.float32) for dataset in datasets]
    model.set_weights(arrays)


@contextmanager
def archive(path: str | Path) -> Iterator:
    """The arrays by name of a NumPy archive that comes with the program. WeightsError if it is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            yield arrays
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        raise WeightsError(f"{Path(path).name} is missing or damaged: install the package again") from None


@contextmanager
def _datasets(path: str | Path) -> Iterator[list]:
    """The h5py datasets of a file written by :func:`save`, not read yet, in their order; WeightsError for any other."""
    import h5py

    name = Path(path).name
    try:
        with h5py.File(path, "r") as file:
            names = sorted(file)
            if names != [f"{number:04d}" for number in range(len(names))] or not names:
                raise WeightsError(
                    f"{name} holds no weights written by this program: "
                    "give the output folder of its 'train' command (other files are not opened, they may hold code)"
                )
            if not all(_is_plain(file, each) for each in names):
                raise WeightsError(
                    f"{name} holds something else than plain arrays of numbers: "
                    "give the output folder of the 'train' command"
                )
            yield [file[each] for each in names]
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, MemoryError) as error:
        raise WeightsError(
            f"{name} cannot be read as weights ({type(error).__name__}): give the output folder of the 'train' command"
        ) from None


def _is_plain(file, name: str) -> bool:
    """Whether it is an array of floats whose every value lies in this very file, uncompressed: no more is read than
    the file is long.
    """
    import h5py

    if not isinstance(file.get(name, getlink=True), h5py.HardLink) or not isinstance(file[name], h5py.Dataset):
        return False
    dataset = file[name]
    if dataset.external or dataset.is_virtual or dataset.dtype.kind != "f":
        return False
    return dataset.id.get_storage_size() == dataset.nbytes
