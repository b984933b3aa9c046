#!/bin/sh
# Lets Chromium judge the documentation's site, and the page of `pptransfer report`: numbers, sorting, filtering, contrast, silence on the
# network, size, print.
# PPTRANSFER names the program (default: the debug build). Installs Chromium and poppler-utils if they are missing.
set -eu
cd "$(dirname "$0")/../.."
. examples/prerequisites.sh
need_packages chromium poppler-utils python3

program=${PPTRANSFER:-$PWD/.build/debug/pptransfer}
[ -x "$program" ] || fail "no program at $program; build it, or name it in PPTRANSFER"
python3 Tests/Judges/judge_site.py
exec python3 Tests/Judges/judge_report.py "$program" "$@"
