#!/bin/sh
# Lets the official Globus CLI and SDK judge the stand-in of `pptransfer rehearse --serve`.
# PPTRANSFER names the program (default: the debug build). Needs python3 with venv, and PyPI once.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
judges=${PPTRANSFER_JUDGES:-$root/.build/judges}
program=${PPTRANSFER:-$root/.build/debug/pptransfer}

if [ ! -x "$program" ]; then
    echo "judges: no program at $program; build it, or name it in PPTRANSFER" >&2
    exit 2
fi
# The stamp holds what was installed, so that a changed pin installs anew.
if ! cmp -s "$here/requirements.txt" "$judges/installed.txt"; then
    if ! python3 -m venv "$judges"; then
        echo "judges: cannot make a Python environment in $judges (python3 with the venv module is needed)" >&2
        exit 3
    fi
    if ! "$judges/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"; then
        echo "judges: cannot install $(grep -v '^#' "$here/requirements.txt" | tr '\n' ' ')from the package index" >&2
        exit 3
    fi
    cp "$here/requirements.txt" "$judges/installed.txt"
fi
exec "$judges/bin/python" "$here/judge_standin.py" "$program" "$@"
