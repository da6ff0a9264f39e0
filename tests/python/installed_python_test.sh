#!/usr/bin/env bash
# The Python package as users install it: a wheel by pip into a fresh venv, with Debian's packages alone and no
# network, and by cmake --install. In both the lines of data/docs/python.md run. The wheel is made from what the
# build folder holds already.
#
#   tests/python/installed_python_test.sh BUILD_FOLDER
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
[[ -e $build/python/isr ]] || { echo "this build has no Python module"; exit 77; }
python=$(sed -n 's/^_\{0,1\}Python_EXECUTABLE:[A-Z]*=//p' "$build/CMakeCache.txt" | head -1)
"$python" -c 'import setuptools, wheel, venv, pip, numpy, scipy, sklearn, matplotlib' 2>/dev/null ||
  { echo "$python lacks setuptools, wheel, pip, venv or what the examples use"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The page's lines, in a folder of their own.
check() { # PYTHON FOLDER
  mkdir "$work/$2"
  awk '/^```python$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/data/docs/python.md" >"$work/$2/lines.py"
  (cd "$work/$2" && MPLCONFIGDIR=$work "$1" lines.py)
  [[ -s $work/$2/compare.html ]]
}

"$python" -m venv --system-site-packages "$work/venv"
# pip works in a copy: it leaves folders of its own in the sources.
mkdir -p "$work/clone/src/python"
(cd "$root" && cp CMakeLists.txt README.md "$work/clone" && cp src/python/{pyproject.toml,setup.py} "$work/clone/src/python")
ISR_BUILD_FOLDER=$build "$work/venv/bin/python" -m pip --quiet --disable-pip-version-check install --no-index \
  --no-build-isolation "$work/clone/src/python"
where=$("$work/venv/bin/python" -c 'import isr; print(isr.__file__)')
[[ $where == "$work/venv/"* ]] || { echo "FAILED: isr comes from $where" >&2; exit 1; }
[[ -n $(find "$(dirname "$where")" -name 'libhwy*') ]] || { echo "FAILED: the wheel lacks libhwy" >&2; exit 1; }
check "$work/venv/bin/python" wheel

cmake --install "$build" --component python --prefix "$work/installed" >/dev/null
folder=$(dirname "$(find "$work/installed" -type d -name isr | head -1)")
(export PYTHONPATH=$folder && check "$python" from-cmake)
echo "tests/python: the lines of data/docs/python.md run from a wheel in a fresh venv, and from cmake --install"
