#!/usr/bin/env python3
"""SciPy's NNLS and HiGHS's linear program (minimum l1, w >= 0) on the paper's problem, to set beside
baselines_bench. Needs NumPy and SciPy; one thread is enough: OPENBLAS_NUM_THREADS=1."""
import gzip
import pathlib
import time

import numpy as np
from scipy.optimize import linprog, nnls

data = pathlib.Path(__file__).resolve().parents[2] / "data" / "mnist" / "train-images-idx3-ubyte.gz"
digits = np.frombuffer(gzip.open(data).read(), np.uint8, offset=16).reshape(-1, 784)[:3] / 255
np.random.seed(42)
matrix = np.where(np.random.random_sample((392, 784)) > 0.75, 1.0, -1.0)


def report(name, solve):
    for w in digits:
        y = matrix @ w
        start = time.perf_counter()
        solution = solve(y)
        seconds = time.perf_counter() - start
        print(f"{name}  {1e3 * seconds:8.1f} ms  relative error {np.linalg.norm(solution - w) / np.linalg.norm(w):.1e}")


report("scipy nnls", lambda y: nnls(matrix, y)[0])
report("highs lp  ", lambda y: linprog(np.ones(784), A_eq=matrix, b_eq=y, bounds=(0, None), method="highs").x)
