#!/usr/bin/env python3
"""Writes the notices and licences of everything that is linked into the program.

Usage: Tests/Packaging/notices.py PROGRAM RESOLVED CHECKOUTS SYSTEM SWIFT DIR

PROGRAM     the program as the build left it: the list of linked object files is in the directory PROGRAM.product beside it
RESOLVED    Package.resolved: the packages with their versions
CHECKOUTS   the packages' sources (.build/checkouts)
SYSTEM      the root directory of the system whose libyaml, SQLite and libstdc++ were linked: '/', or the Debian 11 of package.sh
SWIFT       the toolchain's LICENSE.txt
DIR         receives NOTICES and one file for each licence in licences/

It fails if a linked module belongs to no known package, if a package has no licence text, or if a package contains code of others that is
not listed here: a new dependency must be looked at by somebody.
"""
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
# What a package contains of others: their names, their licences, and the file that has the text (of a C file: its first comment).
CONTAINED = {
    "swift-nio": [
        ("llhttp", "MIT", "Sources/CNIOLLHTTP/LICENSE"),
        ("sha1 of the KAME project (FreeBSD)", "BSD-3-Clause", "Sources/CNIOSHA1/c_nio_sha1.c"),
    ],
    "swift-crypto": [
        ("BoringSSL", "Apache-2.0", "Sources/CCryptoBoringSSL"),
        ("XKCP, the Keccak code package", "CC0-1.0", "Sources/CXKCP/FIPS202-opt64/KeccakP-1600-opt64.c"),
    ],
}
# Modules whose directory has another name.
NAMED_OTHERWISE = {"SystemPackage": "System"}
# Directories of C sources in the packages. One that is not here may be foreign code: see what it is, and add it here or above.
C_SOURCES = {
    "swift-nio": {
        "CNIOAtomics", "CNIODarwin", "CNIOFreeBSD", "CNIOLLHTTP", "CNIOLinux", "CNIOOpenBSD", "CNIOPosix", "CNIOSHA1", "CNIOWASI", "CNIOWindows",
    },
    "swift-crypto": {"CCryptoBoringSSL", "CCryptoBoringSSLShims", "CXKCP", "CXKCPShims"},
    "swift-atomics": {"_AtomicsShims"},
    "swift-subprocess": {"_SubprocessCShims"},
    "swift-system": {"CSystem"},
}


def fail(text):
    sys.exit(f"error: {text}")


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace").strip("\n") + "\n"


def head_comment(path):
    """The comments at the head of a C file, up to the first line of code."""
    lines = []
    inside = False
    for line in text_of(path).splitlines():
        bare = line.strip()
        inside = inside or bare.startswith("/*")
        if not inside and bare and not bare.startswith("//"):
            break
        lines.append(re.sub(r"^\s*(/\*+-?|\*+/|\*|//)\s?", "", line).replace("*/", "").rstrip())
        if "*/" in bare:
            inside = False
    return "\n".join(lines).strip() + "\n"


def boringssl(directory, apache):
    """BoringSSL's licence is that of its files: Apache 2.0, with the copyright lines that they have."""
    owners = set()
    for path in sorted(directory.rglob("*")):
        if path.suffix not in {".c", ".cc", ".h", ".inc", ".S"}:
            continue
        head = path.read_text(encoding="utf-8", errors="replace")[:3000]
        owners |= {re.sub(r"^\W+", "", line).strip() for line in head.splitlines() if re.search(r"^\W*Copyright\b.*\d{4}", line)}
    if not owners:
        fail(f"no copyright line in {directory}")
    return "BoringSSL\n\n" + "".join(line + "\n" for line in sorted(owners)) + "\n" + apache


def linked_modules(program):
    """The names of the modules whose object files the linker was given."""
    for place in (program, program.resolve()):
        listing = place.with_name(program.name + ".product") / "Objects.LinkFileList"
        if listing.is_file():
            break
    else:
        fail(f"{listing} is missing: the program must be where the build left it")
    return sorted(set(re.findall(r"/([^/\s]+)\.build/", listing.read_text())))


def package_of(module, checkouts, names):
    directory = NAMED_OTHERWISE.get(module, module)
    for name in names:
        sources = checkouts / name / "Sources"
        if (sources / directory).is_dir() or next(sources.glob(f"*/{directory}"), None) is not None:
            return name
    return None


def gcc_version(system):
    """The newest GCC whose copyright file is there: the one whose libstdc++ is linked."""
    versions = [(int(path.parent.name.split("-")[1]), path) for path in system.glob("usr/share/doc/gcc-*-base/copyright")]
    if not versions:
        fail(f"no usr/share/doc/gcc-*-base/copyright in {system}")
    return max(versions)


class Notices:
    def __init__(self, output):
        self.entries = []
        self.licences = output / "licences"
        self.output = output
        self.licences.mkdir(parents=True, exist_ok=True)

    def add(self, name, licence, text, notice=""):
        if len(text) < 100:
            fail(f"the licence text of {name} is empty")
        file = re.sub(r"[^a-z0-9+.]+", "-", name.split(",")[0].split(" (")[0].lower()).strip("-") + ".txt"
        if (self.licences / file).exists():
            fail(f"two licences have the name {file}")
        (self.licences / file).write_text(text, encoding="utf-8")
        self.entries.append((name, licence, file, notice))

    def write(self):
        lines = [
            "Third-party software in pptransfer",
            "==================================",
            "",
            "The program contains the following software of others. The complete licence texts are in the directory 'licences'.",
            "libcurl and the C library are not contained: the program uses those of the system.",
            "",
        ]
        width = max(len(name) for name, *_ in self.entries)
        lines += [f"  {name:{width}}  {licence}, licences/{file}" for name, licence, file, _ in self.entries]
        for name, _, _, notice in self.entries:
            if notice:
                lines += ["", "", f"Notice of {name}", "-" * (10 + len(name)), "", notice.strip()]
        (self.output / "NOTICES").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(program, resolved, checkouts, system, swift_licence, output):
    pins = {pin["identity"]: pin["state"]["version"] for pin in json.loads(resolved.read_text())["pins"]}
    own = {path.name for path in (TOP / "Sources").iterdir()}
    built_in = {}
    for module in linked_modules(program):
        if module in own:
            continue
        package = package_of(module, checkouts, pins)
        if package is None:
            fail(f"the module {module} is linked, and no package of {resolved} has it")
        built_in.setdefault(package, []).append(module)

    notices = Notices(output)
    swift = text_of(swift_licence)
    apache = swift.split("## Runtime Library Exception")[0].strip("\n#") + "\n"
    notices.add(
        "Swift runtime and standard library, Foundation Essentials, Dispatch", "Apache-2.0 with Runtime Library Exception", swift,
        "Copyright Apple Inc. and the Swift project authors.\n"
        "The standard library contains tables made from the Unicode Character Database. Copyright Unicode, Inc.; its licence is at\n"
        "https://www.unicode.org/license.txt.")
    for package, modules in sorted(built_in.items()):
        directory = checkouts / package
        texts = sorted(directory.glob("LICENSE*"))
        if not texts:
            fail(f"the package {package} has no LICENSE file")
        foreign = C_SOURCES.get(package, set())
        for sources in sorted((directory / "Sources").iterdir()):
            is_foreign = next((path for path in sources.rglob("*") if path.suffix in {".c", ".cc", ".S"}), None)
            if is_foreign and sources.name in modules and sources.name not in foreign:
                fail(f"{package} contains C sources that nobody has looked at: {is_foreign}; see C_SOURCES in notices.py")
        licence = "Apache-2.0 with Runtime Library Exception" if "Runtime Library Exception" in text_of(texts[0]) else "Apache-2.0"
        if "Apache License" not in text_of(texts[0]):
            fail(f"the licence of {package} is another than Apache 2.0: {texts[0]}")
        notice = "".join(text_of(path) for path in sorted(directory.glob("NOTICE*")))
        notices.add(f"{package}, version {pins[package]}", licence, text_of(texts[0]), notice)
        for name, licence, file in CONTAINED.get(package, []):
            path = directory / file
            if not set(path.parts) & set(modules):
                continue
            if path.is_dir():
                text = boringssl(path, apache)
            else:
                text = head_comment(path) if path.suffix == ".c" else text_of(path)
            notices.add(f"{name} (in {package})", licence, text)
    documents = system / "usr/share/doc"
    notices.add("libyaml", "MIT", text_of(documents / "libyaml-dev/copyright"))
    notices.add(
        "SQLite", "public domain", text_of(documents / "libsqlite3-dev/copyright"),
        "SQLite is in the public domain: https://www.sqlite.org/copyright.html")
    version, gcc = gcc_version(system)
    gpl = pathlib.Path("/usr/share/common-licenses/GPL-3")
    if "GCC RUNTIME LIBRARY EXCEPTION" not in text_of(gcc).upper():
        fail(f"{gcc} does not hold the GCC Runtime Library Exception")
    notices.add(
        f"libstdc++ and libgcc, of GCC {version}", "GPL-3.0 with GCC Runtime Library Exception 3.1",
        text_of(gcc) + "\n" + "=" * 80 + "\n\n" + text_of(gpl))
    notices.write()
    print(f"ok: notices of {len(notices.entries)} pieces of software; linked packages: {', '.join(sorted(built_in))}")


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(*(pathlib.Path(argument) for argument in sys.argv[1:]))
