"""A method and its knobs, declared once.

The signature of a plain function says everything: names, ranges, steps, defaults and help of the knobs. Sliders,
``--set``, tables and the contract tests are made from it::

    ClipLimit = Annotated[float, Range(0.5, 10, step=0.1, help="how steep a tile's tone curve may get")]

    @enhancer("CLAHE", reference="Zuiderveld, Graphics Gems IV, 1994")
    def clahe(image, *, clip_limit: ClipLimit = 2.0):
        "Equalise contrast tile by tile."

One gate, `Enhancer.__call__`, checks the image and the knobs and applies ``strength``; below it nothing validates.
"""

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import cv2
import numpy as np

from lowlight_core.errors import Cancelled, ParameterError, sentence
from lowlight_core.image import check_image


@dataclass(frozen=True)
class Range:
    """A number between ``minimum`` and ``maximum``, both included; ``step`` is for sliders only.

    ``automatic``: 0 leaves the choice to the method.
    """

    minimum: float
    maximum: float
    step: float | None = None
    help: str = ""
    automatic: bool = False


@dataclass(frozen=True)
class Choice:
    """One of a few texts."""

    choices: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True)
class Param:
    """One knob, as the command line's ``list --json`` and the pages show it."""

    name: str
    type: str  # "float", "int" or "str"
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    help: str = ""
    automatic: bool = False

    @property
    def label(self) -> str:
        """The name as people read it: ``clip_limit`` becomes ``Clip limit``."""
        return self.name.replace("_", " ").capitalize()

    def check(self, value) -> Any:
        """Return ``value`` as this knob's type; texts from a command line or an address are understood.

        Raises:
            ParameterError: it is of the wrong kind or outside the range.
        """
        if self.type == "str":
            if isinstance(value, str) and value in self.choices:
                return value
            raise ParameterError(f"{self.name} must be one of {', '.join(self.choices)}, got {value!r}")
        try:
            if isinstance(value, (bool, np.bool_)):  # a number to Python, to nobody else
                raise TypeError
            number = float(value)
            if self.type == "int" and number != int(number):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            kind = "a whole number" if self.type == "int" else "a number"
            raise ParameterError(f"{self.name} must be {kind}, got {value!r}") from None
        if not self.minimum <= number <= self.maximum:
            raise ParameterError(f"{self.name} must be in [{self.minimum:g}, {self.maximum:g}], got {value}")
        return int(number) if self.type == "int" else number


@dataclass(frozen=True)
class Result:
    """What became of one image: RGB uint8 ``image``, or the ``error`` sentence that says why there is none."""

    name: str
    method: str
    settings: dict[str, Any]
    image: np.ndarray | None = None
    error: str | None = None
    seconds: float = 0.0


STRENGTH = Param("strength", "float", 1.0, 0.0, 1.0, 0.05, help="share of the effect: 0 returns the input, 1 all of it")


@dataclass(frozen=True)
class Enhancer:
    """A method: its plain function and what people need to know of it."""

    name: str
    label: str
    family: str  # "classical" or "learned"
    reference: str
    summary: str
    function: Callable[..., np.ndarray] = field(repr=False)
    params: tuple[Param, ...] = ()
    default: bool = False
    weights: str | None = None  # file of a learned method
    card: dict | None = field(default=None, repr=False)
    prepare: Callable[[], Any] | None = field(default=None, repr=False)  # what the first call would wait for

    def defaults(self) -> dict[str, Any]:
        """Every knob at its default."""
        return {param.name: param.default for param in self.params}

    def check(self, knobs: Mapping[str, Any]) -> dict[str, Any]:
        """All knobs, the given ones checked and the others at their defaults.

        Raises:
            ParameterError: a knob does not exist or its value does not fit.
        """
        known = {param.name: param for param in self.params}
        for name in knobs:
            if name not in known:
                raise ParameterError(f"{self.name} has no knob {name!r}: it has {', '.join(known)}")
        return {name: param.check(knobs.get(name, param.default)) for name, param in known.items()}

    def __call__(self, image: np.ndarray, **knobs) -> np.ndarray:
        """Enhance RGB uint8 (H, W, 3); the input is never changed, the output never shares its memory.

        Raises:
            ImageError: the image is no RGB uint8 array.
            ParameterError: a knob does not fit.
        """
        settings = self.check(knobs)
        return self._enhance(check_image(image), settings)

    def _enhance(self, image: np.ndarray, settings: dict[str, Any]) -> np.ndarray:
        own = dict(settings)
        strength = own.pop(STRENGTH.name)
        if strength == 0:
            return image.copy()
        output = self.function(image, **own)
        return output if strength == 1 else cv2.addWeighted(output, strength, image, 1 - strength, 0)

    def run(self, image: np.ndarray, settings: Mapping[str, Any] | None = None, name: str = "") -> Result:
        """Like a call, but what goes wrong becomes the Result's ``error``: one failure never takes others down.

        Its ``seconds`` are the method's own: loading a network, or a library's tables, happens before.

        Raises:
            Cancelled: whoever listens to its steps (`watching.watched`) wants it to stop.
        """
        knobs = dict(settings or {})
        start = time.perf_counter()
        try:
            knobs = self.check(knobs)
            if self.prepare:
                self.prepare()
                start = time.perf_counter()
            output, error = self._enhance(check_image(image), knobs), None
        except Cancelled:
            raise
        except Exception as problem:
            output, error = None, sentence(problem)
        return Result(name, self.name, knobs, output, error, time.perf_counter() - start)


def params_of(function: Callable) -> tuple[Param, ...]:
    """The knobs of a method: its keyword-only arguments, each annotated with `Range` or `Choice`."""
    hints = get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    keywords = [p for p in signature.parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY]
    return tuple(_param(p.name, p.default, hints[p.name]) for p in keywords)


def _param(name: str, default, hint) -> Param:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"knob {name!r} needs an Annotated type with Range or Choice, got {hint}")
    kind, what = get_args(hint)[:2]
    if isinstance(what, Range):
        range_ = what.minimum, what.maximum, what.step
        return Param(name, kind.__name__, default, *range_, help=what.help, automatic=what.automatic)
    return Param(name, kind.__name__, default, choices=what.choices, help=what.help)


def enhancer(label: str, *, reference: str, prepare: Callable[[], Any] | None = None) -> Callable[[Callable], Callable]:
    """Declare a function (image, *, knobs) as a classical method, for `describe`; it stays a plain function.

    ``prepare`` does what the first call would wait for; `Enhancer.run` calls it before the clock starts.
    """

    def declare(function: Callable) -> Callable:
        function.declaration = {"label": label, "reference": reference, "prepare": prepare}
        return function

    return declare


def describe(function: Callable) -> Enhancer:
    """The Enhancer of a declared function; ``strength`` is added to its knobs."""
    return Enhancer(
        name=function.__name__,
        family="classical",
        summary=inspect.getdoc(function) or "",
        function=function,
        params=(*params_of(function), STRENGTH),
        **function.declaration,
    )
