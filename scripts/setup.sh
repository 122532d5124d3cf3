#!/usr/bin/env bash
# Installs what the tests need and this machine lacks: a browser, the programs
# that ours is compared with, those that read Outlook stores and PDF, and what a
# Neo4j server runs on and is fetched by.
set -euo pipefail

missing=()
[ -x "${SKEIN_CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium fonts-dejavu-core)
command -v notmuch >/dev/null || missing+=(notmuch)
command -v mu >/dev/null || missing+=(maildir-utils)
command -v readpst >/dev/null || missing+=(pst-utils)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v python3 >/dev/null || missing+=(python3)
command -v mvn >/dev/null || missing+=(maven)
[ -x "${JAVA_HOME:-/nowhere}/bin/java" ] || command -v java >/dev/null || compgen -G '/usr/lib/jvm/*/bin/java' >/dev/null ||
  missing+=(default-jre-headless)
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup: the tests would like ${missing[*]}; without, some say that they were skipped (fail with REQUIRE_ALL=1)." >&2
  echo "setup: SKEIN_CHROMIUM names a Chromium that is not /usr/bin/chromium." >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
