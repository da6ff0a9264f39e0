#!/usr/bin/env bash
# The first program of isr.h and of its page, built by a stranger against an installed copy of the library that was
# moved since: by CMake's find_package(isr), and by pkg-config.
#
#   tests/library/installed_library_test.sh BUILD_FOLDER
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1
# Nobody links the library of a build with sanitizers.
if grep -q '^ISR_SANITIZE:STRING=.' "$build/CMakeCache.txt"; then exit 77; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# The program, from the comment of the main header.
sed -n 's|^//     ||p' "$root/src/isr.h" >"$work/first.cpp"
[[ $(wc -l <"$work/first.cpp") -le 15 ]] || fail "the first program is longer than 15 lines"
grep -qF 'isr::recover(' "$work/first.cpp" || fail "isr.h has no first program"
awk '/^```cpp$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/data/docs/library.md" >"$work/page.cpp"
diff -B "$work/first.cpp" "$work/page.cpp" >&2 || fail "the first program of data/docs/library.md is not that of isr.h"

cmake --install "$build" --component library --prefix "$work/installed" >/dev/null
mv "$work/installed" "$work/moved"
lib=$(dirname "$(find "$work/moved" -name 'libisr.so' | head -1)")

check() { # PROGRAM
  local output
  output=$(LD_LIBRARY_PATH=$lib "$1")
  echo "$output"
  [[ $output == *"stopped by "*limit* ]] || fail "$1 did not reach the limit"
  awk '/^error/ { exit !($2 < 1e-2) }' <<<"$output" || fail "$1 did not find the truth"
}

mkdir "$work/project"
cp "$work/first.cpp" "$work/project"
cat >"$work/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(first CXX)
find_package(isr 0.1 REQUIRED)
add_executable(first first.cpp)
target_link_libraries(first PRIVATE isr::isr)
END
cmake -S "$work/project" -B "$work/project/build" -DCMAKE_PREFIX_PATH="$work/moved" >/dev/null
cmake --build "$work/project/build" >/dev/null
check "$work/project/build/first"

export PKG_CONFIG_PATH=$lib/pkgconfig
# shellcheck disable=SC2046
"${CXX:-c++}" -std=c++20 "$work/first.cpp" $(pkg-config --cflags --libs isr) -o "$work/first"
check "$work/first"

# Only the API can be seen: nothing of the kernels and libraries inside.
hidden=$(nm -DC --defined-only "$lib/libisr.so" | grep -E ' [TW] ' | grep -E 'nlohmann|hwy::|N_(AVX|SSE)|ReweightedFlow|Rounds::' || true)
[[ -z $hidden ]] || fail "symbols that should be hidden: $(head -3 <<<"$hidden")"
if ldd "$lib/libisr.so" | grep -E 'opencv|boost'; then fail "the library needs OpenCV or Boost"; fi
echo "tests/library: the first program works against a moved copy"
