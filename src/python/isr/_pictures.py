"""Pictures: recover_image() and compare(), the engine of `isr recover` and `isr compare`."""

from __future__ import annotations

import html
import os
import pathlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from . import _arrays, _core
from ._arrays import FloatArray, Progress
from ._recover import Recovery, made, options

Picture = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Digits:
    """Digits of MNIST, as :func:`digits` returns them.

    Attributes
    ----------
    images : ndarray of float32, shape (k, 28, 28)
        Values in [0, 1], 0 black.
    labels : tuple of str
    sources : tuple of str
        Such as "mnist:train:15".
    """

    images: Picture = field(repr=False)
    labels: tuple[str, ...]
    sources: tuple[str, ...]


def digits(source: str = "mnist:train:0-9", *, directory: str | os.PathLike[str] = "") -> Digits:
    """Handwritten digits of MNIST.

    Parameters
    ----------
    source : str
        "mnist:train:0-9,15", "mnist:test:3", …; the first 100 of each split come with isr.
    directory : path, optional
        Folder of the MNIST files. Default: ``$ISR_MNIST_DIR``, the cache of tools/fetch-mnist, the digits that
        come with isr.

    Raises
    ------
    ValueError
        For a source that names no digits.
    isr.Error
        For digits beyond those that are there, and files that are damaged.
    """
    found = _core.digits(source, os.fspath(directory))
    images = np.stack([pixels.reshape(height, width) for pixels, height, width, _, _ in found])
    return Digits(images, tuple(one[4] for one in found), tuple(one[3] for one in found))


@dataclass(frozen=True)
class ImageRecovery:
    """What :func:`recover_image` found.

    Attributes
    ----------
    images : ndarray of float32, shape (depths, height, width) or (depths, height, width, channels)
        The recovered pictures; values may leave [0, 1].
    depths : tuple of int
    psnr : tuple of float
        In dB, peak 1, of values clipped to [0, 1]; infinite where nothing differs.
    recoveries : tuple of Recovery
        For each depth; `w` are the coefficients in the basis, of shape (p, channels).
    measurements : int
        n, of each channel.
    ensemble, basis : str
        As given, or as chosen.
    """

    images: Picture = field(repr=False)
    depths: tuple[int, ...]
    psnr: tuple[float, ...]
    recoveries: tuple[Recovery, ...] = field(repr=False)
    measurements: int
    ensemble: str
    basis: str


def _picture(image: Any) -> Picture:
    array = np.asarray(image)
    if array.ndim not in (2, 3) or array.size == 0 or (array.ndim == 3 and array.shape[2] not in (1, 3)):
        raise ValueError(
            "image must have the shape (height, width), or (height, width, channels) with 1 or 3 channels; "
            f"its shape is {array.shape}"
        )
    if max(array.shape) > 65536:
        raise ValueError(f"image must be at most 65536 pixels wide and high; its shape is {array.shape}")
    if array.dtype in (np.uint8, np.uint16):
        return array.astype(np.float32) * np.float32(1 / np.iinfo(array.dtype).max)  # as isr reads files
    values = _arrays.numbers("image", array).astype(np.float32)
    if not (values.min() >= 0 and values.max() <= 1):  # NaN, too
        raise ValueError("image must hold numbers from 0 (black) to 1 (white), or be of dtype uint8 or uint16")
    return values


def _columns(picture: Picture) -> Picture:
    return picture.reshape(picture.shape[0] * picture.shape[1], -1)


def _choice(
    measurements: Union[int, float],
    ensemble: str | None,
    basis: str | None,
    block: int,
    positive_probability: float,
    seed: int,
) -> _core.MeasurementChoice:
    choice = _core.MeasurementChoice()
    if isinstance(measurements, (int, np.integer)) and not isinstance(measurements, bool):
        choice.measurements = _arrays.fits_int("measurements", measurements)
    else:
        choice.share = _arrays.number("measurements", measurements)
    choice.ensemble = ensemble
    choice.basis = basis
    choice.block = _arrays.fits_int("block", block)
    choice.positive_probability = _arrays.number("positive_probability", positive_probability)
    choice.seed = _arrays.seed(seed)
    return choice


def recover_image(
    image: npt.ArrayLike,
    *,
    measurements: Union[int, float] = 0.5,
    depth: Union[int, Sequence[int]] = (2, 3, 5),
    ensemble: str | None = None,
    basis: str | None = None,
    block: int = 0,
    positive_probability: float = 0.25,
    noise: float = 0.0,
    seed: int = 42,
    model: str | None = None,
    init: float | None = None,
    stop: str = "auto",
    solver: str = "flow",
    step: float | str | None = None,
    iterations: int = 10000,
    tolerance: float = 1e-3,
    limit_residual: float | None = None,
    rounds: int | None = None,
    shifts: int | None = None,
    progress: Progress = None,
) -> ImageRecovery:
    """Measure a picture by a random operator (simulated), and recover it at several depths.

    Parameters
    ----------
    image : array of shape (height, width) or (height, width, channels)
        Of 1 or 3 channels: floating point in [0, 1], uint8 or uint16.
    measurements : int or float, default 0.5
        Their number n, of each channel, or as a float their share n/p of the pixels.
    depth : int or sequence of int, default (2, 3, 5)
        N.
    ensemble : {"gaussian", "rademacher", "biased-sign", "hadamard", "dct"}, optional
        Default: rademacher for small pictures, hadamard for large ones.
    basis : str, optional
        Where the picture is sparse: "pixel", "boxes", "haar", "db4", "cdf97", "dct", … Default: by the picture.
    block : int, default 0
        Side of the blocks that one small operator measures in turn; 0: the whole picture.
    positive_probability : float, default 0.25
        Of +1 in the ensemble biased-sign.
    noise : float, default 0
        Standard deviation of the noise on each measurement.
    seed : int, default 42
        Of all random numbers.
    model : {"signed", "nonnegative"}, optional
        Default: nonnegative in pixels and boxes, else signed.
    stop : str, default "auto"
        As of :func:`recover`, and "oracle": the best by the true image, for experiments.
    rounds : int, default 3
        In wavelets and boxes: further rounds, each of which starts larger where the last found more.
    shifts : int, default 4
        In wavelets: the mean over so many shifts of their grid.
    init, solver, step, iterations, tolerance, limit_residual, progress
        As of :func:`recover`.

    Returns
    -------
    ImageRecovery

    Raises
    ------
    ValueError, isr.Error, KeyboardInterrupt
        As :func:`recover`.

    Notes
    -----
    Pixels are bit for bit those of the command ``isr recover`` with the same options.
    """
    picture = _picture(image)
    depths = _arrays.depths(depth)
    asked = [
        options(
            depth=one,
            model=model,
            init=init,
            solver=solver,
            stop=stop,
            step=step,
            iterations=iterations,
            tolerance=tolerance,
            limit_residual=limit_residual,
            seed=None,
            rounds=rounds,
            shifts=shifts,
        )
        for one in depths
    ]
    choice = _choice(measurements, ensemble, basis, block, positive_probability, seed)
    height, width = picture.shape[:2]
    truth = _columns(picture)
    problem = _core.simulated_problem(height, width, truth, choice, _arrays.number("noise", noise))
    recoveries = [made(one[0], keep_columns=True) for one in _core.recover(problem, asked, truth, progress)]
    pixels = [_core.pixels(problem, one.w) for one in recoveries]
    return ImageRecovery(
        images=np.stack([one.reshape(picture.shape) for one in pixels]),
        depths=tuple(depths),
        psnr=tuple(_core.psnr(height, width, one, truth) for one in pixels),
        recoveries=tuple(recoveries),
        measurements=problem.n,
        ensemble=problem.ensemble,
        basis=problem.basis,
    )


class Comparison:
    """Depths over time, on one page for the browser: what :func:`compare` returns. Notebooks show it.

    Attributes
    ----------
    html : str
        The page: one file that needs no other, and no network.
    findings : tuple of str
        What the numbers say, the most telling first.
    """

    html: str
    findings: tuple[str, ...]

    def __init__(self, page: str, findings: Sequence[str]) -> None:
        self.html = page
        self.findings = tuple(findings)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to this file, whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        target = pathlib.Path(path)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            try:
                file.write(self.html)
                file.close()
                umask = os.umask(0)
                os.umask(umask)
                os.chmod(file.name, 0o666 & ~umask)
                os.replace(file.name, target)
            except BaseException:
                os.unlink(file.name)
                raise

    def _repr_html_(self) -> str:
        page = html.escape(self.html, quote=True)
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 48rem; border: 0"></iframe>'

    def __repr__(self) -> str:
        return "<isr.Comparison: " + (self.findings[0] if self.findings else "nothing found") + ">"


def compare(
    image: Any,
    *,
    depth: Union[int, Sequence[int]] = (1, 2, 3, 5),
    measurements: Union[int, float] = 0.5,
    ensemble: str | None = None,
    basis: str | None = None,
    block: int = 0,
    positive_probability: float = 0.25,
    noise: Union[float, Sequence[float]] = 0.0,
    seed: int = 42,
    model: str | None = None,
    init: Union[float, Sequence[float], None] = None,
    stop: str = "holdout:10%",
    solver: str = "flow",
    step: float = 5e-3,
    iterations: int = 10000,
    frames: int = 0,
    title: str | None = None,
    names: Sequence[str] | None = None,
    progress: Progress = None,
) -> Comparison:
    """Compare depths (and starts, and noises) over time, on the page of the command ``isr compare``.

    Parameters
    ----------
    image : array, sequence of arrays, or Digits
        Pictures as of :func:`recover_image`, or what :func:`digits` returns.
    depth : int or sequence of int, default (1, 2, 3, 5)
    noise, init : float or sequence of float
        A row for each. Default of `init`: 0.001; in a basis or without a matrix as :func:`recover_image`.
    stop : str, default "holdout:10%"
        The rule to compare with the best time.
    step : float, default 0.005
        C of η = C/N²: also the unit of the axis of iterations.
    frames : int, default 0
        Moments kept of each path, at least 10; 0: by the size of the pictures.
    title : str, optional
        Of the page. Default: the names.
    names : sequence of str, optional
        Of the pictures.
    measurements, ensemble, basis, block, positive_probability, seed, model, solver, iterations, progress
        As of :func:`recover_image`.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError, isr.Error, KeyboardInterrupt
        As :func:`recover`.
    """
    labels: Sequence[str] = ()
    if isinstance(image, Digits):
        names = list(image.sources) if names is None else names
        labels = image.labels
        image = image.images
        pictures = [_picture(one) for one in image]
    elif isinstance(image, (list, tuple)):
        pictures = [_picture(one) for one in image]
    else:
        pictures = [_picture(image)]
    if not pictures:
        raise ValueError("image must be a picture, or a sequence of at least one")
    if names is None:
        names = ["image"] if len(pictures) == 1 else [f"image {k + 1}" for k in range(len(pictures))]
    if len(names) != len(pictures):
        raise ValueError(f"names must have a name for each of the {len(pictures)} pictures; it has {len(names)}")
    asked = _core.PathsToCompare()
    asked.title = ", ".join(names) if title is None else title
    asked.command = "isr.compare in Python"
    asked.depths = _arrays.depths(depth)
    asked.noises = _numbers("noise", noise)
    if init is not None:
        asked.inits = _numbers("init", init)
    asked.frames = _arrays.fits_int("frames", frames)
    asked.recover = options(
        depth=asked.depths[0],
        model=model,
        init=None,
        solver=solver,
        stop=stop,
        step=step,
        iterations=iterations,
        tolerance=1e-3,
        limit_residual=None,
        seed=None,
    )
    choice = _choice(measurements, ensemble, basis, block, positive_probability, seed)
    given = [
        (one.shape[0], one.shape[1], _columns(one), name, labels[k] if labels else "")
        for k, (one, name) in enumerate(zip(pictures, names))
    ]
    return Comparison(*_core.compare(given, choice, asked, progress))


def _numbers(name: str, values: Union[float, Sequence[float]]) -> list[float]:
    return [_arrays.number(name, one) for one in (values if np.ndim(values) > 0 else [values])]  # type: ignore[union-attr, list-item]
