"""Archives: safe names only, limits, one table of contents for all members; nothing is unpacked to disk."""

import io
import os
import random
import struct
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from archives_for_tests import encrypted, lying, with_link, zipped
from pictures import dark, saved

from lowlight_core import files, settings
from lowlight_core.errors import ArchiveError, DatasetError
from lowlight_core.files import Source, archives

PNG = saved(dark(8, 9))


@pytest.fixture
def limits(monkeypatch):
    """Call with setting values; they hold for this test."""

    def change(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"LOWLIGHT_{name.upper()}", str(value))
        settings.settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.settings.cache_clear()


def names(collection):
    return [source.name for source in collection.sources]


def test_an_archive_gives_sorted_members_with_their_paths(tmp_path):
    path = tmp_path / "a.zip"
    passed_over = {"notes.txt": b"", "__MACOSX/z.png": b"", "in/.z.png": b""}
    path.write_bytes(zipped({"z.png": PNG, "in/a.png": b"1", "夜 景.png": PNG, **passed_over}))
    found = files.collect([path])
    assert names(found) == ["in/a.png", "z.png", "夜 景.png"] and not found.problems
    assert [source.read() for source in found.sources] == [b"1", PNG, PNG]


@pytest.mark.parametrize(
    "data, sentence",
    [
        (zipped({"../up.png": PNG, "ok.png": PNG}), "not a safe relative"),
        (zipped({"a/../../up.png": PNG, "ok.png": PNG}), "not a safe relative"),
        (zipped({"..\\up.png": PNG, "ok.png": PNG}), "not a safe relative"),
        (zipped({"/etc/up.png": PNG, "ok.png": PNG}), "not a safe relative"),
        (zipped({"C:\\up.png": PNG, "ok.png": PNG}), "not a safe relative"),
        (zipped({"line\nbreak.png": PNG, "ok.png": PNG}), "not a safe relative"),
        (zipped({"x" * 300 + ".png": PNG, "ok.png": PNG}), "not a safe relative"),
        (zipped({"zz": PNG, "ok.png": PNG}).replace(b"zz", b"\0z"), "not a safe relative"),  # no name at all
        (with_link("link.png", "/etc/passwd", {"ok.png": PNG}), "is a link"),
        (zipped({"inner.zip": zipped({"x.png": PNG}), "ok.png": PNG}), "archive inside an archive"),
        (zipped({"bomb.bmp": bytes(20_000_000), "ok.png": PNG}), "expands more than a thousandfold"),
    ],
)
def test_unsafe_members_are_left_out_and_named(tmp_path, data, sentence):
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    for found in (files.collect([path]), files.from_uploads([("a.zip", data)])):
        assert [source.read() for source in found.sources] == [PNG]
        assert len(found.problems) == 1 and sentence in found.problems[0][1]
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_encrypted_members_are_named(tmp_path):
    found = files.from_uploads([("a.zip", encrypted({"a.png": PNG}))])
    assert not found.sources and "encrypted" in found.problems[0][1]


def test_a_member_that_is_larger_than_it_says_is_refused(tmp_path):
    data = lying({"a.png": bytes(100_000)}, declared=1000)
    (tmp_path / "a.zip").write_bytes(data)
    (source,) = files.collect([tmp_path / "a.zip"]).sources
    with pytest.raises(ArchiveError):
        source.read()
    found = files.from_uploads([("a.zip", data)])
    assert not found.sources and len(found.problems) == 1


def test_an_upload_that_unpacks_beyond_the_limits_is_refused_whole_and_an_archive_on_disk_read_member_by_member(
    tmp_path, limits
):
    limits(max_upload_megabytes=1, max_files=1)
    data = zipped({f"{index}.png": os.urandom(1000) * 200 for index in range(6)})
    assert len(data) < 200_000
    (tmp_path / "a.zip").write_bytes(data)
    found = files.from_uploads([("a.zip", data)])
    assert not found.sources and "unpacks to 1 MB" in found.problems[0][1]
    found = files.collect([tmp_path / "a.zip"])
    assert [len(source.read()) for source in found.sources] == [200_000] * 6 and not found.problems


def test_a_member_larger_than_any_picture_is_not_read(tmp_path, limits):
    limits(max_megapixels=0.01)
    (tmp_path / "a.zip").write_bytes(zipped({"big.png": os.urandom(1000) * 200, "ok.png": PNG}))
    big, ok = files.collect([tmp_path / "a.zip"]).sources
    assert ok.read() == PNG
    with pytest.raises(ArchiveError, match="too large a file"):
        big.read()


def test_several_archives_share_one_limit(limits):
    limits(max_upload_megabytes=1)
    data = zipped({f"{index}.png": os.urandom(1000) * 200 for index in range(3)})
    found = files.from_uploads([("a.zip", data), ("b.zip", data)])
    assert len(found.sources) == 3 and found.problems[0][0] == "b.zip"


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_damaged_member_costs_itself_only(how):
    noise = saved(np.random.default_rng(0).integers(0, 255, (40, 40, 3)).astype(np.uint8))
    data = bytearray(zipped({"a.png": noise, "b.png": PNG}, how))
    data[60:70] = b"0123456789"
    found = files.from_uploads([("x.zip", bytes(data))])
    assert names(found) == ["b.png"] and "damaged inside x.zip" in found.problems[0][1]


def test_of_two_members_of_one_name_the_last_is_read_and_the_other_named():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        packed.writestr("a.png", b"first")
        packed.writestr("a.png", PNG)
    found = files.from_uploads([("x.zip", file.getvalue())])
    assert [source.data for source in found.sources] == [PNG] and "more than once" in found.problems[0][1]


def test_too_many_entries_and_uploads_are_refused(limits):
    limits(max_files=2)
    found = files.from_uploads([("a.zip", zipped({f"{index}.png": PNG for index in range(9)}))])
    assert "9 entries, the limit is 8" in found.problems[0][1]
    with pytest.raises(DatasetError, match="3 files are more"):
        files.from_uploads([(f"{index}.png", PNG) for index in range(3)])
    limits(max_upload_megabytes=1)
    with pytest.raises(DatasetError, match=r"2\.0 MB are more"):
        files.from_uploads([("big.png", bytes(2_000_000))])


@pytest.mark.parametrize("end", ["plain", "zip64"])
def test_a_long_table_of_contents_is_refused_before_it_is_read(limits, monkeypatch, end):
    """Whatever the end of the archive says: that of zip64 counts for `zipfile`, where there is one."""
    limits(max_files=1)
    data = zipped({f"{i}.png": b"" for i in range(50)})
    if end == "zip64":
        *_, size, start, _ = struct.unpack("<4s4H2LH", data[-22:])
        long = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 50, 50, size, start)
        place = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
        data = data[:-22] + long + place + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 46, start, 0)
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == 50
    monkeypatch.setattr("lowlight_core.files.archives.zipfile.ZipFile", None)
    assert "table of contents, at most 4 entries" in files.from_uploads([("a.zip", data)]).problems[0][1]


def test_the_table_of_contents_is_read_once_for_all_members(tmp_path, monkeypatch):
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({f"{index}.png": PNG for index in range(20)}))
    opened, real = [], zipfile.ZipFile
    monkeypatch.setattr(
        "lowlight_core.files.archives.zipfile.ZipFile", lambda file, *how: opened.append(file) or real(file, *how)
    )
    sources = files.collect([path]).sources
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(Source.read, sources * 10)) == {PNG}
    assert len(opened) <= 2 + 3, "once to list them, once to read; threads that come first may meet"
    path.write_bytes(zipped({"0.png": PNG + b"other"}))
    assert sources[0].read() == PNG + b"other", "another archive of that name"
    path.unlink()
    with pytest.raises(ArchiveError, match="damaged inside many.zip"):
        sources[0].read()


def test_an_archive_without_pictures_or_that_is_none():
    for data, expected in ((zipped({"a.txt": b"hello"}), "no pictures"), (b"", "damaged"), (b"hello", "damaged")):
        found = files.from_uploads([("a.zip", data)])
        assert not found.sources and expected in found.problems[0][1]


def test_a_tampered_archive_never_raises_anything_else():
    good, chance = zipped({"a.png": PNG, "b/c.jpg": PNG * 20}), random.Random(0)
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        found = files.from_uploads([("a.zip", bytes(bad[: chance.randint(1, len(bad))]))])
        assert found.sources or found.problems


def test_what_a_system_or_somebody_hides_goes_by_whole_parts_of_the_path():
    members = ["my__MACOSX.png", "__MACOSX/a.png", ".hid/a.png", "b/.hid/a.png", ".a.png", "./c.png", "b/d.png"]
    archive = archives.Archive(zipped(dict.fromkeys(members, b"-")), "a.zip")
    assert [name for name, _ in archive.pictures] == ["b/d.png", "c.png", "my__MACOSX.png"] and not archive.problems
