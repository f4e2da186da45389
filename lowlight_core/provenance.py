"""Where figures come from: which pictures, which weights, which versions, which machine."""

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lowlight_core import enhancers
from lowlight_core.batch import default_workers

_PACKAGES = ("numpy", "opencv-python-headless", "scikit-image", "tensorflow", "keras")


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that figures depend on; read, not imported."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


@lru_cache(maxsize=1)
def machine() -> dict[str, str | int | float]:
    """Processor, cores in use, memory and system; neither host nor user name."""
    import psutil

    memory = round(psutil.virtual_memory().total / 1e9, 1)
    return {
        "processor": _processor(),
        "cores": default_workers(),
        "memory_gigabytes": memory,
        "system": f"{platform.system()} {platform.machine()}",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def weights_digest(method: str | Path) -> str | None:
    """SHA-256 of the weights of a learned method, ``None`` for a classical one."""
    weights = enhancers.get(method).weights
    if not weights:
        return None
    path = Path(__file__).parent / "weights" / weights  # an absolute path stays what it is
    return file_digest(path) if path.exists() else "missing"


def file_digest(path: Path) -> str:
    """SHA-256 of a file, computed once as long as it does not change."""
    state = path.stat()
    return _file_digest(str(path), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _file_digest(path: str, modified: int, size: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing(pairs: Iterable) -> str:
    """SHA-256 over names and sizes of all files of a data set: known at once, before anything is read.

    Names count without the folder that they are in, so that a copy elsewhere has the same listing.
    """
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(json.dumps([pair.name, *map(_size, _files(pair))]).encode())
    return digest.hexdigest()


def _files(pair) -> list[str | None]:
    return [getattr(pair, "low", None), getattr(pair, "high", None)]


def _size(path: str | None) -> int:
    try:
        return os.stat(path).st_size if path else -1
    except OSError:
        return -2


def fingerprint(digests: Iterable[str]) -> str:
    """SHA-256 over the content digests of all pairs, in order: two runs with the same one saw the same pixels."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(f"{digest}\n".encode())
    return whole.hexdigest()
