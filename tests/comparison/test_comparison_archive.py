"""A comparison as one .zip: what is in it, what a failing method leaves, and that no secret name goes out with it."""

import csv
import io
import zipfile

import pytest
from pictures import dark, photo

from lowlight_core import comparison, enhancers
from lowlight_core.comparison import Row
from lowlight_core.comparison import archive as comparison_archive
from lowlight_core.enhancer import Result
from lowlight_core.image import decode

LABELS = {name: enhancers.get(name).label for name in ("clahe", "gamma")}


def opened(data: bytes) -> tuple[zipfile.ZipFile, list[dict]]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive, list(csv.DictReader(io.StringIO(archive.read("scores.csv").decode())))


def test_results_are_lossless_and_scores_are_theirs():
    rows = comparison.compare(dark(), {"clahe": {"clip_limit": 3.0}, "gamma": {}}, photo())
    archive, lines = opened(comparison_archive.pack(dark(), rows, LABELS, photo(), scores={"psnr": 9.5}))
    assert archive.namelist() == ["clahe.png", "gamma.png", "contact_sheet.png", "scores.csv"]
    assert (decode(archive.read("clahe.png")).pixels == rows[0].result.image).all()
    assert [line["method"] for line in lines] == ["before", "clahe", "gamma"]
    assert '"clip_limit": 3.0' in lines[1]["settings"] and float(lines[1]["psnr"]) == rows[0].scores["psnr"]
    assert lines[0]["psnr"] == "9.5" and (lines[1]["width"], lines[1]["height"]) == ("80", "60")


def test_without_a_reference_there_is_no_psnr():
    rows = comparison.compare(dark(), {"gamma": {}})
    _, lines = opened(comparison_archive.pack(dark(), rows, LABELS))
    assert "psnr" not in lines[1] and float(lines[1]["noise"]) == rows[0].scores["noise"]


def test_an_output_that_is_its_reference_is_captioned_in_letters_that_the_font_has():
    caption = comparison_archive._caption("Gamma", comparison.score(dark(), dark()))
    assert caption == "Gamma: PSNR inf dB, SSIM 1.000"


def test_a_failure_is_a_line_and_no_picture():
    rows = [Row(Result("gamma", "gamma", {}, error="not enough memory"))]
    archive, lines = opened(comparison_archive.pack(dark(), rows, LABELS))
    assert "gamma.png" not in archive.namelist() and lines[1]["error"] == "not enough memory"


def test_the_name_of_own_weights_stays_a_secret():
    name = "own-" + "s" * 22 + "-300"
    rows = [Row(Result(name, name, {}, dark()))]
    data = comparison_archive.pack(dark(), rows, {name: "U-Net, own weights (300 steps)"})
    assert "u_net_own_weights_300_steps.png" in opened(data)[0].namelist() and b"ssss" not in data


@pytest.mark.parametrize("count", [1, 3, 4, 5, 16])
def test_the_sheet_holds_every_picture_once(count):
    pictures = {f"Method {n}": photo(30 + n, 40, seed=n) for n in range(count)}
    sheet = comparison_archive.sheet(pictures)
    columns = min(4, count)
    assert sheet.shape[1] == columns * 480 + 8 * (columns + 1)
    for place, pixels in enumerate(pictures.values()):
        left = 8 + place % columns * 488
        column = sheet[:, left : left + pixels.shape[1]]
        tops = [top for top in range(len(sheet) - len(pixels) + 1) if (column[top] == pixels[0]).all()]
        assert any((column[top : top + len(pixels)] == pixels).all() for top in tops)


def test_a_thin_picture_makes_no_huge_sheet():
    rows = [Row(Result("gamma", "gamma", {}, dark(9000, 2)))]
    archive, _ = opened(comparison_archive.pack(dark(9000, 2), rows, LABELS))
    height, width = decode(archive.read("contact_sheet.png")).pixels.shape[:2]
    assert height < 600 and width < 1000
