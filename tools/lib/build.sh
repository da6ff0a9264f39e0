# Shared by tools/reproduce, tools/test and .ci/run: what isr needs, and how it is built. Source it.
# shellcheck shell=bash disable=SC2034

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Debian and Ubuntu packages; "a|b" is satisfied by either, and the first is installed when neither is there.
build_packages=(
  g++ cmake ninja-build 'pkg-config|pkgconf'
  libopencv-dev libeigen3-dev libboost-program-options-dev nlohmann-json3-dev libhwy-dev zlib1g-dev
  libcairo2-dev libpng-dev libwebp-dev libzip-dev libmatio-dev libsqlite3-dev fonts-dejavu-core gnuplot-nox
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
)

# What the builds with sanitizers and tools/fuzz need beside them.
clang_packages=(clang libclang-rt-14-dev)

# What the Python module and its tests need beside them; without these isr is built without it.
python_packages=(
  python3-dev pybind11-dev python3-numpy python3-scipy python3-sklearn python3-matplotlib python3-pytest
  python3-tqdm python3-pandas mypy python3-venv python3-pip python3-setuptools python3-wheel
)

# What sweeps on several ranks and their tests need beside them; without it isr is built without.
mpi_packages=(libopenmpi-dev openmpi-bin)

# What tests/browser/run needs. Node.js and npm may come from elsewhere than Debian, where its packages would
# conflict with them: they are asked for only where the commands are missing.
browser_packages=(chromium "firefox-esr|firefox")
command -v npm >/dev/null || browser_packages+=(nodejs npm)

# What build_engine needs. Node.js comes with emscripten where it is not there already.
web_packages=(emscripten)

# Prints those of the given packages that are not installed.
missing_packages() {
  local installed choice alternative
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
  for choice in "$@"; do
    for alternative in ${choice//|/ }; do
      grep -qxF -- "$alternative" <<<"$installed" && continue 2
    done
    echo "${choice%%|*}"
  done
}

# Installs what is missing of the given packages. Where there is no apt-get it names them and goes on: the
# build then says what it lacks.
install_packages() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    [[ -e $source_root/build/release/bin/isr ]] ||
      echo "This system has no apt-get. isr needs what Debian calls: ${*%%|*}" >&2
    return 0
  fi
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "Missing packages, and no sudo to install them. As root: apt-get install ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]} (the first time this takes some minutes)" >&2
  quietly "${as_root[@]}" apt-get -q update
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}"
}

# Runs a command and shows its output only when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  ((status == 0)) || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# build PRESET [TARGET ...]: configures once, builds in build/PRESET (all targets by default), with whatever
# generator that folder was configured. The output goes to stderr.
build() {
  local preset=$1 folder=$source_root/build/$1 generator=() targets=()
  shift
  if [[ ! -e $folder/build.ninja && ! -e $folder/Makefile ]]; then
    [[ -e $folder/CMakeCache.txt ]] || ! command -v ninja >/dev/null || generator=(-G Ninja)
    echo "Configuring $folder" >&2
    (cd "$source_root" && quietly cmake --preset "$preset" "${generator[@]}")
  fi
  (($# == 0)) || targets=(--target "$@")
  cmake --build "$folder" --parallel "$(processors)" "${targets[@]}" >&2
}

# build_engine: engine.js and engine.wasm in build/web, for isr playground.
build_engine() {
  # Debian's emscripten finds Debian's Node.js packages whichever Node.js runs it.
  export NODE_PATH=${NODE_PATH:-/usr/share/nodejs}
  if [[ ! -e $source_root/build/web/CMakeCache.txt ]]; then
    quietly emcmake cmake -S "$source_root/src/web" -B "$source_root/build/web"
  fi
  cmake --build "$source_root/build/web" --parallel "$(processors)" >&2
}

processors() { nproc 2>/dev/null || echo 2; }
