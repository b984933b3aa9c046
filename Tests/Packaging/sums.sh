# Sourced by package.sh and wheel.sh.
#
#   write_sums DIR VERSION     writes DIR/SHA256SUMS of the tarballs and wheels of this version, for  sha256sum --check SHA256SUMS
write_sums() {
    (
        cd "$1"
        sums=
        for file in "pptransfer-$2"-*.tar.xz "pptransfer-$2"-*.whl; do
            [ ! -f "$file" ] || sums="$sums $file"
        done
        # The words of $sums are names without blanks.
        # shellcheck disable=SC2086
        sha256sum $sums >SHA256SUMS.part
        mv SHA256SUMS.part SHA256SUMS
    )
}
