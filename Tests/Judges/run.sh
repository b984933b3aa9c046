#!/bin/sh
# Lets the official Globus CLI and SDK judge the stand-in of `pptransfer rehearse --serve`.
# PPTRANSFER names the program (default: the debug build). Needs python3 with venv, and PyPI once.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
judges=${PPTRANSFER_JUDGES:-$root/.build/judges}
program=${PPTRANSFER:-$root/.build/debug/pptransfer}
. "$here/python.sh"

if [ ! -x "$program" ]; then
    echo "judges: no program at $program; build it, or name it in PPTRANSFER" >&2
    exit 2
fi
python_environment "$judges" "$here/requirements.txt"
exec "$judges/bin/python" "$here/judge_standin.py" "$program" "$@"
