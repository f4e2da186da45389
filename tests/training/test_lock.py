"""The lock of the one run that trains on a server."""

import pytest

from lowlight_core.errors import OutputError, TrainingError
from lowlight_core.training import lock


def test_it_is_taken_once_and_freed_with_its_file(tmp_path):
    path = tmp_path / "lock"
    assert lock.holder(path) is None
    with open(path, "a+") as first, open(path, "a+") as second:
        assert lock.take(first) and not lock.take(second)
        first.write("somebody")
        first.flush()
        assert lock.holder(path) == "somebody"
    assert lock.holder(path) is None


def test_without_such_locks_the_page_says_what_to_do_instead(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "fcntl", None)
    with open(tmp_path / "lock", "a+") as file, pytest.raises(TrainingError, match="lowlight_core train"):
        lock.take(file)
    assert lock.holder(tmp_path / "lock") is None


def test_a_folder_that_takes_no_file_is_one_sentence(tmp_path):
    (tmp_path / "lock").mkdir()  # as where somebody else's folder may only be read
    with pytest.raises(OutputError, match="lock cannot be written: Is a directory"), lock.alone_in(tmp_path):
        pass
