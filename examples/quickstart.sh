#!/bin/sh
# Shows the main job: a cycle of UM output is sent from COSMA (Durham) to JASMIN, rehearsed on this machine.
#
# Installs what is missing, builds, makes a cycle of some 40 MB, sends it through the Globus simulator, and compares the copy with the
# original. Nothing leaves the machine. Usage: ./examples/quickstart.sh
set -eu
cd "$(dirname "$0")/.."
. examples/prerequisites.sh

need_swift
# shellcheck disable=SC2086
need_packages $build_packages
echo "building (a few minutes the first time)"
build_release

# A month of the coupled model u-ab123, as post-processing stages it: the names are real, the content is noise.
trial=$PWD/.build/quickstart
rm -rf "$trial"
export CYLC_WORKFLOW_NAME=u-ab123 CYLC_TASK_CYCLE_POINT=19880901T0000Z
export ROSE_DATAC=$trial/share/cycle/$CYLC_TASK_CYCLE_POINT
mkdir -p "$ROSE_DATAC"
make_file() { head -c "$2" /dev/urandom >"$ROSE_DATAC/$1"; }
for stream in pa pb pc pd pe; do make_file "ab123a.${stream}19880901.pp" 2400000; done
for month in pm1988sep ps1988jja py19881201; do make_file "ab123a.$month.pp" 1200000; done
make_file ab123a.da19881001_00 9000000
for grid in T U V W; do make_file "nemo_ab123o_1m_19880901-19881001_grid-$grid.nc" 2500000; done
make_file ab123o_19881001_restart.nc 4000000
make_file cice_ab123i_1m_19880901-19881001.nc 1500000
make_file ab123i.restart.1988-10-01-00000.nc 800000
make_file leftover.tmp 1000

echo
echo "\$ pptransfer rehearse examples/quickstart.yaml"
status=0
"$pptransfer" rehearse examples/quickstart.yaml --root "$trial/rehearsal" || status=$?
[ "$status" -eq 0 ] || fail "the rehearsal exited with status $status; the lines above say why"

arrived=$trial/rehearsal/jasmin/gws/nopw/j04/canari/archive/u-ab123/$CYLC_TASK_CYCLE_POINT
echo
echo "what arrived, in $arrived:"
(cd "$arrived" && find . -type f -printf '%12s  %P\n' | sort -k 2)
diff -r -x '*.tmp' "$ROSE_DATAC" "$arrived" || fail "what arrived differs from what was sent"
[ ! -e "$arrived/leftover.tmp" ] || fail "a file arrived that the description excludes"
echo
echo "every byte is the same as at the source, $ROSE_DATAC"
echo "the program is $pptransfer; 'pptransfer help run' says how to use it for real"
