"""Sources -> files: the same pixels as the method gives, metadata kept, failures named, memory flat."""

import pickle
import threading
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from pictures import dark, saved
from PIL import Image, ImageCms

from lowlight_core import files, get, image
from lowlight_core.enhance_files import Task, enhance_files
from lowlight_core.errors import ImageError, OutputError, ParameterError, UnknownMethodError
from lowlight_core.files import Source
from lowlight_core.settings import Settings

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def sources(count=4):
    return [Source(f"in/{index}.png", data=saved(dark(20 + index, 30, seed=index))) for index in range(count)]


def run(items, folder, method="clahe", **more):
    return list(enhance_files(items, folder, method=method, **more))


@pytest.mark.parametrize("workers", [1, 3])
def test_files_hold_what_the_method_gives(tmp_path, workers):
    results = run(sources(), tmp_path / "out", settings={"clip_limit": "3"}, workers=workers)
    for index, result in enumerate(results):
        assert (result.name, result.error) == (f"in/{index}.png", None) and result.seconds > 0
        assert result.output == tmp_path / "out" / "in" / f"{index}.png"
        assert (result.width, result.height) == (30, 20 + index)
        expected = get("clahe")(dark(20 + index, 30, seed=index), clip_limit=3)
        assert np.array_equal(image.read(result.output).pixels, expected)


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_formats_and_metadata(tmp_path, format):
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Somebody"
    source = Source("a.jpg", data=saved(dark(40, 60), "JPEG", exif=exif, icc_profile=ICC))
    (result,) = run([source], tmp_path, format=format)
    written = image.read(result.output)
    assert result.output.suffix == f".{format}" and written.pixels.shape == (60, 40, 3)
    assert b"Somebody" in written.exif and written.icc == ICC


def test_an_existing_file_is_an_error_and_stays_as_it_is(tmp_path):
    run(sources(), tmp_path)
    before = (tmp_path / "in" / "1.png").read_bytes()
    results = run(sources(), tmp_path, method="gamma")
    assert all("exists already" in result.error for result in results)
    assert (tmp_path / "in" / "1.png").read_bytes() == before
    assert not any(result.error for result in run(sources(), tmp_path, method="gamma", overwrite=True))
    assert (tmp_path / "in" / "1.png").read_bytes() != before


@pytest.mark.parametrize("also", ["the same folder", "a link to it"])
def test_a_picture_that_is_to_be_read_is_never_replaced(tmp_path, also):
    photos, output = tmp_path / "photos", tmp_path / "photos"
    photos.mkdir()
    for name, format in (("a.jpg", "JPEG"), ("a.png", "PNG")):
        (photos / name).write_bytes(saved(dark(), format))
    if also == "a link to it":
        output = tmp_path / "link"
        output.symlink_to(photos)
    before = {path.name: path.read_bytes() for path in photos.iterdir()}
    with pytest.raises(OutputError, match="a.png is a picture to be enhanced"):
        run(files.collect([photos]).sources, output, overwrite=True)
    assert {path.name: path.read_bytes() for path in photos.iterdir()} == before
    assert not any(result.error for result in run(files.collect([photos / "a.jpg"]).sources, tmp_path, overwrite=True))


def test_failures_are_kept_apart_and_in_order(tmp_path):
    items = sources(3)
    items.insert(1, Source("bad.jpg", data=b"hello"))
    items.insert(3, Source("gone.png", tmp_path / "gone.png"))
    results = run(items, tmp_path / "out", workers=2)
    assert [result.name for result in results] == ["in/0.png", "bad.jpg", "in/1.png", "gone.png", "in/2.png"]
    assert [bool(result.error) for result in results] == [False, True, False, True, False]
    assert len(list((tmp_path / "out").rglob("*.png"))) == 3


@pytest.mark.parametrize(
    "wrong, error",
    [
        ({"method": "magic"}, UnknownMethodError),
        ({"settings": {"clip_limit": 99}}, ParameterError),
        ({"settings": {"magic": 1}}, ParameterError),
        ({"format": "gif"}, ParameterError),
    ],
)
def test_wrong_wishes_are_refused_before_anything_is_done(tmp_path, wrong, error):
    with pytest.raises(error):
        enhance_files(sources(), tmp_path / "out", **{"method": "clahe", **wrong})
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="is a file"):
        run(sources(), tmp_path / "file")
    with pytest.raises(OutputError, match="cannot be made"):
        run(sources(), tmp_path / "file" / "below")
    with pytest.raises(OutputError, match="cannot be made"):
        run(sources(), "/proc/lowlight")


def test_progress_and_cancel(tmp_path):
    seen, cancel = [], threading.Event()
    results = []
    for result in enhance_files(
        sources(60), tmp_path, method="gamma", workers=1, in_flight=2, progress=seen.append, cancel=cancel
    ):
        results.append(result)
        if len(results) == 3:
            cancel.set()
    assert seen == list(range(1, len(results) + 1)) and all(result.error is None for result in results)
    assert 3 <= len(results) <= 6 and len(list(tmp_path.rglob("*.png"))) == len(results), "every file is told of"
    assert not list(tmp_path.rglob("*.part"))


def test_small_pictures_do_not_wait_for_a_large_one(tmp_path, monkeypatch):
    first, read = threading.Event(), Source.read

    def slowly(source):
        if source.name == "in/0.png":
            assert first.wait(30)
        elif source.name == "in/39.png":
            first.set()
        return read(source)

    monkeypatch.setattr(Source, "read", slowly)
    assert not any(result.error for result in run(sources(40), tmp_path, method="gamma", workers=2))


def test_a_task_travels_to_another_process(tmp_path):
    task = Task("gamma", {"gamma": 2.0}, tmp_path)
    assert pickle.loads(pickle.dumps(task)) == task
    with ProcessPoolExecutor(1) as executor:
        (result,) = run(sources(1), tmp_path, executor=executor)
    assert result.error is None and result.output.exists()


def test_folder_and_archive_give_the_same_files(tmp_path):
    from archives_for_tests import zipped

    members = {source.name: source.data for source in sources()}
    for name, data in members.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(data)
    (tmp_path / "a.zip").write_bytes(zipped(members))
    found = []
    for path in ("folder", "a.zip"):
        run(files.collect([tmp_path / path]).sources, tmp_path / f"out {path}")
        out = tmp_path / f"out {path}"
        found.append({str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*.png")})
    assert found[0] == found[1] and len(found[0]) == 4


def test_memory_stays_flat(tmp_path):
    psutil = pytest.importorskip("psutil")
    process, used = psutil.Process(), []
    items = [Source("a.png", data=saved(dark(300, 400)))] * 240

    def measure(_):
        used.append(process.memory_info().rss)

    results = enhance_files(items, tmp_path, method="clahe", format="jpg", progress=measure)
    assert sum(result.error is None for result in results) == 240
    assert max(used[60:]) - used[30] < 40e6  # the pixels of 180 pictures are 65 MB, twice that with their inputs


def test_the_limit_of_megapixels_goes_with_the_pictures_to_a_worker_that_has_another(tmp_path, monkeypatch):
    monkeypatch.setattr(image, "settings", lambda: Settings(max_megapixels=0.0006))  # as a worker elsewhere reads it
    with pytest.raises(ImageError, match="the limit is 0.0006"):
        Task("gamma", {}, tmp_path)((sources()[3], "own.png"))
    assert [result.error for result in run(sources(), tmp_path, "gamma")] == [None] * 4
    monkeypatch.setattr("lowlight_core.enhance_files.limits", lambda: Settings(max_megapixels=0.00065))
    errors = [result.error for result in run(sources(), tmp_path / "few", "gamma")]
    assert errors[:2] == [None] * 2 and all("the limit is 0.00065" in error for error in errors[2:])
