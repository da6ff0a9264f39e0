#!/usr/bin/python3
"""Time isr.recover beside the same call in C++, on the same arrays; tools/bench/peers has others' solvers.

    PYTHONPATH=build/release/python tools/bench/compare_python.py [--digits 100] [--runs 5] [--depth 2]

The paper's problem: n = 392 measurements of p = 784 pixels by the paper's matrix (NumPy seed 42), all digits at once,
no noise, to the limit. Python and C++ take turns. Needs build/release/bin/recover_bench.
"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np

import isr

ROOT = pathlib.Path(__file__).resolve().parents[2]


def timed(call):
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result


def report(name, seconds, w, truth):
    errors = np.linalg.norm(w - truth, axis=0) / np.linalg.norm(truth, axis=0)
    print(f"{name:44s} {seconds:8.3f} s   relative error {np.median(errors):.1e} (median), {errors.max():.1e} (worst)",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--depth", type=int, default=2)
    parser.add_argument("--bench", default=str(ROOT / "build/release/bin/recover_bench"))
    arguments = parser.parse_args()
    truth = isr.digits(f"mnist:train:0-{arguments.digits - 1}").images.reshape(arguments.digits, -1).T.astype(float)
    X = np.where(np.random.RandomState(42).random_sample((392, 784)) > 0.75, 1.0, -1.0)
    Y = X @ truth

    python, cpp = [], []
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/X.npy", X)
        np.save(f"{folder}/Y.npy", Y)
        for _ in range(arguments.runs):
            seconds, found = timed(lambda: isr.recover(X, Y, depth=arguments.depth, model="nonnegative", noise=0))
            python.append(seconds)
            command = [arguments.bench, f"{folder}/X.npy", f"{folder}/Y.npy", str(arguments.depth)]
            cpp.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[0]))
    print(f"{arguments.digits} digits at once, {isr.thread_count()} threads, median of {arguments.runs} runs that take turns")
    report(f"isr.recover, depth {arguments.depth}, to the limit", statistics.median(python), found.w, truth)
    print(f"{'the same in C++':44s} {statistics.median(cpp):8.3f} s   Python / C++: "
          f"{statistics.median(python) / statistics.median(cpp):.3f}, least / least: {min(python) / min(cpp):.3f}")


if __name__ == "__main__":
    main()
