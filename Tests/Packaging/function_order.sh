#!/bin/sh
# Lists the functions that a small run calls, a symbol a line, as the linker's --symbol-ordering-file takes them: they then lie together, and
# a run maps a third of the program instead of nearly all of it.
#
# Usage: Tests/Packaging/function_order.sh PROGRAM LIST
#
#   PROGRAM   a pptransfer with its symbols
#   LIST      the file that is written, if all goes well
#
# Needs valgrind, whose callgrind counts the calls. The run sends 40 files through a served simulator on this machine, in three seconds, so
# that it also waits.
set -eu
program=$(realpath "$1")
list=$2
work=$(mktemp -d)
server=
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

mkdir -p "$work/cycle/a" "$work/cycle/b"
for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    head -c 10000 /dev/zero >"$work/cycle/a/$number.pp"
    head -c 10000 /dev/zero >"$work/cycle/b/$number.pp"
done
cat >"$work/task.yaml" <<EOF
pptransfer: 1
workflow: order
cycle: 18500101T0000Z
from: {collection: tutorial1, path: $work/cycle}
to: {collection: jasmin, path: '/gws/order/{cycle}'}
EOF

HOME=$work
export HOME
"$program" rehearse --serve --root "$work/root" --ready "$work/ready" --local tutorial1 --rate 130kB >"$work/log" 2>&1 &
server=$!
waited=0
while [ ! -s "$work/ready" ]; do
    [ $waited -lt 300 ] || {
        cat "$work/log" >&2
        exit 1
    }
    sleep 0.1
    waited=$((waited + 1))
done
. "$work/ready"
timeout 300 valgrind --tool=callgrind --demangle=no --callgrind-out-file="$work/calls" "$program" run --json "$work/task.yaml" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
# A name stands where it first occurs; later only its number does. "'2" at the end marks a call of itself.
awk -v program="$program" '
    function named(line,    number, space) {
        space = index(line, " ")
        number = space ? substr(line, 1, space - 1) : line
        if (space) names[number] = substr(line, space + 1)
        return names[number]
    }
    /^ob=/ { object = named("ob" substr($0, 4)) }
    /^cob=/ { named("ob" substr($0, 5)) }
    /^cfn=/ { named("fn" substr($0, 5)) }
    /^fn=/ {
        name = named("fn" substr($0, 4))
        sub(/\x27[0-9]+$/, "", name)
        if (object == program && !(name in seen)) { seen[name]; print name }
    }' "$work/calls" >"$work/list"
[ "$(wc -l <"$work/list")" -gt 1000 ]
mv "$work/list" "$list"
