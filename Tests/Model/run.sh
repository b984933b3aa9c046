#!/bin/sh
# Spin checks the model of exactly once: with the rules of today nothing is found, with those of version 0.1 a counterexample.
# Usage: ./Tests/Model/run.sh [-v]
#   -v  prints the steps of each counterexample
set -eu
cd "$(dirname "$0")/../.."
. examples/prerequisites.sh
need_packages spin gcc libc6-dev

verbose=${1:-}
model=$PWD/Tests/Model/exactly-once.pml
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
cp "$model" .

# Checks the model with these definitions; the outcome is in $errors and $states.
check() {
    rm -f pan pan.* ./*.trail
    spin -a "$@" exactly-once.pml >spin.log 2>&1 || { cat spin.log; fail "spin does not take the model"; }
    # A killed run stays where it is: that is no dead end (-E).
    gcc -O2 -DSAFETY -DCOLLAPSE -DMEMLIM=3000 -w -o pan pan.c
    ./pan -E -m100000 >pan.log 2>&1 || true
    errors=$(sed -n 's/.*errors: *\([0-9]*\).*/\1/p' pan.log)
    states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' pan.log)
    if [ -z "$errors" ] || grep -qE 'out of memory|max search depth too small|Search not completed' pan.log && [ "$errors" = 0 ]; then
        cat pan.log
        fail "the search was not completed ($*)"
    fi
}

holds() {
    check "$@"
    [ "$errors" = 0 ] || { steps "$@"; fail "a counterexample to the rules of today ($*)"; }
    echo "holds: $* ($states states)"
}

fails() {
    check "$@"
    [ "$errors" != 0 ] || fail "no counterexample where there should be one ($*)"
    echo "counterexample found: $*"
    [ "$verbose" != -v ] || steps "$@"
}

# What happens in the counterexample, in the order in which it happens.
steps() { spin -t "$@" exactly-once.pml 2>&1 | grep -E '^ *(run|Globus|t-0)|failed assertion' | sed 's/^ */    /'; }

echo "the rules of today:"
holds -DRUNS=2
holds -DRUNS=3 -DFEW

echo "the rules of version 0.1, together and one by one:"
fails -DRUNS=2 -DRULES_0_1
for rule in OLD_LOGIN OLD_ANSWER OLD_LABEL OLD_LOCK OLD_CANCEL; do fails -DRUNS=2 -D$rule; done
fails -DRUNS=3 -DFEW -DOLD_LOOK

echo "what remains possible by construction:"
for case in LOST_AND_OTHER LOST_AND_SUSPENDED TWO_JOURNALS; do fails -DRUNS=2 -D$case; done
