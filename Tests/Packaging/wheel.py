#!/usr/bin/env python3
"""Makes a wheel of an unpacked tarball of package.sh. Usage: wheel.py TREE OUTPUT-DIR     prints the path of the wheel

The wheel holds the program as a script, with manual page, completions and documentation as data. No Python code is in it, and none runs
when the program is called. The same tree makes the same wheel: the times are those of SOURCE_DATE_EPOCH.
"""
import base64
import hashlib
import os
import pathlib
import sys
import time
import zipfile

METADATA = """\
Metadata-Version: 2.4
Name: pptransfer
Version: {version}
Summary: Archives the output of a workflow's cycle with Globus, and verifies that every file arrived
Description-Content-Type: text/markdown
Keywords: Globus,Cylc,Unified Model,data transfer
Classifier: Environment :: Console
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Scientific/Engineering :: Atmospheric Science
Requires-External: libc (>={glibc})
Requires-External: libcurl.so.4 (>=7.68)
{licences}
The program is a native executable; no Python code runs when it is called. 'pptransfer --help' and 'man pptransfer' describe it; the
documentation is in share/doc/pptransfer/index.html below the directory that pip installed it to.
"""

# Where pip puts the tree's directories: below its prefix ('~/.local' with --user, a virtual environment's own directory).
DATA = ("share/man", "share/bash-completion", "share/zsh", "share/fish", "share/doc")


def main(tree, output):
    _, version, system, machine = tree.name.split("-")
    # linux_x86_64 and not manylinux: a manylinux wheel may need no other libraries of the system than a short list, which libcurl is not on.
    tag = f"py3-none-{system}_{machine}"
    documents = tree / "share/doc/pptransfer"
    glibc = next(line.split()[1] for line in (documents / "BUILD").read_text().splitlines() if line.startswith("glibc "))
    data, info = f"pptransfer-{version}.data", f"pptransfer-{version}.dist-info"
    licences = [documents / "NOTICES", *sorted((documents / "licences").iterdir())]
    licence_names = [path.relative_to(documents).as_posix() for path in licences]

    files = {f"{data}/scripts/pptransfer": tree / "bin/pptransfer"}
    for directory in DATA:
        for path in (tree / directory).rglob("*"):
            if path.is_file() and path not in licences:
                files[f"{data}/data/{path.relative_to(tree).as_posix()}"] = path
    files |= {f"{info}/licenses/{name}": path for name, path in zip(licence_names, licences)}
    contents = {name: path.read_bytes() for name, path in files.items()}
    contents[f"{info}/METADATA"] = METADATA.format(
        version=version, glibc=glibc, licences="".join(f"License-File: {name}\n" for name in licence_names)).encode()
    contents[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: pptransfer wheel.py\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()

    record = f"{info}/RECORD"
    rows = [f"{name},sha256={digest(content)},{len(content)}" for name, content in sorted(contents.items())]
    contents[record] = "".join(row + "\n" for row in [*rows, f"{record},,"]).encode()
    wheel = output / f"pptransfer-{version}-{tag}.whl"
    part = wheel.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        # What pip reads first is at the end, as the format recommends.
        for name in sorted(contents, key=lambda name: (name.startswith(info), name == record, name)):
            entry = zipfile.ZipInfo(name, time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), 315532800))[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if is_program(name, files) else 0o100644) << 16
            archive.writestr(entry, contents[name])
    part.replace(wheel)
    print(wheel)


def is_program(name, files):
    return name in files and os.access(files[name], os.X_OK)


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
