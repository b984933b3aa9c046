import PositionedYAML
import SystemFiles

/// The job that reads files back at the destination: POSIX sh, `xargs -0`, and the coreutils' checksum programs.
///
/// Cut off by a time limit it goes on where it was: every 16 files leave a part of the report behind, in a directory of the question that
/// they answer.
struct FarEndScript {
    private let list: FarEndList
    private let listDigest: Digest

    init(_ list: FarEndList, listDigest: Digest) { (self.list, self.listDigest) = (list, listDigest) }

    var text: String {
        """
        #!/bin/sh
        #SBATCH --job-name=pptransfer-verify
        #SBATCH --output=\(list.name).log
        \(list.batch.map { "#SBATCH \($0)\n" }.joined())# Reads back \(Quantity.count(list.manifest.entries.count, "file")) (\(Quantity.bytes(list.manifest.bytes))) and writes \(list.reportName).
        #   sbatch --account=PROJECT \(list.scriptName) [DIRECTORY]     where there is Slurm
        #   sh \(list.scriptName) [DIRECTORY]                           anywhere
        # Keep \(list.name).list beside this script. The same command again goes on where a time limit cut it off.
        # PPTRANSFER_JOBS says how many files are read at once; else as many as there are processors.
        # Exits with status 0 if every file is as it was sent, 60 if one is not, 61 if one cannot be read.
        name=\(ShellWord.quoted(list.name))
        manifest=\(list.manifest.fingerprint)
        asked=\(list.asked)
        list=\(listDigest.hex)
        count=\(list.manifest.entries.count)
        directory=\(ShellWord.path(list.directory))

        """ + Self.work
    }

    private static let work = #"""
        if [ "${1-}" ]; then directory=$1; fi
        LC_ALL=C
        export LC_ALL

        stop() {
            echo "$name: $1" >&2
            exit 61
        }

        # Slurm runs a copy of this script, elsewhere.
        here=
        for place in "$(dirname -- "$0")" "${SLURM_SUBMIT_DIR:-.}" .; do
            if [ -f "$place/$name.list" ]; then
                here=$(cd -- "$place" && pwd)
                break
            fi
        done
        [ "$here" ] || stop "there is no $name.list beside this script"
        [ "$(sha256sum < "$here/$name.list")" = "$list  -" ] || stop "$name.list is not the one that belongs to this script"
        cd -- "$directory" || stop "cannot enter $directory"

        # What was found for another question, or in another directory, is no part of this answer.
        question=$(printf "%s\n" "$list" "$asked" "$manifest" "$PWD" | sha256sum | cut -c 1-16)
        [ "$question" ] || stop "sha256sum does not work here"
        work=$here/$name.$question.parts
        mkdir -p -- "$work" || stop "cannot write to $here"
        export work
        [ -s "$work/begun" ] || date -u +%Y-%m-%dT%H:%M:%SZ > "$work/begun"

        # Of each file: its number, a word, its size and digest as they are here.
        xargs -0 -x -n 64 -P "${PPTRANSFER_JOBS:-${SLURM_CPUS_PER_TASK:-$(nproc 2> /dev/null || echo 1)}}" sh -c '
            # Not there, or out of sight?
            absence() {
                above=$1
                while :; do
                    above=${above%/*}
                    if [ -d "$above" ]; then
                        if [ -x "$above" ]; then echo MISSING; else echo UNREADABLE; fi
                        return
                    fi
                done
            }
            part=$work/$1
            [ -f "$part" ] && exit 0
            while [ $# -ge 4 ]; do
                number=$1 size=$2 expected=$3 file=./$4
                shift 4
                if [ ! -e "$file" ] && [ ! -L "$file" ]; then
                    echo "$number $(absence "$file")"
                elif [ ! -f "$file" ]; then
                    echo "$number NOTAFILE"
                else
                    case $expected in
                    sha256:*) found=$(sha256sum < "$file") && found=sha256:${found%% *} || found= ;;
                    md5:*) found=$(md5sum < "$file") && found=md5:${found%% *} || found= ;;
                    *) found=- ;;
                    esac
                    bytes=$(wc -c < "$file") || bytes=
                    if [ ! "$found" ] || [ ! "$bytes" ]; then
                        echo "$number UNREADABLE"
                    elif [ "$((bytes))" = "$size" ] && [ "$found" = "$expected" ]; then
                        echo "$number OK $((bytes)) $found"
                    else
                        echo "$number FAILED $((bytes)) $found"
                    fi
                fi
            done > "$part.$$" && mv -- "$part.$$" "$part"
        ' sh < "$here/$name.list" || stop "not every file was checked; run the same command again to continue"

        report=$here/$name.report
        find "$work" -type f -name "[0-9]*" ! -name "*.*" -exec cat {} + | sort -n > "$work/rows" || stop "cannot write to $here"
        {
            echo "pptransfer report 1"
            echo "manifest $manifest"
            echo "asked $asked"
            printf "directory %s\n" "$(printf %s "$PWD" | tr "\n" " ")"
            echo "user $(id -un)"
            echo "host $(uname -n)"
            echo "begun $(cat "$work/begun")"
            echo "ended $(date -u +%Y-%m-%dT%H:%M:%SZ)"
            cat "$work/rows"
            echo "end $count"
        } > "$report.part" && mv -- "$report.part" "$report" || stop "cannot write $report"

        good=$(grep -c " OK " "$work/rows")
        bad=$(grep -c -e " FAILED " -e " MISSING" -e " NOTAFILE" "$work/rows")
        rm -r -- "$work"
        echo "$name: $good of $count files are as they were sent, $bad are not; $((count - good - bad)) could not be read"
        echo "pptransfer verify ... --report $report"
        if [ "$bad" -gt 0 ]; then exit 60; fi
        if [ "$good" -lt "$count" ]; then exit 61; fi

        """#
}
