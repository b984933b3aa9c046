#!/bin/sh
# The cheap part of the packaging's proof: packs a program that is there already into a tarball and a wheel, and tries both. The documentation
# is rendered with it. PPTRANSFER names the program (default: the release build), where the build left it.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
for script in "$top"/Tests/Packaging/*.sh "$top"/examples/*.sh; do sh -n "$script"; done
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
python3 "$top/Tests/Packaging/test_site.py" --quiet
sh "$top/Tests/Packaging/package.sh" --program "${PPTRANSFER:-$top/.build/release/pptransfer}" "$output"
sh "$top/Tests/Packaging/check.sh" "$output"/*.tar.xz
sh "$top/Tests/Packaging/wheel.sh" "$output"/*.tar.xz
sh "$top/Tests/Packaging/check_wheel.sh" "$output"/*.whl "$output"/*.tar.xz
(cd "$output" && sha256sum --check --quiet SHA256SUMS && [ "$(wc -l <SHA256SUMS)" -eq 2 ])
