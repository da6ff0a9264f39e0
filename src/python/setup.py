"""How pip builds the wheel: CMake builds the Python package and puts all of it where setuptools packs it."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

root = pathlib.Path(__file__).resolve().parents[2]
(root / "build").mkdir(exist_ok=True)


def built() -> pathlib.Path:
    """The folder in which CMake has built the module: that which ISR_BUILD_FOLDER names, or one for wheels."""
    if "ISR_BUILD_FOLDER" in os.environ:
        return pathlib.Path(os.environ["ISR_BUILD_FOLDER"])
    folder = root / "build" / f"wheel-{sys.implementation.cache_tag}"
    options = {
        "CMAKE_BUILD_TYPE": "Release",
        "ISR_PROGRAM": "OFF",
        "ISR_TESTS": "OFF",
        "ISR_BENCHMARKS": "OFF",
        "ISR_PYTHON_REQUIRED": "ON",
        "Python_EXECUTABLE": sys.executable,
    }
    try:
        import pybind11

        options["pybind11_DIR"] = pybind11.get_cmake_dir()
    except ImportError:
        pass  # where CMake looks by itself
    generator = ["-G", "Ninja"] if shutil.which("ninja") and not (folder / "CMakeCache.txt").exists() else []
    defines = [f"-D{name}={value}" for name, value in options.items()]
    subprocess.run(["cmake", "-S", root, "-B", folder, *generator, *defines], check=True)
    subprocess.run(["cmake", "--build", folder, "--parallel", "--target", "isr_python"], check=True)
    return folder


class BuildWithCMake(build_ext):
    def run(self) -> None:
        package = pathlib.Path(self.build_lib).resolve()
        shutil.rmtree(package / "isr", ignore_errors=True)
        install = ["cmake", "--install", built(), "--component", "python-wheel", "--strip", "--prefix", package]
        subprocess.run(install, check=True)


version = re.search(r"project\(isr VERSION ([\d.]+)", (root / "CMakeLists.txt").read_text())
if version is None:
    raise SystemExit("CMakeLists.txt names no version of isr")
setup(
    version=version[1],
    long_description=(root / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    packages=[],
    ext_modules=[Extension("isr._core", sources=[])],  # so that the wheel is one of this platform
    cmdclass={"build_ext": BuildWithCMake},
    zip_safe=False,
)
