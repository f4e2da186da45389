"""Learning rate and average of weights: pure functions of the step, so that a resumed run follows the same curve."""

import math

import numpy as np


def learning_rate(step: int, steps: int, peak: float, warmup: int) -> float:
    """Linear from 0 over ``warmup`` steps, then half a cosine down to 0 at ``steps``."""
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


class Average:
    """Exponential moving average of a model's weights, kept in NumPy and updated every few steps."""

    EVERY = 5

    def __init__(self, arrays: list[np.ndarray], decay: float):
        self.arrays, self.decay = [np.array(a, np.float32) for a in arrays], decay

    def update(self, step: int, model) -> None:
        """Take in the weights after ``step`` (counted from 1); early on the average is shorter, so that it forgets
        the start.
        """
        if step % self.EVERY:
            return
        decay = min(self.decay, (1 + step) / (10 + step)) ** self.EVERY
        for mean, variable in zip(self.arrays, model.get_weights(), strict=True):
            mean *= decay
            mean += (1 - decay) * variable
