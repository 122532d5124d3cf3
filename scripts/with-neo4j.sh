#!/usr/bin/env bash
# Runs a command with a Neo4j server of its own, which holds nothing and is gone
# afterwards: with-neo4j.sh COMMAND…
# The command finds it in SKEIN_TEST_NEO4J_URI and SKEIN_TEST_NEO4J_PASSWORD. A
# server that is named there already is used instead. Without Java or Maven the
# command runs without a server, unless REQUIRE_ALL=1.
set -euo pipefail

if [ -n "${SKEIN_TEST_NEO4J_URI:-}" ]; then
  # The go command knows nothing of what changed in that server.
  GOFLAGS="${GOFLAGS:-} -count=1" exec "$@"
fi

here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/skein-neo4j.XXXXXX")
trap '"$here/neo4j.sh" stop --throw-away "$dir"; rm -rf "$dir"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
  for port in $(seq 20000 30000 | shuf -n 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
  done
  return 1
}

unset SKEIN_STORE_PASSWORD SKEIN_STORE_PASSWORD_FILE
free_port || { echo "with-neo4j: no port is free" >&2; exit 1; }
if SKEIN_NEO4J_HEAP=${SKEIN_NEO4J_HEAP:-512m} "$here/neo4j.sh" start "$dir" "$port" >/dev/null; then
  # The password is drawn by chance, so that no result that the go command has
  # cached is taken for one of this server.
  SKEIN_TEST_NEO4J_URI=bolt://127.0.0.1:$port SKEIN_TEST_NEO4J_PASSWORD=$(cat "$dir/password")
  export SKEIN_TEST_NEO4J_URI SKEIN_TEST_NEO4J_PASSWORD
elif [ "${REQUIRE_ALL:-}" = 1 ]; then
  exit 1
else
  echo "with-neo4j: the tests that need Neo4j are skipped (fail with REQUIRE_ALL=1)" >&2
fi
"$@"
