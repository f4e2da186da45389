"""What the caption of a visitor's photo says of it, and how much of all that a session sent stays in memory."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
from pictures import photo, saved
from PIL import Image
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec

from lowlight_core.errors import BusyError
from lowlight_core.files import Source, from_uploads
from lowlight_core.jobs import Manager, many_photos
from lowlight_core.settings import Settings
from pages.shared import upload_memory, uploads


@pytest.mark.parametrize(
    ("data", "caption"),
    [
        (saved(photo(20, 30)), "a.png, 30 × 20"),
        (saved(Image.fromarray(np.full((20, 30), 9000, np.uint16))), "a.png, 30 × 20, 8 of its 16 bits per channel"),
        (saved(Image.new("RGBA", (30, 20), (9, 9, 9, 100))), "a.png, 30 × 20, transparency filled with white"),
        (saved(Image.new("RGBA", (30, 20), (9, 9, 9, 255))), "a.png, 30 × 20"),
    ],
)
def test_nothing_is_dropped_without_a_word(data, caption):
    assert uploads.opened("a.png", data).caption == caption


def test_of_what_a_session_sends_the_latest_stays_in_memory():
    manager = MemoryUploadedFileManager("/upload")
    upload_memory.keep_latest(manager, 100)
    sizes = {"a": 40, "b": 50, "c": 30, "d": 500}
    left = []
    for name, size in sizes.items():
        manager.add_file("one", UploadedFileRec(name, name, "image/png", bytes(size)))
        left.append([record.name for record in manager.get_files("one", list(sizes))])
    assert left == [["a"], ["a", "b"], ["b", "c"], ["d"]], "the newest always"
    manager.add_file("two", UploadedFileRec("e", "e", "image/png", bytes(90)))
    assert manager.get_files("one", ["d"]), "of another session nothing goes"


@pytest.fixture
def manager(monkeypatch):
    """The server's files in memory, which with all else may have a kilobyte."""
    manager = MemoryUploadedFileManager("/upload")
    monkeypatch.setattr(upload_memory, "settings", lambda: Settings(max_uploads_gigabytes=1e-6))
    monkeypatch.setattr(upload_memory, "_held", {})
    monkeypatch.setattr(upload_memory, "exists", lambda: True)
    monkeypatch.setattr(upload_memory, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    return manager


def test_what_all_sessions_hold_together_has_a_limit(manager):
    """Each may hold two uploads of the greatest size; a thousand sessions may not."""
    upload_memory.keep_latest(manager, 10_000)
    for session in ("one", "two", "three"):
        manager.add_file(session, UploadedFileRec("a", "a", "image/png", bytes(300)))
    with pytest.raises(HTTPException, match="507"):
        manager.add_file("four", UploadedFileRec("a", "a", "image/png", bytes(101)))
    assert not manager.get_files("four", ["a"]) and manager.get_files("one", ["a"])
    decoded = np.zeros((4, 5, 3), np.uint8)
    assert upload_memory.hold(decoded) is decoded
    with pytest.raises(BusyError, match="memory is full"):
        upload_memory.hold(np.zeros((4, 5, 3), np.uint8))
    del decoded
    upload_memory.hold(np.zeros((4, 5, 3), np.uint8))


def test_photos_of_a_job_that_waits_count_when_their_session_has_sent_others(monkeypatch, manager):
    """A visitor may queue one upload after the other: Streamlit forgets each, and the jobs keep them."""
    queue, one = Manager(1, 20), threading.Event()
    monkeypatch.setattr(many_photos, "_enhance_all", lambda job, sources, report: one.wait(60))
    jobs = []
    for seed in range(3):
        unpacked = [Source("a.png", data=bytes([seed]) * 300)]
        upload_memory.hold_sources(unpacked)
        jobs.append(many_photos.submit(queue, unpacked, method="gamma", settings={}))
        del unpacked
    with pytest.raises(BusyError, match="memory is full"):
        upload_memory.hold_sources([Source("a.png", data=b"x" * 101)])
    queue.cancel(jobs[2])
    upload_memory.hold_sources([Source("a.png", data=b"x" * 101)])
    one.set()


def test_a_file_and_the_source_that_was_made_of_it_are_counted_once(manager):
    record = UploadedFileRec("a", "a.png", "image/png", bytes(900))
    manager.add_file("one", record)
    sources = from_uploads([("a.png", UploadedFile(record, None).getvalue())]).sources
    upload_memory.hold_sources(sources)
    manager.remove_file("one", "a")
    with pytest.raises(BusyError):
        upload_memory.hold_sources([Source("b.png", data=bytes(101))])


def test_the_servers_own_memory_is_bound_once(monkeypatch):
    manager = MemoryUploadedFileManager("/upload")
    monkeypatch.setattr(upload_memory, "exists", lambda: True)
    monkeypatch.setattr(upload_memory, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    upload_memory.bound()
    first = manager.add_file
    upload_memory.bound()
    assert manager.add_file is first and first.__name__ == "add_file" and first.__module__ == upload_memory.__name__


def test_a_drop_zone_whose_file_was_taken_and_deleted_gives_nothing(monkeypatch):
    """So it comes when the next photo is sent before the page was drawn to its end."""
    state = {"zone": DeletedFile("gone"), uploads._PROBLEMS: {}}
    monkeypatch.setattr(uploads.st, "session_state", state)
    uploads._take("zone", "zone", lambda file: pytest.fail("nothing can be read"))
    assert state == {"zone": DeletedFile("gone"), uploads._PROBLEMS: {}}
