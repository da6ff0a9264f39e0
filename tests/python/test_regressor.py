import pickle

import numpy as np
import pytest
import scipy.sparse

pytest.importorskip("sklearn")
from isr import DiagonalNetworkRegressor, recover
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks


@parametrize_with_checks(
    [
        DiagonalNetworkRegressor(),
        DiagonalNetworkRegressor(depth=3, stop="limit"),
        DiagonalNetworkRegressor(fit_intercept=False, solver="gd", step="auto"),
    ]
)
def test_every_check_of_scikit_learn_passes(estimator, check):
    check(estimator)


@pytest.fixture
def samples():
    rng = np.random.default_rng(5)
    X = rng.standard_normal((80, 200)) + 2
    w = np.zeros(200)
    w[[1, 50, 150]] = 3, -2, 1
    return X, X @ w + 5 + 0.1 * rng.standard_normal(80), w


def test_it_finds_sparse_coefficients_and_the_intercept(samples):
    X, y, w = samples
    fitted = DiagonalNetworkRegressor(depth=3).fit(X, y)
    assert np.linalg.norm(LinearRegression().fit(X, y).coef_ - w) > 1
    np.testing.assert_allclose(fitted.coef_, w, atol=0.1)
    assert fitted.intercept_ == pytest.approx(5, abs=0.5)
    assert fitted.score(X, y) > 0.99
    np.testing.assert_allclose(fitted.predict(X), X @ fitted.coef_ + fitted.intercept_)
    assert fitted.recovery_.stopped_by == "hold-out" and fitted.n_iter_ == fitted.recovery_.steps


def test_without_an_intercept_it_is_recover(samples):
    X, y, _ = samples
    fitted = DiagonalNetworkRegressor(fit_intercept=False, stop="limit").fit(X, y)
    found = recover(X, y, stop="limit")
    np.testing.assert_allclose(fitted.coef_, found.w, atol=1e-6)


def test_a_sparse_matrix_gives_the_same(samples):
    X, y, _ = samples
    X = np.where(np.abs(X) > 2, X, 0)
    dense = DiagonalNetworkRegressor(stop="limit").fit(X, y)
    sparse = DiagonalNetworkRegressor(stop="limit").fit(scipy.sparse.csr_matrix(X), y)
    np.testing.assert_allclose(sparse.coef_, dense.coef_, atol=2e-3 * np.abs(dense.coef_).max())
    assert sparse.intercept_ == pytest.approx(dense.intercept_, abs=0.05)


def test_weights_count_as_so_many_samples(samples):
    X, y, _ = samples
    X, y = X[:40], y[:40]
    weights = np.random.default_rng(0).integers(1, 4, 40)
    weighted = DiagonalNetworkRegressor(stop="limit").fit(X, y, weights)
    repeated = DiagonalNetworkRegressor(stop="limit").fit(np.repeat(X, weights, 0), np.repeat(y, weights))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, atol=1e-4 * np.abs(repeated.coef_).max())
    with pytest.raises(ValueError, match="Negative values"):
        DiagonalNetworkRegressor().fit(X, y, -weights)
    with pytest.raises(ValueError, match="sample_weight must not be 0 for every sample"):
        DiagonalNetworkRegressor().fit(X, y, 0 * weights)


def test_the_order_of_samples_does_not_matter(samples):
    X, y, _ = samples
    order = np.random.default_rng(0).permutation(80)
    for container in (np.asarray, scipy.sparse.csr_matrix):
        fitted = DiagonalNetworkRegressor().fit(container(X), y)
        shuffled = DiagonalNetworkRegressor().fit(container(X[order]), y[order])
        assert np.array_equal(fitted.coef_, shuffled.coef_)


def test_targets_are_fitted_as_if_alone(samples):
    X, y, _ = samples
    both = DiagonalNetworkRegressor(stop="limit").fit(X, np.stack([y, X[:, 0]], axis=1))
    assert both.coef_.shape == (2, 200) and both.intercept_.shape == (2,) and both.predict(X).shape == (80, 2)
    np.testing.assert_allclose(both.coef_[0], DiagonalNetworkRegressor(stop="limit").fit(X, y).coef_, atol=1e-6)


def test_the_random_state_chooses_what_is_held_out(samples):
    X, y, _ = samples
    def coefficients(state):
        return DiagonalNetworkRegressor(random_state=state).fit(X, y).coef_

    assert np.array_equal(coefficients(None), coefficients(None))
    assert np.array_equal(coefficients(1), coefficients(1))
    assert not np.array_equal(coefficients(1), coefficients(2))


def test_it_works_in_the_tools_of_scikit_learn(samples):
    X, y, _ = samples
    pipeline = make_pipeline(StandardScaler(), DiagonalNetworkRegressor())
    assert cross_val_score(pipeline, X, y, cv=3).min() > 0.9
    search = GridSearchCV(pipeline, {"diagonalnetworkregressor__depth": [1, 2]}, cv=3).fit(X, y)
    assert search.best_params_ == {"diagonalnetworkregressor__depth": 2}
    best = search.best_estimator_
    again = pickle.loads(pickle.dumps(best))
    assert np.array_equal(again.predict(X), best.predict(X))
    assert clone(DiagonalNetworkRegressor(depth=5, init=0.1)).get_params()["depth"] == 5


@pytest.mark.parametrize("parameters", [{"depth": 0}, {"model": "none"}, {"stop": "never"}, {"tolerance": 2}])
def test_parameters_out_of_range_are_value_errors_in_fit(parameters):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        DiagonalNetworkRegressor(**parameters).fit(np.eye(4), np.arange(4))
