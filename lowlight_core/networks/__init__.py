"""The networks: one builder per file, listed here by name. Nothing in this file imports Keras until a network is
built.

Every network takes RGB (B, H, W, 3) in [0, 1] and returns the same; H and W must be multiples of its ``multiple``.
All but Zero-DCE see the picture after the exposure curve of `lowlight_core.networks.exposure`, so that none has to
guess what a curve can do.
"""

import inspect
import json
from dataclasses import dataclass
from importlib import import_module

from lowlight_core.errors import ParameterError, UnknownMethodError
from lowlight_core.networks import reach

THUMBNAIL = 64  # side in pixels of the reduced whole picture that some networks see beside it
LARGEST = 1024  # of any width or depth: more fills the memory before it says anything
FARTHEST = 512  # pixels that a network with tiles may look: more makes tiles that are mostly margin
MAY_BE_ZERO = {"down", "up", "depths", "groups", "blocks"}  # no block at some resolution


@dataclass(frozen=True)
class Network:
    """What must be known of a network before it is built.

    ``multiple``: pictures are padded to multiples of it, so :func:`checked` builds none that needs another. ``lifted``:
    its input is the picture brought to the wanted level. ``tiled``: an output pixel depends on a neighbourhood (plus
    thumbnail and context), so tiles with a margin are exact; otherwise it looks at the whole picture and large ones go
    through a reduced one. ``exact``: the curve makes up what its pictures miss of a guessed level, as it always does of
    a told one; networks miss it in the direction of the scene, which serves some on one camera and hurts on the other,
    so the validation pairs of both decide.
    """

    name: str
    multiple: int
    lifted: bool = True
    tiled: bool = True
    exact: bool = False

    def build(self, **settings):
        """A new Keras model, untrained. Keyword arguments are the builder's."""
        return self._builder()(**settings)

    def all_settings(self, given: dict) -> dict:
        """``given`` with the builder's defaults where it says nothing, so that it builds the same network when the
        defaults have changed.
        """
        parameters = inspect.signature(self._builder()).parameters.values()
        return {p.name: p.default for p in parameters if p.name != "name"} | given

    def margin_of(self, settings: dict) -> int:
        """Pixels around a tile that cover what a ``tiled`` network with these settings looks at, a multiple of
        ``multiple``.
        """
        far = reach.pixels(self.name, self.all_settings(settings))
        return far + -far % self.multiple

    def _builder(self):
        return getattr(import_module(f"lowlight_core.networks.{self.name}"), self.name)


NETWORKS = {
    network.name: network
    for network in (
        Network("denoising_cnn", multiple=1),
        Network("skip_cnn", multiple=2),
        Network("unet", multiple=16),
        Network("mirnet", multiple=8, tiled=False),
        Network("zero_dce", multiple=1, lifted=False),
        Network("gan", multiple=16),
        Network("transformer", multiple=8, tiled=False),
        Network("lumen", multiple=16, exact=True),
    )
}


def get(name: str) -> Network:
    """The network of that name. Raises UnknownMethodError with the list of those that exist."""
    if name not in NETWORKS:
        raise UnknownMethodError(f"there is no network {name!r}: choose one of {', '.join(NETWORKS)}")
    return NETWORKS[name]


def checked(name: str, settings: dict):
    """A new Keras model, untrained, of settings that somebody else wrote.

    Raises ParameterError, in one sentence with the defaults, for settings that build no network or one that cannot be
    run as all are; UnknownMethodError for a network that does not exist.
    """
    network = get(name)
    defaults = network.all_settings({})
    try:
        _check(network, settings, defaults)
        return network.build(**settings)
    except (TypeError, ValueError, IndexError) as error:
        raise ParameterError(
            f"the network {name!r} cannot be built with settings {json.dumps(settings)}: "
            f"{str(error).splitlines()[0]}; its defaults are {json.dumps(defaults)}"
        ) from None


def _check(network: Network, settings: dict, defaults: dict) -> None:
    """Raise ValueError for settings that the builder would misunderstand, or that cannot be run."""
    if unknown := sorted(set(settings) - set(defaults)):
        raise ValueError(f"it has no {unknown[0]!r}")
    for name, value in settings.items():
        _check_numbers(name, value, isinstance(defaults[name], tuple))
    full = defaults | settings
    if "up" in full and len(full["up"]) != len(full["down"]) - 1:
        raise ValueError(f"up must have {len(full['down']) - 1} numbers, one less than down, got {len(full['up'])}")
    needed = reach.multiple(network.name, full)
    if network.multiple % needed:
        raise ValueError(
            f"it would need pictures with sides in multiples of {needed} where they are padded to multiples of "
            f"{network.multiple}: let it halve the resolution less often"
        )
    if network.tiled and (far := reach.pixels(network.name, full)) > FARTHEST:
        raise ValueError(f"it would look at {far} pixels around each where tiles allow {FARTHEST}: take fewer layers")


def _check_numbers(name: str, value, several: bool) -> None:
    """Raise ValueError unless it is a whole number of the right size, or a list of them."""
    if several and not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list of whole numbers, and {json.dumps(value)} is not iterable")
    numbers = value if several else [value]
    if not numbers or not all(type(number) is int for number in numbers):
        kind = "a list of whole numbers" if several else "a whole number"
        raise ValueError(f"{name} must be {kind}, got {json.dumps(value)}")
    if max(numbers) > LARGEST:
        raise ValueError(f"no setting may exceed {LARGEST}")
    if min(numbers) < (0 if name in MAY_BE_ZERO else 1):
        least = "must not be below 0" if name in MAY_BE_ZERO else "counts filters or steps and must be above 0"
        raise ValueError(f"{name} {least}, got {json.dumps(value)}")
