#!/bin/sh
# Documents, examples, templates and messages use no phrase that has a better word (phrases.txt). Each folder of the source uses only folders before
# it (rooms.txt); then the numbers by which one sees where the order wears out.
# Usage: ./Tests/Structure/run.sh [STORE]     after  swift build --build-tests
#   STORE  the index store of a debug build (default: .build/debug/index/store)
set -eu
cd "$(dirname "$0")"
python3 phrases.py selftest
python3 phrases.py check
python3 structure.py selftest
python3 structure.py check "$@"
python3 structure.py matrix "$@"
