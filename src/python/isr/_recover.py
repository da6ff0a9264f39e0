"""Recovery of vectors: recover() and path()."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _arrays, _core
from ._arrays import FloatArray, Progress

# From the best to the worst way to end.
_SEVERITY = ("settled without fitting the measurements", "stalled", "diverged", "cancelled")


@dataclass(frozen=True)
class Certificate:
    """What a point of the gradient flow proves about itself; all numbers are computed from scratch.

    Attributes
    ----------
    residual : float
        ``|Xw - y| / |y|``.
    map_mismatch : float
        ``|w - w(X'λ)| / |w|``: w lies on the flow's manifold. With a residual of 0 it is the limit.
    stationarity : float
        Largest cosine of the residual and a column of X: 0 at a least-squares fit.
    """

    residual: float
    map_mismatch: float
    stationarity: float


@dataclass(frozen=True)
class Recovery:
    """What :func:`recover` found.

    Attributes
    ----------
    w : ndarray of float64, shape (p,) or (p, B)
        The solution, always finite.
    status : str
        How the path ended: "finished" (the iterations or the time asked for), "stopped by rule", "limit
        reached", "settled without fitting the measurements", "stalled" or "diverged".
    stopped_by : str
        The rule that ended it, for people: "limit", "hold-out", "discrepancy, σ = 0.1", …
    residual : float
        ``|Xw - y| / |y|``.
    flow_time : float
        τ, in units of the path: that of gradient descent is the sum of its steps.
    steps : int
        Of the flow; of gradient descent its iterations.
    certificate : Certificate or None
        At the end of a step of the flow.
    depth : int
        N.
    model : str
        "signed" or "nonnegative".
    init : float
        w0, relative to the size of the solution where ``init_is_relative``.
    init_is_relative : bool
    sigma : float or None
        Standard deviation of the noise that the discrepancy principle used, given or estimated.
    step_size : float or None
        η of gradient descent, where it is constant.
    seconds : float
        Wall time.
    columns : tuple of Recovery
        Of y with the shape (n, B): each column's own. The fields above are then those of the column that went
        worst, but for `w`, which has all, and `steps` and `seconds`, which are sums.
    """

    w: FloatArray = field(repr=False)
    status: str
    stopped_by: str
    residual: float
    flow_time: float
    steps: int
    certificate: Certificate | None
    depth: int
    model: str
    init: float
    init_is_relative: bool
    sigma: float | None
    step_size: float | None
    seconds: float
    columns: tuple[Recovery, ...] = field(default=(), repr=False)


def made(fields: dict[str, Any], *, keep_columns: bool = False) -> Recovery:
    """Of what the extension module returns. The w of one column has the shape (p,)."""
    given = dict(fields)
    if given["certificate"] is not None:
        given["certificate"] = Certificate(*given["certificate"])
    if not keep_columns:
        given["w"] = given["w"][:, 0]
    return Recovery(**given)


def _together(columns: list[Recovery]) -> Recovery:
    def badness(one: Recovery) -> tuple[int, float]:
        return (_SEVERITY.index(one.status) if one.status in _SEVERITY else -1, one.residual)

    return replace(
        max(columns, key=badness),
        w=np.stack([one.w for one in columns], axis=1),
        steps=sum(one.steps for one in columns),
        seconds=sum(one.seconds for one in columns),
        columns=tuple(columns),
    )


def options(
    *,
    depth: int,
    model: str | None,
    init: float | None,
    solver: str,
    stop: str,
    step: float | str | None,
    iterations: int,
    tolerance: float,
    limit_residual: float | None,
    seed: int | None,
    rounds: int | None = None,
    shifts: int | None = None,
) -> _core.Options:
    """The library's options, checked."""
    chosen = _core.Options()
    chosen.depth = _arrays.fits_int("depth", depth)
    if model is not None:
        chosen.set_model(str(model))
    if init is not None:
        chosen.init = _arrays.number("init", init)
    chosen.set_solver(str(solver))
    chosen.set_stop(str(stop))
    if step == "auto":
        chosen.choose_step()
    elif step is not None:
        chosen.step = _arrays.number("step", step)
    chosen.iterations = _arrays.fits_int("iterations", iterations)
    chosen.tolerance = _arrays.number("tolerance", tolerance)
    if limit_residual is not None:
        chosen.limit_residual = _arrays.number("limit_residual", limit_residual)
    if seed is not None:
        chosen.seed = _arrays.seed(seed)
    if rounds is not None:
        chosen.rounds = _arrays.fits_int("rounds", rounds)
    if shifts is not None:
        chosen.shifts = _arrays.fits_int("shifts", shifts)
    chosen.validate()
    return chosen


def recover(
    X: Any,
    y: npt.ArrayLike,
    *,
    depth: int = 2,
    model: str | None = None,
    init: float | None = None,
    noise: float | None = None,
    stop: str = "auto",
    solver: str = "flow",
    step: float | str | None = None,
    iterations: int = 10000,
    tolerance: float = 1e-3,
    limit_residual: float | None = None,
    seed: int | None = None,
    progress: Progress = None,
) -> Recovery:
    """Recover w from ``y = X w + noise`` by the gradient flow of a diagonal linear network.

    Parameters
    ----------
    X : array of shape (n, p), sparse matrix or LinearOperator
        The measurement matrix. float32 and float64 arrays of any order are read where they are; others are
        converted. A matrix of scipy.sparse, a ``scipy.sparse.linalg.LinearOperator`` or an operator of PyLops
        is used by its products alone, unless it is small: then it is computed once, and solved exactly.
    y : array of shape (n,) or (n, B)
        The measurements; B problems with the same X are solved together, on all threads.
    depth : int, default 2
        N, 1 to 100, of the network ``w = u**N - v**N``. 1 is plain least squares, the control.
    model : {"signed", "nonnegative"}, default "signed"
        ``w = u**N - v**N``, or ``w = u**N``.
    init : float, optional
        w0 > 0, the starting value of ``u**N``, in the units of w. Default: relative to the size of the
        solution, which is estimated, so that results scale with y and 1/X.
    noise : float, optional
        Standard deviation of the noise on each measurement; 0: there is none. Default: not known.
    stop : str, default "auto"
        Where to stop: "holdout", "holdout:FOLDS", "holdout:SHARE%", "residual:R", "discrepancy",
        "discrepancy:SIGMA", "discrepancy:SIGMA:T", "time:TAU", "iterations" or "limit"; "auto": the limit
        where there is no noise, discrepancy where it is known, hold-out where it is not.
    solver : {"flow", "gd"}, default "flow"
        The gradient flow, integrated implicitly, or gradient descent.
    step : float or "auto", optional
        Of gradient descent: C > 0 of the step size η = C/N², or "auto", from the norms of X and y. Default
        0.005 for an array.
    iterations : int, default 10000
        Of gradient descent, at most.
    tolerance : float, default 1e-3
        Relative error of the flow's path, above 0 and up to 0.5.
    limit_residual : float, optional
        ``|Xw - y| / |y|`` at which the limit counts as reached, between 0 and 1. Default 1e-8 where a matrix is
        factored, 5e-5 where products alone are used.
    seed : int, default 0
        Of the measurements that are held out, and of bootstrap draws.
    progress : callable, optional
        Called on this thread, some twenty times a second at most, with the share of the B problems that is
        done, 0 to 1. What it raises ends the solve.

    Returns
    -------
    Recovery

    Raises
    ------
    ValueError
        For arrays of wrong shapes, values that are not finite, and options out of range.
    isr.Error
        For what else is wrong.
    KeyboardInterrupt
        After Ctrl-C.

    Notes
    -----
    The interpreter is free for other threads meanwhile. Slow convergence is never an exception: see `status`.
    Results are bit for bit those of the command ``isr solve``, whatever the number of threads.

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde, R. K. W. Wong, "Implicit Sparse Regularization: The Impact of Depth
       and Early Stopping", NeurIPS 2021, Section 2.
    .. [2] N. L. Oliveira, J. Lei, R. J. Tibshirani, "Unbiased Risk Estimation in the Normal Means Problem via
       Coupled Bootstrap Techniques", arXiv 2111.09447, 2021: the factor of the discrepancy principle.
    """
    chosen = options(
        depth=depth,
        model=model,
        init=init,
        solver=solver,
        stop=stop,
        step=step,
        iterations=iterations,
        tolerance=tolerance,
        limit_residual=limit_residual,
        seed=seed,
    )
    found = _core.recover(_arrays.problem(X, y, noise), [chosen], None, progress)[0]
    columns = [made(fields) for fields in found]
    return columns[0] if np.ndim(y) == 1 else _together(columns)


class Path:
    """The path of w in flow time, as a whole: what :func:`path` returns.

    Attributes
    ----------
    times : ndarray, shape (k,)
        τ at the ends of the steps, ascending from 0.
    residuals : ndarray, shape (k,)
        ``|Xw - y| / |y|`` there.
    end : Recovery
        The end of the path.
    is_exact : bool
        True: between the ends of steps :meth:`at` is as accurate as there. False, for X that is too large to
        be factored and for gradient descent: it lies on the straight line between them.
    """

    times: FloatArray
    residuals: FloatArray
    end: Recovery
    is_exact: bool

    def __init__(self, record: _core.PathRecord, end: Recovery, is_exact: bool) -> None:
        self._record = record
        self.times = np.array(record.times)
        self.residuals = np.array(record.residuals)
        self.end = end
        self.is_exact = is_exact

    def at(self, tau: npt.ArrayLike) -> FloatArray:
        """w at flow times.

        Parameters
        ----------
        tau : float, or array of shape (k,)
            Flow times of at least 0; beyond the last of `times` w is that of the end.

        Returns
        -------
        ndarray of float64, shape (p,) or (p, k)

        Raises
        ------
        ValueError
            For a time that is negative or NaN.
        """
        times = _arrays.numbers("tau", tau)
        if times.ndim > 1:
            raise ValueError(f"tau must be a number or have the shape (k,); its shape is {times.shape}")
        if times.ndim == 0:
            return self._record.w_at(float(times))[:, 0]
        p = self.end.w.shape[0]
        return np.stack([self._record.w_at(float(t))[:, 0] for t in times], axis=1) if times.size else np.empty((p, 0))

    def __repr__(self) -> str:
        return f"<isr.Path of depth {self.end.depth}: {len(self.times) - 1} steps to τ = {self.times[-1]:.3g}>"


def path(
    X: Any,
    y: npt.ArrayLike,
    *,
    depth: int = 2,
    model: str | None = None,
    init: float | None = None,
    solver: str = "flow",
    step: float | str | None = None,
    iterations: int = 10000,
    tolerance: float = 1e-3,
    limit_residual: float | None = None,
    progress: Progress = None,
) -> Path:
    """Follow the whole path of w, from the start to its limit.

    Parameters
    ----------
    X, depth, model, init, solver, step, iterations, tolerance, limit_residual, progress
        As of :func:`recover`. Gradient descent is followed to the last of its iterations. The default of
        `init` is that of a limit, 1e-10 of the size of the solution.
    y : array of shape (n,)
        The measurements.

    Returns
    -------
    Path
        Some 7·p values for each step of the flow are kept.

    Raises
    ------
    ValueError, isr.Error, KeyboardInterrupt
        As :func:`recover`.

    Notes
    -----
    A second-order L-stable method in the mirror variable; between the ends of its steps a cubic Hermite
    polynomial, whose slopes are those of the method's own stages.
    """
    if np.ndim(y) != 1:
        raise ValueError(f"y must have the shape (n,); its shape is {np.shape(y)}")
    chosen = options(
        depth=depth,
        model=model,
        init=init,
        solver=solver,
        stop="auto",
        step=step,
        iterations=iterations,
        tolerance=tolerance,
        limit_residual=limit_residual,
        seed=None,
    )
    end, record, is_exact = _core.trace(_arrays.problem(X, y, None), chosen, progress)
    return Path(record, made(end), is_exact)
