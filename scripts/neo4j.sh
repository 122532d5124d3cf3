#!/usr/bin/env bash
# Runs a Neo4j server on this host without a container, on 127.0.0.1 alone:
#
#   neo4j.sh start [--set KEY=VALUE]… DIR PORT   returns when it answers
#   neo4j.sh stop [--throw-away] DIR             waits for its end; --throw-away kills it
#   neo4j.sh status DIR                          exit 0 when it runs, else 3
#   neo4j.sh admin DIR ARGUMENT…                 neo4j-admin; most of it needs a stopped server
#   neo4j.sh version
#
# DIR holds data, configuration, log and, in DIR/password, the password of the
# user neo4j. With the first start it is taken from SKEIN_STORE_PASSWORD, or from
# the file SKEIN_STORE_PASSWORD_FILE, or else drawn by chance.
# --set adds a line to neo4j.conf. SKEIN_NEO4J_HEAP is the size of the heap (1g),
# SKEIN_NEO4J_VERSION another version. Java 17 or newer and Maven are needed.
set -euo pipefail

# The long-term line; docker-compose.yml names it too.
version=${SKEIN_NEO4J_VERSION:-5.26.31}
heap=${SKEIN_NEO4J_HEAP:-1g}
here=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/skein/neo4j-$version

fail() {
  echo "neo4j: $*" >&2
  exit 1
}

# java_major prints 17 for Java 17, and 8 for 1.8.
java_major() {
  "$1" -version 2>&1 | sed -nE 's/.*version "(1\.)?([0-9]+).*/\2/p' | head -n 1
}

find_java() {
  local need=17 candidate
  case $version in 20*) need=21 ;; esac
  for candidate in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
    [ -x "$candidate" ] || continue
    [ "$(java_major "$candidate")" -ge "$need" ] 2>/dev/null || continue
    java=$candidate
    return
  done
  fail "Neo4j $version needs Java $need or newer; install one or set JAVA_HOME"
}

# fetch has Maven resolve the server's jars, once. They are moved into their
# place when they are complete, so that an interrupted run leaves nothing half.
fetch() {
  [ ! -d "$cache/lib" ] || return 0
  command -v mvn >/dev/null || fail "Maven is needed to fetch Neo4j; install it (apt-get install maven)"
  mkdir -p "$cache"
  part=$(mktemp -d "$cache/part.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  cat >"$part/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>skein</groupId><artifactId>neo4j</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>$version</version></dependency></dependencies>
</project>
POM
  echo "neo4j: fetching Neo4j $version into $cache" >&2
  JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$java")")") mvn -B -q --strict-checksums -f "$part/pom.xml" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$part/lib" >&2 || fail "Maven could not fetch Neo4j $version"
  [ -d "$cache/lib" ] || mv "$part/lib" "$cache/lib"
  rm -rf "$part"
  trap - EXIT
}

# configure writes DIR/conf/neo4j.conf; what is said twice stops the start.
configure() {
  mkdir -p "$dir"/{conf,plugins,import,data,logs,run}
  ln -sfn "$cache/lib" "$dir/lib"
  cat >"$dir/conf/neo4j.conf" <<CONF
server.default_listen_address=127.0.0.1
server.bolt.listen_address=:$port
server.bolt.advertised_address=127.0.0.1:$port
server.http.enabled=false
server.memory.pagecache.size=256m
db.tx_log.rotation.retention_policy=keep_none
dbms.usage_report.enabled=false
CONF
  [ "${#settings[@]}" -eq 0 ] || printf '%s\n' "${settings[@]}" >>"$dir/conf/neo4j.conf"
}

admin() {
  NEO4J_HOME=$dir NEO4J_CONF=$dir/conf "$java" -Dpicocli.useSimplifiedAtFiles=true \
    -cp "$dir/lib/*" org.neo4j.cli.AdminTool "$@"
}

# keep_password writes the password into DIR/password before the first start;
# later starts find it there.
keep_password() {
  secret=$dir/password
  [ ! -s "$secret" ] || return 0
  local given=${SKEIN_STORE_PASSWORD:-}
  if [ -z "$given" ] && [ -n "${SKEIN_STORE_PASSWORD_FILE:-}" ]; then
    given=$(head -n 1 "$SKEIN_STORE_PASSWORD_FILE")
  fi
  [ -n "$given" ] || given=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  [ "${#given}" -ge 8 ] || fail "Neo4j wants a password of eight characters or more"
  (umask 077 && printf '%s\n' "$given" >"$secret")
}

# set_password sets it before the first start. The tool takes it as an
# argument, which everybody sees in a list of processes, or from a file with one
# argument a line. The first line keeps a password that begins with "-" from
# being an option.
set_password() {
  [ ! -e "$dir/data/dbms" ] || return 0
  local arguments=$dir/run/arguments
  (umask 077 && { echo --; head -n 1 "$secret"; } >"$arguments")
  local out
  if ! out=$(admin dbms set-initial-password "@$arguments" 2>&1); then
    rm -f "$arguments"
    fail "the password was not taken: $out"
  fi
  rm -f "$arguments"
}

# running says whether the process of DIR/run/pid is the server of DIR; after a
# crash its number may be another's.
running() {
  pid=$(cat "$dir/run/pid" 2>/dev/null) || return 1
  ps -ww -o args= -p "$pid" 2>/dev/null | grep -qF -- "--home-dir=$dir "
}

launch() {
  local main=org.neo4j.server.CommunityEntryPoint
  case $version in 20*) main=org.neo4j.server.Neo4jCommunity ;; esac
  nohup "$java" "-Xms$heap" "-Xmx$heap" \
    --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED \
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.util.concurrent=ALL-UNNAMED \
    --enable-native-access=ALL-UNNAMED -XX:+IgnoreUnrecognizedVMOptions -XX:+UseParallelGC -XX:+DisableExplicitGC \
    -Dio.netty.tryReflectionSetAccessible=true -Dlog4j2.disable.jmx=true -Dfile.encoding=UTF-8 \
    -cp "$dir/lib/*" "$main" "--home-dir=$dir" "--config-dir=$dir/conf" --console-mode \
    >"$dir/logs/console.log" 2>&1 </dev/null &
  echo $! >"$dir/run/pid"
}

# await returns when a statement is answered; the port opens a moment earlier.
await() {
  (cd "$here" && go build -o "$dir/run/ready" ./internal/store/neo4j/neo4jtest/ready)
  local answer=1 said
  for _ in $(seq 300); do
    said=$("$dir/run/ready" "bolt://127.0.0.1:$port" "$secret" 2>&1) && return 0 || answer=$?
    [ "$answer" -ne 2 ] || break
    running || break
    sleep 0.2
  done
  running && [ "$answer" -eq 2 ] && kill "$pid"
  grep -m 3 -E 'ERROR|Unrecognized' "$dir/logs/console.log" >&2 || tail -n 5 "$dir/logs/console.log" >&2
  fail "the server did not become ready: $said"
}

start() {
  if running; then
    echo "neo4j: already running as process $pid" >&2
    return
  fi
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    fail "something else listens on port $port"
  fi
  find_java
  fetch
  configure
  keep_password
  set_password
  launch
  await
  echo "bolt://127.0.0.1:$port, user neo4j, password in $secret"
}

# stop waits: a server that has written much takes a quarter of a minute to
# close its store, which stays locked until then.
stop() {
  if running; then
    kill "-$signal" "$pid"
    for _ in $(seq 1200); do
      running || break
      sleep 0.1
    done
    ! running || fail "process $pid has not ended after two minutes"
  fi
  rm -f "$dir/run/pid"
}

usage() {
  sed -n '2,16s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

command=${1:-}
shift || usage
settings=() signal=TERM
while true; do
  case "$command ${1:-}" in
    "start --set") settings+=("${2:?--set takes KEY=VALUE}") && shift 2 ;;
    "stop --throw-away") signal=KILL && shift ;;
    *) break ;;
  esac
done
if [ "$command" != version ]; then
  [ "$#" -gt 0 ] || usage
  dir=$1
  [ "$command" != start ] || mkdir -p "$dir"
  dir=$(readlink -f "$dir")
fi
case $command in
  start)
    [ "$#" -eq 2 ] || usage
    port=$2
    start
    ;;
  stop) stop ;;
  status) if running; then echo "running as process $pid"; else echo "not running" && exit 3; fi ;;
  admin) shift && find_java && admin "$@" ;;
  version) echo "$version" ;;
  *) usage ;;
esac
