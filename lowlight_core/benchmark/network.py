"""The default network: Keras' ``predict`` in a loop against this project's compiled function, on the same weights."""

import numpy as np

from lowlight_core import enhancers
from lowlight_core.benchmark import photos
from lowlight_core.benchmark.measure import Figure, Skipped, seconds

SIZE = 600, 400
FASTER_THAN_PREDICT = 10
SLOW, FASTER_THAN_SLOW = "mirnet", 8


def run(quick: bool) -> list[Figure]:
    """Both ways get the same pictures one by one, as the pages and the naive scripts do."""
    default = enhancers.default()
    if default.family != "learned":
        raise Skipped("the default method is no network: its weights are not here")
    pictures = [photos.photo(*SIZE, seed) for seed in range(2 if quick else 6)]
    ways = {"ours": lambda: [default(picture) for picture in pictures]}
    ways["predict"] = _predict_loop(default.name, pictures)
    if SLOW in enhancers.METHODS:
        ways["slow"] = lambda: [enhancers.get(SLOW)(picture) for picture in pictures]
    for way in ways.values():
        way()  # loads, builds and traces
    took = seconds(ways, 2 if quick else 5)
    faster = took["predict"] / took["ours"]
    figures = [
        Figure(f"{default.name} against predict in a loop", faster, "times", at_least=FASTER_THAN_PREDICT),
        Figure(f"{default.name}, one picture", 1000 * took["ours"] / len(pictures), "ms"),
    ]
    if "slow" in took:
        ratio = took["slow"] / took["ours"]
        figures.append(Figure(f"{default.name} against {SLOW}", ratio, "times", at_least=FASTER_THAN_SLOW))
    return figures


def _predict_loop(name: str, pictures: list[np.ndarray]):
    """The network as a Keras model in float32, asked for one picture after the other as tutorials do."""
    from lowlight_core import inference
    from lowlight_core.networks import cards, compiled

    model = compiled.build(cards.read(name), cards.weights_of(name))
    runner = inference.load(name)
    padding = [(0, -side % runner.network.multiple) for side in (SIZE[1], SIZE[0])] + [(0, 0)]

    def predict() -> None:
        for picture in pictures:
            given = runner.describe(picture)
            given["image"] = np.pad(given["curve"][picture], padding, "reflect")
            output = model.predict([given[tensor.name][None] for tensor in model.inputs], verbose=0)
            np.rint(255 * np.clip(output[0, : SIZE[1], : SIZE[0]], 0, 1)).astype(np.uint8)

    return predict
