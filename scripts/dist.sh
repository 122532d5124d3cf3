#!/usr/bin/env bash
# Builds both commands for each GOOS/GOARCH, without cgo and with the page in
# them, and packs them into dist/: dist.sh OS/ARCH…
set -euo pipefail

version=$(git describe --tags --always --dirty 2>/dev/null || echo unknown)
rm -rf dist
for platform in "$@"; do
  os=${platform%/*} arch=${platform#*/}
  name=skein-$version-$os-$arch
  suffix=
  [ "$os" = windows ] && suffix=.exe
  mkdir -p "dist/$name"
  for command in ingest api; do
    CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -ldflags='-s -w' -o "dist/$name/$command$suffix" "./cmd/$command"
  done
  cp README.md LICENSE CHANGELOG.md "dist/$name/"
  tar -C dist -czf "dist/$name.tar.gz" "$name"
  rm -r "dist/$name"
  echo "dist/$name.tar.gz"
done
