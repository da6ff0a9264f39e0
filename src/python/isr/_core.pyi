# The extension module, of src/python/module.cpp. For isr/*.py alone.
from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

version: str

class Error(RuntimeError): ...

class Options:
    depth: int
    init: Optional[float]
    seed: Optional[int]
    rounds: int
    shifts: int
    step: Optional[float]
    iterations: int
    tolerance: float
    limit_residual: Optional[float]
    def set_model(self, name: str) -> None: ...
    def set_solver(self, name: str) -> None: ...
    def set_stop(self, text: str) -> None: ...
    def choose_step(self) -> None: ...
    def validate(self) -> None: ...

class MeasurementChoice:
    share: float
    measurements: Optional[int]
    ensemble: Optional[str]
    basis: Optional[str]
    block: int
    positive_probability: float
    seed: int

class PathsToCompare:
    title: str
    command: str
    depths: list[int]
    inits: Optional[list[float]]
    noises: list[float]
    recover: Options
    frames: int

class Problem:
    @property
    def n(self) -> int: ...
    @property
    def ensemble(self) -> str: ...
    @property
    def basis(self) -> str: ...
    @property
    def measurements(self) -> npt.NDArray[np.float64]: ...

class PathRecord:
    @property
    def times(self) -> list[float]: ...
    @property
    def residuals(self) -> list[float]: ...
    def w_at(self, time: float) -> npt.NDArray[np.float64]: ...

_Progress = Optional[Callable[[float], object]]

def matrix_problem(x: npt.NDArray[Any], y: npt.NDArray[np.float64], noise: float) -> Problem: ...
def operator_problem(
    rows: int,
    cols: int,
    apply: Callable[[Any], Any],
    adjoint: Callable[[Any], Any],
    dense: Callable[[], Any],
    norms: Optional[npt.NDArray[np.float64]],
    y: npt.NDArray[np.float64],
    noise: float,
) -> Problem: ...
def simulated_problem(
    height: int, width: int, pixels: npt.NDArray[np.float32], choice: MeasurementChoice, noise: float
) -> Problem: ...
def recover(
    problem: Problem,
    options: Sequence[Options],
    truth: Optional[npt.NDArray[np.float32]],
    progress: _Progress,
) -> list[list[dict[str, Any]]]: ...
def trace(problem: Problem, options: Options, progress: _Progress) -> tuple[dict[str, Any], PathRecord, bool]: ...
def pixels(problem: Problem, w: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]: ...
def psnr(
    height: int, width: int, pixels: npt.NDArray[np.float32], truth: npt.NDArray[np.float32]
) -> float: ...
def compare(
    images: list[tuple[int, int, npt.NDArray[np.float32], str, str]],
    choice: MeasurementChoice,
    asked: PathsToCompare,
    progress: _Progress,
) -> tuple[str, list[str]]: ...
def digits(source: str, directory: str) -> list[tuple[npt.NDArray[np.float32], int, int, str, str]]: ...
def build_info() -> dict[str, Any]: ...
def thread_count() -> int: ...
def set_thread_count(threads: int) -> None: ...
