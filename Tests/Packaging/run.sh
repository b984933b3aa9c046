#!/bin/sh
# The cheap part of the packaging's proof: packs a program that is there already, and looks at the tarball.
# PPTRANSFER names the program (default: the release build).
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
for script in "$top"/Tests/Packaging/*.sh "$top"/examples/*.sh; do sh -n "$script"; done
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
sh "$top/Tests/Packaging/package.sh" --program "${PPTRANSFER:-$top/.build/release/pptransfer}" "$output"
sh "$top/Tests/Packaging/check.sh" "$output"/*.tar.xz
