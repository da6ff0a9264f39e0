"""The diagonal network as a regressor of scikit-learn."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.sparse.linalg import LinearOperator
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.extmath import safe_sparse_dot
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from ._recover import recover


class DiagonalNetworkRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Sparse linear regression by the gradient flow of a diagonal linear network, stopped in time.

    Fits ``y = X w + intercept`` as :func:`isr.recover` does, without a penalty: a small start and an early end
    do what the penalty of the lasso does.

    Parameters
    ----------
    depth : int, default 2
        N of the network, 1 to 100; 1 is least squares, stopped early.
    init : float, optional
        w0 > 0, the starting value of ``u**N``. Default: relative to the size of the solution.
    model : {"signed", "nonnegative"}, default "signed"
        Coefficients of either sign, or none below 0.
    stop : str, default "auto"
        Where to stop, as of :func:`isr.recover`. "auto": by hold-out, or where `noise` is given by the
        discrepancy principle.
    noise : float, optional
        Standard deviation of the noise on y; of samples with a weight that of weight 1.
    fit_intercept : bool, default True
        Centre X and y by their (weighted) means first.
    solver : {"flow", "gd"}, default "flow"
    step : float or "auto", optional
    iterations : int, default 10000
    tolerance : float, default 1e-3
        As of :func:`isr.recover`.
    random_state : int, RandomState instance or None, default None
        Of the samples that are held out. None: always the same.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,) or (n_targets, n_features)
    intercept_ : float or ndarray of shape (n_targets,)
    n_iter_ : int
        Steps of the path; of gradient descent its iterations. At least 1.
    recovery_ : Recovery
        All that :func:`isr.recover` says of the fit.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Where X has names.

    Notes
    -----
    X may be a matrix of scipy.sparse. A weight counts as so many samples in the loss; samples of weight 0 are as
    if absent. The fit does not depend on the order of samples: which are held out depends on their values.
    """

    def __init__(
        self,
        depth: int = 2,
        *,
        init: float | None = None,
        model: str = "signed",
        stop: str = "auto",
        noise: float | None = None,
        fit_intercept: bool = True,
        solver: str = "flow",
        step: float | str | None = None,
        iterations: int = 10000,
        tolerance: float = 1e-3,
        random_state: Any = None,
    ) -> None:
        self.depth = depth
        self.init = init
        self.model = model
        self.stop = stop
        self.noise = noise
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.step = step
        self.iterations = iterations
        self.tolerance = tolerance
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> DiagonalNetworkRegressor:
        """Fit the coefficients.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)
        y : array of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array of shape (n_samples,), optional
            At least 0 each.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For arrays of wrong shapes, values that are not finite, weights below 0 or all 0, and parameters
            out of range.
        """
        X, y = self._validate_data(
            X, y, accept_sparse="csr", dtype=np.float64, multi_output=True, y_numeric=True
        )
        y = np.asarray(y, dtype=np.float64)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, only_non_negative=True)
        if not weights.any():
            raise ValueError("sample_weight must not be 0 for every sample")
        rows = np.flatnonzero(weights)
        rows = rows[_order(X[rows], y[rows], weights[rows])]
        X, y, weights = X[rows], y[rows], weights[rows]
        x_mean, y_mean = np.zeros(X.shape[1]), np.zeros(y.shape[1:])
        if self.fit_intercept:
            x_mean = np.asarray(weights @ X).ravel() / weights.sum()
            y_mean = weights @ y / weights.sum()
        scale = np.sqrt(weights)
        seed = None if self.random_state is None else int(check_random_state(self.random_state).randint(2**31))
        self.recovery_ = recover(
            _centred(X, x_mean, scale),
            (scale * (y - y_mean).T).T,
            depth=self.depth,
            init=self.init,
            model=self.model,
            stop=self.stop,
            noise=self.noise,
            solver=self.solver,
            step=self.step,
            iterations=self.iterations,
            tolerance=self.tolerance,
            seed=seed,
        )
        self.coef_ = np.ascontiguousarray(self.recovery_.w.T)
        intercept = y_mean - self.coef_ @ x_mean
        self.intercept_ = intercept if y.ndim > 1 else float(intercept)
        self.n_iter_ = max(1, self.recovery_.steps)
        return self

    def predict(self, X: Any) -> npt.NDArray[np.float64]:
        """Predict the targets of samples.

        Parameters
        ----------
        X : array or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        check_is_fitted(self)
        X = self._validate_data(X, accept_sparse="csr", dtype=np.float64, reset=False)
        predicted: npt.NDArray[np.float64] = safe_sparse_dot(X, self.coef_.T, dense_output=True) + self.intercept_
        return predicted


def _order(X: Any, y: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """An order of the samples that depends on their values alone."""
    sparse = scipy.sparse.issparse(X)
    if sparse:
        X = X.copy()
        X.sum_duplicates()
        X.eliminate_zeros()

    def digest(i: int) -> bytes:
        hashed = hashlib.blake2b(digest_size=16)
        if sparse:
            part = slice(X.indptr[i], X.indptr[i + 1])
            hashed.update(X.indices[part].astype(np.int64).tobytes())
            values = X.data[part]
        else:
            values = X[i]
        hashed.update((values + 0.0).tobytes())  # −0 as 0
        hashed.update((np.append(y[i], weights[i]) + 0.0).tobytes())
        return hashed.digest()

    return np.array(sorted(range(len(weights)), key=digest), dtype=np.intp)


def _centred(X: Any, mean: npt.NDArray[np.float64], scale: npt.NDArray[np.float64]) -> Any:
    """diag(scale)·(X − 1·meanᵀ); of a sparse X by products."""
    if not scipy.sparse.issparse(X):
        return (X - mean) * scale[:, np.newaxis]
    scaled = scipy.sparse.diags(scale) @ X

    def columns(x: Any) -> Any:
        return x.reshape(x.shape[0], -1)

    def apply(w: Any) -> Any:
        return scaled @ columns(w) - np.outer(scale, mean @ columns(w))

    def adjoint(r: Any) -> Any:
        return scaled.T @ columns(r) - np.outer(mean, scale @ columns(r))

    return LinearOperator(
        X.shape,
        dtype=np.float64,
        matvec=lambda w: apply(w).ravel(),
        rmatvec=lambda r: adjoint(r).ravel(),
        matmat=apply,
        rmatmat=adjoint,
    )
