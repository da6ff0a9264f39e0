#!/usr/bin/env bash
# tools/fetch-mnist against local mirrors, with small stand-ins for the four files: the script under test is a
# copy whose checksums are those of the stand-ins.
set -euo pipefail

script=$(cd "$(dirname "$0")/../.." && pwd)/tools/fetch-mnist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v curl >/dev/null; then
  echo "skipped: needs curl, which reads file:// URLs"
  exit 77
fi

names=(train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte)
mkdir "$work/good" "$work/truth"
cp "$script" "$work/fetch"
cp -r "$(dirname "$script")/lib" "$work/lib"
for name in "${names[@]}"; do
  head -c 5000 /dev/zero | tr '\0' x | sed "s/^/$name/" >"$work/truth/$name"
  gzip -c "$work/truth/$name" >"$work/good/$name.gz"
  sum=$(sha256sum "$work/truth/$name")
  sed -i "s/\[$name\]=[0-9a-f]*/[$name]=${sum%% *}/" "$work/fetch"
done
# mirror NAME: a copy of the good mirror, to be damaged.
mirror() {
  cp -r "$work/good" "$work/$1"
}
url() { echo "file://$work/$1"; }

check() { # WHAT COMMAND...
  local what=$1
  shift
  if ! "$@"; then
    echo "FAILED: $what" >&2
    [[ ! -e $work/log ]] || sed 's/^/  /' "$work/log" >&2
    exit 1
  fi
  echo "ok: $what"
}
fetch() { "$work/fetch" "$@" >"$work/log" 2>&1; }
fails_with() { # STATUS ARGUMENTS...
  local expected=$1 status=0
  shift
  fetch "$@" || status=$?
  [[ $status == "$expected" ]]
}
log_has() { grep -qF -- "$1" "$work/log"; }
whole() { # DIR: the four files and nothing else
  [[ $(find "$1" -mindepth 1 | wc -l) == 4 ]] || return 1
  local name
  for name in "${names[@]}"; do
    cmp -s "$work/truth/$name" "$1/$name" || return 1
  done
}
is_empty() { [[ -z $(ls -A "$1") ]]; }

check "a good mirror gives the four files" fetch --mirror "$(url good)" "$work/a"
check "they are whole, and nothing else is there" whole "$work/a"
inodes=$(ls -i "$work/a")
check "a second run needs no mirror" fetch --mirror "$(url none)" "$work/a"
check "and says so" log_has "holds the whole set already"
check "and leaves the files alone" test "$inodes" = "$(ls -i "$work/a")"

echo damage >>"$work/a/t10k-images-idx3-ubyte"
kept=$(ls -i "$work/a/train-images-idx3-ubyte")
check "a damaged file is fetched again" fetch --mirror "$(url good)" "$work/a"
check "so that all are right" whole "$work/a"
check "the others are kept" test "$kept" = "$(ls -i "$work/a/train-images-idx3-ubyte")"

mirror corrupt
echo "other digits" | gzip -c >"$work/corrupt/train-labels-idx1-ubyte.gz"
check "a wrong file is rejected and the next mirror tried" \
  fetch --mirror "$(url corrupt)" --mirror "$(url good)" "$work/b"
check "with a message" log_has "train-labels-idx1-ubyte from $(url corrupt) is not the original"
check "so that all are right" whole "$work/b"

check "with wrong files alone it fails" fails_with 1 --mirror "$(url corrupt)" "$work/c"
check "naming what is missing" log_has "could not fetch train-labels-idx1-ubyte"
check "the wrong file is not there" test ! -e "$work/c/train-labels-idx1-ubyte"
check "the right one is" cmp -s "$work/truth/train-images-idx3-ubyte" "$work/c/train-images-idx3-ubyte"

mirror truncated
truncate -s 40 "$work/truncated/train-images-idx3-ubyte.gz"
check "a truncated file is rejected" fails_with 1 --mirror "$(url truncated)" "$work/d"
check "with a message" log_has "train-images-idx3-ubyte.gz from $(url truncated) is no whole gzip file"
check "and leaves nothing behind" is_empty "$work/d"

# A named pipe that is never written to stands for a download that hangs.
mirror hanging
rm "$work/hanging/train-labels-idx1-ubyte.gz"
mkfifo "$work/hanging/train-labels-idx1-ubyte.gz"
setsid "$work/fetch" --mirror "$(url hanging)" "$work/e" >"$work/log" 2>&1 &
job=$!
for _ in {1..100}; do
  if [[ -e $work/e/train-images-idx3-ubyte ]]; then break; fi
  sleep 0.05
done
kill -TERM -- "-$job"
status=0
wait "$job" || status=$?
check "an interrupted run ends with 128 + the signal" test "$status" = 143
check "and keeps only what is whole" test "$(ls -A "$work/e")" = train-images-idx3-ubyte
check "repeating it completes the set" fetch --mirror "$(url good)" "$work/e"
check "so that all are right" whole "$work/e"

XDG_CACHE_HOME=$work/cache check "the default folder is in XDG_CACHE_HOME" fetch --mirror "$(url good)"
check "as isr expects it" whole "$work/cache/isr/mnist"
XDG_CACHE_HOME='' HOME=$work/home check "or in HOME" fetch --mirror "$(url good)"
check "as isr expects it" whole "$work/home/.cache/isr/mnist"

check "an unknown option is wrong usage" fails_with 2 --dir x
check "and so are two folders" fails_with 2 "$work/x" "$work/y"
check "a folder that cannot be made is an error" fails_with 1 "$work/truth/${names[0]}/x"
