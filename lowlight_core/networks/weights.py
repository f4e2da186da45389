"""Weights on disk: plain arrays in HDF5, in the order of ``model.weights``. Reading them never runs anybody's code."""

from pathlib import Path

import numpy as np

from lowlight_core.errors import WeightsError


def save(path: str | Path, arrays: list[np.ndarray], dtype: str = "float16") -> None:
    """Write ``arrays`` as datasets ``0000``, ``0001``, ... of ``dtype``; the file appears whole or not at all."""
    import h5py

    path = Path(path)
    temporary = path.with_name(path.name + ".part")
    with h5py.File(temporary, "w") as file:
        for number, array in enumerate(arrays):
            file.create_dataset(f"{number:04d}", data=np.asarray(array, dtype))
    temporary.replace(path)


def read(path: str | Path) -> list[np.ndarray]:
    """The arrays of a file written by :func:`save`, float32. Raises WeightsError for anything else."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            names = sorted(file)
            if names != [f"{number:04d}" for number in range(len(names))] or not names:
                raise WeightsError(
                    f"{Path(path).name} holds no weights written by this program: "
                    "give the output folder of its 'train' command (other files are not opened, they may hold code)"
                )
            if not all(isinstance(file.get(name, getlink=True), h5py.HardLink) for name in names):
                raise WeightsError(f"{Path(path).name} refers to other files: only plain arrays are read")
            return [np.asarray(file[name][()], np.float32) for name in names]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{Path(path).name} cannot be read as weights ({type(error).__name__}): "
            "give the output folder of the 'train' command"
        ) from None


def load(model, path: str | Path) -> None:
    """Read ``path`` into ``model``. Raises WeightsError if shapes or their number differ."""
    arrays = read(path)
    wanted = [tuple(variable.shape) for variable in model.weights]
    if [array.shape for array in arrays] != wanted:
        raise WeightsError(
            f"{Path(path).name} does not fit the network {model.name!r}: it was made with other settings"
        )
    model.set_weights(arrays)
