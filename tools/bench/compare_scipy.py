#!/usr/bin/python3
"""Time SciPy's NNLS and HiGHS's linear program beside the flow's limit, on the paper's problem.

    tools/bench/compare_scipy.py [--digits 10] [--bench build/release/bin/flow_bench]

The problem: n = 392 measurements of p = 784 pixels by the paper's matrix (NumPy seed 42), digits 0, 1, ... of the
bundled training set, no noise. Needs NumPy and SciPy; says so and exits with 1 where they are missing.
"""

import argparse
import gzip
import os
import pathlib
import subprocess
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
try:
    import numpy as np
    import scipy
    from scipy.optimize import linprog, nnls
except ImportError as missing:
    sys.exit(f"compare_scipy: {missing}; install NumPy and SciPy (Debian: python3-scipy) to compare with them")

ROOT = pathlib.Path(__file__).resolve().parents[2]


def paper_problem(count):
    with gzip.open(ROOT / "data/mnist/train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)[:count] / 255.0
    matrix = np.where(np.random.RandomState(42).random_sample((392, 784)) > 0.75, 1.0, -1.0)
    assert matrix.sum() == -153572
    return matrix, pixels


def measure(name, solve, matrix, pixels):
    seconds, errors = [], []
    for truth in pixels:
        start = time.perf_counter()
        w = solve(matrix, matrix @ truth)
        seconds.append(time.perf_counter() - start)
        errors.append(np.linalg.norm(w - truth) / np.linalg.norm(truth))
    print(f"{name:36s} {np.mean(seconds):8.3f} s a digit, slowest {max(seconds):.3f} s;"
          f" relative error {np.median(errors):.1e} (median), {max(errors):.1e} (worst)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=10)
    parser.add_argument("--bench", default=str(ROOT / "build/release/bin/flow_bench"))
    arguments = parser.parse_args()
    matrix, pixels = paper_problem(arguments.digits)
    print(f"SciPy {scipy.__version__}, one thread, {len(pixels)} digits")
    measure("scipy.optimize.nnls", lambda x, y: nnls(x, y)[0], matrix, pixels)
    measure("HiGHS, min sum(w), Xw = y, w >= 0",
            lambda x, y: linprog(np.ones(x.shape[1]), A_eq=x, b_eq=y, bounds=(0, None), method="highs").x,
            matrix, pixels)
    if not pathlib.Path(arguments.bench).exists():
        sys.exit(f"compare_scipy: {arguments.bench} is not built; build it to see the flow beside these")
    sys.exit(subprocess.call([arguments.bench, "--benchmark_filter=flow_to_the_limit"]))


if __name__ == "__main__":
    main()
