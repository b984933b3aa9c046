#!/usr/bin/env python3
"""The libraries' public surface, one declaration a line: what a stranger's program can depend on.

Usage: Tests/Structure/api.py check GRAPHS     compares with Tests/Structure/api/*.txt, and looks for symbols without a comment; status 1 if
                                               they differ, or if there is one
       Tests/Structure/api.py write GRAPHS     writes them anew
       Tests/Structure/api.py unreached GRAPHS NAME...   public types that are not reached from these, which could be for the package alone

GRAPHS is a directory with the symbol graphs of the libraries ('swift symbolgraph-extract', see Tests/Judges/docs.sh, which leaves them in
.build/docs/graphs).
"""
import collections
import difflib
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIBRARIES = ("Globus", "GlobusCLILogin", "GlobusTesting", "PPTransfer", "PPTransferTesting")
# What protocols of the standard library ask for: their own comments tell what it does.
TOLD_ELSEWHERE = {
    "==(_:_:)", "<(_:_:)", "hash(into:)", "init(from:)", "encode(to:)", "description", "debugDescription", "customMirror", "init(rawValue:)",
    "rawValue", "makeAsyncIterator()", "next()", "AsyncIterator", "Element", "id",
}
TYPES = {"swift.struct", "swift.enum", "swift.class", "swift.protocol", "swift.actor", "swift.typealias"}


def symbols(graphs, library):
    """The symbols of a library, with what it adds to types of others."""
    for path in sorted(pathlib.Path(graphs).rglob("*.symbols.json")):
        if path.name.split(".")[0].split("@")[0] == library:
            for symbol in json.loads(path.read_text())["symbols"]:
                # What the compiler or the standard library adds to a conformance is not ours.
                if symbol["accessLevel"] in ("public", "open") and "::SYNTHESIZED::" not in symbol["identifier"]["precise"]:
                    yield symbol


def declaration(symbol):
    text = "".join(part["spelling"] for part in symbol["declarationFragments"])
    return re.sub(r"\s+", " ", text)


def listing(graphs, library):
    lines = {".".join(symbol["pathComponents"]) + "  " + declaration(symbol) for symbol in symbols(graphs, library)}
    return "".join(line + "\n" for line in sorted(lines))


def uncommented(graphs, library):
    """Symbols without a comment, but for what a protocol or the standard library already tells of: witnesses, initialisers of enumerations."""
    for symbol in symbols(graphs, library):
        path = symbol["pathComponents"]
        if "docComment" not in symbol and path[-1] not in TOLD_ELSEWHERE:
            yield ".".join(path) + "  " + declaration(symbol)


def check(graphs):
    status = 0
    for library in LIBRARIES:
        for line in sorted(uncommented(graphs, library)):
            print(f"{library}: no comment on {line}")
            status = 1
    for library in LIBRARIES:
        path = HERE / "api" / f"{library}.txt"
        known, now = path.read_text().splitlines(), listing(graphs, library).splitlines()
        if known != now:
            print(f"the public surface of {library} has changed; if it is meant: Tests/Structure/api.py write, and a line in the release notes")
            for line in difflib.unified_diff(known, now, "before", "now", lineterm="", n=0):
                print("  " + line)
            status = 1
        else:
            print(f"  {library}: {len(now)} public declarations, as listed in {path.relative_to(HERE.parents[1])}")
    return status


def write(graphs):
    (HERE / "api").mkdir(exist_ok=True)
    for library in LIBRARIES:
        (HERE / "api" / f"{library}.txt").write_text(listing(graphs, library))
    return 0


def unreached(graphs, roots):
    every = [symbol for library in LIBRARIES for symbol in symbols(graphs, library)]
    types = {symbol["identifier"]["precise"]: symbol for symbol in every if symbol["kind"]["identifier"] in TYPES}
    top = {usr: symbol["pathComponents"][0] for usr, symbol in types.items()}
    uses = collections.defaultdict(set)
    for symbol in every:
        for part in symbol["declarationFragments"]:
            if part.get("preciseIdentifier") in top:
                uses[symbol["pathComponents"][0]].add(top[part["preciseIdentifier"]])
    reached, pending = set(), list(roots)
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += uses[name]
    for name in sorted(set(top.values()) - reached):
        print(name)
    return 0


def main(arguments):
    if len(arguments) == 2 and arguments[0] in ("check", "write"):
        return {"check": check, "write": write}[arguments[0]](arguments[1])
    if len(arguments) > 2 and arguments[0] == "unreached":
        return unreached(arguments[1], arguments[2:])
    print(__doc__, file=sys.stderr)
    return 64


sys.exit(main(sys.argv[1:]))
