#!/bin/sh
# Lets Cylc and Rose judge the suite templates, and runs the workflow: as it stands, split in two, and with faults.
# PPTRANSFER names the program (default: the release build). Needs python3 with venv, rsync, and PyPI once.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
judges=${PPTRANSFER_SUITE_JUDGES:-$root/.build/suite-judges}
program=${PPTRANSFER:-$root/.build/release/pptransfer}
. "$here/python.sh"

if [ ! -x "$program" ]; then
    echo "judges: no program at $program; build it, or name it in PPTRANSFER" >&2
    exit 2
fi
python_environment "$judges" "$here/suite-requirements.txt"
exec "$judges/bin/python" "$here/judge_suite.py" "$program" "$@"
