import isr
import numpy as np
import pytest


@pytest.mark.parametrize("depth, model", [(1, "signed"), (2, "signed"), (3, "signed"), (3, "nonnegative")])
def test_the_path_is_that_of_recover_at_every_time(spikes, depth, model):
    path = isr.path(spikes.X, spikes.y, depth=depth, model=model, init=1e-3)
    assert path.is_exact and path.times[0] == 0 and np.all(np.diff(path.times) > 0)
    assert np.array_equal(path.at(path.times[-1]), path.end.w)
    for tau in np.geomspace(0.01 * path.times[-1], path.times[-1] / 2, 4):
        w = isr.recover(spikes.X, spikes.y, depth=depth, model=model, init=1e-3, stop=f"time:{tau}").w
        np.testing.assert_allclose(path.at(tau), w, atol=3e-3 * np.linalg.norm(w))


def test_residuals_are_those_of_w(spikes):
    path = isr.path(spikes.X, spikes.y, depth=3)
    w = path.at(path.times)
    assert w.shape == (90, len(path.times))
    residuals = np.linalg.norm(spikes.X @ w - spikes.y[:, np.newaxis], axis=0) / np.linalg.norm(spikes.y)
    np.testing.assert_allclose(path.residuals, residuals, rtol=1e-4, atol=1e-9)
    assert path.residuals[0] == pytest.approx(1, abs=1e-6) and path.residuals[-1] < 1e-7
    assert path.end.status == "limit reached"


def test_between_the_steps_the_path_solves_the_flow(spikes):
    """The weights of depth 2 obey du²/dτ = −4u²·g, dv²/dτ = 4v²·g, with g = (2/n)Xᵀ(Xw − y)."""
    path = isr.path(spikes.X, spikes.y, depth=2, init=1e-2, tolerance=1e-5)
    middle = len(path.times) // 2
    tau = (path.times[middle] + path.times[middle + 1]) / 2
    h = 1e-4 * tau
    before, w, after = path.at([tau - h, tau, tau + h]).T
    slope = 2 / 40 * spikes.X.T @ (spikes.X @ w - spikes.y)
    # u² − v² = w and u²v² = w0²: dw/dτ = −4(u² + v²)g = −4√(w² + 4w0²)·g
    expected = -4 * np.sqrt(w**2 + 4e-4) * slope
    np.testing.assert_allclose((after - before) / (2 * h), expected, atol=1e-2 * np.abs(expected).max())


def test_beyond_the_end_is_the_end_and_0_is_the_start(spikes):
    path = isr.path(spikes.X, spikes.y, model="nonnegative", init=1e-3)
    np.testing.assert_allclose(path.at(0), np.full(90, 1e-3))
    assert np.array_equal(path.at(1e300), path.end.w)
    assert path.at([]).shape == (90, 0)


def test_gradient_descent_has_a_path(spikes):
    path = isr.path(spikes.X, spikes.y, solver="gd", init=1e-3, iterations=2000)
    flow = isr.path(spikes.X, spikes.y, init=1e-3)
    assert not path.is_exact and path.end.steps == 2000
    tau = path.times[-1]
    np.testing.assert_allclose(path.at(tau), flow.at(tau), atol=0.02)
    assert path.times[-1] == pytest.approx(2000 * path.end.step_size)


@pytest.mark.parametrize("tau, message", [(-1, "at least 0"), (np.nan, "at least 0"), ([[1]], "shape")])
def test_times_that_are_none_are_refused(spikes, tau, message):
    with pytest.raises(ValueError, match=message):
        isr.path(spikes.X, spikes.y).at(tau)


def test_a_path_is_of_one_problem(spikes):
    with pytest.raises(ValueError, match=r"y must have the shape \(n,\)"):
        isr.path(spikes.X, np.ones((40, 2)))
