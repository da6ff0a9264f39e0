"""What the documents show: examples, the lines of the page, types."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

root = pathlib.Path(__file__).resolve().parents[2]
examples = sorted((root / "tools" / "examples").glob("*.py"))


@pytest.mark.parametrize("example", examples, ids=lambda path: path.stem)
def test_an_example_draws_its_picture(example, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "picture.png"
    environment = {**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path)}
    subprocess.run([sys.executable, example, picture], check=True, env=environment)
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000


def test_the_lines_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", (root / "data" / "docs" / "python.md").read_text(), re.M | re.S)
    assert len(blocks) >= 4
    names: dict = {}
    for block in blocks:
        exec(compile(block, "python.md", "exec"), names)
    assert (tmp_path / "compare.html").exists()


def test_every_function_says_what_it_takes_and_returns():
    import inspect

    import isr

    for name in isr.__all__:
        thing = getattr(isr, name)
        if not inspect.isfunction(thing):
            continue
        text = inspect.getdoc(thing) or ""
        for argument in inspect.signature(thing).parameters:
            assert re.search(rf"^( {{0,4}}|.*, ){argument}(,| :|$)", text, re.M), f"{name} does not document {argument}"


def test_the_examples_of_docstrings_hold():
    import doctest

    import isr

    assert doctest.testmod(isr).failed == 0


def test_mypy_finds_nothing_to_complain_of_in_the_examples_and_the_package():
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", root / "src/python/pyproject.toml",
               "--cache-dir", os.environ.get("ISR_MYPY_CACHE", os.devnull), *examples, root / "src" / "python" / "isr"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
