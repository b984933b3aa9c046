#!/bin/sh
# Sourced by quickstart.sh and Tests/run.sh: checks that everything which the build needs is installed, and installs what is missing.
#
#   need_swift                     Swift 6.2 or later must be there; it is not installed from here
#   need_packages NAME...          Debian packages; those that are missing are installed
#   build_release                  builds $pptransfer, the program as users get it

fail() {
    echo "error: $*" >&2
    exit 1
}

need_swift() {
    command -v swift >/dev/null 2>&1 ||
        fail "Swift is missing and cannot be installed from here; get 6.2 or later from https://www.swift.org/install/linux/"
    swift_version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    case $swift_version in
    [0-5].* | 6.[01]) fail "Swift $swift_version is too old; 6.2 or later is needed (https://www.swift.org/install/linux/)" ;;
    esac
}

need_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null 2>&1 ||
        fail "these are missing, and there is no apt-get to install them:$missing (their names on Debian; install what your system calls them)"
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null ||
            fail "these packages are missing, and only root may install them: run  sudo apt-get install$missing"
        as_root="sudo -n"
    fi
    echo "installing$missing"
    # The words of $missing are package names: they are meant to be split.
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null 2>&1 ||
        { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null; } ||
        fail "apt-get could not install$missing"
}

# What the program itself is built with.
build_packages="libcurl4-openssl-dev libyaml-dev libsqlite3-dev pkg-config ca-certificates"

# lean_options DIR [names] sets $lean: the options of "swift build -c release" that make the program small. Each function is a section of its
# own, so that what is not used is left out. C is optimised for size; the digests of swift-crypto are assembly. The program has no tables for
# unwinding, an eighth of its size: only C++ exceptions, cancelled threads and debuggers read them, nothing in the program throws an
# exception to catch it, and no thread that runs its code is cancelled. lld, which comes with Swift, leaves them out by the script in DIR.
# Types such as [String: Int] are made by calls that the compiler wrote, not from their names when the program runs, which searches all
# conformances of all types for each: a tenth of the CPU time of a small run. The functions of the list in DIR, if there is one, lie together.
# "names" keeps the names of functions, to make that list. PPTRANSFER_SYMBOLS=1 keeps tables and symbols, for a debugger or a profiler.
lean_options() {
    mkdir -p "$1"
    lean="-Xswiftc -Osize -Xswiftc -Xfrontend -Xswiftc -function-sections"
    lean="$lean -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors -Xswiftc -use-ld=lld -Xcc -Os"
    [ ! -s "$1/functions" ] || lean="$lean -Xlinker --symbol-ordering-file=$1/functions -Xlinker --no-warn-symbol-ordering"
    [ -z "${PPTRANSFER_SYMBOLS:-}" ] || return 0
    echo 'SECTIONS { /DISCARD/ : { *(.eh_frame) *(.gcc_except_table .gcc_except_table.*) } } INSERT AFTER .text;' >"$1/lean.ld"
    strip=-s
    [ "${2:-}" != names ] || strip=--strip-debug
    lean="$lean -Xlinker --no-eh-frame-hdr -Xlinker --script=$1/lean.ld -Xlinker $strip"
}

# lean_build DIR PROGRAM COMMAND: COMMAND, a function, builds PROGRAM with the options $lean. Where valgrind is installed, the program is
# linked twice the first time: a run of the first program shows which functions belong together. Without it, a run maps 6 MB more.
lean_build() {
    if [ ! -s "$1/functions" ] && [ -z "${PPTRANSFER_SYMBOLS:-}" ] && command -v valgrind >/dev/null 2>&1; then
        lean_options "$1" names
        $3
        sh Tests/Packaging/function_order.sh "$2" "$1/functions" || echo "the functions of $2 are left in the order of their modules" >&2
    fi
    lean_options "$1"
    $3
}

# Builds the program as it is meant to be used, .build/release/pptransfer: one file, with the Swift and C++ runtimes inside, without symbols.
build_release() {
    mkdir -p .build/runtime
    runtime=$( (gcc -print-file-name=libstdc++.a || clang -print-file-name=libstdc++.a) 2>/dev/null | grep / | head -n 1) || true
    [ -z "$runtime" ] || ln -sf "$runtime" .build/runtime/libstdc++.a
    pptransfer=$PWD/.build/release/pptransfer
    lean_build "$PWD/.build/runtime" "$pptransfer" build_with_runtime
}

build_with_runtime() {
    # The words of $lean are options.
    # shellcheck disable=SC2086
    swift build -c release --static-swift-stdlib --product pptransfer $lean -Xlinker -L"$PWD/.build/runtime" >.build/release.log 2>&1 || {
        cat .build/release.log >&2
        fail "the program could not be built; the lines above say why"
    }
}
