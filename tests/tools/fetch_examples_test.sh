#!/usr/bin/env bash
# tools/fetch-examples against local servers, with small stand-ins for the files: the script under test is a copy
# whose sizes and checksums are those of the stand-ins.
set -euo pipefail

script=$(cd "$(dirname "$0")/../.." && pwd)/tools/fetch-examples
work=$(mktemp -d)
trap 'rm -rf "$work"; kill $(jobs -pr) 2>/dev/null || true' EXIT
if ! command -v curl >/dev/null || ! command -v python3 >/dev/null; then
  echo "skipped: needs curl, and python3 for a server"
  exit 77
fi

cp "$script" "$work/fetch"
cp -r "$(dirname "$script")/lib" "$work/lib"
mapfile -t paths < <(sed -n '/^readonly light_sensor_files=/,/^"/p' "$script" | awk 'NF == 3 { print $1 }')
[[ ${#paths[@]} == 4 ]] || { echo "FAILED: the script names ${#paths[@]} files" >&2; exit 1; }
for path in "${paths[@]}"; do
  mkdir -p "$work/good/$(dirname "$path")"
  echo "stand-in for $path" >"$work/good/$path"
  sum=$(sha256sum "$work/good/$path")
  sed -i "s|^$path .*|$path $(wc -c <"$work/good/$path") ${sum%% *}|" "$work/fetch"
done
cp -r "$work/good" "$work/corrupt"
echo "somebody else's measurements" >"$work/corrupt/${paths[1]}"
cp -r "$work/good" "$work/hanging"
rm "$work/hanging/${paths[1]}"
mkfifo "$work/hanging/${paths[1]}"

cat >"$work/server.py" <<'END'
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()
END
python3 "$work/server.py" "$work" >"$work/port" 2>/dev/null &
for _ in {1..100}; do
  if [[ -s $work/port ]]; then break; fi
  sleep 0.05
done
url() { echo "http://127.0.0.1:$(cat "$work/port")/$1"; }

check() { # WHAT COMMAND...
  local what=$1
  shift
  if ! "$@"; then
    echo "FAILED: $what" >&2
    sed 's/^/  /' "$work/log" >&2
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
whole() { # DIR: the files and nothing else
  [[ $(find "$1" -mindepth 1 | wc -l) == "${#paths[@]}" ]] || return 1
  local path
  for path in "${paths[@]}"; do cmp -s "$work/good/$path" "$1/${path##*/}" || return 1; done
}

check "a good server gives the files" fetch --mirror "$(url good)" light-sensor "$work/a"
check "they are whole, and nothing else is there" whole "$work/a"
inodes=$(ls -i "$work/a")
check "a second run needs no server" fetch --mirror "$(url none)" light-sensor "$work/a"
check "and leaves the files alone" test "$inodes" = "$(ls -i "$work/a")"
echo damage >>"$work/a/LICENSE"
check "a damaged file is fetched again" fetch --mirror "$(url good)" light-sensor "$work/a"
check "so that all are right" whole "$work/a"

check "a wrong file is rejected" fails_with 1 --mirror "$(url corrupt)" light-sensor "$work/b"
check "with a message" log_has "${paths[1]##*/} from $(url corrupt) is not the original"
check "and is not there" test ! -e "$work/b/${paths[1]##*/}"
check "the next server completes the set" fetch --mirror "$(url corrupt)" --mirror "$(url good)" light-sensor "$work/b"
check "so that all are right" whole "$work/b"
check "a server that is not there fails" fails_with 1 --mirror "$(url none)" light-sensor "$work/c"
check "naming what is missing" log_has "could not fetch ${paths[0]##*/}"

setsid "$work/fetch" --mirror "$(url hanging)" light-sensor "$work/d" >"$work/log" 2>&1 &
job=$!
for _ in {1..100}; do
  if [[ -e $work/d/${paths[0]##*/} ]]; then break; fi
  sleep 0.05
done
kill -TERM -- "-$job"
status=0
wait "$job" || status=$?
check "an interrupted run ends with 128 + the signal" test "$status" = 143
check "and keeps only what is whole" test "$(ls -A "$work/d")" = "${paths[0]##*/}"
check "repeating it completes the set" fetch --mirror "$(url good)" light-sensor "$work/d"
check "so that all are right" whole "$work/d"

XDG_CACHE_HOME=$work/cache check "the default is light-sensor, in XDG_CACHE_HOME" fetch --mirror "$(url good)"
check "as documented" whole "$work/cache/isr/light-sensor"
check "an unknown name is wrong usage" fails_with 2 --mirror "$(url good)" dark-sensor "$work/e"
check "and so is an unknown option" fails_with 2 --dir x
