#!/bin/sh
# Makes pptransfer-VERSION-py3-none-linux_ARCH.whl of a tarball of package.sh: the same program, for people who have pip.
#
# Usage: Tests/Packaging/wheel.sh TARBALL [OUTPUT-DIR]
#
#   OUTPUT-DIR   where the wheel goes; default: beside the tarball
#
# The tag is linux_x86_64, not manylinux_2_29_x86_64. The promise of manylinux is that a wheel needs no other libraries of the system than
# those on a short list, and libcurl is not on it. pip installs linux_x86_64 from a file, a directory (--find-links) or an own index; PyPI
# does not accept it. The glibc that the program needs is in METADATA (Requires-External) and in share/doc/pptransfer/BUILD; pip does not
# check it.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/examples/prerequisites.sh"
. "$top/Tests/Packaging/sums.sh"
[ -f "${1:-}" ] || fail "usage: wheel.sh TARBALL [OUTPUT-DIR]"
need_packages python3 xz-utils
tarball=$(realpath "$1")
output=$(realpath "${2:-$(dirname "$tarball")}")

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
tar -C "$tree" -xJf "$tarball"
set -- "$tree"/*
SOURCE_DATE_EPOCH=$(stat -c %Y "$1/bin/pptransfer")
export SOURCE_DATE_EPOCH
wheel=$(python3 "$top/Tests/Packaging/wheel.py" "$1" "$output")
write_sums "$output" "$(basename "$1" | cut -d - -f 2)"
echo "$wheel: $(stat -c %s "$wheel") bytes"
