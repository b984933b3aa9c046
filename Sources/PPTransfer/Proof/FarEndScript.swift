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
        #   sbatch --account=PROJECT \(list.scriptName) [--fix-permissions] [DIRECTORY]     where there is Slurm
        #   sh \(list.scriptName) [--fix-permissions] [DIRECTORY]                           anywhere
        # Keep \(list.name).list beside this script. The same command again goes on where a time limit cut it off.
        # PPTRANSFER_JOBS says how many files are read at once; else as many as there are processors.
        # --fix-permissions gives each file that is as it was sent, and the directories that lead to it, the group and the mode below.
        # Exits with status 0 if every file is as it was sent, 60 if one is not, 61 if one cannot be read, 43 if a group or mode stays.
        name=\(ShellWord.quoted(list.name))
        manifest=\(list.manifest.fingerprint)
        asked=\(list.asked)
        list=\(listDigest.hex)
        count=\(list.manifest.entries.count)
        directory=\(ShellWord.path(list.directory))
        fix=\(list.fixesRights ? "yes" : "")
        group=\(ShellWord.quoted(list.rights?.group ?? ""))
        mode=\(ShellWord.quoted(list.rights?.mode?.text ?? ""))
        changes='\(Self.changes(list.rights?.mode))'

        """ + Self.work
    }

    /// The mode as octal numbers: the bits that are set and those that are cleared, of files that nobody may execute, of files that
    /// somebody may, and of directories.
    private static func changes(_ mode: FileMode?) -> String {
        let changes = mode.map { [$0.file, $0.program, $0.directory] } ?? Array(repeating: FileMode.Change(), count: 3)
        return changes.flatMap { [$0.on, $0.off] }.map { "0" + String($0, radix: 8) }.joined(separator: " ")
    }

    private static let work = #"""
        LC_ALL=C
        export LC_ALL
        # "cd" would look elsewhere, and print where it went.
        unset CDPATH

        stop() {
            echo "$name: $1" >&2
            exit 61
        }

        while [ $# -gt 0 ]; do
            case $1 in
            --fix-permissions) fix=yes ;;
            -*) stop "unknown option $1" ;;
            ?*) directory=$1 ;;
            esac
            shift
        done
        if [ "$fix" ]; then
            [ "$group$mode" ] || stop "the description names neither a group nor a mode"
            [ -d /proc/self/fd ] || stop "--fix-permissions needs /proc, by which it knows what it changes"
        fi

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
        question=$(printf "%s\n" "$list" "$asked" "$manifest" "$PWD" ${fix:+"$group" "$mode"} | sha256sum | cut -c 1-16)
        [ "$question" ] || stop "sha256sum does not work here"
        work=$here/$name.$question.parts
        mkdir -p -- "$work" || stop "cannot write to $here"
        root=$(pwd -P)
        home=$(cd -P -- "${HOME:-/}" 2> /dev/null && pwd -P)
        export work fix group mode changes root home
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
                    # The destination itself cannot be looked at any more.
                    [ "$above" != . ] || { echo UNREADABLE; return; }
                done
            }
            number=
            # What is open as descriptor 3, and nothing else, gets the group, and only then the mode.
            #   $1: its path without links; $2: its name for people; $3 and $4: the bits to set and to clear
            mend() {
                if [ "$(readlink -n /proc/self/fd/3; echo .)" != "$1." ]; then
                    keep "$2" "a symbolic link leads to it"
                    return
                fi
                now=$(stat -L -c "%a %g %G" /proc/self/fd/3) || now=
                if [ ! "$now" ]; then
                    keep "$2" "its permissions cannot be read"
                    return
                fi
                old=$now owner=${now#* }
                if [ "$group" ] && [ "${owner%% *}" != "$group" ] && [ "${owner#* }" != "$group" ]; then
                    if ! reason=$(chgrp -- "$group" /proc/self/fd/3 2>&1); then
                        keep "$2" "${reason#*fd/3*: }"
                        return
                    fi
                    now=$(stat -L -c "%a %g %G" /proc/self/fd/3)
                fi
                bits=$((0${now%% *}))
                wanted=$(((bits & ~$4) | $3))
                if [ "$wanted" -ne "$bits" ] && ! reason=$(chmod "$(printf %04o "$wanted")" /proc/self/fd/3 2>&1); then
                    keep "$2" "${reason#*fd/3*: }"
                    return
                fi
                if [ "$old" != "$(stat -L -c "%a %g %G" /proc/self/fd/3)" ]; then echo >> "$part.mended"; fi
            }
            keep() { printf "%s: %s\n" "$(printf %s "$1" | tr -d "\000-\037\177")" "$2" >> "$part.kept"; }
            # A file that was just found to be as it was sent, then the directories from there up to the destination.
            mendPath() {
                set -- "${1#./}" $changes
                bits=$(stat -L -c %a /proc/self/fd/3) || bits=0
                if [ "$(stat -L -c %h /proc/self/fd/3)" != 1 ]; then
                    keep "$1" "it has other names (hard links)"
                elif [ $((0$bits & 0111)) -eq 0 ]; then
                    mend "${root%/}/$1" "$1" "$2" "$3"
                else
                    mend "${root%/}/$1" "$1" "$4" "$5"
                fi
                folder=./$1
                while [ "$folder" != . ]; do
                    folder=${folder%/*}
                    [ "$folder" != "$last" ] || return 0
                    path=$root
                    if [ "$folder" != . ]; then path=${root%/}/${folder#./}; fi
                    if [ "$path" = "$home" ] || [ "$path" = / ]; then
                        keep "$path" "this directory is never changed"
                    elif [ -d "$folder" ] && [ -r "$folder" ]; then
                        { mend "$path" "$path/" "$6" "$7"; } 3< "$folder"
                    else
                        keep "$path/" "it cannot be read"
                    fi
                done
            }
            # $1: what is read
            judge() {
                case $expected in
                sha256:*) found=$(sha256sum < "$1") && found=sha256:${found%% *} || found= ;;
                md5:*) found=$(md5sum < "$1") && found=md5:${found%% *} || found= ;;
                *) found=- ;;
                esac
                bytes=$(wc -c < "$1") || bytes=
                if [ ! "$found" ] || [ ! "$bytes" ]; then
                    echo "$number UNREADABLE"
                elif [ "$((bytes))" = "$size" ] && [ "$found" = "$expected" ]; then
                    echo "$number OK $((bytes)) $found"
                    if [ "$fix" ]; then
                        mendPath "$file"
                        last=${file%/*}
                    fi
                else
                    echo "$number FAILED $((bytes)) $found"
                fi
            }
            part=$work/$1 last=
            [ -f "$part" ] && exit 0
            while [ $# -ge 4 ]; do
                number=$1 size=$2 expected=$3 file=./$4
                shift 4
                if [ ! -e "$file" ] && [ ! -L "$file" ]; then
                    echo "$number $(absence "$file")"
                elif [ ! -f "$file" ]; then
                    echo "$number NOTAFILE"
                elif [ ! -r "$file" ]; then
                    echo "$number UNREADABLE"
                elif [ "$fix" ]; then
                    # The very file that is read is the one that is changed, whatever its name is by then.
                    { judge /proc/self/fd/3; } 3< "$file"
                else
                    judge "$file"
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
        if [ "$fix" ]; then
            mended=$(find "$work" -type f -name "*.mended" -exec cat {} + | wc -l)
            find "$work" -type f -name "*.kept" -exec cat {} + | sort -u > "$work/kept"
            kept=$(wc -l < "$work/kept")
            head -n 20 "$work/kept" >&2
            echo "$name: group or mode of $((mended)) files and directories changed ($group $mode); $((kept)) could not be changed"
        fi
        rm -r -- "$work"
        echo "$name: $good of $count files are as they were sent, $bad are not; $((count - good - bad)) could not be read"
        echo "pptransfer verify ... --report $report"
        if [ "$fix" ]; then echo "then run the transfer again: it compares group and mode, and writes the list of files, if there is to be one"; fi
        if [ "$bad" -gt 0 ]; then exit 60; fi
        if [ "$good" -lt "$count" ]; then exit 61; fi
        if [ "${kept:-0}" -gt 0 ]; then exit 43; fi

        """#
}
