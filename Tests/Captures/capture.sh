#!/bin/sh
# Makes what the README quotes under "While it runs": a terminal in mid-transfer, and the log of a job.
# Needs tmux. PPTRANSFER names the program (default: the debug build).
# Usage: Tests/Captures/capture.sh
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${PPTRANSFER:-$root/.build/debug/pptransfer}
place=$(mktemp -d)
tmux="tmux -L pptransfer-capture-$$"
trap '$tmux kill-server 2>/dev/null || :; rm -rf "$place"' EXIT
cd "$place"

# A cycle's output, and sites of our own, so that the source may lie here.
mkdir -p staged config/pptransfer
for stream in pa pb pc pd pe pf pg ph; do head -c 1500000 /dev/zero > "staged/ab123a.${stream}19880901.pp"; done
for grid in T U V W; do head -c 1200000 /dev/zero > "staged/nemo_ab123o_1m_19880901-19881001_grid-$grid.nc"; done
cat > config/pptransfer/sites.yaml <<SITES
archer2: {collection: 3e90d018-0d05-461a-bbaf-aab605283d21, name: Archer2 file systems}
jasmin: {collection: a2f53b7f-1b4e-4dce-9b7c-349ae760fee0, name: JASMIN Default Collection}
SITES
describe() { printf 'pptransfer: 1\nworkflow: u-ab123\ncycle: 19880901T0000Z\nname: %s\nselect: {include: ["%s"]}\n' "$1" "$2"
    printf 'from: {collection: archer2, path: %s/staged}\nto: {collection: jasmin, path: "/gws/canari/{cycle}/{name}"}\n' "$place" "$1"; }
{ describe atmos '*.pp'; echo ---; describe ocean '*.nc'; } > task.yaml
cat > faults.yaml <<FAULTS
pptransfer_faults: 1
tasks:
  - {task: 2, at: 50%, do: {pause: tape robot in maintenance, for: 6s}}
FAULTS
run="env XDG_CONFIG_HOME=$place/config LANG=C.UTF-8 NO_COLOR=1 $program rehearse --rate 1MB --faults faults.yaml task.yaml"

# The source's directory is this machine's; the README calls it as a suite would.
tidy() { sed "s|$place/staged|/work/n02/me/staged|; s/[[:space:]]*$//"; }

$tmux new-session -d -x 124 -y 16 "$run; tmux wait-for -S ended"
for try in $(seq 1 300); do
    $tmux capture-pane -p > screen
    if grep -q 'ocean  \[.*paused' screen; then break; fi
    sleep 0.1
done
grep -q 'ocean  \[.*paused' screen || { echo "capture: no bar was seen" >&2; exit 1; }
echo "== a terminal of 124 columns"
grep . screen | tidy
$tmux kill-server

echo "== the log of a job"
rm -rf rehearsal
$run 2>&1 | tidy
