#!/usr/bin/env python3
"""Writes the sample files of this folder with NumPy, SciPy, h5py and Gnumeric's ssconvert.

X is 6 × 8 with entries k + 0.25, y has 6 values, z = X + iX/2 is complex; every file holds the same ones."""
import subprocess
from pathlib import Path

import h5py
import numpy as np
import scipy.io
import scipy.sparse

here = Path(__file__).parent
X = np.arange(48, dtype=float).reshape(6, 8) - 20 + 0.25
y = np.array([1.5, -2.0, 3.25, 0.0, 1e-3, 600.0])
Z = X + 0.5j * X
several = {"X": X, "y": y, "title": "samples"}

np.save(here / "X.npy", X)
np.save(here / "Z.npy", Z.astype(np.complex64))
np.savez(here / "stored.npz", X=X.astype(np.float32), y=y, names=np.array(["a", "b"]))
np.savez_compressed(here / "packed.npz", X=np.asfortranarray(X), y=y[None, :], Z=Z)
np.savetxt(here / "numpy.txt", X, header="X, by numpy.savetxt")
np.savetxt(here / "complex.txt", Z)
scipy.io.savemat(here / "v4.mat", {"X": X, "y": y}, format="4")
scipy.io.savemat(here / "v5.mat", {**several, "count": np.int16([[7]]), "S": scipy.sparse.csc_matrix(X * (X > 10))})
scipy.io.savemat(here / "v5-packed.mat", {"Z": Z, "row": y, "X": X.astype(np.float32)}, do_compression=True)


def set_class(dataset, name):
    """As MATLAB does it: text that ends in a zero, which its length does not count."""
    text = h5py.h5t.C_S1.copy()
    text.set_size(len(name))
    text.set_strpad(h5py.h5t.STR_NULLTERM)
    attribute = h5py.h5a.create(dataset.id, b"MATLAB_class", text, h5py.h5s.create(h5py.h5s.SCALAR))
    attribute.write(np.array(name.encode(), dtype=f"S{len(name)}"), mtype=text)


# v7.3 is HDF5 behind a block of 512 bytes, arrays transposed, with their MATLAB class as an attribute.
with h5py.File(here / "v73.mat", "w", userblock_size=512) as file:
    for name, value in {"X": X, "y": y[:, None]}.items():
        set_class(file.create_dataset(name, data=value.T), "double")
    parts = np.empty(Z.T.shape, dtype=[("real", "<f8"), ("imag", "<f8")])
    parts["real"], parts["imag"] = Z.T.real, Z.T.imag
    set_class(file.create_dataset("Z", data=parts), "double")
with open(here / "v73.mat", "r+b") as file:
    file.write(b"MATLAB 7.3 MAT-file, by h5py".ljust(116) + bytes(8) + b"\x00\x02IM")

# A spreadsheet's own export: a line of titles, then the values.
sheet = here / "sheet.tmp.csv"
titles = ",".join(f"pixel {k}" for k in range(8))
sheet.write_text(titles + "\n" + "\n".join(",".join(map(str, row)) for row in X) + "\n")
subprocess.run(["ssconvert", sheet, here / "sheet.tmp.gnumeric"], check=True)
for separator, locale, name in ((",", "C", "sheet.csv"), (";", "de_DE.UTF-8", "sheet-german.csv"), ("\t", "C", "sheet.tsv")):
    subprocess.run(
        ["ssconvert", "-T", "Gnumeric_stf:stf_assistant",
         "-O", f"separator='{separator}' locale={locale} eol=windows quoting-mode=always" if separator == ";"
         else f"separator='{separator}' eol=windows", here / "sheet.tmp.gnumeric", here / (name + ".txt")], check=True)
    (here / (name + ".txt")).rename(here / name)
for leftover in here.glob("sheet.tmp.*"):
    leftover.unlink()
