"""Measurements of one's own, with noise that nobody knows: hold-out finds when to stop."""

import sys

import matplotlib.pyplot as plt
import numpy as np

import isr

rng = np.random.default_rng(7)
n, p = 120, 400
X = rng.standard_normal((n, p))
truth = np.zeros(p)
truth[rng.choice(p, 8, replace=False)] = rng.uniform(1, 3, 8) * rng.choice([-1, 1], 8)
y = X @ truth + 1.0 * rng.standard_normal(n)  # to isr the 1.0 is unknown

figure, axes = plt.subplots(2, 1, figsize=(7, 4.6), sharex=True, layout="constrained")
for ax, stop in zip(axes, ("limit", "holdout")):
    found = isr.recover(X, y, depth=3, stop=stop)
    error = np.linalg.norm(found.w - truth) / np.linalg.norm(truth)
    ax.vlines(np.arange(p), 0, found.w, color="tab:blue", linewidth=1.5, label="recovered")
    ax.plot(np.flatnonzero(truth), truth[truth != 0], "o", color="tab:orange", markerfacecolor="none", label="truth")
    ax.set_title(f"stop = {stop!r}: relative error {error:.2f}, residual {found.residual:.2f}", fontsize=10)
    ax.set_ylabel("w")
axes[0].legend(loc="upper right", fontsize=8)
axes[1].set_xlabel("coordinate")
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "noisy_measurements.png", dpi=100)
