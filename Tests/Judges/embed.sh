#!/bin/sh
# Builds the programs of examples/embed on the libraries, as another package would, passes their test, and lets them work on a served stand-in.
# PPTRANSFER names the program that serves it (default: the debug build).
set -eu
# A package that is depended on may not bring flags of its own for the compiler.
unset PPTRANSFER_WARNINGS_AS_ERRORS
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=${PPTRANSFER:-$root/.build/debug/pptransfer}
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

cd "$root/examples/embed"
# Nobody asks for an index of it.
swift build --build-tests --disable-index-store --scratch-path "$root/.build/embed" >"$work/build.log" 2>&1 || {
    cat "$work/build.log" >&2
    echo "FAIL  examples/embed builds" >&2
    exit 1
}
swift test --skip-build --disable-index-store --scratch-path "$root/.build/embed" >"$work/test.log" 2>&1 || {
    cat "$work/test.log" >&2
    echo "FAIL  the test of examples/embed passes" >&2
    exit 1
}
echo "ok    the test of examples/embed, with the simulator in the place of Globus"
built=$(swift build --scratch-path "$root/.build/embed" --show-bin-path)

"$program" rehearse --serve --root "$work/root" --ready "$work/ready" >"$work/server.log" 2>&1 &
server=$!
tries=0
until [ -s "$work/ready" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] && kill -0 "$server" 2>/dev/null || {
        cat "$work/server.log" >&2
        exit 1
    }
    sleep 0.1
done
. "$work/ready"
mkdir -p "$work/root/archer2/work/cycle"
echo fields >"$work/root/archer2/work/cycle/a.pp"
cat >"$work/task.yaml" <<YAML
pptransfer: 1
workflow: u-ab123
cycle: "1"
from: {collection: archer2, path: /work/cycle}
to: {collection: jasmin, path: /gws/cycle}
YAML

export HOME="$work" PPTRANSFER_JOURNAL="$work/journal"
"$built/archive" "$work/task.yaml" "$work/journal" >"$work/archive.out" 2>&1 || {
    cat "$work/archive.out" >&2
    echo "FAIL  archive sends what the description says" >&2
    exit 1
}
cmp "$work/root/archer2/work/cycle/a.pp" "$work/root/jasmin/gws/cycle/a.pp"
grep -q 'u-ab123 1: archived: 1 file' "$work/archive.out"
echo "ok    archive sends what the description says"

archer2=3e90d018-0d05-461a-bbaf-aab605283d21
jasmin=a2f53b7f-1b4e-4dce-9b7c-349ae760fee0
"$built/globus-copy" $archer2:/work/cycle $jasmin:/gws/copied >"$work/copy.out" 2>&1 || {
    cat "$work/copy.out" >&2
    echo "FAIL  globus-copy sends a directory" >&2
    exit 1
}
cmp "$work/root/archer2/work/cycle/a.pp" "$work/root/jasmin/gws/copied/a.pp"
grep -qx 'a.pp  7 bytes' "$work/copy.out"
echo "ok    globus-copy lists a directory, sends it, and follows the task"

number=0
while [ $number -lt 50 ]; do
    mkdir -p "$work/root/archer2/work/runs/$number"
    echo "run $number" >"$work/root/archer2/work/runs/$number/a.pp"
    number=$((number + 1))
done
"$built/many" $archer2:/work/runs $jasmin:/gws/runs "$work/many" >"$work/many.out" 2>&1 || {
    cat "$work/many.out" >&2
    echo "FAIL  many starts fifty transfers and cancels half" >&2
    exit 1
}
# The odd ones, at least: a task may be faster than its cancellation.
[ "$(sed -n 's/ archived$//p' "$work/many.out")" -ge 25 ]
cmp "$work/root/archer2/work/runs/49/a.pp" "$work/root/jasmin/gws/runs/49/a.pp"
echo "ok    many starts fifty transfers and cancels half: $(tr '\n' ' ' <"$work/many.out")"
