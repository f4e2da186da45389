"""What every method promises, the learned ones included: one suite over the table of methods."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pictures import backlit, dark, photo, plain

from lowlight_core import enhancers
from lowlight_core.errors import ImageError, ParameterError, UnknownMethodError

NAMES = enhancers.names()
SIZES = [(1, 1), (1, 9), (9, 1), (2, 2), (3, 5), (8, 8), (33, 47), (17, 400), (255, 129)]
PLAIN = {"black": 0, "white": 255, "gray": 128, "almost black": 1, "red": (255, 0, 0), "dark blue": (0, 0, 9)}
KNOBS = [(name, param.name) for name in NAMES for param in enhancers.get(name).params]

WRONG = [None, dark()[..., 0], dark() / 255.0, dark().astype(np.int32), dark()[:0]]
every_method = pytest.mark.parametrize("method", [enhancers.get(name) for name in NAMES], ids=NAMES)


def is_picture(output, like):
    return isinstance(output, np.ndarray) and (output.dtype, output.shape) == (np.uint8, like.shape)


@every_method
def test_the_declaration_is_complete(method):
    assert method.family in ("classical", "learned") and method.label and len(method.reference) > 15
    assert len(method.summary) > 30 and method.summary.split("\n")[0].endswith((".", ":"))
    assert method.params[-1].name == "strength"
    for param in method.params:
        assert len(param.help) > 10 and not param.help.endswith("."), param.name
        assert param.check(param.default) == param.default
    assert (method.weights is None) == (method.family == "classical")


@every_method
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_shape_and_type_for_every_size(method, size):
    image = dark(*size)
    assert is_picture(method(image), image)


@every_method
def test_a_large_odd_size(method):
    image = dark(1001, 1403)
    assert is_picture(method(image), image)


@every_method
@pytest.mark.parametrize("color", PLAIN.values(), ids=PLAIN)
def test_plain_pictures_stay_nearly_plain(method, color):
    output = method(plain(color, 40, 56))
    assert is_picture(output, plain(color, 40, 56))
    if method.family == "classical":
        assert np.ptp(output.reshape(-1, 3), axis=0).max() <= 2


@every_method
def test_white_stays_bright_and_black_comes_without_a_cast(method):
    assert method(plain(255, 64, 64)).mean() > 200
    if method.family == "classical":
        assert np.ptp(method(plain(0, 64, 64)).reshape(-1, 3).mean(axis=0)) <= 2


@every_method
@pytest.mark.parametrize("hot", [0, 1], ids=["black", "hot pixels"])
def test_nothing_is_invented_where_there_is_nothing_to_see(method, hot):
    closed = plain(0, 120, 160)
    closed[5::16, 5::16] = hot
    assert method(closed).mean() < 12


@every_method
def test_the_same_input_gives_the_same_output(method):
    first = method(dark(90, 120))
    assert np.array_equal(first, method(dark(90, 120)))
    with ThreadPoolExecutor(4) as threads:
        for output in threads.map(method, [dark(90, 120)] * 4):
            assert np.array_equal(first, output)


@every_method
def test_the_input_is_neither_changed_nor_shared(method):
    image, before = dark(), dark()
    image.setflags(write=False)
    for strength in (0, 0.5, 1):
        output = method(image, strength=strength)
        assert not np.shares_memory(output, image) and output.flags.writeable
        output[:] = 0
    assert np.array_equal(image, before)


@every_method
def test_views_give_what_their_copies_give(method):
    whole = dark(120, 160)
    for view in (whole[::2, ::2], whole[::-1], whole[5:77, 9:99], np.asfortranarray(whole)):
        assert np.array_equal(method(view), method(np.ascontiguousarray(view)))


@every_method
@pytest.mark.parametrize("image", [dark(), plain(0), plain(255), photo(1, 1)], ids=["dark", "black", "white", "1x1"])
def test_strength_0_is_the_identity(method, image):
    assert np.array_equal(method(image, strength=0), image)


@every_method
def test_strength_moves_steadily_from_input_to_output(method):
    image = dark(90, 120)
    outputs = [method(image, strength=strength).astype(float) for strength in (0, 0.25, 0.5, 0.75, 1)]
    distances = [np.abs(output - image).mean() for output in outputs]
    assert distances == sorted(distances)
    assert distances[2] == pytest.approx(distances[4] / 2, rel=0.1, abs=0.6)


@every_method
def test_a_dark_picture_becomes_brighter(method):
    image = dark(120, 160)
    assert method(image).mean() > image.mean() + 4


@pytest.mark.parametrize("name", enhancers.names("classical"))
def test_gray_pictures_stay_nearly_gray(name):
    gray = np.repeat(dark(90, 120)[..., :1], 3, axis=2)
    assert np.ptp(enhancers.get(name)(gray), axis=2).max() <= 4


@pytest.mark.parametrize("method, knob", KNOBS, ids=["-".join(pair) for pair in KNOBS])
def test_both_ends_of_every_knob(method, knob):
    method = enhancers.get(method)
    param = next(param for param in method.params if param.name == knob)
    values = param.choices or (param.minimum, param.maximum)
    for image in (dark(33, 47), plain(0), plain(255), photo(1, 1)):
        for value in values:
            assert is_picture(method(image, **{knob: value}), image)


@pytest.mark.parametrize("method, knob", KNOBS, ids=["-".join(pair) for pair in KNOBS])
def test_beyond_the_ends_is_refused(method, knob):
    method = enhancers.get(method)
    param = next(param for param in method.params if param.name == knob)
    wrong = ["nothing like it", None]
    if param.minimum is not None:
        wrong += [param.minimum - 1, param.maximum + 1, float("nan")]
    for value in wrong:
        with pytest.raises(ParameterError, match=knob):
            method(dark(), **{knob: value})


@pytest.mark.parametrize("method, knob", KNOBS, ids=["-".join(pair) for pair in KNOBS])
def test_every_knob_does_something(method, knob):
    method = enhancers.get(method)
    param = next(param for param in method.params if param.name == knob)
    values = param.choices or (param.minimum, param.maximum)
    for picture in dark(120, 160), backlit(120, 160):
        outputs = [method(picture, **{knob: value}) for value in values]
        if any(not np.array_equal(outputs[0], other) for other in outputs[1:]):
            return
    raise AssertionError("neither picture changes with it")


@every_method
@pytest.mark.parametrize("wrong", WRONG, ids=["none", "gray", "float", "int32", "empty"])
def test_what_is_no_picture_is_refused(method, wrong):
    with pytest.raises(ImageError, match="expected an RGB uint8 array"):
        method(wrong)


def test_the_table_of_methods():
    assert list(enhancers.METHODS) == NAMES and len(set(NAMES)) == len(NAMES)
    assert NAMES[:6] == ["clahe", "gamma", "histogram_equalization", "retinex", "lime", "exposure_fusion"]
    assert enhancers.names("classical") + enhancers.names("learned") == NAMES
    assert enhancers.default().name in NAMES
    assert sum(method.default for method in enhancers.METHODS.values()) <= 1
    with pytest.raises(UnknownMethodError, match="no method 'magic': choose one of clahe"):
        enhancers.get("magic")
