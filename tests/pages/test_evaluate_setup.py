"""A new evaluation: what an upload holds is said at once, before anything is started."""

import io
import os
import zipfile

import pytest
from conftest import page_at, page_of, texts
from data_sets import kept_run, make_pairs
from pictures import dark, saved
from streamlit.testing.v1 import AppTest

from lowlight_core import records
from lowlight_core.evaluation.pairs import FilePair
from lowlight_core.files import Source
from pages.parts import evaluate_setup
from pages.shared import inputs


def zipped(*names: str) -> bytes:
    """A .zip with pictures of these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, saved(dark(40, 60)))
    return file.getvalue()


def dialog(*archives: tuple[str, ...]) -> AppTest:
    """The dialog after a .zip with each of these pictures was dropped."""

    def script():
        import streamlit as st

        from pages.parts import evaluate_setup

        st.session_state["ready"] = evaluate_setup._choose_pictures(evaluate_setup.UPLOAD) is not None

    test = page_of(script).run()
    drop = [(f"set{number}.zip", zipped(*names), "application/zip") for number, names in enumerate(archives)]
    test.file_uploader(key="new_pairs_files").set_value(drop).run()
    assert not test.exception
    return test


def chosen(*names: str, more: tuple[str, ...] = ()) -> tuple[str, bool]:
    """What the dialog says then, and whether the evaluation can start."""
    test = dialog(names, more) if more else dialog(names)
    said = " ".join([texts(test), *(element.value for element in test.success)])
    return said, test.session_state["ready"]


def test_pairs_are_counted():
    said, ready = chosen(*(f"{side}/{n}.png" for n in range(3) for side in ("low", "high")), "low/9.png")
    assert ready and "3 pairs, 60 × 40, with references. 1 file without a partner will be left out." in said


def test_data_sets_of_several_archives_are_evaluated_together_whatever_their_layouts():
    said, ready = chosen("low/1.png", "high/1.png", more=("input/1.png", "target/1.png", "input/2.png"))
    assert ready and "2 pairs, 60 × 40, with references. 1 file without a partner will be left out." in said


def test_pictures_outside_the_folders_of_pairs_are_said_to_be_left_out():
    pair = "low/1.png", "high/1.png"
    said, ready = chosen(*pair, "input/7.png", "target/7.png", "8.png")
    assert ready and "1 pair, 60 × 40, with references. 3 pictures outside low \\+ high will be left out." in said
    said, ready = chosen(*(f"a/{name}" for name in pair), *(f"b/{name}" for name in pair), "x.png")
    assert ready and "2 pairs, 60 × 40, with references. 1 picture outside the folders of these pairs will be" in said


def test_pictures_without_references_say_what_will_be_missing():
    said, ready = chosen("a.png", "b.png")
    assert ready and "2 pictures, 60 × 40, without references: PSNR and SSIM will be missing." in said


def test_every_file_that_is_left_out_is_named_once():
    unsafe = [f"../{number}.png" for number in range(7)]
    test = dialog(("low/1.png", "high/1.png", *unsafe))
    assert "7 files left out:" in texts(test) and [texts(test).count(f"- {name}") for name in unsafe] == [1] * 7


def test_a_folder_whose_name_is_no_text_can_be_chosen(home):
    def script():
        import streamlit as st

        from lowlight_core.settings import settings
        from pages.parts import evaluate_setup

        st.session_state["folder"] = evaluate_setup._choose_folder(settings().dataset_root)

    name = os.fsdecode(b"caf\xe9")
    (home / "data" / name).mkdir(parents=True)
    test = page_of(script).run()
    assert not test.exception and test.selectbox[0].options == ["caf?"] and test.session_state["folder"] == name


@pytest.mark.parametrize("names", [("low/1.png", "high/2.png"), ("x/input/1.png", "x/target/one.png")])
def test_an_upload_without_any_pair_cannot_be_started(names):
    said, ready = chosen(*names)
    assert not ready and "no picture in the upload finds its partner in" in said


def test_an_upload_without_a_folder_of_its_own_is_called_by_its_pairs(home):
    def title(*names, high="h"):
        many = inputs.Many([Source(name, data=b"") for name in names], [], inputs.UPLOAD)
        return evaluate_setup._title(many, [FilePair(str(n), "l", high) for n in range(len(names) // 2)])

    assert title("low/1.png", "high/1.png", "low/2.png", "high/2.png") == "Upload: 2 pairs"
    assert title("a.png", "b.png", high=None) == "Upload: 1 picture"
    assert title("eval15/low/1.png", "eval15/high/1.png") == "eval15"
    run = kept_run(make_pairs(home / "data", 2))
    assert "Night shots: 2 uploaded images." in texts(page_at("evaluate", run=run.id)).replace("\\", "")
    records.store().update(run, title="Upload: 2 pairs")
    assert "Upload: 2 pairs." in texts(page_at("evaluate", run=run.id)).replace("\\", "")
