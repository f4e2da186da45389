"""The networks: one builder per file, listed here by name. Nothing in this file imports Keras until a network is
built.

Every network takes RGB (B, H, W, 3) in [0, 1] and returns the same; H and W must be multiples of its ``multiple``.
All but Zero-DCE see the picture after the exposure curve of `lowlight_core.networks.exposure`, so that none has to
guess what a curve can do.
"""

import inspect
from dataclasses import dataclass
from importlib import import_module

from lowlight_core.errors import UnknownMethodError


@dataclass(frozen=True)
class Network:
    """What must be known of a network before it is built.

    ``multiple``: both sides must be multiples of it. ``lifted``: its input is the picture brought to the wanted
    level. ``tiled``: an output pixel depends on a neighbourhood of at most ``margin`` pixels (plus thumbnail and
    context), so tiles are exact; otherwise it looks at the whole picture and large ones go through a reduced one.
    """

    name: str
    multiple: int
    margin: int
    lifted: bool = True
    tiled: bool = True

    def build(self, **settings):
        """A new Keras model, untrained. Keyword arguments are the builder's."""
        return self._builder()(**settings)

    def all_settings(self, given: dict) -> dict:
        """``given`` with the builder's defaults where it says nothing, so that it builds the same network when the
        defaults have changed.
        """
        parameters = inspect.signature(self._builder()).parameters.values()
        return {p.name: p.default for p in parameters if p.name != "name"} | given

    def _builder(self):
        return getattr(import_module(f"lowlight_core.networks.{self.name}"), self.name)


NETWORKS = {
    network.name: network
    for network in (
        Network("denoising_cnn", multiple=1, margin=8),
        Network("skip_cnn", multiple=2, margin=16),
        Network("unet", multiple=16, margin=96),
        Network("mirnet", multiple=8, margin=0, tiled=False),
        Network("zero_dce", multiple=1, margin=16, lifted=False),
        Network("gan", multiple=16, margin=96),
        Network("transformer", multiple=8, margin=0, tiled=False),
        Network("lumen", multiple=16, margin=96),
    )
}


def get(name: str) -> Network:
    """The network of that name. Raises UnknownMethodError with the list of those that exist."""
    if name not in NETWORKS:
        raise UnknownMethodError(f"there is no network {name!r}: choose one of {', '.join(NETWORKS)}")
    return NETWORKS[name]
