"""Pictures, and that everything is what the command computes, to the last bit."""

import json
import os
import re
import subprocess

import isr
import numpy as np
import pytest

executable = os.environ.get("ISR_EXECUTABLE", "")
needs_command = pytest.mark.skipif(not executable, reason="ISR_EXECUTABLE does not name the program isr")


def run(folder, *arguments):
    subprocess.run([executable, *map(str, arguments), "--out", folder / "out", "--quiet"], check=True)
    return folder / "out"


def photograph(channels):
    y, x = np.mgrid[0:24, 0:20]
    grey = 0.5 + 0.4 * np.sin(x / 5) * np.cos(y / 7)
    picture = np.stack([grey, grey**2, 1 - grey][:channels], axis=2)
    return np.round(picture * 255).astype(np.uint8)


def saved(folder, picture):
    """As PPM or PGM."""
    height, width, channels = picture.shape
    path = folder / ("picture.ppm" if channels == 3 else "picture.pgm")
    path.write_bytes(f"P{6 if channels == 3 else 5} {width} {height} 255\n".encode() + picture.tobytes())
    return path


@needs_command
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", [{}, {"noise": 0.0}, {"noise": 0.1}, {"stop": "residual:0.01"}, {"solver": "gd"}])
def test_recover_gives_the_bits_of_isr_solve(tmp_path, spikes, dtype, options):
    X = spikes.X.astype(dtype)
    Y = np.stack([spikes.y, spikes.X[:, 5] + 0.2], axis=1) + 0.1 * np.random.default_rng(3).standard_normal((40, 2))
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", Y)
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    out = run(tmp_path, "solve", "--matrix", tmp_path / "X.npy", "--measurements", tmp_path / "y.npy",
              "--depth", "3", *words)
    found = isr.recover(X, Y, depth=3, **options)
    assert np.array_equal(np.load(out / "recovered.npy")[:, 0].T, found.w.astype(np.float32))
    for row, one in zip(json.loads((out / "results.json").read_text())["results"], found.columns):
        assert row["stop_reason"] == one.stopped_by and float(row["flow_time"]) == one.flow_time


@needs_command
@pytest.mark.parametrize("channels, basis", [(1, None), (3, None), (1, "pixel"), (3, "haar")])
def test_recover_image_gives_the_bits_of_isr_recover(tmp_path, channels, basis):
    picture = photograph(channels)
    words = ["--basis", basis] if basis else []
    out = run(tmp_path, "recover", saved(tmp_path, picture), "--measurements", "30%", "--depth", "2,3", *words)
    found = isr.recover_image(picture if channels == 3 else picture[:, :, 0], measurements=0.3, depth=(2, 3), basis=basis)
    assert np.array_equal(np.load(out / "recovered.npy")[0], found.images)
    rows = json.loads((out / "results.json").read_text())["results"]
    assert [row["psnr"] for row in rows] == pytest.approx(list(found.psnr))
    assert rows[0]["n"] == found.measurements and rows[0]["basis"] == found.basis
    assert rows[0]["ensemble"] == found.ensemble


@needs_command
def test_digits_are_those_of_the_command(tmp_path):
    out = run(tmp_path, "reproduce", "mnist", "mnist:train:3", "--iterations", "300")
    found = isr.recover_image(
        isr.digits("mnist:train:3").images[0], measurements=392, ensemble="biased-sign", basis="pixel",
        depth=(2, 3, 5), solver="gd", init=1e-3, step=5e-3, stop="iterations", iterations=300,
    )
    assert np.array_equal(np.load(out / "recovered.npy")[0], found.images)


def data_of(page):
    data = json.loads(re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page, re.S)[1])
    for run_of in data["runs"]:
        del run_of["seconds"]
    del data["command"]
    return data


@needs_command
def test_compare_makes_the_page_of_isr_compare(tmp_path):
    out = run(tmp_path, "compare", "mnist:train:1-2", "--depth", "1,3", "--no-charts", "--no-film", "--ensemble", "biased-sign")
    page = (out / "compare.html").read_text()
    compared = isr.compare(isr.digits("mnist:train:1-2"), depth=(1, 3), ensemble="biased-sign", title="mnist:train:1-2")
    assert data_of(compared.html) == data_of(page)
    assert compared.findings == tuple(data_of(page)["findings"])
    before = re.sub(r'(<script[^>]*type="application/json"[^>]*>).*?(</script>)', r"\1\2", page, flags=re.S)
    assert before == re.sub(r'(<script[^>]*type="application/json"[^>]*>).*?(</script>)', r"\1\2", compared.html, flags=re.S)


def test_a_comparison_is_saved_whole_and_shows_itself(tmp_path):
    compared = isr.compare(isr.digits("mnist:test:1").images[0], depth=2, frames=10)
    compared.save(tmp_path / "compare.html")
    assert (tmp_path / "compare.html").read_text() == compared.html
    assert [file.name for file in tmp_path.iterdir()] == ["compare.html"]
    assert compared._repr_html_().startswith("<iframe srcdoc=")
    assert compared.findings[0] in repr(compared)
    with pytest.raises(FileNotFoundError):
        compared.save(tmp_path / "no" / "compare.html")


def test_formats_of_pictures_mean_the_same():
    bytes_of = np.round(isr.digits("mnist:train:0").images[0] * 255).astype(np.uint8)
    digit = bytes_of * np.float32(1 / 255)
    options = dict(measurements=200, depth=2, basis="pixel", stop="residual:0.1")
    images = isr.recover_image(bytes_of, **options).images
    assert images.shape == (1, 28, 28) and images.dtype == np.float32
    assert np.array_equal(isr.recover_image(digit, **options).images, images)
    assert np.array_equal(isr.recover_image(digit.astype(np.float64), **options).images, images)
    assert np.array_equal(isr.recover_image(digit[:, :, np.newaxis], **options).images[..., 0], images)


def test_the_oracle_sees_the_truth():
    digit = isr.digits("mnist:train:0").images[0]
    options = dict(measurements=0.25, depth=3, basis="pixel", noise=2.0)
    best = isr.recover_image(digit, stop="oracle", **options)
    assert "sees the truth" in best.recoveries[0].stopped_by
    assert best.psnr[0] >= isr.recover_image(digit, **options).psnr[0]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"image": np.ones(3)}, r"image must have the shape \(height, width\)"),
        ({"image": np.ones((3, 3, 2))}, "1 or 3 channels"),
        ({"image": np.ones((0, 3))}, "image must have the shape"),
        ({"image": 255 * np.ones((3, 3))}, r"image must hold numbers from 0 \(black\) to 1 \(white\)"),
        ({"image": np.full((3, 3), np.nan)}, "image must hold numbers from 0"),
        ({"image": np.ones((3, 3), object)}, "image must hold real numbers; its dtype is object"),
        ({"measurements": 0}, "measurements must be at least 1"),
        ({"measurements": 0.0}, "measurements must be a share"),
        ({"measurements": "half"}, "measurements must be a number; got 'half'"),
        ({"depth": ()}, "depth must be a whole number, or a sequence of at least one"),
        ({"depth": (2, -3)}, "depth must lie between 1 and 100; got -3"),
        ({"ensemble": "cauchy"}, "ensemble cauchy is unknown"),
        ({"basis": "curvelet"}, "curvelet"),
        ({"noise": -1}, "noise must be a number of at least 0"),
        ({"seed": 2**32}, "seed must lie between"),
        ({"positive_probability": 1}, "positive_probability must lie between 0 and 1"),
    ],
)
def test_mistakes_are_value_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        isr.recover_image(**{"image": np.ones((4, 4)), "depth": 2, **arguments})


def test_mistakes_of_a_comparison_are_value_errors():
    digit = np.ones((4, 4))
    for arguments, message in [
        ({"frames": 3}, "frames must be at least 10, or 0"),
        ({"noise": (0, -1)}, "noise must be a list of numbers of at least 0"),
        ({"init": ()}, "at least one"),
        ({"names": ("a", "b")}, "names must have a name for each of the 1 pictures; it has 2"),
        ({"image": []}, "image must be a picture, or a sequence of at least one"),
    ]:
        with pytest.raises(ValueError, match=message):
            isr.compare(**{"image": digit, **arguments})


def test_digits_that_are_not_there_are_an_error(tmp_path):
    with pytest.raises(isr.Error, match="digit 5000 of the training set|digit 5000 of the train"):
        isr.digits("mnist:train:5000", directory=os.path.join(os.path.dirname(isr.__file__), "data", "mnist"))
    with pytest.raises(isr.Error, match="the folder .* holds no MNIST files"):
        isr.digits(directory=tmp_path)
    with pytest.raises(ValueError, match="names no digits"):
        isr.digits("cifar")
    found = isr.digits("mnist:test:0,2")
    assert found.images.shape == (2, 28, 28) and found.labels == ("7", "1")
