#!/usr/bin/python3
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
BLOCK_ROWS = {1: 10, 4: 43, 10: 109, 25: 272, 30: 327, 40: 436, 50: 545}  # by per cent; the literature's

# PSNR/SSIM on Set11 at 1, 4, 10, 25, 30, 40 and 50 %. Sources are the tables of the named public repositories.
SET11 = """
TVAL3 | block Gaussian | | | 24.27/.727 | | 29.81/.880 | 31.89/.914 | 33.97/.940 | jianzhangcs/COAST
BM3D-AMP | block Gaussian | | | 22.60/.349 | | 30.26/.658 | 33.66/.732 | 35.93/.779 | jianzhangcs/COAST
DIP, untrained | block Gaussian | | | 25.98/.762 | | 33.25/.933 | 33.41/.893 | 35.96/.948 | jianzhangcs/COAST
NLR-CSNet, untrained | block Gaussian | | | 28.05/.848 | | 33.89/.939 | 35.65/.955 | 37.12/.964 | jianzhangcs/COAST
ISTA-Net+, trained | block Gaussian | 17.42/.403 | 21.32/.604 | 26.64/.809 | 32.59/.925 | 33.81/.939 | 36.04/.958 \
| 38.11/.971 | jianzhangcs/OPINE-Net, songjiechong/SODAS-Net
SODAS-Net, trained | block Gaussian | | | 28.89/.867 | 34.24/.944 | 35.55/.954 | 37.74/.968 | 39.60/.977 \
| songjiechong/SODAS-Net
OPINE-Net+, trained | learned blocks | 20.15/.534 | 25.69/.792 | 29.81/.888 | 34.86/.951 | 35.99 | | 40.17/.980 \
| jianzhangcs/OPINE-Net
ADMM-ProxUnroll, trained | learned, global | 22.76/.631 | 28.30/.845 | 32.55/.923 | 37.35/.964 | | | 41.97/.984 \
| pwangcs/ProxUnroll
"""
# Mean PSNR over the 10,000 test digits at ratios 2, 4 and 8: PSCLab-ASU/OpenICS, Details.md.
MNIST = """
TVAL3 | 48.0 | 33.2 | 20.6
TV | 47.9 | 31.0 | 19.9
D-AMP | 43.5 | 31.8 | 22.6
NLR-CS, untrained | 40.1 | 29.5 | 18.8
ISTA-Net+, trained | 48.0 | 44.3 | 35.1
LDAMP, trained | 48.0 | 47.6 | 39.9
CSGM, trained | 22.6 | 22.5 | 22.0
"""
MNIST_RATIOS = [2, 4, 8]


def published(table):
    """The cells of each line."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def chosen(cells, of, ratios):
    """Those of the ratios asked for; empty where none is published."""
    known = dict(zip(of, cells))
    return [known.get(ratio, "") for ratio in ratios]


class State:
    """Results by key, a line each, appended as they come."""

    def __init__(self, path):
        self.path = Path(path)
        self.known = {}
        if not self.path.exists():
            return
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


def print_table(header, rows):
    widths = [max(len(str(row[k])) for row in [header, *rows]) for k in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |")


def block_matrix(path, rows):
    """Gaussian, with orthonormal rows."""
    import numpy as np

    square = np.random.default_rng(42).standard_normal((BLOCK * BLOCK, BLOCK * BLOCK))
    np.save(path, np.linalg.qr(square)[0][:, :rows].T.astype(np.float32))


def measured_picture(isr, file, protocol, ratio, options):
    """The row of one picture by one protocol."""
    with tempfile.TemporaryDirectory() as folder:
        how = ["--measurements", f"{ratio}%", "--ensemble", "hadamard"]
        if protocol == "blocks":
            block_matrix(f"{folder}/phi.npy", BLOCK_ROWS[ratio])
            how = ["--patterns", f"{folder}/phi.npy", "--block", str(BLOCK)]
        return recover(isr, [file], ["--gray", "--basis", "cdf97", "-q", *how, *options])[0]


def mean_over(files, protocol, ratio, state, arguments, options):
    """The mean PSNR and SSIM of the pictures, measured where the state does not have them: 26.69/.761."""
    sums = {"psnr": 0, "ssim": 0}
    for file in files:
        contents = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        key = f"{protocol} {ratio} {contents} {' '.join(options)}"
        if key not in state.known:
            row = measured_picture(arguments.isr, file, protocol, ratio, options)
            state.add(key, {name: row[name] for name in ("psnr", "ssim", "seconds")})
            print(f"{protocol} {ratio} % {file.name}: {row['psnr']:.2f} dB, SSIM {row['ssim']:.3f}, "
                  f"{row['seconds']:.1f} s", file=sys.stderr)
        for name in sums:
            sums[name] += state.known[key][name]
    return f"{sums['psnr'] / len(files):.2f}/{sums['ssim'] / len(files):.3f}".replace("/0.", "/.")


def pictures(arguments, options):
    extensions = {".png", ".tif", ".tiff", ".bmp", ".pgm", ".jpg"}
    files = sorted(path for path in Path(arguments.folder).iterdir() if path.suffix.lower() in extensions)
    if not files:
        sys.exit(f"field_tables.py: {arguments.folder} holds no picture")
    ratios = arguments.ratios or list(BLOCK_ROWS)
    if unknown := set(ratios) - set(BLOCK_ROWS):
        sys.exit(f"field_tables.py: the ratios are {', '.join(map(str, BLOCK_ROWS))}; got {min(unknown)}")
    state = State(arguments.state)
    samplings = {"own": "subsampled Hadamard, global", "blocks": "block Gaussian"}
    rows = [[name, how, *chosen(cells, BLOCK_ROWS, ratios), source] for name, how, *cells, source in published(SET11)]
    for protocol in arguments.protocols:
        cells = [mean_over(files, protocol, ratio, state, arguments, options) for ratio in ratios]
        rows.append(["isr, N = 2, untrained", samplings[protocol], *cells, "measured now"])
    print_table(["method", "sampling", *(f"{ratio} %" for ratio in ratios), "from"], rows)
    print(f"Mean PSNR/SSIM; isr over the {len(files)} pictures of {arguments.folder}, the others over Set11.")


def write_png(path, rows, side):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes(row) for row in rows)
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def test_digits(folder):
    """The 28 x 28 pixels of each test digit."""
    path = Path(folder) / "t10k-images-idx3-ubyte"
    data = path.read_bytes() if path.exists() else gzip.open(str(path) + ".gz").read()
    count = struct.unpack(">IIII", data[:16])[1]
    return [data[16 + 784 * k : 16 + 784 * (k + 1)] for k in range(count)]


def recover_digits(isr, digits, ratio, options):
    """The PSNR of each, padded to 32 x 32, at most 48 dB."""
    side, cap = 32, 48.0
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for k, digit in enumerate(digits):
            rows = [bytes(2) + digit[28 * r : 28 * r + 28] + bytes(2) for r in range(28)]
            files.append(Path(folder) / f"{k:02d}.png")
            write_png(files[-1], [bytes(side)] * 2 + rows + [bytes(side)] * 2, side)
        results = recover(isr, files, ["--measurements", str(side * side // ratio), "-q", *options])
    return [cap if row["psnr"] in (None, "inf") else min(cap, row["psnr"]) for row in results]


def mnist(arguments, options):
    batch = 50
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "isr" / "mnist"
    folder = arguments.mnist_dir or (cache if cache.exists() else ROOT / "data" / "mnist")
    digits = test_digits(folder)[: arguments.digits]
    if len(digits) < arguments.digits:
        print(f"field_tables.py: {folder} holds {len(digits)} digits; tools/fetch-mnist fetches all", file=sys.stderr)
    ratios = arguments.ratios or MNIST_RATIOS
    state = State(arguments.state)
    totals = dict.fromkeys(ratios, 0.0)
    for first in range(0, len(digits), batch):
        for ratio in ratios:
            keys = {k: f"{ratio} {k} {' '.join(options)}" for k in range(first, min(first + batch, len(digits)))}
            missing = [k for k, key in keys.items() if key not in state.known]
            if missing:
                found = recover_digits(arguments.isr, [digits[k] for k in missing], ratio, options)
                for k, psnr in zip(missing, found):
                    state.add(keys[k], {"psnr": psnr})
            totals[ratio] += sum(state.known[key]["psnr"] for key in keys.values())
        done = min(first + batch, len(digits))
        means = ", ".join(f"{totals[ratio] / done:.2f} dB at ratio {ratio}" for ratio in ratios)
        print(f"{done} of {len(digits)} digits, so far {means}", file=sys.stderr)
    rows = [[name, *chosen(cells, MNIST_RATIOS, ratios), "OpenICS, Details.md"] for name, *cells in published(MNIST)]
    rows.append(["isr, N = 2, untrained", *(f"{totals[ratio] / len(digits):.1f}" for ratio in ratios), "measured now"])
    print_table(["method", *(f"ratio {ratio}" for ratio in ratios), "from"], rows)
    print(f"Mean PSNR in dB, each digit's capped at 48; isr over {len(digits)} test digits, the others over 10,000.")


def numbers(text):
    return [int(word) for word in text.split(",")]


def protocols(text):
    words = text.split(",")
    if not set(words) <= {"own", "blocks"}:
        raise argparse.ArgumentTypeError(f"must be own, blocks or own,blocks; got {text}")
    return words


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("pictures", "mnist"):
        command = commands.add_parser(name)
        command.add_argument("--ratios", type=numbers)
        command.add_argument("--isr", default=str(ROOT / "build" / "release" / "bin" / "isr"))
        command.add_argument("--state", default=f"isr-{name}-table.jsonl")
        if name == "pictures":
            command.add_argument("folder")
            command.add_argument("--protocols", type=protocols, default=["own", "blocks"])
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
