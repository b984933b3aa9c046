#!/bin/sh
# Looks whether a tarball of package.sh holds what it should and runs where it should.
#
# Usage: Tests/Packaging/check.sh [--debian11] TARBALL
#
#   --debian11   also: needs no symbol newer than GLIBC_2.31, and does its work in a Debian 11 made for the purpose (root only; the
#                first time some 60 MB of packages and a minute or two)
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/examples/prerequisites.sh"
. "$top/Tests/Packaging/debian11.sh"

in_debian11=
[ "${1:-}" != --debian11 ] || {
    in_debian11=yes
    shift
}
[ -f "${1:-}" ] || fail "usage: check.sh [--debian11] TARBALL"
tarball=$(realpath "$1")
work=$top/.build/packaging
need_packages binutils tcl xz-utils python3

trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
tar -C "$trial" -xJf "$tarball"
root=$(echo "$trial"/*)
version=$(basename "$root" | cut -d - -f 2)

says() { echo "ok: $*"; }

# --- what is in it
for file in bin/pptransfer README.md examples/minimal.yaml suite-templates/um-archive/flow.cylc "modulefiles/pptransfer/$version" \
    share/bash-completion/completions/pptransfer share/zsh/site-functions/_pptransfer share/fish/vendor_completions.d/pptransfer.fish \
    share/man/man1/pptransfer.1 share/doc/pptransfer/BUILD share/doc/pptransfer/README.md share/doc/pptransfer/index.html \
    share/doc/pptransfer/ExitStatuses.html share/doc/pptransfer/Globus.html share/doc/pptransfer/examples/minimal.yaml \
    share/doc/pptransfer/NOTICES share/doc/pptransfer/licences/boringssl.txt; do
    [ -s "$root/$file" ] || fail "the tarball lacks $file"
done
if command -v man >/dev/null 2>&1; then
    man --warnings -l "$root/share/man/man1/pptransfer.1" >/dev/null 2>"$trial/man" && [ ! -s "$trial/man" ] ||
        fail "man complains of the page: $(cat "$trial/man")"
fi
bash -n "$root/share/bash-completion/completions/pptransfer" || fail "bash cannot read its completions"
nm "$root/bin/pptransfer" 2>&1 | grep -q 'no symbols' || fail "the program is not stripped"

# --- the documentation and the licences
python3 "$top/Tests/Packaging/render_site.py" --check "$root/share/doc/pptransfer" || fail "links of the documentation are broken"
mkdir "$trial/first"
for file in README.md share examples; do ln -s "$root/$file" "$trial/first/"; done
python3 "$top/Tests/Packaging/render_site.py" --check "$trial/first" >/dev/null || fail "links of the README are broken"
for part in "Swift runtime" swift-argument-parser swift-crypto swift-nio swift-log swift-system BoringSSL llhttp libyaml SQLite libstdc++; do
    file=$(sed -n "s,^  $part.* \(licences/.*\),\1,p" "$root/share/doc/pptransfer/NOTICES")
    [ -s "$root/share/doc/pptransfer/$file" ] || fail "share/doc/pptransfer/NOTICES names no licence of $part"
done
says "the documentation's links lead somewhere; what is built in has its licence"
(cd "$(dirname "$tarball")" && sha256sum --check --quiet SHA256SUMS && grep -qF "  $(basename "$tarball")" SHA256SUMS) ||
    fail "SHA256SUMS beside the tarball is missing or wrong"

grep -qE '^swift-nio [0-9]+(\.[0-9]+)+$' "$root/share/doc/pptransfer/BUILD" ||
    fail "share/doc/pptransfer/BUILD does not say which packages the program was built with: $(cat "$root/share/doc/pptransfer/BUILD")"

# --- it is small: full Foundation, which brings the tables of ICU, would more than double it
# Names of ICU's table and of its functions, which stay in a stripped program as texts.
! grep -aqE 'icudt[0-9]+[lbe]|U_FILE_ACCESS_ERROR' "$root/bin/pptransfer" ||
    fail "the program holds ICU: some target imports Foundation instead of FoundationEssentials, or a package does"
! objdump -p "$root/bin/pptransfer" | grep 'NEEDED.*Foundation' || fail "the program needs Foundation's libraries"
objdump -f "$root/bin/pptransfer" | grep -q DYNAMIC || fail "the program is not position-independent"
small() {
    [ "$(stat -c %s "$1")" -le $(($2 * 1000000)) ] || fail "$1 has $(stat -c %s "$1") bytes, more than $2 MB"
}
small "$root/bin/pptransfer" 30
small "$tarball" 10
says "no ICU, position-independent, within 30 MB and 10 MB"

# --- the module file, read as a module system reads it
loaded=$(MODULEFILE=$root/modulefiles/pptransfer/$version MANPATH=/usr/share/man tclsh <<'TCL'
set ModulesCurrentModulefile $env(MODULEFILE)
proc module-whatis {text} {puts "whatis $text"}
proc conflict {name} {}
proc prepend-path {variable folder} {puts "$variable $folder"}
source $env(MODULEFILE)
TCL
) || fail "tclsh cannot read the module file"
echo "$loaded" | grep -qx "PATH $root/bin" && echo "$loaded" | grep -qx "MANPATH $root/share/man" ||
    fail "the module file does not set what it should: $loaded"
says "the module file finds the program: $(echo "$loaded" | sed -n 's/^PATH //p')"

# --- it runs here
[ "$("$root/bin/pptransfer" --version)" = "$version" ] || fail "the program does not tell version $version"
says "version $version; tarball $(stat -c %s "$tarball") bytes, program $(stat -c %s "$root/bin/pptransfer") bytes"
newest=$(objdump -T "$root/bin/pptransfer" | sed -n 's/.*GLIBC_\(2\.[0-9]*\).*/\1/p' | sort -uV | tail -n 1)
[ -n "$in_debian11" ] || {
    says "it needs glibc $newest or later"
    exit 0
}

# --- it needs little, and runs in Debian 11
for library in yaml sqlite3 stdc++ swift; do
    ! objdump -p "$root/bin/pptransfer" | grep "NEEDED.*lib$library" || fail "the program needs lib$library from the system"
done
objdump -p "$root/bin/pptransfer" | grep -q 'NEEDED.*libcurl\.so\.4' || fail "the program does not use the system's libcurl"
! objdump -T "$root/bin/pptransfer" | grep -w CURL_OPENSSL_4 >/dev/null ||
    fail "the program asks for the version that Debian's libcurl alone puts to its names"
says "the program brings all but libcurl and the C library"
[ "$(printf '%s\n' "$newest" 2.31 | sort -V | tail -n 1)" = 2.31 ] || fail "the program needs glibc $newest, which SLES 15 lacks"
says "the newest symbol that it needs is of glibc $newest"
[ "$(id -u)" -eq 0 ] || {
    echo "skipped: only root can make a Debian 11 to run it in"
    exit 0
}
debian=$work/debian11
if [ ! -e "$debian/complete" ]; then
    need_packages debootstrap debian-archive-keyring
    find_mirror
    rm -rf "$debian"
    debootstrap --variant=minbase --include=libcurl4,ca-certificates --keyring="$keyring" bullseye "$debian" "$mirror" >"$work/debian11.log" 2>&1 || {
        tail -n 5 "$work/debian11.log" >&2
        fail "no Debian 11 could be made from $mirror; $work/debian11.log says more"
    }
    touch "$debian/complete"
fi
staged=/cosma8/data/dp000/me/staged
rm -rf "$debian/opt/trial" "$debian$staged"
mkdir -p "$debian/opt/trial" "$debian$staged"
cp -R "$root/." "$debian/opt/trial/"
# With /proc, where the Swift runtime finds a program's arguments; the mount ends with the command.
inside() {
    unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$debian" \
        env -i PATH=/opt/trial/bin:/usr/bin:/bin HOME=/root "ROSE_DATAC=$staged" "$@"
}
for file in ab123a.pa19880901.pp nemo_ab123o_1m_19880901-19881001_grid-T.nc; do head -c 3000000 /dev/urandom >"$debian$staged/$file"; done
[ "$(inside pptransfer --version)" = "$version" ] || fail "it does not start in Debian 11"
inside pptransfer run --dry-run /opt/trial/examples/quickstart.yaml >/dev/null || fail "the dry run fails in Debian 11"
says "Debian 11: --version, a dry run"
inside sh -c 'cd /opt/trial && pptransfer rehearse examples/quickstart.yaml --root rehearsal' || fail "the rehearsal fails in Debian 11"
diff -r "$debian$staged" "$debian/opt/trial/rehearsal/jasmin/gws/nopw/j04/canari/archive/u-ab123/19880901T0000Z" ||
    fail "what arrived in Debian 11 differs from what was sent"
says "Debian 11: a whole rehearsal, every byte the same"
inside pptransfer doctor >"$trial/doctor" || fail "doctor finds fault with Debian 11: $(cat "$trial/doctor")"
grep libcurl "$trial/doctor"
# Of twenty starts, without what the first one reads from the disk.
inside sh -c 'before=$(date +%s%N); for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do pptransfer --version >/dev/null; done
    after=$(date +%s%N); echo "ok: Debian 11: a start takes $(((after - before) / 20000)) microseconds"'
