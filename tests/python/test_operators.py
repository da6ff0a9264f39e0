import isr
import numpy as np
import pytest
import scipy.sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator


@pytest.fixture
def sparse():
    X = scipy.sparse.random(60, 150, 0.2, random_state=1, format="csr")
    truth = np.zeros(150)
    truth[[3, 100]] = 2, -1
    return X, truth


@pytest.mark.parametrize("format", ["csr", "csc", "coo", "bsr"])
def test_a_small_sparse_matrix_is_solved_exactly(sparse, format):
    X, truth = sparse
    found = isr.recover(X.asformat(format), X @ truth, depth=3, noise=0)
    assert found.residual <= 1e-8 and found.certificate.map_mismatch <= 1e-8
    np.testing.assert_allclose(found.w, truth, atol=1e-3)
    assert np.array_equal(found.w, isr.recover(X.toarray(), X @ truth, depth=3, noise=0).w)
    assert np.array_equal(found.w, isr.recover(aslinearoperator(X), X @ truth, depth=3, noise=0).w)


def test_a_larger_sparse_matrix_is_solved_by_products():
    X = scipy.sparse.random(500, 2000, 0.05, random_state=1, format="csr")
    X.toarray = None  # never asked for
    truth = np.zeros(2000)
    truth[[3, 1000, 1700]] = 2, -1, 1
    found = isr.recover(X, X @ truth, depth=3, noise=0)
    assert np.linalg.norm(found.w - truth) < 1e-2 * np.linalg.norm(truth)


def test_a_larger_operator_is_solved_by_its_products():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((500, 1000))
    truth = np.zeros(1000)
    truth[[3, 100]] = 2, -1
    counts = {"apply": 0, "adjoint": 0}

    def counted(name, product):
        def call(x):
            counts[name] += 1
            return product(x)

        return call

    linear = LinearOperator(
        X.shape,
        dtype=np.float64,
        matvec=counted("apply", lambda x: X @ x),
        rmatvec=counted("adjoint", lambda y: X.T @ y),
    )
    for solver in ("flow", "gd"):
        found = isr.recover(linear, X @ truth, noise=0, solver=solver, iterations=500)
        assert np.linalg.norm(found.w - truth) < 0.01 * np.linalg.norm(truth), solver
    assert min(counts.values()) > 50


def test_large_operators_are_never_stored():
    """A subsampled cosine transform: 500 x 20,000 entries would be factored in hours."""
    import scipy.fft

    n, p = 1500, 20000
    rng = np.random.default_rng(2)
    rows = rng.choice(p, n, replace=False)
    truth = np.zeros(p)
    truth[rng.choice(p, 20, replace=False)] = rng.standard_normal(20) + np.sign(rng.standard_normal(20))

    def adjoint(y):
        full = np.zeros(p)
        full[rows] = np.ravel(y)
        return scipy.fft.idct(full, norm="ortho")

    X = LinearOperator((n, p), dtype=np.float64, rmatvec=adjoint,
                       matvec=lambda x: scipy.fft.dct(np.ravel(x), norm="ortho")[rows])
    found = isr.recover(X, X @ truth, noise=0)
    assert np.linalg.norm(found.w - truth) < 1e-2 * np.linalg.norm(truth)


class Duck:
    """What PyLops has had in some versions: products, but no LinearOperator of SciPy's."""

    shape, dtype = (40, 90), np.dtype(np.float64)

    def __init__(self, X):
        self.matvec, self.rmatvec = (lambda x: X @ x), (lambda y: X.T @ y)


def test_anything_with_products_will_do(spikes):
    found = isr.recover(Duck(spikes.X), spikes.y, noise=0)
    assert spikes.error(found.w) < 1e-2


def test_a_pylops_operator_will_do(spikes):
    pylops = pytest.importorskip("pylops")
    found = isr.recover(pylops.MatrixMult(spikes.X), spikes.y, noise=0)
    assert spikes.error(found.w) < 1e-2


def test_what_a_product_raises_is_raised(spikes):
    def fails(x):
        raise LookupError("no such row")

    X = LinearOperator((40, 90), dtype=float, matvec=lambda x: spikes.X @ x, rmatvec=fails)
    with pytest.raises(LookupError, match="no such row"):
        isr.recover(X, spikes.y)
    X = LinearOperator((500, 1000), dtype=float, matvec=fails, rmatvec=lambda y: np.zeros((1000, 1)))
    for solver in ("flow", "gd"):
        with pytest.raises(LookupError, match="no such row"):
            isr.recover(X, np.ones(500), solver=solver)


@pytest.mark.parametrize(
    "X, message",
    [
        (aslinearoperator(np.ones((3, 2), complex)), "X must hold real numbers; its dtype is complex128"),
        (scipy.sparse.csr_matrix([[1, np.nan], [0, 1], [1, 1]]), "X holds a value that is not a finite number"),
        (scipy.sparse.csr_matrix((3, 0)), "X must have at least one row and one column"),
        (scipy.sparse.eye(4), "y must have a row for each of the 4 rows of X; it has 3"),
    ],
)
def test_mistakes_are_value_errors(X, message):
    with pytest.raises(ValueError, match=message):
        isr.recover(X, [1.0, 2.0, 3.0])


def test_products_of_a_wrong_shape_are_refused(spikes):
    class Wrong(Duck):
        def __init__(self, X):
            self.shape, self.dtype = X.shape, X.dtype
            self.matvec = self.matmat = lambda x: np.ones((7, 1))
            self.rmatvec = self.rmatmat = lambda y: np.ones((7, 1))

    with pytest.raises(ValueError):
        isr.recover(Wrong(spikes.X), spikes.y)
