"""A server whose folder cannot be made: pages that write there say so in a sentence, and none fails on being opened."""

import pytest
from conftest import page_at

from lowlight_core.errors import OutputError
from lowlight_core.settings import settings
from lowlight_core.training import background


@pytest.fixture
def no_disk(home, monkeypatch):
    """A file is where the server's folder would be."""
    (home / "file").write_bytes(b"")
    monkeypatch.setenv("LOWLIGHT_HOME", str(home / "file" / "home"))
    settings.cache_clear()
    return home / "file"


@pytest.mark.parametrize("name", ["train", "video"])
def test_pages_open_and_name_no_folder(no_disk, name):
    if name == "video":
        from pages.parts import video_clip

        video_clip._sample.clear()
    app = page_at(name)
    assert not app.exception
    assert [("cannot be" in error.value, str(no_disk) in error.value) for error in app.error] == (
        [(True, False)] if name == "video" else []
    )


def test_a_training_run_that_has_no_place_is_refused_in_a_sentence(no_disk):
    assert background.find("t" * 22) is None and not background.busy()
    with pytest.raises(OutputError, match="cannot be made"):
        background.start("skip_cnn", background.BUILT_IN, 1)
