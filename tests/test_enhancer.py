"""A method and its knobs, declared once: the gate, the checks, and what goes wrong."""

from typing import Annotated

import cv2
import numpy as np
import pytest
from pictures import dark, photo

from lowlight_core.enhancer import Choice, Param, Range, describe, enhancer, params_of
from lowlight_core.errors import ImageError, ParameterError

Gain = Annotated[float, Range(0, 4, 0.5, help="factor")]
Steps = Annotated[int, Range(1, 8, 1, help="how often")]
Space = Annotated[str, Choice(("LAB", "RGB"), help="where")]


@enhancer("Example", reference="Nobody, Nowhere, 2000")
def example(image, *, gain: Gain = 2.0, steps: Steps = 1, space: Space = "LAB"):
    """Multiply."""
    if steps == 8:
        raise RuntimeError("step eight always fails")
    return np.clip(image * np.float32(gain), 0, 255).astype(np.uint8)


METHOD = describe(example)


def test_a_declared_function_stays_a_plain_function():
    assert np.array_equal(example(photo(), gain=1), photo())


def test_the_declaration_says_everything():
    assert (METHOD.name, METHOD.label, METHOD.family) == ("example", "Example", "classical")
    assert METHOD.summary == "Multiply."
    assert [param.name for param in METHOD.params] == ["gain", "steps", "space", "strength"]
    assert METHOD.params[0] == Param("gain", "float", 2.0, 0, 4, 0.5, help="factor")
    assert METHOD.params[2].choices == ("LAB", "RGB") and METHOD.params[2].type == "str"
    assert METHOD.defaults() == {"gain": 2.0, "steps": 1, "space": "LAB", "strength": 1.0}
    assert METHOD.params[0].label == "Gain"


def test_a_knob_without_a_declaration_is_a_mistake_of_the_programmer():
    def wrong(image, *, gain: float = 1.0):
        return image

    with pytest.raises(TypeError, match="gain"):
        params_of(wrong)


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"gain": "3"}, ("gain", 3.0)),
        ({"gain": 0}, ("gain", 0.0)),
        ({"steps": "4"}, ("steps", 4)),
        ({"steps": 4.0}, ("steps", 4)),
        ({"steps": np.int64(4)}, ("steps", 4)),
        ({"space": "RGB"}, ("space", "RGB")),
        ({"strength": "0.5"}, ("strength", 0.5)),
    ],
)
def test_texts_and_numbers_become_the_knob_s_type(given, expected):
    name, value = expected
    checked = METHOD.check(given)
    assert checked[name] == value and type(checked[name]) is type(value)
    assert list(checked) == list(METHOD.defaults())


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"gain": 4.01}, r"gain must be in \[0, 4\], got 4.01"),
        ({"gain": "much"}, "gain must be a number, got 'much'"),
        ({"gain": "nan"}, "gain must be in"),
        ({"gain": float("inf")}, "gain must be in"),
        ({"gain": None}, "gain must be a number"),
        ({"gain": ""}, "gain must be a number"),
        ({"gain": True}, "gain must be a number, got True"),
        ({"steps": np.True_}, "steps must be a whole number"),
        ({"steps": 2.5}, "steps must be a whole number, got 2.5"),
        ({"steps": "inf"}, "steps must be a whole number"),
        ({"steps": 0}, r"steps must be in \[1, 8\]"),
        ({"space": "lab"}, "space must be one of LAB, RGB, got 'lab'"),
        ({"space": ["LAB"]}, "space must be one of"),
        ({"space": np.array(["LAB", "RGB"])}, "space must be one of"),
        ({"strength": -0.1}, "strength must be in"),
        ({"color": 1}, "example has no knob 'color': it has gain, steps"),
    ],
)
def test_a_wrong_knob_is_named_with_what_was_expected(given, sentence):
    with pytest.raises(ParameterError, match=sentence):
        METHOD(photo(), **given)


@pytest.mark.parametrize("wrong", [None, "a.png", photo()[..., 0], photo() / 255, np.zeros((0, 4, 3), np.uint8)])
def test_the_gate_refuses_what_is_no_picture(wrong):
    with pytest.raises(ImageError, match="expected an RGB uint8 array"):
        METHOD(wrong)


def test_strength_mixes_input_and_output():
    image = dark()
    full = METHOD(image)
    assert np.array_equal(METHOD(image, strength=0), image)
    half = METHOD(image, strength=0.5)
    assert np.abs(half.astype(int) - (image.astype(float) + full) / 2).max() <= 0.5
    assert np.array_equal(half, cv2.addWeighted(full, 0.5, image, 0.5, 0))


def test_a_copy_comes_back_even_at_strength_0():
    image = dark()
    assert not np.shares_memory(METHOD(image, strength=0), image)


def test_run_keeps_what_goes_wrong_in_its_result():
    result = METHOD.run(dark(), {"steps": 8}, name="a.png")
    assert (result.name, result.method, result.image) == ("a.png", "example", None)
    assert result.error == "unexpected RuntimeError: step eight always fails"
    assert "must be in" in METHOD.run(dark(), {"gain": 9}).error
    assert "expected an RGB" in METHOD.run(None).error


def test_run_gives_the_same_picture_as_a_call():
    result = METHOD.run(dark(), {"gain": "3"})
    assert result.error is None and result.seconds > 0
    assert result.settings["gain"] == 3.0
    assert np.array_equal(result.image, METHOD(dark(), gain=3))
