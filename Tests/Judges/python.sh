# Sourced by run.sh and suite.sh: makes their Python environments.
#
#   python_environment DIR FILE     DIR has what the requirements FILE pins. The stamp in it makes a changed pin install anew.
python_environment() {
    cmp -s "$2" "$1/installed.txt" && return 0
    if ! python3 -m venv "$1"; then
        echo "judges: cannot make a Python environment in $1 (python3 with the venv module is needed)" >&2
        exit 3
    fi
    if ! "$1/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2"; then
        echo "judges: cannot install $(grep -v '^#' "$2" | tr '\n' ' ')from the package index" >&2
        exit 3
    fi
    cp "$2" "$1/installed.txt"
}
