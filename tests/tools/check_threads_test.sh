#!/usr/bin/env bash
# tools/check-threads passes isr, and fails a program whose results change now and then on several threads.
#
#   check_threads_test.sh BUILD      the folder of the build whose isr is checked
set -euo pipefail

script=$(cd "$(dirname "$0")/../.." && pwd)/tools/check-threads
isr=$1/bin/isr
# Sanitizers make minutes of it.
if grep -q '^ISR_SANITIZE:STRING=.' "$1/CMakeCache.txt"; then exit 77; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v gnuplot >/dev/null || [[ ! -x $isr ]]; then
  echo "skipped: needs isr, and gnuplot, which draws what isr reproduce writes"
  exit 77
fi

"$script" 2 "$isr"

# Copies a result in place of computing it; every third run on 4 threads it is another one.
cat >"$work/faulty" <<'END'
#!/usr/bin/env bash
folder=$(dirname "$0")
while (($#)); do
  case $1 in
    --out) out=$2 ;;
    --threads) threads=$2 ;;
  esac
  shift
done
mkdir -p "$out"
result=same
if [[ ${threads:-} == 4 ]]; then
  echo >>"$folder/runs"
  (($(wc -l <"$folder/runs") % 3)) || result=other
fi
echo $result | tee "$out/recovered.npy" >"$out/window.csv"
END
chmod +x "$work/faulty"
status=0
"$script" 3 "$work/faulty" >"$work/report" 2>"$work/error" || status=$?
[[ $status == 1 ]] || { echo "a faulty program: exit status $status in place of 1" >&2; exit 1; }
grep -qx 'solve, 5 columns on 4 threads: 1 of 3 differ from one thread' "$work/report"
grep -qx 'solve, 5 columns on 2 threads: 0 of 3 differ from one thread' "$work/report"
grep -qx 'tools/check-threads: 3 results depend on the threads' "$work/error"

status=0
"$script" 0 "$isr" 2>"$work/error" || status=$?
[[ $status == 2 ]] || { echo "0 repetitions: exit status $status in place of 2" >&2; exit 1; }
