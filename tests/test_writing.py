"""Reading and writing files: whole or not at all, never over another one unasked."""

import contextlib
import threading
from pathlib import Path

import numpy as np
import pytest
from pictures import photo

from lowlight_core import atomic, image
from lowlight_core.errors import ImageError, OutputError


def test_reading_what_is_not_there_or_a_folder(tmp_path):
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(ImageError, match="cannot be read"):
            image.read(path)


@pytest.mark.parametrize("ending", ["png", "jpg", "jpeg", "webp", "PNG"])
def test_the_ending_chooses_the_format(tmp_path, ending):
    path = image.write(tmp_path / "deep" / "folder" / f"a.{ending}", photo())
    expected = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}[ending.lower()]
    assert image.read(path).format == expected


def test_writing_never_replaces_unasked_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "a.png"
    image.write(path, photo(seed=1))
    with pytest.raises(OutputError, match="exists already"):
        image.write(path, photo(seed=2))
    assert np.array_equal(image.read(path).pixels, photo(seed=1))
    image.write(path, photo(seed=2), overwrite=True)
    assert np.array_equal(image.read(path).pixels, photo(seed=2))
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_of_many_writers_of_one_name_exactly_one_succeeds(tmp_path):
    path, won = tmp_path / "a.png", []

    def attempt(seed):
        with contextlib.suppress(OutputError):
            image.write(path, photo(seed=seed))
            won.append(seed)

    threads = [threading.Thread(target=attempt, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert np.array_equal(image.read(path).pixels, photo(seed=won[0]))
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def no_space(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["write_bytes", "link and replace"])
def test_a_failed_write_leaves_no_file(tmp_path, monkeypatch, step):
    if step == "write_bytes":
        monkeypatch.setattr(Path, "write_bytes", no_space)
    else:
        monkeypatch.setattr(atomic.os, "link", no_space)
        monkeypatch.setattr(atomic.os, "replace", no_space)
    with pytest.raises(OutputError, match="No space left"):
        image.write(tmp_path / "a.png", photo())
    assert not list(tmp_path.iterdir())


def test_writing_works_without_hard_links(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic.os, "link", no_space)
    image.write(tmp_path / "a.png", photo(seed=1))
    with pytest.raises(OutputError, match="exists already"):
        image.write(tmp_path / "a.png", photo(seed=2))
    assert np.array_equal(image.read(tmp_path / "a.png").pixels, photo(seed=1))
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_a_file_where_a_folder_is_needed_is_named(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(OutputError, match="a is a file: expected a folder to write into"):
        atomic.write_bytes(tmp_path / "a" / "b.json", b"{}")
