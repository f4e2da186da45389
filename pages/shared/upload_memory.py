"""What uploads hold of the server's memory: Streamlit limits one file, and keeps all that a session ever sent.

It frees a file only where somebody takes it out of its drop zone; those of a page that was left stay behind. What all
sessions and jobs hold together, as files, as what was unpacked from them and as pixels, has a limit: beyond it a
visitor is asked to come back later.
"""

import threading
import weakref
from collections.abc import Iterable, Sequence

import numpy as np
from starlette.exceptions import HTTPException
from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lowlight_core.errors import BusyError
from lowlight_core.files import Source
from lowlight_core.settings import settings

_UPLOADS = 2  # kept of a session, of the greatest size that is taken: one at work, and one that comes in its place
_BOUND = "lowlight_bound"
_FULL = 507  # the status of HTTP for a server without room (RFC 4918, 11.5)
_held: dict[int, tuple[int, int]] = {}  # of each picture and source that somebody has: `_memory`
_counting = threading.RLock()  # one of them may go, and be counted off, in the middle of a count


def hold(pixels: np.ndarray) -> np.ndarray:
    """Count a decoded upload, uint8 (H, W, 3), as long as somebody has it.

    Raises:
        BusyError: with it, uploads of all visitors would exceed ``settings().max_uploads_gigabytes``.
    """
    _hold([pixels])
    return pixels


def hold_sources(sources: Sequence[Source]) -> None:
    """Count the files of an upload, and what was unpacked from an archive, as long as a session or a job has them.

    Raises:
        BusyError: as `hold`; none of them is counted then.
    """
    _hold(sources)


def _hold(things: Sequence[np.ndarray | Source]) -> None:
    memory = [_memory(thing) for thing in things]
    with _counting:
        if not _fits(memory):
            raise BusyError("this server's memory is full of visitors' uploads: try again in a few minutes")
        _held.update(zip(map(id, things), memory, strict=True))
    for thing in things:
        weakref.finalize(thing, _let_go, id(thing))


def _let_go(key: int) -> None:
    with _counting:
        _held.pop(key, None)


def _memory(thing: np.ndarray | Source) -> tuple[int, int]:
    """What tells its memory from other memory, and its bytes: Streamlit's file and a source of it share theirs."""
    if isinstance(thing, np.ndarray):
        return id(thing), thing.nbytes
    return id(thing.data), len(thing.data or b"")


def _fits(more: Iterable[tuple[int, int]], files: MemoryUploadedFileManager | None = None) -> bool:
    """Whether ``more`` memory is within the limit, beside what is held and, of the server or as given, all files."""
    files = files or (get_instance().uploaded_file_mgr if exists() else None)
    sessions = list(files.file_storage.values()) if isinstance(files, MemoryUploadedFileManager) else []
    sent = [(id(file.data), len(file.data)) for session in sessions for file in list(session.values())]
    with _counting:
        return sum(dict([*sent, *_held.values(), *more]).values()) <= settings().max_uploads_gigabytes * 1e9


def release(ids: Iterable[str]) -> None:
    """Give back the memory of uploaded files that are read or refused, and whose drop zone is drawn no more."""
    context = get_script_run_ctx()
    for file_id in ids:
        context.uploaded_file_mgr.remove_file(context.session_id, file_id)


def bound() -> None:
    """Let the server keep, of each session, only the latest files; to be called before a page is drawn."""
    manager = get_instance().uploaded_file_mgr if exists() else None
    if isinstance(manager, MemoryUploadedFileManager) and not hasattr(manager, _BOUND):
        setattr(manager, _BOUND, True)
        keep_latest(manager, _UPLOADS * settings().max_upload_megabytes * 1_000_000)


def keep_latest(manager: MemoryUploadedFileManager, limit: int) -> None:
    """From now on drop a session's oldest files, but never the newest, while they hold more than ``limit`` bytes; and
    refuse, by a status of HTTP that the drop zone shows, what all sessions together have no room for.
    """
    add = manager.add_file

    def add_file(session_id: str, file) -> None:
        if not _fits([(id(file.data), len(file.data))], manager):
            raise HTTPException(_FULL, "the server's memory is full of uploads: try again in a few minutes")
        add(session_id, file)
        held = list(manager.file_storage.get(session_id, {}).values())
        size = sum(len(one.data) for one in held)
        for oldest in held[:-1]:
            if size > limit:
                manager.remove_file(session_id, oldest.file_id)
                size -= len(oldest.data)

    manager.add_file = add_file
