"""What uploads hold of the server's memory: Streamlit limits one file, and keeps all that a session ever sent.

It frees a file only where somebody takes it out of its drop zone; those of a page that was left stay behind.
"""

from collections.abc import Iterable

from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lowlight_core.settings import settings

_UPLOADS = 2  # kept of a session, of the greatest size that is taken: one at work, and one that comes in its place
_BOUND = "lowlight_bound"


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
    """From now on drop a session's oldest files, but never the newest, while they hold more than ``limit`` bytes."""
    add = manager.add_file

    def add_file(session_id: str, file) -> None:
        add(session_id, file)
        held = list(manager.file_storage.get(session_id, {}).values())
        size = sum(len(one.data) for one in held)
        for oldest in held[:-1]:
            if size > limit:
                manager.remove_file(session_id, oldest.file_id)
                size -= len(oldest.data)

    manager.add_file = add_file
