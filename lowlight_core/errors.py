"""Every error this package raises on purpose; its message is one sentence that a page or a terminal can show as it is.

    LowlightError
    ├── ImageError            bytes that are no usable picture, or an array that is no RGB uint8 image
    ├── ParameterError        a knob that does not exist or lies outside its range
    ├── UnknownMethodError    a method name that is not in the list
    ├── DatasetError          a folder in which no images or pairs can be found
    ├── ArchiveError          a .zip that is broken, unsafe or too large
    ├── OutputError           a result that cannot be written: exists already, no space, no permission
    ├── VideoError            a file that holds no video that can be decoded
    ├── WeightsError          weights or a model card that are missing, damaged or do not fit the network
    ├── TrainingError         a training run that cannot start or continue
    ├── ProcessError          a worker process that was killed
    ├── ClusterError          a cluster that does not answer, or whose workers run something else
    ├── BusyError             a limit on running jobs, files or memory is reached: try again later
    └── Cancelled             somebody asked for the work to stop

Messages say what was expected, what came, and what to do.
"""


class LowlightError(Exception):
    """Base of all errors raised on purpose."""


class ImageError(LowlightError):
    """Bytes that are no usable picture, or an array that is no RGB uint8 image."""


class ParameterError(LowlightError):
    """A knob that does not exist or lies outside its range."""


class UnknownMethodError(LowlightError):
    """A method name that is not in the list."""


class DatasetError(LowlightError):
    """A folder in which no images or pairs can be found."""


class ArchiveError(LowlightError):
    """A .zip that is broken, unsafe or too large."""


class OutputError(LowlightError):
    """A result that cannot be written."""


class VideoError(LowlightError):
    """A file that holds no video that can be decoded."""


class WeightsError(LowlightError):
    """Weights or a model card that are missing, damaged or do not fit the network."""


class TrainingError(LowlightError):
    """A training run that cannot start or continue."""


class ProcessError(LowlightError):
    """A worker process that was killed."""


class ClusterError(LowlightError):
    """A cluster that does not answer, or whose workers run something else."""


class BusyError(LowlightError):
    """A limit on running jobs, files or memory is reached."""


class Cancelled(LowlightError):
    """Somebody asked for the work to stop."""


def sentence(error: BaseException) -> str:
    """One line that says what went wrong, for a page, a terminal or a table.

    Errors of this package speak for themselves; of any other error the type is named, since its text alone
    (``'low'`` for a ``KeyError``) often says nothing.
    """
    if isinstance(error, LowlightError):
        return storable(" ".join(str(error).split()))
    if isinstance(error, MemoryError):
        return "not enough memory for this image: use a smaller one or fewer workers"
    text = storable(" ".join(str(error).split())[:300])
    return f"unexpected {type(error).__name__}: {text}" if text else f"unexpected {type(error).__name__}"


def storable(text: str) -> str:
    """Text that every database, file and page takes, whatever bytes a file's name in it is made of."""
    return text.encode("utf-8", "replace").decode()
