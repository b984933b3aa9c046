#!/bin/sh
# Fuzzes every parser with libFuzzer, one after another, two at a time.
#
# Usage: Tests/PPTransferTests/Fuzz/run.sh [SECONDS] [PARSER...]     (default: 30 seconds for each parser)
#
# Prints a line for each parser: executions, and the input that crashed it, which stays in .build/fuzz/PARSER. Exits with 1 after a crash.
set -eu
cd "$(dirname "$0")/../../.."
seconds=${1:-30}
[ $# -eq 0 ] || shift

export PPTRANSFER_FUZZ=1 SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
mkdir -p .build
swift build -c release --sanitize fuzzer -Xswiftc -enable-testing --scratch-path .build-fuzz --product pptransfer-fuzz >.build/fuzz.log 2>&1 || {
    cat .build/fuzz.log >&2
    exit 1
}
program=$PWD/.build-fuzz/release/pptransfer-fuzz
here=$PWD/Tests/PPTransferTests/Fuzz
parsers=$*
[ -n "$parsers" ] || parsers=$(sed -n 's/^    case \([a-zA-Z, ]*\)$/\1/p' "$here/Parser.swift" | tr -d ',')

one() {
    parser=$1
    work=$PWD/.build-fuzz/found/$parser
    mkdir -p "$work/corpus"
    cp Tests/GlobusTests/Samples/*.json "$work/corpus/" 2>/dev/null || true
    for file in Tests/Corpus/*/task.yaml examples/*.yaml; do cp "$file" "$work/corpus/$(echo "$file" | tr / _)"; done
    for file in Tests/PPTransferTests/Fuzz/Seeds/"$parser"*; do [ ! -e "$file" ] || cp "$file" "$work/corpus/"; done
    status=0
    (cd "$work" && PPTRANSFER_FUZZ_PARSER=$parser "$program" corpus -dict="$here/numbers.dict" -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 >log 2>&1) || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
    if [ "$status" -eq 0 ]; then
        echo "$parser: ${runs:-?} runs, no crash"
    else
        echo "$parser: CRASH after ${runs:-?} runs: $(ls "$work" | grep -E '^(crash|timeout|oom)-' | tr '\n' ' ') (log: $work/log)"
        return 1
    fi
}

failed=0
set -- $parsers
while [ $# -gt 0 ]; do
    one "$1" & first=$!
    second=
    if [ $# -gt 1 ]; then one "$2" & second=$!; shift; fi
    shift
    wait "$first" || failed=1
    [ -z "$second" ] || wait "$second" || failed=1
done
exit $failed
