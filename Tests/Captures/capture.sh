#!/bin/sh
# Makes the two captures of the article "Follow a transfer": a terminal during a transfer, and the log of a job.
# Needs tmux. PPTRANSFER names the program (default: the debug build).
# Usage: Tests/Captures/capture.sh
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${PPTRANSFER:-$root/.build/debug/pptransfer}
place=$(mktemp -d /tmp/um-XXXX)
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
describe() {
    cat <<TASK
pptransfer: 1
workflow: u-ab123
cycle: 19880901T0000Z
name: $1
select: {include: ["$2"]}
from: {collection: archer2, path: $place/staged}
to: {collection: jasmin, path: "/gws/canari/{cycle}/{name}"}
TASK
}
describe ocean '*.nc' > ocean.yaml
{ describe atmos '*.pp'; echo ---; cat ocean.yaml; } > both.yaml
cat > faults.yaml <<FAULTS
pptransfer_faults: 1
tasks:
  - {task: 2, at: 50%, do: {pause: tape robot in maintenance, for: 6s}}
FAULTS
sed 's/task: 2, at: 50%/task: 1, at: 0%/' faults.yaml > at-once.yaml
rehearse="env XDG_CONFIG_HOME=$place/config LANG=C.UTF-8 NO_COLOR=1 $program rehearse --rate 1MB"

$tmux new-session -d -x 110 -y 16 "$rehearse --faults faults.yaml both.yaml; $tmux wait-for -S ended"
for try in $(seq 1 300); do
    $tmux capture-pane -p > screen
    if grep -q 'ocean  \[.*paused' screen; then break; fi
    sleep 0.1
done
grep -q 'ocean  \[.*paused' screen || { echo "capture: no bar was seen" >&2; exit 1; }
echo "== a terminal of 110 columns"
grep . screen
$tmux send-keys C-c
$tmux wait-for ended

echo "== the log of a job"
rm -rf rehearsal
$rehearse --faults at-once.yaml ocean.yaml 2>&1
