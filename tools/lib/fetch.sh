# Shared by tools/fetch-mnist and tools/fetch-examples: files from elsewhere, each checked, whole or not at all.
# Source it with `tool` set to the script's name.
# shellcheck shell=bash

say() { echo "${tool:?}: $*" >&2; }
fail() {
  say "$1"
  exit "${2:-1}"
}

has_sha256() { # FILE SUM
  [[ -f $1 ]] || return 1
  local sum
  sum=$(if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi)
  [[ ${sum%% *} == "$2" ]]
}

download() { # URL FILE
  local command
  if command -v curl >/dev/null; then
    command=(curl -fsSL --connect-timeout 10 --speed-limit 1024 --speed-time 30 --retry 2 -o "$2" "$1")
  elif command -v wget >/dev/null; then
    command=(wget -q --timeout 30 --tries 3 -O "$2" "$1")
  else
    fail "needs curl or wget; install one of them"
  fi
  # In the background, since a signal interrupts wait and nothing else.
  "${command[@]}" &
  wait $!
}

# Makes the folder `directory`, and inside it the folder `work`, so that moving a file into place is one rename;
# it goes when the script ends or is interrupted.
open_work_folder() {
  mkdir -p "${directory:?}" || fail "cannot make the folder $directory"
  work=$(mktemp -d "$directory/.fetch.XXXXXX") || fail "cannot write to $directory"
  trap 'rm -rf "$work"' EXIT
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM
}
# shellcheck disable=SC2317
interrupted() { # STATUS
  # shellcheck disable=SC2046
  kill $(jobs -pr) 2>/dev/null || true
  exit "$1"
}

# $XDG_CACHE_HOME/isr/NAME, or the same in HOME.
cache_folder() { # NAME
  local cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  [[ -n $cache ]] || fail "neither XDG_CACHE_HOME nor HOME is set; name a folder" 2
  echo "$cache/isr/$1"
}
