# Sourced by package.sh and check.sh: Debian 11, whose C library (glibc 2.31) is that of SLES 15, as a place to link for and to run in.
#
#   find_mirror            $mirror, the Debian archive of this machine's own package sources (or $PPTRANSFER_DEBIAN_MIRROR)
#   make_sysroot DIR       $sysroot and $multiarch: what a program is linked against, unpacked from Debian 11's packages
#   link_for_sysroot DIR   DIR/link: the headers, libraries and pkg-config files that the compiler and the linker are to find

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# A mirror is read from the machine, so that its own proxies and rules hold.
find_mirror() {
    mirror=${PPTRANSFER_DEBIAN_MIRROR:-}
    [ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' | sed -n 's,/$,,; /\/debian$/p' | sort -u | head -n 1)
    [ -n "$mirror" ] || fail "no Debian archive among this machine's package sources; name one in PPTRANSFER_DEBIAN_MIRROR"
}

# apt with sources and state of its own: nothing of the machine's is read or changed but its proxies and its trust in Debian's keys.
make_private_apt() {
    mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial"
    : >"$1/status"
    cat >"$1/debian11.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: bullseye
Components: main
Signed-By: $keyring
SOURCES
    cat >"$1/apt.conf" <<CONFIGURATION
Dir::Etc::SourceList "$1/debian11.sources";
Dir::Etc::SourceParts "-";
Dir::State "$1/state";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
APT::Architecture "$(dpkg --print-architecture)";
APT::Update::Error-Mode "any";
APT::Sandbox::User "";
CONFIGURATION
    APT_CONFIG=$1/apt.conf apt-get update -qq ||
        fail "$mirror has no Debian 11 (bullseye) any more; name an archive that has it in PPTRANSFER_DEBIAN_MIRROR"
}

# What the program is linked against; libcurl alone stays outside of it, to get its security fixes with the system. gcc-10-base has the
# licence of libstdc++.
sysroot_packages="libc6 libc6-dev linux-libc-dev libgcc-s1 libgcc-10-dev libstdc++6 libstdc++-10-dev gcc-10-base
    libcurl4 libcurl4-openssl-dev libyaml-dev libsqlite3-dev"

make_sysroot() {
    sysroot=$1/sysroot
    multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
    [ "$(cat "$sysroot/complete" 2>/dev/null)" != "$sysroot_packages" ] || return 0
    find_mirror
    rm -rf "$sysroot" "$1/debs"
    mkdir -p "$sysroot" "$1/debs"
    make_private_apt "$1/apt"
    # The words of $sysroot_packages are package names: they are meant to be split.
    # shellcheck disable=SC2086
    (cd "$1/debs" && APT_CONFIG=$1/apt/apt.conf apt-get download -qq $sysroot_packages) ||
        fail "Debian 11's packages could not be fetched from $mirror"
    for package in "$1"/debs/*.deb; do dpkg-deb -x "$package" "$sysroot"; done
    # Links are made to hold where the files lie now.
    find "$sysroot" -type l -lname '/*' | while read -r link; do
        ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$sysroot$(readlink "$link")")" "$link"
    done
    echo "$sysroot_packages" >"$sysroot/complete"
}

link_for_sysroot() {
    from=$sysroot/usr/lib/$multiarch
    # Only the three headers: the compiler keeps the C library's own from the machine, as the Swift runtime was built with them.
    # Of the libraries only the form that is wanted: what is there as '.a' alone comes to lie inside the program.
    rm -rf "$1/link"
    mkdir -p "$1/link/include" "$1/link/lib" "$1/link/pkgconfig"
    ln -s "$sysroot/usr/include/$multiarch/curl" "$sysroot/usr/include/yaml.h" "$sysroot/usr/include/sqlite3.h" "$1/link/include/"
    ln -s "$from/libyaml.a" "$from/libsqlite3.a" "$sysroot/usr/lib/gcc/$multiarch/10/libstdc++.a" "$1/link/lib/"
    for name in libcurl yaml-0.1 sqlite3; do
        sed -e "s,^libdir=.*,libdir=$1/link/lib," -e "s,^includedir=.*,includedir=$1/link/include," "$from/pkgconfig/$name.pc" \
            >"$1/link/pkgconfig/$name.pc"
    done
    # Debian's libcurl puts a version of Debian's own to each name, which the libcurl of another system need not know. Linked against
    # these empty functions, the program asks for the names alone.
    nm -D --defined-only "$from/libcurl.so.4" | sed -n 's/.* T \(curl_[a-z_]*\).*/void \1(void) {}/p' >"$1/link/curl.c"
    clang -shared -nostdlib -Wl,-soname,libcurl.so.4 "$1/link/curl.c" -o "$1/link/lib/libcurl.so"
    # The Swift runtime was built with a newer libstdc++; this one function is not in that of GCC 10.
    echo '__attribute__((noreturn)) void _ZSt28__throw_bad_array_new_lengthv(void) { __builtin_trap(); }' >"$1/link/missing.c"
    clang -O2 -c "$1/link/missing.c" -o "$1/link/missing.o"
}
