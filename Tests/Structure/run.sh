#!/bin/sh
# The code is for any processor. Documents, examples, templates and messages use no phrase that has a better word (phrases.txt). Each folder of the source uses only folders before
# it (rooms.txt); then the numbers by which one sees where the order wears out.
# Usage: ./Tests/Structure/run.sh [STORE]     after  swift build --build-tests
#   STORE  the index store of a debug build (default: .build/debug/index/store)
set -eu
cd "$(dirname "$0")"
# Libraries lie in a directory with the processor's name; a C char has a sign on x86-64, and none on aarch64.
if grep -rnE 'x86_64-linux-gnu|#if.*arch\(|C?Char\(bitPattern:|U?Int8\(bitPattern:' ../../Package.swift ../../Sources ../../examples ../../suite-templates \
    .. --include='*.swift' --include='*.sh' --include='*.h' --include='*.c' --exclude-dir=.build --exclude-dir=Structure; then
    echo "error: these lines are for one processor: ask pkg-config or dpkg-architecture where a library is; convert with truncatingIfNeeded" >&2
    exit 1
fi
python3 phrases.py selftest
python3 phrases.py check
python3 structure.py selftest
python3 structure.py check "$@"
python3 structure.py matrix "$@"
