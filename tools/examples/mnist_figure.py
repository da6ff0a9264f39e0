"""The paper's MNIST figure: digits recovered from 392 of 784 measurements at depths 2, 3 and 5."""

import sys

import matplotlib.pyplot as plt

import isr

digits = isr.digits("mnist:train:0-2").images
figure, axes = plt.subplots(3, 4, figsize=(6.4, 5), layout="constrained")
for row, digit in zip(axes, digits):
    found = isr.recover_image(digit, measurements=392, ensemble="biased-sign", basis="pixel", depth=(2, 3, 5),
                              solver="gd", init=1e-3, step=5e-3, stop="iterations")
    captions = ["original"] + [f"N = {n}: {db:.1f} dB" for n, db in zip(found.depths, found.psnr)]
    for ax, picture, caption in zip(row, [digit, *found.images], captions):
        ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
        ax.set_title(caption, fontsize=9)
        ax.axis("off")
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "mnist_figure.png", dpi=100)
