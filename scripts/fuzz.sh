#!/usr/bin/env bash
# Runs every fuzz target of the repository, one after the other:
# fuzz.sh TIME LONG [PATTERN]
#
# Targets of mbox, header, addresses and MIME structure run for LONG, the others
# for TIME; with PATTERN only those whose "package Target" matches it. All of
# them run, whatever one finds. A summary comes last; the exit status is 1 when
# one failed. The input it failed on is kept by go test under testdata/fuzz.
set -euo pipefail

time=${1:-60s} long=${2:-10m} pattern=${3:-.}
thorough='^Fuzz(Mbox|Headers?|Address(es)?|Parts)$'

# go test -list prints the targets of a package, then "ok" and its name.
listed=$(go test -list '^Fuzz' ./...) || { echo "$listed" >&2 && exit 1; }
targets=$(awk '/^Fuzz/ { found[n++] = $1 } $1 == "ok" { for (i = 0; i < n; i++) print $2, found[i]; n = 0 }' <<<"$listed" |
  grep -E "$pattern" || true)
if [ -z "$targets" ]; then
  echo "no fuzz target matches $pattern" >&2
  exit 2
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
summary='' failed=0 count=0
while read -r package target; do
  for=$time
  if [[ $target =~ $thorough ]]; then for=$long; fi
  echo "== $package $target, $for"
  outcome=passed
  go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$for" </dev/null 2>&1 | tee "$log" || outcome=FAILED
  if [ "$outcome" = FAILED ]; then failed=$((failed + 1)); fi
  count=$((count + 1))
  execs=$(grep -oE 'execs: [0-9]+' "$log" | tail -1 || true)
  interesting=$(grep -oE 'new interesting: [0-9]+ \(total: [0-9]+\)' "$log" | tail -1 || true)
  summary+=$(printf '%-8s %-30s %-24s %-5s %-18s %s' "$outcome" "$package" "$target" "$for" "$execs" "$interesting")$'\n'
done <<<"$targets"

printf '\n%s%d fuzz targets, %d failed\n' "$summary" "$count" "$failed"
[ "$failed" = 0 ]
