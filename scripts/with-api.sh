#!/usr/bin/env bash
# Serves a ledger on a free port while a command runs: with-api.sh LEDGER COMMAND…
# The command finds the address in SKEIN_TEST_URL.
set -euo pipefail

ledger=$1
shift
log=$(mktemp)
./bin/api --store "sqlite:$ledger" --listen 127.0.0.1:0 >"$log" 2>/dev/null &
api=$!
trap 'kill "$api" 2>/dev/null || true; wait "$api" 2>/dev/null || true; rm -f "$log"' EXIT

for _ in $(seq 100); do
  url=$(grep -om1 'http://[0-9.:]*' "$log" || true)
  [ -n "$url" ] && break
  kill -0 "$api" 2>/dev/null || { echo "with-api: the server ended at once" >&2; exit 1; }
  sleep 0.1
done
[ -n "${url:-}" ] || { echo "with-api: the server did not say where it listens" >&2; exit 1; }
SKEIN_TEST_URL=$url "$@"
