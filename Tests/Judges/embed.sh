#!/bin/sh
# Builds the two programs of examples/embed on the libraries, as another package would, and lets them work on a served stand-in.
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
swift build --scratch-path "$root/.build/embed" >"$work/build.log" 2>&1 || {
    cat "$work/build.log" >&2
    echo "FAIL  examples/embed builds" >&2
    exit 1
}
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

listed=$("$built/globus-ls" a2f53b7f-1b4e-4dce-9b7c-349ae760fee0 /gws/cycle)
[ "$listed" = "a.pp  7 bytes" ] || {
    echo "FAIL  globus-ls lists it: $listed" >&2
    exit 1
}
echo "ok    globus-ls lists what has arrived"
