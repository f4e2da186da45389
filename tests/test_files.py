"""Files, folders, archives and uploads -> named sources; no name is trusted, nothing is unpacked to disk."""

import os
import random

import pytest
from archives_for_tests import encrypted, lying, with_link, zipped
from pictures import dark, saved

from lowlight_core import files, settings
from lowlight_core.errors import ArchiveError, DatasetError, ImageError, LowlightError
from lowlight_core.files import Source

PNG = saved(dark(8, 9))


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jpg", "a.PNG", "sub/deep/c.tiff", "sub/d.webp", "sub/notes.txt", ".hidden.png", ".git/e.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


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


def test_a_folder_is_walked_in_order_without_hidden_files_and_others(folder):
    found = files.collect([folder])
    assert names(found) == ["a.PNG", "b.jpg", "sub/d.webp", "sub/deep/c.tiff"] and not found.problems
    assert found.sources[3].read() == b"sub/deep/c.tiff"


def test_several_paths_are_taken_in_the_order_given(folder):
    found = files.collect([folder / "sub", folder / "b.jpg", str(folder / "a.PNG")])
    assert names(found) == ["d.webp", "deep/c.tiff", "b.jpg", "a.PNG"]


def test_what_cannot_be_taken_is_named_beside_the_rest(folder):
    (folder / "empty").mkdir()
    (folder / "broken.zip").write_bytes(b"PK no archive")
    os.mkfifo(folder / "pipe.png")
    wrong = ["none.png", "empty", "broken.zip", "pipe.png", "x" * 300]
    found = files.collect([folder / name for name in wrong] + [folder / "b.jpg"])
    assert names(found) == ["b.jpg"]
    sentences = [sentence for _, sentence in found.problems]
    for sentence, expected in zip(
        sentences, ["not exist", "holds no pictures", "damaged", "device or pipe", "not exist"], strict=True
    ):
        assert expected in sentence


def test_more_files_than_allowed_are_refused(folder):
    with pytest.raises(DatasetError, match="4 pictures are more than the limit of 3"):
        files.collect([folder], max_files=3)


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


def test_a_folder_for_results_is_passed_over_unless_it_is_named_itself(tmp_path):
    for name in ("photos/a.png", "photos/bright/a.png", "photos/bright/deep/b.png", "photos/dark/bright/c.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(PNG)
    (tmp_path / "link").symlink_to(tmp_path / "photos" / "bright")
    photos, bright = tmp_path / "photos", tmp_path / "photos" / "dark" / ".." / "bright"
    for output in (bright, tmp_path / "link"):
        assert names(files.collect([photos], without=output)) == ["a.png", "dark/bright/c.png"]
    assert names(files.collect([bright], without=bright)) == ["a.png", "deep/b.png"]
    assert names(files.collect([bright / "deep"], without=bright)) == ["b.png"]
    assert len(files.collect([photos], without=tmp_path).sources) == 4


def test_several_archives_share_one_limit(limits):
    limits(max_upload_megabytes=1)
    data = zipped({f"{index}.png": os.urandom(1000) * 200 for index in range(3)})
    found = files.from_uploads([("a.zip", data), ("b.zip", data)])
    assert len(found.sources) == 3 and found.problems[0][0] == "b.zip"


def test_too_many_entries_and_uploads_are_refused(limits):
    limits(max_files=2)
    found = files.from_uploads([("a.zip", zipped({f"{index}.png": PNG for index in range(9)}))])
    assert "9 entries, the limit is 8" in found.problems[0][1]
    with pytest.raises(DatasetError, match="3 files are more"):
        files.from_uploads([(f"{index}.png", PNG) for index in range(3)])
    limits(max_upload_megabytes=1)
    with pytest.raises(DatasetError, match="2 MB are more"):
        files.from_uploads([("big.png", bytes(2_000_000))])


def test_a_long_table_of_contents_is_refused_before_it_is_read(limits, monkeypatch):
    data = zipped({f"{i}.png": b"" for i in range(50)})
    monkeypatch.setattr("lowlight_core.archives._ENTRY_BYTES", 1)
    monkeypatch.setattr("lowlight_core.archives._opened", None)
    assert "table of contents" in files.from_uploads([("a.zip", data)]).problems[0][1]


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


def test_uploads_are_sorted_and_unsafe_names_named():
    found = files.from_uploads([("b.png", b"2"), ("dir/a.png", b"1"), ("../up.png", b"3")])
    assert names(found) == ["b.png", "dir/a.png"]
    assert found.problems[0][0] == "../up.png"


def test_a_colon_in_a_local_name_is_no_drive(tmp_path):
    (tmp_path / "a 12:30.png").write_bytes(PNG)
    assert files.collect([tmp_path / "a 12:30.png"]).sources[0].read() == PNG


@pytest.mark.parametrize(
    "given, safe",
    [("a.png", "a.png"), ("./a//b.png", "a/b.png"), ("a\\b.png", "a/b.png"), ("夜 景/é.png", "夜 景/é.png")],
)
def test_safe_names(given, safe):
    assert files.safe_name(given) == safe


@pytest.mark.parametrize("given", ["", ".", "/", "..", "a/..", "\x00.png", "D:a.png", "a/" * 600 + "b.png"])
def test_unsafe_names(given):
    with pytest.raises(ArchiveError):
        files.safe_name(given)


def test_inside_lets_nothing_lead_out(tmp_path):
    root = tmp_path / "root"
    (root / "ok").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path)
    assert files.inside(root, "ok") == (root / "ok").resolve()
    for name in ("..", "../root2", "/etc", "link", "missing", "ok/../.."):
        with pytest.raises(DatasetError):
            files.inside(root, name)


def test_output_names_keep_paths_and_stems_and_never_collide():
    given = ["a.jpg", "a.png", "A.webp", "a-2.tif", "sub/a.jpg", "x.tar.png", "plain"]
    expected = ["a.png", "a-2.png", "A-3.png", "a-2-2.png", "sub/a.png", "x.tar.png", "plain.png"]
    assert files.output_names([Source(name) for name in given], "png") == expected


def test_a_source_that_vanished_or_is_far_too_long(tmp_path):
    path = tmp_path / "a.png"
    with pytest.raises(ImageError, match="cannot be read"):
        Source("a.png", path).read()
    with open(path, "wb") as file:
        file.truncate(10**12)  # sparse: takes no space
    with pytest.raises(ImageError, match="too large a file"):
        Source("a.png", path).read()
    with pytest.raises(LowlightError):
        Source("a.png", tmp_path / "gone.zip", "a.png").read()
