"""Recovery of sparse vectors and pictures from linear measurements by implicit sparse regularization.

The gradient flow (or gradient descent) on a diagonal linear network of depth N, ``w = u**N - v**N`` from a
small start, finds sparse solutions of ``X w = y`` with no penalty term. Source: Li, Nguyen, Hegde and Wong,
"Implicit Sparse Regularization: The Impact of Depth and Early Stopping", NeurIPS 2021.

>>> import numpy as np, isr
>>> X = np.random.default_rng(1).standard_normal((60, 120))
>>> truth = np.zeros(120); truth[[7, 70]] = 1, -2
>>> found = isr.recover(X, X @ truth, depth=3, noise=0)
>>> bool(np.allclose(found.w, truth, atol=1e-4))
True
"""

from typing import TYPE_CHECKING, Any

from ._core import Error, set_thread_count, thread_count
from ._core import version as __version__
from ._info import BuildInfo, build_info
from ._pictures import Comparison, Digits, ImageRecovery, compare, digits, recover_image
from ._recover import Certificate, Path, Recovery, path, recover

if TYPE_CHECKING:
    from ._regressor import DiagonalNetworkRegressor

__all__ = [
    "BuildInfo",
    "Certificate",
    "Comparison",
    "DiagonalNetworkRegressor",
    "Digits",
    "Error",
    "ImageRecovery",
    "Path",
    "Recovery",
    "__version__",
    "build_info",
    "compare",
    "digits",
    "path",
    "recover",
    "recover_image",
    "set_thread_count",
    "thread_count",
]

Error.__module__ = "isr"


def __getattr__(name: str) -> Any:
    if name == "DiagonalNetworkRegressor":  # the one name that needs scikit-learn
        from ._regressor import DiagonalNetworkRegressor

        return DiagonalNetworkRegressor
    raise AttributeError(f"module 'isr' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
