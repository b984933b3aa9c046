#!/bin/sh
# Tries a wheel of wheel.sh as its users do: in a fresh virtual environment, with 'pip install --user', and beside cylc-flow in one
# environment, where a workflow's task calls the program. After 'pip uninstall' no file is left; pip itself leaves empty directories.
#
# Usage: Tests/Packaging/check_wheel.sh WHEEL TARBALL
#
# The part with cylc-flow needs PyPI once (.build/wheel-cylc keeps it). Without PyPI that part is left out, and the output says so.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/examples/prerequisites.sh"
. "$top/Tests/Judges/python.sh"
[ -f "${1:-}" ] && [ -f "${2:-}" ] || fail "usage: check_wheel.sh WHEEL TARBALL"
need_packages python3 python3-venv xz-utils
wheel=$(realpath "$1")
tarball=$(realpath "$2")
trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
says() { echo "ok: $*"; }
tar -C "$trial" -xJf "$tarball"
tree=$(echo "$trial"/pptransfer-*)

# installed PREFIX: what pip has put below a prefix is what the tarball has, and it works.
installed() {
    prefix=$1
    cmp "$prefix/bin/pptransfer" "$tree/bin/pptransfer" || fail "the wheel's program is not the tarball's"
    for file in man/man1/pptransfer.1 bash-completion/completions/pptransfer zsh/site-functions/_pptransfer \
        fish/vendor_completions.d/pptransfer.fish doc/pptransfer/index.html; do
        cmp "$prefix/share/$file" "$tree/share/$file" || fail "the wheel's share/$file is not the tarball's"
    done
    [ -n "$(find "$prefix/lib" -path '*/pptransfer-*.dist-info/licenses/NOTICES')" ] || fail "pip has installed no notices"
    [ -z "$(find "$prefix/lib" -path '*/site-packages/pptransfer/*')" ] || fail "the wheel holds Python code"
    python3 "$top/Tests/Packaging/render_site.py" --check "$prefix/share/doc/pptransfer" >/dev/null
    mkdir -p "$trial/staged" "$trial/home"
    echo fields >"$trial/staged/a.pp"
    (cd "$prefix" && env -i HOME="$trial/home" PATH="$prefix/bin:/usr/bin:/bin" ROSE_DATAC="$trial/staged" CYLC_WORKFLOW_NAME=u-ab123 \
        CYLC_TASK_CYCLE_POINT=1 pptransfer rehearse share/doc/pptransfer/examples/minimal.yaml --root "$trial/rehearsal" --json) \
        >"$trial/rehearsed" 2>&1 || fail "the rehearsal fails: $(cat "$trial/rehearsed")"
    cmp "$trial/staged/a.pp" "$trial/rehearsal/jasmin/gws/nopw/j04/canari/archive/u-ab123/1/a.pp"
    rm -rf "$trial/rehearsal" "$trial/home"
}
# The files of a prefix, without what Python compiles when a module is first imported.
files() { find "$1" ! -type d ! -path '*/__pycache__/*' | LC_ALL=C sort; }
# removed PREFIX PYTHON: 'pip uninstall' leaves what was there before.
removed() {
    "$2" -m pip uninstall --quiet --disable-pip-version-check --yes pptransfer
    files "$1" | diff "$trial/files" - || fail "pip uninstall leaves files"
}
install_wheel() { "$@" --quiet --disable-pip-version-check --no-index --no-warn-script-location "$wheel"; }

# --- as the format has it: names, hashes and sizes; the same tarball makes the same bytes
python3 - "$wheel" <<'PYTHON'
import base64, csv, hashlib, io, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
rows = {name: (digest, size) for name, digest, size in csv.reader(io.StringIO(archive.read(record).decode()))}
assert sorted(rows) == sorted(archive.namelist()), set(rows) ^ set(archive.namelist())
for name, (digest, size) in rows.items():
    content = archive.read(name)
    if name != record:
        assert digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode(), name
        assert int(size) == len(content), name
    assert not name.endswith((".py", ".pyc")), name
PYTHON
mkdir "$trial/again"
sh "$top/Tests/Packaging/wheel.sh" "$tarball" "$trial/again" >/dev/null
cmp "$wheel" "$trial/again/$(basename "$wheel")" || fail "the same tarball makes another wheel"
says "every file of the wheel is in RECORD with its hash; the same tarball makes the same wheel"

# --- a fresh virtual environment
python3 -m venv "$trial/venv"
files "$trial/venv" >"$trial/files"
install_wheel "$trial/venv/bin/python" -m pip install
installed "$trial/venv"
removed "$trial/venv" "$trial/venv/bin/python"
says "pip in a fresh virtual environment: the program, its manual page, completions and documentation; uninstalled to the last file"

# --- 'pip install --user', into another home. An environment that sees the system's packages allows it, also on Debian.
python3 -m venv --system-site-packages "$trial/outer"
export PYTHONUSERBASE="$trial/user"
mkdir "$PYTHONUSERBASE"
install_wheel "$trial/outer/bin/python" -m pip install --user
installed "$PYTHONUSERBASE"
unset PYTHONUSERBASE
says "pip install --user"

# --- beside Cylc
cylc=${PPTRANSFER_WHEEL_CYLC:-$top/.build/wheel-cylc}
grep '^cylc-flow==' "$top/Tests/Judges/suite-requirements.txt" >"$trial/requirements.txt"
if ! (python_environment "$cylc" "$trial/requirements.txt"); then
    echo "skipped: cylc-flow could not be installed from the package index; the wheel was not tried beside it"
    exit 0
fi
"$cylc/bin/python" -m pip uninstall --quiet --disable-pip-version-check --yes pptransfer 2>/dev/null || true
files "$cylc" >"$trial/files"
install_wheel "$cylc/bin/python" -m pip install
"$cylc/bin/python" -m pip check --disable-pip-version-check >/dev/null || fail "the wheel breaks what cylc-flow requires"
home=$trial/cylc-home
mkdir -p "$home" "$trial/flow" "$trial/staged"
# Jobs are login shells.
echo "export PATH='$cylc/bin:$PATH'" >"$home/.bash_profile"
cat >"$trial/flow/flow.cylc" <<CYLC
[scheduler]
    allow implicit tasks = True
[scheduling]
    [[graph]]
        R1 = archive
[runtime]
    [[archive]]
        script = pptransfer rehearse "$cylc/share/doc/pptransfer/examples/minimal.yaml" --root "$trial/rehearsal"
        [[[environment]]]
            ROSE_DATAC = $trial/staged
        [[[outputs]]]
            archived = pptransfer archived
CYLC
echo fields >"$trial/staged/a.pp"
env -i HOME="$home" PATH="$cylc/bin:$PATH" LANG=C.UTF-8 USER="$(id -un)" timeout 120 \
    "$cylc/bin/cylc" vip --no-detach --no-run-name --workflow-name=u-ab123 "$trial/flow" >"$trial/cylc.log" 2>&1 ||
    fail "the workflow fails: $(cat "$trial/cylc.log" "$home"/cylc-run/u-ab123/log/job/1/archive/NN/job.err 2>/dev/null)"
cmp "$trial/staged/a.pp" "$trial/rehearsal/jasmin/gws/nopw/j04/canari/archive/u-ab123/1/a.pp"
removed "$cylc" "$cylc/bin/python"
[ "$("$cylc/bin/cylc" --version)" = "$(sed 's/cylc-flow==//' "$trial/requirements.txt")" ] || fail "cylc does not work after the wheel was uninstalled"
says "beside $(cat "$trial/requirements.txt"): a workflow's task rehearses with it; uninstalled to the last file"
