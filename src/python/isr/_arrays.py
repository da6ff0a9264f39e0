"""What users hand in, as arrays that the extension module takes without a copy where they allow it."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _core

FloatArray = npt.NDArray[np.float64]
Progress = Optional[Callable[[float], object]]


def numbers(name: str, values: Any) -> npt.NDArray[Any]:
    """A float32 or float64 array: the given one, or a copy of integers, booleans and other formats."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers; its dtype is {array.dtype}")
    if array.dtype not in (np.float32, np.float64):  # of another size, or byte order
        return array.astype(np.float64)
    steps = [step for step, length in zip(array.strides, array.shape) if length > 1]
    in_values = all(step > 0 and step % array.itemsize == 0 for step in steps)
    return array if in_values and array.flags.aligned else array.copy()


def measurements(y: Any) -> FloatArray:
    array = numbers("y", y)
    if array.ndim not in (1, 2):
        raise ValueError(f"y must have the shape (n,) or (n, B); its shape is {array.shape}")
    return array.astype(np.float64, copy=False)


def problem(X: Any, y: Any, noise: float | None) -> _core.Problem:
    """The problem y = X w + noise."""
    values = measurements(y)
    sigma = math.nan if noise is None else number("noise", noise)
    if _is_operator(X):
        return _operator_problem(X, values, sigma)
    matrix = numbers("X", X)
    if matrix.ndim != 2:
        raise ValueError(f"X must have the shape (n, p); its shape is {matrix.shape}")
    return _core.matrix_problem(matrix, values, sigma)


def _is_operator(X: Any) -> bool:
    """Is it known by its products: of scipy.sparse, a LinearOperator, or much like one (PyLops)?"""
    is_array = isinstance(X, np.ndarray)
    return not is_array and hasattr(X, "shape") and (hasattr(X, "tocsr") or hasattr(X, "rmatvec"))


def _operator_problem(X: Any, y: FloatArray, noise: float) -> _core.Problem:
    from scipy.sparse.linalg import aslinearoperator

    shape = tuple(X.shape)
    if len(shape) != 2:
        raise ValueError(f"X must have the shape (n, p); its shape is {shape}")
    kind = np.dtype(X.dtype).kind if getattr(X, "dtype", None) is not None else "f"
    if kind not in "fiub":
        raise ValueError(f"X must hold real numbers; its dtype is {X.dtype}")
    n, p = int(shape[0]), int(shape[1])
    norms = None
    if hasattr(X, "tocsr"):
        X = X.tocsr()
        if X.dtype.kind != "f":
            X = X.astype(np.float64)
        if not np.isfinite(X.data).all():
            raise ValueError("X holds a value that is not a finite number")
        norms = np.asarray(X.multiply(X).sum(axis=0), dtype=np.float64).ravel()
        dense = X.toarray
    else:

        def dense() -> Any:
            return linear.matmat(np.eye(p)) if p <= n else linear.rmatmat(np.eye(n)).T

    linear = aslinearoperator(X)
    return _core.operator_problem(n, p, linear.matmat, linear.rmatmat, dense, norms, y, noise)


def number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number; got {value!r}") from None


def whole(name: str, value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number; got {value!r}") from None


def fits_int(name: str, value: Any) -> int:
    """A whole number that C++ keeps in an int."""
    number_of = whole(name, value)
    if abs(number_of) >= 2**31:
        raise ValueError(f"{name} is too large: {number_of}")
    return number_of


def seed(value: Any) -> int:
    number_of = whole("seed", value)
    if not 0 <= number_of < 2**32:
        raise ValueError(f"seed must lie between 0 and 4294967295; got {number_of}")
    return number_of


def depths(depth: Union[int, Sequence[int]]) -> list[int]:
    several = np.ndim(depth) > 0
    values = [fits_int("depth", one) for one in (depth if several else [depth])]  # type: ignore[union-attr, list-item]
    if not values:
        raise ValueError("depth must be a whole number, or a sequence of at least one")
    return values
