#!/bin/sh
# The test command: installs what is missing, then builds without a warning, checks the format, and passes every test.
# Usage: ./Tests/run.sh [quick]
#
#   quick   the format, a build, and the tests of the libraries, without the built program and without campaigns: for every save
set -eu
case ${1:-} in
'') speed=all ;;
quick) speed=quick ;;
*)
    echo "usage: ./Tests/run.sh [quick]" >&2
    exit 64
    ;;
esac
cd "$(dirname "$0")/.."
. examples/prerequisites.sh

step() { printf '\n== %s\n' "$*"; }
# MINUTES COMMAND...: a test that never ends is named, rather than waited for.
limited() { python3 Tests/limited.py "$@"; }

step "what the tests need"
need_swift
# shellcheck disable=SC2086
need_packages $build_packages python3 python3-venv openssl util-linux rsync
swift --version 2>&1 | head -n 1

step "format"
swift format lint --strict --recursive Sources Tests Package.swift examples/embed || fail "run  swift format --in-place --recursive Sources Tests Package.swift"

step "build, warnings are errors"
export PPTRANSFER_WARNINGS_AS_ERRORS=1
swift build --build-tests

step "each folder uses only folders before it"
sh Tests/Structure/run.sh

if [ "$speed" = quick ]; then
    step "tests of the libraries, with the rules of the source's structure"
    limited 10 swift test --skip-build --parallel --skip 'CommandTests|ChaosTests|LieTests|ParserTests'
    step "passed; ./Tests/run.sh passes everything"
    exit 0
fi

step "unit tests, and the client on a real socket"
# The tests of the program run below, on the release program.
limited 20 swift test --skip-build --parallel --skip 'CommandTests|ChaosTests'

step "chaos: seeded faults, kills and signals"
# By itself: it takes all the cores that it finds, and other tests watch real transfers.
limited 10 swift test --skip-build --filter ChaosTests

# Compiles for minutes while the next steps mostly wait; its result is read in its own step.
embed_log=$PWD/.build/embed.log
limited 15 sh Tests/Judges/embed.sh >"$embed_log" 2>&1 &
embed=$!
trap 'kill "$embed" 2>/dev/null || true' EXIT

step "Spin checks the model of exactly once"
limited 10 sh Tests/Model/run.sh

step "the official Globus CLI and SDK judge the stand-in"
limited 10 sh Tests/Judges/run.sh

step "docc, mandoc, groff and the shells judge articles, manual page and completions"
limited 10 sh Tests/Judges/docs.sh

step "programs of one's own on the libraries"
wait "$embed" || {
    cat "$embed_log" >&2
    fail "the programs on the libraries"
}
trap - EXIT
cat "$embed_log"

step "Chromium judges the page of a report and the documentation"
limited 10 sh Tests/Judges/report.sh

step "the release program: the quick start, then the program's tests"
# With it, the program is linked as a tarball has it.
need_packages valgrind
limited 20 ./examples/quickstart.sh
export PPTRANSFER="$PWD/.build/release/pptransfer"
# The optimiser has broken what the debug build could do; so the tests meet what users get.
limited 10 swift test --skip-build --parallel --filter CommandTests

step "the package: a tarball and a wheel of the release program, with documentation and licences"
limited 10 sh Tests/Packaging/run.sh

step "Cylc and Rose judge the suite templates, and run them"
limited 10 sh Tests/Judges/suite.sh

step "all passed"
