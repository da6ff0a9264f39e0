import threading
import time

import isr
import numpy as np
import pytest


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_the_limit_without_noise_is_the_sparse_truth(spikes, depth):
    found = isr.recover(spikes.X, spikes.y, depth=depth, noise=0)
    assert spikes.error(np.linalg.lstsq(spikes.X, spikes.y, rcond=None)[0]) > 0.5
    assert spikes.error(found.w) < 1e-3
    assert found.w.shape == (90,)
    assert (found.status, found.stopped_by) == ("limit reached", "limit")
    assert found.residual == pytest.approx(np.linalg.norm(spikes.X @ found.w - spikes.y) / np.linalg.norm(spikes.y), rel=1e-3)
    assert found.residual <= 1e-8
    assert found.certificate.residual <= 1e-8 and found.certificate.map_mismatch <= 1e-8
    assert (found.depth, found.model) == (depth, "signed")


def test_the_nonnegative_model_gives_no_negative_coefficient(spikes):
    w = isr.recover(spikes.X, spikes.y, model="nonnegative").w
    assert w.min() >= 0


def test_depth_1_is_least_squares(spikes):
    found = isr.recover(spikes.X, spikes.y, depth=1, noise=0)
    np.testing.assert_allclose(found.w, np.linalg.pinv(spikes.X) @ spikes.y, atol=1e-6)


def test_columns_are_solved_as_if_alone(spikes):
    y = np.stack([spikes.y, 3 * spikes.y, spikes.X[:, 4] + 0.1 * spikes.y], axis=1)
    together = isr.recover(spikes.X, y, depth=3)
    assert together.w.shape == (90, 3)
    for k, one in enumerate(together.columns):
        alone = isr.recover(spikes.X, y[:, k], depth=3)
        assert np.array_equal(together.w[:, k], alone.w) and np.array_equal(one.w, alone.w)
        assert one.flow_time == alone.flow_time
    assert together.residual == max(one.residual for one in together.columns)
    assert isr.recover(spikes.X, y[:, :1]).w.shape == (90, 1)


def layouts(X):
    wide = np.zeros((2 * X.shape[0], 3 * X.shape[1]), X.dtype)
    wide[::2, 1::3] = X
    record = np.zeros(X.shape, [("skip", "i1"), ("x", X.dtype)])
    record["x"] = X
    return {
        "by columns": np.asfortranarray(X),
        "a part of another": wide[::2, 1::3],
        "turned twice": X[::-1, ::-1].copy()[::-1, ::-1],
        "of the other byte order": X.astype(X.dtype.newbyteorder()),
        "not aligned": record["x"],
        "read only": np.frombuffer(X.tobytes(), X.dtype).reshape(X.shape),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_layout_of_the_array_does_not_matter(spikes, dtype):
    X, y = spikes.X.astype(dtype), spikes.y.astype(dtype)
    w = isr.recover(X, y).w
    for name, same in layouts(X).items():
        assert np.array_equal(isr.recover(same, y).w, w), name
    assert np.array_equal(isr.recover(X, np.repeat(y, 2)[::2]).w, w)
    # float32 holds the same numbers in float64.
    assert np.array_equal(isr.recover(X.astype(np.float64), y).w, w)


def test_arguments_are_left_alone_and_results_are_the_callers(spikes):
    X, y = spikes.X.copy(), spikes.y.copy()
    w = isr.recover(X, y).w
    assert np.array_equal(X, spikes.X) and np.array_equal(y, spikes.y)
    again = w.copy()
    X[:] = 0
    isr.recover(spikes.X, 2 * y)
    assert np.array_equal(w, again) and w.flags.writeable


def test_integers_and_booleans_are_numbers(spikes):
    X = np.sign(spikes.X).astype(np.int8)
    y = X @ np.arange(90, dtype=np.int64)
    assert np.array_equal(isr.recover(X, y).w, isr.recover(X.astype(float), y.astype(float)).w)
    assert np.array_equal(isr.recover(X > 0, y).w, isr.recover((X > 0).astype(float), y).w)
    assert np.array_equal(isr.recover(X.tolist(), y.tolist()).w, isr.recover(X, y).w)


def test_results_do_not_depend_on_the_number_of_threads(spikes):
    y = np.stack([spikes.y, spikes.X[:, 3]], axis=1)
    isr.set_thread_count(1)
    try:
        assert isr.thread_count() == isr.build_info().threads == 1
        one = isr.recover(spikes.X, y).w
    finally:
        isr.set_thread_count(0)
    assert np.array_equal(isr.recover(spikes.X, y).w, one)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"X": np.ones(4)}, r"X must have the shape \(n, p\); its shape is \(4,\)"),
        ({"X": np.ones((2, 2, 2))}, r"X must have the shape \(n, p\)"),
        ({"X": np.ones((0, 3)), "y": []}, "X must have at least one row and one column"),
        ({"X": np.ones((3, 0))}, "X must have at least one row and one column"),
        ({"X": [[1, np.nan]] * 3}, "X holds a value that is not a finite number"),
        ({"X": np.ones((3, 2), object)}, "X must hold real numbers; its dtype is object"),
        ({"X": np.ones((3, 2), complex)}, "X must hold real numbers; its dtype is complex128"),
        ({"X": [["a", "b"]] * 3}, "X must hold real numbers"),
        ({"y": [1, 2]}, "y must have a row for each of the 3 rows of X; it has 2"),
        ({"y": np.ones((3, 2, 2))}, r"y must have the shape \(n,\) or \(n, B\)"),
        ({"y": np.ones((3, 0))}, "y must have at least one column"),
        ({"y": 1.0}, r"y must have the shape \(n,\) or \(n, B\)"),
        ({"y": [1, np.inf, 2]}, "y holds a value that is not a finite number"),
        ({"y": np.array([1, 2, None])}, "y must hold real numbers; its dtype is object"),
        ({"depth": -1}, "depth must lie between 1 and 100; got -1"),
        ({"depth": 2.5}, "depth must be a whole number; got 2.5"),
        ({"depth": 10**12}, "depth is too large"),
        ({"model": "unsigned"}, "model unsigned is unknown; it is signed or nonnegative"),
        ({"solver": "lasso"}, "solver lasso is unknown"),
        ({"stop": "soon"}, "soon"),
        ({"stop": "oracle"}, "stop oracle needs the true image"),
        ({"stop": "residual:2"}, "residual"),
        ({"init": 0}, "init must lie between"),
        ({"init": "small"}, "init must be a number; got 'small'"),
        ({"noise": -1}, "noise must be a number of at least 0; got -1"),
        ({"step": 0}, "step must be a positive number"),
        ({"iterations": -1}, "iterations must not be negative"),
        ({"tolerance": 0}, "tolerance must satisfy"),
        ({"limit_residual": 1}, "the residual of the limit must lie between 0 and 1"),
        ({"seed": -1}, "seed must lie between 0 and 4294967295; got -1"),
    ],
)
def test_mistakes_are_value_errors_that_name_the_argument(arguments, message):
    right = {"X": np.eye(3, 2), "y": [1.0, 2.0, 3.0]}
    isr.recover(**right)
    with pytest.raises(ValueError, match=message):
        isr.recover(**{**right, **arguments})


def test_progress_rises_to_the_end_on_the_callers_thread(spikes):
    shares, threads = [], set()

    def progress(share):
        shares.append(share)
        threads.add(threading.get_ident())

    isr.recover(spikes.X, np.tile(spikes.y[:, np.newaxis], 50), progress=progress)
    assert shares == sorted(shares) and shares[-1] == 1
    assert threads == {threading.get_ident()}


def test_tqdm_shows_the_progress(spikes):
    tqdm = pytest.importorskip("tqdm").tqdm
    with tqdm(total=1, disable=None) as bar:
        isr.recover(spikes.X, spikes.y, progress=lambda share: bar.update(share - bar.n))


def endless(n=300, p=900):
    """Work of many seconds."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((n, p)), rng.standard_normal((n, 200))


def test_what_the_progress_callback_raises_ends_the_solve():
    def progress(share):
        raise LookupError("enough")

    begin = time.monotonic()
    with pytest.raises(LookupError, match="enough"):
        isr.recover(*endless(), progress=progress)
    assert time.monotonic() - begin < 20


def test_ctrl_c_ends_a_solve(monkeypatch):
    import os
    import signal

    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        isr.recover(*endless())
    assert time.monotonic() - begin < 20


def test_other_threads_run_meanwhile():
    counts = []
    solved = threading.Event()

    def count():
        while not solved.is_set():
            counts.append(len(counts))
            time.sleep(0.001)

    other = threading.Thread(target=count)
    X, y = endless(150, 400)
    other.start()
    isr.recover(X, y[:150, :2])
    solved.set()
    other.join()
    assert len(counts) > 5


def test_many_solves_leak_nothing():
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((6, 12)), rng.standard_normal(6)
    for _ in range(300):
        isr.recover(X, y)
    before = resident()
    for _ in range(2000):
        isr.recover(X, y)
    assert resident() - before < 1_000_000  # 500 bytes a solve would be seen


def test_build_info_says_what_this_is():
    info = isr.build_info()
    assert info.version == isr.__version__
    assert info.instruction_set in info.instruction_sets
    assert info.threads == isr.thread_count() >= 1
    with pytest.raises(ValueError, match="threads must be from 1 to 1024"):
        isr.set_thread_count(-1)


def test_a_forked_process_solves_on_all_its_threads(spikes):
    import os

    y = np.stack([spikes.y] * 4, axis=1)
    w = isr.recover(spikes.X, y).w
    child = os.fork()
    if child == 0:
        same = np.array_equal(isr.recover(spikes.X, y).w, w)
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
