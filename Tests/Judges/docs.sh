#!/bin/sh
# Judges what is made of the sources for people: the articles (docc), the Swift in them as an outsider would compile it, the manual page
# (mandoc, groff) and the completions of bash, zsh and fish. PPTRANSFER names the program (default: the debug build, which must be there).
set -eu
cd "$(dirname "$0")/../.."
. examples/prerequisites.sh

need_packages mandoc groff zsh fish bash-completion
program=${PPTRANSFER:-$PWD/.build/debug/pptransfer}
[ -x "$program" ] || fail "no program at $program; build it, or name it in PPTRANSFER"
modules=$PWD/.build/debug/Modules
work=$PWD/.build/docs
rm -rf "$work"
mkdir -p "$work/bin" "$work/home"
ln -s "$program" "$work/bin/pptransfer"
PATH=$work/bin:$PATH

# Prints a complaint with the file that holds it, and ends.
silent() {
    [ ! -s "$2" ] || { cat "$2" >&2; fail "$1"; }
}

echo "articles"
docc=$(command -v docc || dirname "$(readlink -f "$(command -v swift)")")
[ -d "$docc" ] && docc=$docc/docc
[ -x "$docc" ] || fail "docc is not beside swift; it belongs to the toolchain"
target=$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)".*/\1/p' | head -n 1)
# The C modules are seen through their maps, as the compiler sees them.
include="-I $modules$({
    find Sources .build/checkouts -name module.modulemap -path '*Sources/*'
    find .build/debug/ -maxdepth 2 -name module.modulemap
} | sed 's|\(.*\)/module.modulemap| -I \1|' | tr -d '\n')"
for module in Globus GlobusCLILogin GlobusTesting PPTransfer PPTransferTesting; do
    mkdir -p "$work/graphs/$module"
    # shellcheck disable=SC2086
    swift symbolgraph-extract -module-name $module -target "$target" $include -minimum-access-level public \
        -output-dir "$work/graphs/$module" >"$work/$module.extract" 2>&1 || { cat "$work/$module.extract" >&2; fail "no symbols of $module"; }
done
for module in Globus PPTransfer; do
    "$docc" convert "Sources/$module/Documentation.docc" --additional-symbol-graph-dir "$work/graphs/$module" \
        --fallback-display-name $module --fallback-bundle-identifier $module --output-path "$work/$module.doccarchive" \
        >"$work/$module.docc" 2>&1 || { cat "$work/$module.docc" >&2; fail "the articles of $module"; }
    # Comments tell of those parameters of which there is something to tell.
    grep -E '^(warning|error):' "$work/$module.docc" | grep -v 'Parameter .* is missing documentation' >"$work/$module.faults" || true
    [ ! -s "$work/$module.faults" ] || grep -A 8 -F -f "$work/$module.faults" "$work/$module.docc" >&2
    silent "docc minds what is said of $module" "$work/$module.faults"
    echo "  $module: $(find "$work/$module.doccarchive/data" -name '*.json' | wc -l) pages"
done

echo "public surface"
python3 Tests/Structure/api.py check "$work/graphs"

echo "Swift of the articles"
for snippets in PPTransferTests/Documentation/LibrarySnippets.swift GlobusTestingTests/Documentation/GlobusSnippets.swift; do
    # shellcheck disable=SC2086
    swiftc -typecheck -swift-version 6 $include "Tests/$snippets" 2>>"$work/swift" || true
done
silent "the snippets do not compile outside of the package" "$work/swift"

echo "manual page"
pptransfer manual >"$work/pptransfer.1"
mandoc -T lint -W warning "$work/pptransfer.1" >"$work/lint" 2>&1 || true
silent "mandoc minds the manual page" "$work/lint"
groff -ww -man -Tutf8 "$work/pptransfer.1" 2>"$work/groff" >"$work/page"
silent "groff minds the manual page" "$work/groff"
grep -q '^.SS "pptransfer collections ls' "$work/pptransfer.1" || fail "the manual page lacks a command"
echo "  $(wc -l <"$work/page") lines"

echo "completions"
for shell in bash zsh fish; do pptransfer --generate-completion-script $shell >"$work/pptransfer.$shell"; done
for shell in bash zsh fish; do $shell -n "$work/pptransfer.$shell" || fail "$shell cannot read its completions"; done
# As bash calls it when somebody presses the tabulator.
complete_words() {
    HOME=$work/home bash -c '
        . "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
        "$(complete -p pptransfer | sed "s/.*-F \([^ ]*\).*/\1/")" pptransfer "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf "%s\n" "${COMPREPLY[@]}"' bash "$work/pptransfer.bash" "$@"
}
expect() {
    wanted=$1
    shift
    complete_words "$@" | grep -qx -- "$wanted *" || fail "bash does not complete '$*' to $wanted: $(complete_words "$@" | tr '\n' ' ')"
}
expect rehearse pptransfer reh
expect --dry-run pptransfer run --dr
expect jasmin pptransfer collections show jas
expect ConsentRequired pptransfer explain Cons
mkdir -p "$work/home/.local/state/pptransfer/u-ab123"
echo '{}' >"$work/home/.local/state/pptransfer/u-ab123/19880901T0000Z.json"
expect u-ab123 pptransfer status u-
echo "  bash, zsh, fish"
