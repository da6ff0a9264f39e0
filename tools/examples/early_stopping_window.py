"""The early-stopping window: when the error along the path is near its least, at depths 2, 3 and 5."""

import sys

import matplotlib.pyplot as plt
import numpy as np

import isr

rng = np.random.default_rng(1)
n, p, sigma = 200, 1000, 0.5
X = rng.choice([-1.0, 1.0], (n, p))
truth = np.zeros(p)
truth[:5] = 1
y = X @ truth + sigma * rng.standard_normal(n)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
tau = np.geomspace(0.1, 1e4, 500)
for depth in (2, 3, 5):
    path = isr.path(X, y, depth=depth, init=1e-5)
    errors = np.linalg.norm(path.at(tau) - truth[:, np.newaxis], axis=0)
    inside = errors <= 1.5 * errors.min()
    line = ax.loglog(tau, errors, linewidth=1)[0]
    ax.loglog(tau[inside], errors[inside], color=line.get_color(), linewidth=4,
              label=f"N = {depth}: τ from {tau[inside][0]:.3g} to {tau[inside][-1]:.3g}")
ax.set_xlabel("flow time τ")
ax.set_ylabel("‖w − w*‖")
ax.legend(title="at most 1.5 times the least error")
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "early_stopping_window.png", dpi=100)
