"""Fetching LOL: by gdown where there is one, a clear instruction where not; the network is never used here."""

import sys
import types
import zipfile
from pathlib import Path

import pytest

from lowlight_core import cli
from lowlight_core.commands import download
from tests.pictures import plain, saved

PICTURE = saved(plain(9))


def archive(path, names):
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, PICTURE)


@pytest.fixture
def gdown(monkeypatch):
    """A stand-in whose ``download`` writes what the test wants."""
    module = types.ModuleType("gdown")
    monkeypatch.setitem(sys.modules, "gdown", module)
    monkeypatch.setattr(download, "_PAIRS", 3)
    return module


def whole(url, path, quiet):
    assert "drive.google.com" in url
    archive(path, [f"lol_dataset/{split}/{side}/{k}.png" for split, k in (("our485", 1), ("our485", 2), ("eval15", 3))
                   for side in ("low", "high")])  # fmt: skip


def test_lol_is_fetched_unpacked_and_found(tmp_path, gdown, capsys):
    gdown.download = whole
    assert cli.main(["download", "lol", str(tmp_path / "lol")]) == 0
    assert "3 pairs" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "lol").iterdir()) == ["eval15", "our485"]


def test_what_is_there_is_not_fetched_again(tmp_path, gdown):
    gdown.download = whole
    download.lol(tmp_path)
    gdown.download = None  # would fail if it were called
    assert len(download.lol(tmp_path)) == 3


def test_what_is_there_already_stays_as_it_is(tmp_path, gdown):
    gdown.download = whole
    mine = tmp_path / "our485" / "low" / "1.png"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    assert len(download.lol(tmp_path)) == 3 and mine.read_bytes() == b"mine"


def no_network(url, path, quiet):
    raise ConnectionError("Max retries exceeded")


@pytest.mark.parametrize("fetch", [no_network, lambda url, path, quiet: None])
def test_without_a_network_the_way_by_hand_is_said(tmp_path, gdown, fetch, capsys):
    gdown.download = fetch
    assert cli.main(["download", "lol", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert "drive.google.com" in message and "our485" in message and "Traceback" not in message
    assert list(tmp_path.iterdir()) == []


def test_without_gdown_the_way_is_said_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gdown", None)
    assert cli.main(["download", "lol", str(tmp_path)]) == 1
    assert "pip install gdown" in capsys.readouterr().err


def test_a_web_page_instead_of_an_archive_is_refused(tmp_path, gdown, capsys):
    gdown.download = lambda url, path, quiet: Path(path).write_text("<html>quota exceeded</html>")
    assert cli.main(["download", "lol", str(tmp_path)]) == 1
    assert "no .zip" in capsys.readouterr().err


def test_an_archive_that_was_damaged_on_the_way_is_said(tmp_path, gdown, capsys):
    def damaged(url, path, quiet):
        archive(path, ["our485/low/1.png"])
        data = bytearray(Path(path).read_bytes())
        data[8] = data[data.find(b"PK\1\2") + 10] = 99  # a way to compress that nobody knows
        Path(path).write_bytes(data)

    gdown.download = damaged
    assert cli.main(["download", "lol", str(tmp_path)]) == 1
    assert "fetch it again" in capsys.readouterr().err


def test_names_that_climb_out_are_refused(tmp_path, gdown, capsys):
    gdown.download = lambda url, path, quiet: archive(path, ["../../evil.png"])
    assert cli.main(["download", "lol", str(tmp_path / "a" / "b")]) == 1
    assert not (tmp_path / "evil.png").exists()


def test_an_archive_with_other_pictures_is_said(tmp_path, gdown, capsys):
    gdown.download = lambda url, path, quiet: archive(path, ["x/low/1.png", "x/high/1.png"])
    assert cli.main(["download", "lol", str(tmp_path)]) == 1
    assert "other pictures" in capsys.readouterr().err
