#!/usr/bin/env python3
"""isr beside the numbers that the field's papers publish, by their protocols.

  tools/bench/field_tables.py pictures FOLDER [--ratios 10,25] [--protocols own,blocks] [OPTION ...]
  tools/bench/field_tables.py mnist [--ratios 2,4,8] [--digits 10000] [OPTION ...]

pictures: mean PSNR (peak 255) and SSIM over the grey pictures of a folder, such as Set11, at 1, 4, 10, 25, 30, 40
and 50 % of the pixels, measured by isr's own operator (own) and as most papers do it (blocks): blocks of 33 x 33,
padded with zeros, one Gaussian matrix with orthonormal rows for all. The blocks are recovered jointly.
mnist: mean PSNR, each digit's capped at 48 dB as in OpenICS, over the test digits padded to 32 x 32, at these ratios
of pixels to measurements.

Further options go to isr recover. What has been measured is kept in --state (a file of JSON lines, named by the
command and the options), so that an interrupted run goes on where it was. Needs NumPy for blocks.
"""
import argparse
import collections
import gzip
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = 33
BLOCK_ROWS = {1: 10, 4: 43, 10: 109, 25: 272, 30: 327, 40: 436, 50: 545}

# PSNR / SSIM on Set11, by per cent. Sources are the tables of the named public repositories.
SET11 = [
    ("TVAL3", "block Gaussian", {10: "24.27/.727", 30: "29.81/.880", 40: "31.89/.914", 50: "33.97/.940"}, "jianzhangcs/COAST"),
    ("BM3D-AMP", "block Gaussian", {10: "22.60/.349", 30: "30.26/.658", 40: "33.66/.732", 50: "35.93/.779"}, "jianzhangcs/COAST"),
    ("DIP, untrained", "block Gaussian", {10: "25.98/.762", 30: "33.25/.933", 40: "33.41/.893", 50: "35.96/.948"}, "jianzhangcs/COAST"),
    ("NLR-CSNet, untrained", "block Gaussian", {10: "28.05/.848", 30: "33.89/.939", 40: "35.65/.955", 50: "37.12/.964"}, "jianzhangcs/COAST"),
    ("ISTA-Net+, trained", "block Gaussian", {1: "17.42/.403", 4: "21.32/.604", 10: "26.64/.809", 25: "32.59/.925", 30: "33.81/.939", 40: "36.04/.958", 50: "38.11/.971"}, "jianzhangcs/OPINE-Net, SODAS-Net"),
    ("SODAS-Net, trained", "block Gaussian", {10: "28.89/.867", 25: "34.24/.944", 30: "35.55/.954", 40: "37.74/.968", 50: "39.60/.977"}, "songjiechong/SODAS-Net"),
    ("OPINE-Net+, trained", "learned blocks", {1: "20.15/.534", 4: "25.69/.792", 10: "29.81/.888", 25: "34.86/.951", 30: "35.99", 50: "40.17/.980"}, "jianzhangcs/OPINE-Net"),
    ("ADMM-ProxUnroll, trained", "learned, global", {1: "22.76/.631", 4: "28.30/.845", 10: "32.55/.923", 25: "37.35/.964", 50: "41.97/.984"}, "pwangcs/ProxUnroll"),
]
# Mean PSNR over the 10,000 test digits, by the ratio of pixels to measurements: PSCLab-ASU/OpenICS, Details.md.
MNIST = [
    ("TVAL3", {2: "48.0", 4: "33.2", 8: "20.6"}),
    ("TV", {2: "47.9", 4: "31.0", 8: "19.9"}),
    ("D-AMP", {2: "43.5", 4: "31.8", 8: "22.6"}),
    ("NLR-CS", {2: "40.1", 4: "29.5", 8: "18.8"}),
    ("ISTA-Net+, trained", {2: "48.0", 4: "44.3", 8: "35.1"}),
    ("LDAMP, trained", {2: "48.0", 4: "47.6", 8: "39.9"}),
    ("CSGM, trained", {2: "22.6", 4: "22.5", 8: "22.0"}),
]


class State:
    """Results by key, a line each, appended as they come."""

    def __init__(self, path):
        self.path = Path(path)
        self.known = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                try:
                    entry = json.loads(line)
                    self.known[entry.pop("key")] = entry
                except ValueError:
                    pass  # the last line of a run that was killed while it wrote

    def add(self, key, entry):
        self.known[key] = entry
        with self.path.open("a") as file:
            file.write(json.dumps({"key": key, **entry}) + "\n")


def recover(isr, sources, options):
    """The rows of isr recover's results for these pictures."""
    with tempfile.TemporaryDirectory() as folder:
        command = [isr, "recover", *map(str, sources), *options, "--depth", "2", "--json", "-o", f"{folder}/run"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.returncode)
        return json.loads(done.stdout)["results"]


def block_matrix(path, rows):
    """Gaussian, with orthonormal rows."""
    import numpy as np

    square = np.random.default_rng(42).standard_normal((BLOCK * BLOCK, BLOCK * BLOCK))
    np.save(path, np.linalg.qr(square)[0][:, :rows].T.astype(np.float32))


def print_table(header, rows):
    widths = [max(len(str(row[k])) for row in [header, *rows]) for k in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |")


def pictures(arguments, options):
    extensions = {".png", ".tif", ".tiff", ".bmp", ".pgm", ".jpg"}
    files = sorted(path for path in Path(arguments.folder).iterdir() if path.suffix.lower() in extensions)
    if not files:
        sys.exit(f"field_tables.py: {arguments.folder} holds no picture")
    ratios = arguments.ratios or list(BLOCK_ROWS)
    state = State(arguments.state)
    rows = []
    for protocol in arguments.protocols.split(","):
        cells = {}
        for ratio in ratios:
            for file in files:
                key = f"{protocol} {ratio} {hashlib.sha256(file.read_bytes()).hexdigest()[:16]} {' '.join(options)}"
                if key in state.known:
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    how = ["--measurements", f"{ratio}%", "--ensemble", "hadamard"]
                    if protocol == "blocks":
                        block_matrix(f"{folder}/phi.npy", BLOCK_ROWS[ratio])
                        how = ["--patterns", f"{folder}/phi.npy", "--block", str(BLOCK)]
                    result = recover(arguments.isr, [file], ["--gray", "--basis", "cdf97", "-q", *how, *options])[0]
                state.add(key, {"psnr": result["psnr"], "ssim": result["ssim"], "seconds": result["seconds"]})
                print(f"{protocol} {ratio} % {file.name}: {result['psnr']:.2f} dB, SSIM {result['ssim']:.3f}, "
                      f"{result['seconds']:.1f} s", file=sys.stderr)
            found = [state.known[f"{protocol} {ratio} {hashlib.sha256(file.read_bytes()).hexdigest()[:16]} "
                                 f"{' '.join(options)}"] for file in files]
            mean = {what: sum(entry[what] for entry in found) / len(found) for what in ("psnr", "ssim")}
            cells[ratio] = f"{mean['psnr']:.2f}/{mean['ssim']:.3f}".replace("/0.", "/.")
        how = "subsampled Hadamard, global" if protocol == "own" else "block Gaussian"
        rows.append(["isr, N = 2, untrained", how, *(cells[ratio] for ratio in ratios), "measured now"])
    header = ["method", "sampling", *(f"{ratio} %" for ratio in ratios), "from"]
    published = [[name, how, *(cells.get(ratio, "") for ratio in ratios), source] for name, how, cells, source in SET11]
    print_table(header, published + rows)
    print(f"Mean PSNR/SSIM; isr over the {len(files)} pictures of {arguments.folder}, the others over Set11.")


def write_png(path, rows, side):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes(row) for row in rows)
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def test_digits(folder):
    """The 28 x 28 pixels of each test digit."""
    path = Path(folder) / "t10k-images-idx3-ubyte"
    data = path.read_bytes() if path.exists() else gzip.open(str(path) + ".gz").read()
    count = struct.unpack(">IIII", data[:16])[1]
    return [data[16 + 784 * k : 16 + 784 * (k + 1)] for k in range(count)]


def mnist(arguments, options):
    side, cap, batch = 32, 48.0, 50
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "isr" / "mnist"
    folder = arguments.mnist_dir or (cache if cache.exists() else ROOT / "data" / "mnist")
    digits = test_digits(folder)
    count = min(arguments.digits, len(digits))
    if count < arguments.digits:
        print(f"field_tables.py: {folder} holds {count} digits; tools/fetch-mnist fetches all", file=sys.stderr)
    ratios = arguments.ratios or [2, 4, 8]
    state = State(arguments.state)
    totals = collections.defaultdict(float)
    for ratio in ratios:
        for first in range(0, count, batch):
            numbers = range(first, min(first + batch, count))
            keys = [f"{ratio} {k} {' '.join(options)}" for k in numbers]
            if not all(key in state.known for key in keys):
                with tempfile.TemporaryDirectory() as pictures_folder:
                    files = []
                    for k in numbers:
                        rows = [bytes(2) + digits[k][28 * r : 28 * r + 28] + bytes(2) for r in range(28)]
                        files.append(Path(pictures_folder) / f"{k:05d}.png")
                        write_png(files[-1], [bytes(side)] * 2 + rows + [bytes(side)] * 2, side)
                    how = ["--measurements", str(side * side // ratio), "-q"]
                    results = recover(arguments.isr, files, how + options)
                for key, result in zip(keys, results):
                    psnr = cap if result["psnr"] is None else min(cap, result["psnr"])  # none: no error at all
                    state.add(key, {"psnr": psnr})
            totals[ratio] += sum(state.known[key]["psnr"] for key in keys)
            print(f"ratio {ratio}: {numbers[-1] + 1} of {count} digits, mean so far "
                  f"{totals[ratio] / (numbers[-1] + 1):.2f} dB", file=sys.stderr)
    rows = [[name, *(cells.get(ratio, "") for ratio in ratios), "OpenICS, Details.md"] for name, cells in MNIST]
    rows.append(["isr, N = 2, untrained", *(f"{totals[ratio] / count:.1f}" for ratio in ratios), "measured now"])
    print_table(["method", *(f"ratio {ratio}" for ratio in ratios), "from"], rows)
    print(f"Mean PSNR in dB, each digit's capped at {cap:g}; isr over {count} test digits.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    numbers = lambda text: [int(word) for word in text.split(",")]
    for name in ("pictures", "mnist"):
        command = commands.add_parser(name)
        command.add_argument("--ratios", type=numbers)
        command.add_argument("--isr", default=str(ROOT / "build" / "release" / "bin" / "isr"))
        command.add_argument("--state", default=f"isr-{name}-table.jsonl")
        if name == "pictures":
            command.add_argument("folder")
            command.add_argument("--protocols", default="own,blocks")
        else:
            command.add_argument("--digits", type=int, default=10000)
            command.add_argument("--mnist-dir")
    arguments, options = parser.parse_known_args()
    try:
        (pictures if arguments.command == "pictures" else mnist)(arguments, options)
    except KeyboardInterrupt:
        sys.exit(f"field_tables.py: interrupted; the same command goes on from {arguments.state}")
    except OSError as error:
        sys.exit(f"field_tables.py: {error}")


if __name__ == "__main__":
    main()
