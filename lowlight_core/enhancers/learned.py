"""The learned methods: one Enhancer for every model card in ``lowlight_core/weights``."""

from lowlight_core.enhancer import Enhancer


def enhancers() -> tuple[Enhancer, ...]:
    """Every learned method whose weights are here, the default one marked."""
    return ()
