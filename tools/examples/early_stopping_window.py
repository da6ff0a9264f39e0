"""The early-stopping window: the error along the path, which deeper networks keep small for longer."""

import sys

import matplotlib.pyplot as plt
import numpy as np

import isr

rng = np.random.default_rng(1)
n, p, sigma = 150, 600, 0.5
X = rng.choice([-1.0, 1.0], (n, p))
truth = np.zeros(p)
truth[:5] = 1
y = X @ truth + sigma * rng.standard_normal(n)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for depth in (2, 3, 5):
    path = isr.path(X, y, depth=depth, init=1e-3)
    tau = np.geomspace(1e-1, 1e5, 400)
    errors = np.linalg.norm(path.at(tau) - truth[:, np.newaxis], axis=0)
    ax.loglog(tau, errors, label=f"N = {depth}")
    window = tau[errors <= 1.1 * errors.min()]
    print(f"N = {depth}: error at best {errors.min():.2f}, within 10 % of it from τ = {window[0]:.3g} to {window[-1]:.3g}")
ax.set_xlabel("flow time τ")
ax.set_ylabel("‖w − w*‖")
ax.legend()
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "early_stopping_window.png", dpi=100)
