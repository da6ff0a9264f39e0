import numpy as np
import pytest


class Spikes:
    """n measurements of p unknowns, two of which are not 0."""

    def __init__(self, n: int = 40, p: int = 90) -> None:
        self.X = np.random.default_rng(1).standard_normal((n, p))
        self.truth = np.zeros(p)
        self.truth[[7, 60]] = 1, -2
        self.y = self.X @ self.truth

    def error(self, w: np.ndarray) -> float:
        return float(np.linalg.norm(w - self.truth) / np.linalg.norm(self.truth))


@pytest.fixture
def spikes() -> Spikes:
    return Spikes()
