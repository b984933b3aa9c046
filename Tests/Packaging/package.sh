#!/bin/sh
# Makes pptransfer-VERSION-linux-ARCH.tar.xz: the program with the Swift runtime, libyaml and SQLite inside, for every Linux from glibc
# 2.31 and libcurl 7.68 on (SLES 15 SP4, Rocky 9, Debian 11, Ubuntu 20.04), with documentation, examples, templates, licences and a module
# file; and SHA256SUMS beside it.
#
# Usage: Tests/Packaging/package.sh [--program FILE] [OUTPUT-DIR]
#
#   --program FILE   packs this program as it is, instead of building one that is linked for Debian 11 (a few minutes and 20 MB of
#                    packages the first time): it then runs where its own glibc is. FILE is where the build left it: the list of linked
#                    modules is beside it
#   OUTPUT-DIR       where the tarball goes; default: .build/packaging
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/examples/prerequisites.sh"
. "$top/Tests/Packaging/debian11.sh"
. "$top/Tests/Packaging/sums.sh"

program=
work=$top/.build/packaging
output=$work
while [ $# -gt 0 ]; do
    case $1 in
    --program)
        [ -x "${2:-}" ] || fail "--program needs a program's path"
        program=$(realpath -s "$2")
        shift 2
        ;;
    -*) fail "unknown option $1; usage: package.sh [--program FILE] [OUTPUT-DIR]" ;;
    *)
        output=$1
        shift
        ;;
    esac
done
mkdir -p "$work" "$output"
output=$(cd "$output" && pwd)

# Sets $program.
build_for_debian11() {
    need_swift
    # shellcheck disable=SC2086
    need_packages $build_packages dpkg-dev debian-archive-keyring binutils xz-utils valgrind
    make_sysroot "$work"
    link_for_sysroot "$work"
    echo "building for Debian 11 (some minutes the first time)"
    program=$work/swift/release/pptransfer
    (cd "$top" && lean_build "$work" "$program" build_with_sysroot)
}

build_with_sysroot() {
    # The build does not watch what it links against.
    rm -f "$program"
    # The words of $lean are options.
    # shellcheck disable=SC2086
    PKG_CONFIG_PATH=$work/link/pkgconfig swift build -c release --static-swift-stdlib --product pptransfer \
        --scratch-path "$work/swift" $lean \
        -Xswiftc -Xclang-linker -Xswiftc "--sysroot=$sysroot" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc \
        -Xlinker "-L$work/link/lib" -Xlinker "$work/link/missing.o" -Xlinker -ldl -Xlinker -lpthread >"$work/build.log" 2>&1 || {
        tail -n 40 "$work/build.log" >&2
        fail "the program could not be built; the lines above, of $work/build.log, say why"
    }
}

# Of everything that is packed: the same tree makes the same tarball.
SOURCE_DATE_EPOCH=$(git -C "$top" log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH

# generate ARGUMENTS FILE: the page and the completions come from the program itself.
generate() {
    mkdir -p "$(dirname "$2")"
    # shellcheck disable=SC2086
    "$tree/bin/pptransfer" $1 >"$2" || fail "the program does not print '$1'"
}

need_packages python3
if [ -z "$program" ]; then
    build_for_debian11
    linked_system=$sysroot
    checkouts=$work/swift/checkouts
else
    need_packages binutils xz-utils
    linked_system=/
    checkouts=$top/.build/checkouts
fi

# As long as there are symbols, they tell whether ICU is inside; check.sh asks the stripped program.
! nm "$program" 2>/dev/null | grep -E ' [Tt] _?(swift_)?(ucol_open|uloc_getDefault|ucal_open|udat_open|unum_open)' ||
    fail "the program holds ICU: some target imports Foundation instead of FoundationEssentials, or a package does"
version=$("$program" --version)
name=pptransfer-$version-linux-$(uname -m)
tree=$work/tree/$name
rm -rf "$work/tree"
mkdir -p "$tree/bin" "$tree/modulefiles/pptransfer"
strip -o "$tree/bin/pptransfer" "$program"
chmod 755 "$tree/bin/pptransfer"
cp "$top/Tests/Packaging/modulefile" "$tree/modulefiles/pptransfer/$version"
cp -R "$top/suite-templates" "$tree/"
mkdir "$tree/examples"
# Not its scripts: they build the program.
cp "$top"/examples/*.yaml "$tree/examples/"

generate "--generate-completion-script bash" "$tree/share/bash-completion/completions/pptransfer"
generate "--generate-completion-script zsh" "$tree/share/zsh/site-functions/_pptransfer"
generate "--generate-completion-script fish" "$tree/share/fish/vendor_completions.d/pptransfer.fish"
generate "manual" "$tree/share/man/man1/pptransfer.1"

# The documentation as HTML, and the README twice: where it is seen first, and with the rest of the documentation.
documents=$tree/share/doc/pptransfer
python3 "$top/Tests/Packaging/render_site.py" --version "$version" --readme "$tree/README.md" share/doc/pptransfer/ \
    --readme "$documents/README.md" "" "$documents" || fail "the documentation could not be made"
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
python3 "$top/Tests/Packaging/notices.py" "$program" "$top/Package.resolved" "$checkouts" "$linked_system" \
    "$toolchain/share/swift/LICENSE.txt" "$documents" || fail "the notices of what is built in could not be made"

# What exactly it was built from, for whoever looks into it later.
{
    echo "pptransfer $version"
    swift --version 2>/dev/null | head -n 1
    echo "glibc $(objdump -T "$tree/bin/pptransfer" | sed -n 's/.*GLIBC_\(2\.[0-9]*\).*/\1/p' | sort -uV | tail -n 1) or later"
    sed -n 's/.*"identity" : "\(.*\)",/\1/p; s/.*"version" : "\(.*\)".*/\1/p' "$top/Package.resolved" | paste -d ' ' - -
} >"$documents/BUILD"

tar -C "$work/tree" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    --mode=u+rwX,go+rX,go-w -cf - "$name" | xz -9e -T1 >"$output/$name.tar.xz.part"
mv "$output/$name.tar.xz.part" "$output/$name.tar.xz"
write_sums "$output" "$version"
echo "$output/$name.tar.xz: $(stat -c %s "$output/$name.tar.xz") bytes; the program: $(stat -c %s "$tree/bin/pptransfer") bytes"
