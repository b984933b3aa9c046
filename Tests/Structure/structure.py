#!/usr/bin/env python3
"""The order of the source's rooms: a folder of a target uses only itself and folders which stand before it in rooms.txt.

Usage: Tests/Structure/structure.py check [STORE]            one line for each upward use; status 1 if there is one
       Tests/Structure/structure.py matrix [STORE]           who uses whom, knots, and the sizes that tend to grow
       Tests/Structure/structure.py suggest TARGET [STORE]   which files and symbols cause the upward uses, and what could move
       Tests/Structure/structure.py selftest                 the rules on made-up sources

STORE is the index store of a debug build (default: .build/debug/index/store of this repository). The compiler writes it during
'swift build --build-tests'. What is not compiled on this system (#if) is not seen. Files directly in a target's directory are in the
room '.'. A folder inside a folder belongs to the outer one.
"""
import ctypes, glob, os, pathlib, re, shutil, sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent
REMEDY = "run  swift build --build-tests"


class Trouble(Exception):
    """What keeps this program from an answer, in one sentence."""


# --- The graph: who defines what, who uses what


@dataclass
class Symbol:
    file: str
    line: int
    name: str
    kind: int = 0
    parent: str | None = None


@dataclass
class Use:
    file: str
    line: int
    usr: str
    inside: str | None = None


@dataclass
class Graph:
    """Files are named from the repository's root: Sources/TARGET/ROOM/…/NAME.swift"""

    files: list[str] = field(default_factory=list)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)

    def title(self, usr):
        """'Type.member' for a symbol."""
        names, seen = [], set()
        while usr in self.symbols and usr not in seen:
            seen.add(usr)
            names.insert(0, self.symbols[usr].name)
            usr = self.symbols[usr].parent
        return ".".join(names)

    def between_files(self):
        """The uses of a symbol of another file."""
        for use in self.uses:
            symbol = self.symbols.get(use.usr)
            if symbol and symbol.file != use.file:
                yield use, symbol


def target_of(file):
    return file.split("/")[1]


def room_of(file):
    parts = file.split("/")
    return parts[2] if len(parts) > 3 else "."


# --- The order, written once in rooms.txt


def read_rooms(text):
    """Target → {room: sentence}, in order."""
    rooms, target = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        head = re.fullmatch(r"\[(\w+)\]", line.rstrip())
        if head:
            target = head[1]
            if target in rooms:
                raise Trouble(f"rooms.txt:{number}: the target {target} stands here a second time")
            rooms[target] = {}
            continue
        room, gap, sentence = line.rstrip().partition("  ")
        if target is None or not gap or not sentence.strip():
            raise Trouble(f"rooms.txt:{number}: wanted: a target in brackets, or a folder's name, two spaces and what the folder holds")
        if room in rooms[target]:
            raise Trouble(f"rooms.txt:{number}: {room} of {target} stands here a second time")
        rooms[target][room] = sentence.strip()
    return rooms


def unlisted(rooms, files):
    """Folders without a line, and lines without a folder."""
    found = defaultdict(set)
    for file in files:
        found[target_of(file)].add(room_of(file))
    faults = []
    for target in sorted(found.keys() | rooms.keys()):
        for room in sorted(found[target] - set(rooms.get(target, ()))):
            place = f"Sources/{target}" if room == "." else f"Sources/{target}/{room}"
            faults.append(f"{place}: not listed in Tests/Structure/rooms.txt: give it a line under [{target}], after all that it uses")
        for room in rooms.get(target, ()):
            if room not in found[target]:
                faults.append(f"Tests/Structure/rooms.txt: {room} of [{target}] holds no Swift file: take the line out")
    return faults


# --- The rule


class Order:
    """The graph with the order of its rooms. Rooms have numbers: the lowest is 0."""

    def __init__(self, graph, rooms):
        self.graph = graph
        self.rooms = {target: list(names) for target, names in rooms.items()}
        self.number = {(t, r): n for t, names in self.rooms.items() for n, r in enumerate(names)}
        # For each file the highest room of its target that it uses, and the lowest that uses it.
        self.floor, self.ceiling = {}, {}
        for use, symbol in graph.between_files():
            if target_of(use.file) == target_of(symbol.file):
                self.floor[use.file] = max(self.floor.get(use.file, 0), self.level(symbol.file))
                self.ceiling[symbol.file] = min(self.ceiling.get(symbol.file, 10**6), self.level(use.file))

    def level(self, file):
        return self.number.get((target_of(file), room_of(file)), 10**5)

    def room(self, target, level):
        return self.rooms[target][level]

    def upward(self):
        """The uses of a symbol in a later room."""
        return [
            (use, symbol)
            for use, symbol in self.graph.between_files()
            if target_of(use.file) == target_of(symbol.file) and self.level(symbol.file) > self.level(use.file)
        ]

    def faults(self):
        """A line for each pair of a file and a symbol that it may not use."""
        first, lines = {}, Counter()
        for use, symbol in self.upward():
            key = (use.file, use.usr)
            lines[key] += 1
            if key not in first or use.line < first[key][0].line:
                first[key] = (use, symbol)
        return [self.words(use, symbol, lines[key]) for key, (use, symbol) in sorted(first.items(), key=lambda f: (f[0][0], f[1][0].line))]

    def words(self, use, symbol, count):
        target, using, used = target_of(use.file), room_of(use.file), room_of(symbol.file)
        more = f" ({count} times)" if count > 1 else ""
        up = self.room(target, max(self.floor[use.file], self.level(symbol.file)))
        down = f"the symbol to {using} or before"
        needs = self.floor.get(symbol.file, 0)
        if needs > self.level(use.file):
            down += f" (not its whole file, which uses {self.room(target, needs)})"
        return (
            f"{use.file}:{use.line}: uses '{self.graph.title(use.usr)}'{more} of the room {used} ({symbol.file}:{symbol.line}), "
            f"which comes after {using}: move what needs it to {up} or later, or {down}"
        )


def knots(edges):
    """Strongly connected parts of more than one node (Tarjan, without recursion). edges: node → set of nodes."""
    index, low, on, stack, found = {}, {}, set(), [], []
    for root in sorted(edges):
        if root in index:
            continue
        work = [(root, None)]
        while work:
            node, rest = work.pop()
            if rest is None:
                index[node] = low[node] = len(index)
                stack.append(node)
                on.add(node)
                rest = iter(sorted(edges.get(node, ())))
            for other in rest:
                if other not in index:
                    work += [(node, rest), (other, None)]
                    break
                if other in on:
                    low[node] = min(low[node], index[other])
            else:
                if low[node] == index[node]:
                    part = stack[stack.index(node):]
                    del stack[stack.index(node):]
                    on -= set(part)
                    if len(part) > 1:
                        found.append(sorted(part))
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
    return sorted(found, key=len, reverse=True)


# --- The index store, by the C interface of the toolchain's library

DEFINITION, REFERENCE = 1 << 1, 1 << 2
CHILD_OF, CALLED_BY, CONTAINED_BY = 1 << 9, 1 << 13, 1 << 16
ENUM, STRUCT, CLASS, PROTOCOL, EXTENSION, TYPEALIAS, FUNCTION = 5, 6, 7, 8, 9, 11, 12
TYPES = {ENUM, STRUCT, CLASS, PROTOCOL}
METHODS = {12, 16, 17, 18, 22}
# Locals do not appear; parameters and accessors stand for what they belong to.
LEFT_OUT_KINDS = {25}
ACCESSORS = {3, 4, 1000, 1001, 1002, 1003, 1013, 1014, 1015, 1016, 1017, 1018, 1019}


class StringRef(ctypes.Structure):
    _fields_ = [("data", ctypes.POINTER(ctypes.c_char)), ("length", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode("utf-8", "replace") if self.length else ""


TextWalk = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, StringRef)
Walk = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)


def library():
    """libIndexStore stands beside the compiler."""
    places = []
    for program in ("swiftc", "swift"):
        path = shutil.which(program)
        if path:
            places.append(pathlib.Path(os.path.realpath(path)).parent.parent / "lib")
    for place in places:
        if (place / "libIndexStore.so").exists():
            return ctypes.CDLL(str(place / "libIndexStore.so"))
    raise Trouble("libIndexStore, a part of the Swift toolchain, was not found: put the toolchain's 'swift' on the PATH")


class Store:
    def __init__(self, path):
        self.c = library()
        pointer, text = ctypes.c_void_p, StringRef
        for name, result, arguments in [
            ("store_create", pointer, [ctypes.c_char_p, pointer]),
            ("store_units_apply_f", ctypes.c_bool, [pointer, ctypes.c_uint, pointer, TextWalk]),
            ("store_get_unit_modification_time", ctypes.c_bool, [pointer, ctypes.c_char_p, pointer, pointer, pointer]),
            ("unit_reader_create", pointer, [pointer, ctypes.c_char_p, pointer]),
            ("unit_reader_dispose", None, [pointer]),
            ("unit_reader_get_main_file", text, [pointer]),
            ("unit_reader_is_debug_compilation", ctypes.c_bool, [pointer]),
            ("unit_reader_dependencies_apply_f", ctypes.c_bool, [pointer, pointer, Walk]),
            ("unit_dependency_get_kind", ctypes.c_int, [pointer]),
            ("unit_dependency_get_name", text, [pointer]),
            ("unit_dependency_get_filepath", text, [pointer]),
            ("record_reader_create", pointer, [pointer, ctypes.c_char_p, pointer]),
            ("record_reader_dispose", None, [pointer]),
            ("record_reader_occurrences_apply_f", ctypes.c_bool, [pointer, pointer, Walk]),
            ("occurrence_get_symbol", pointer, [pointer]),
            ("occurrence_get_roles", ctypes.c_uint64, [pointer]),
            ("occurrence_get_line_col", None, [pointer, pointer, pointer]),
            ("occurrence_relations_apply_f", ctypes.c_bool, [pointer, pointer, Walk]),
            ("symbol_relation_get_roles", ctypes.c_uint64, [pointer]),
            ("symbol_relation_get_symbol", pointer, [pointer]),
            ("symbol_get_usr", text, [pointer]),
            ("symbol_get_name", text, [pointer]),
            ("symbol_get_kind", ctypes.c_int, [pointer]),
            ("symbol_get_subkind", ctypes.c_int, [pointer]),
        ]:
            call = getattr(self.c, "indexstore_" + name)
            call.restype, call.argtypes = result, arguments
        self.path = path
        self.store = self.c.indexstore_store_create(os.fsencode(path), None)
        if not self.store:
            raise Trouble(f"{path}: cannot be read as an index store: {REMEDY}")

    def units(self):
        """(main file, name of its record, time in nanoseconds) of each unit of a debug build."""
        names, found = [], []

        def name(_, ref):
            names.append(str(ref))
            return True

        self.c.indexstore_store_units_apply_f(self.store, 0, None, TextWalk(name))
        for unit in names:
            reader = self.c.indexstore_unit_reader_create(self.store, unit.encode(), None)
            if not reader:
                continue
            main = str(self.c.indexstore_unit_reader_get_main_file(reader))
            if main.endswith(".swift") and self.c.indexstore_unit_reader_is_debug_compilation(reader):
                records = []

                def dependency(_, d):
                    if self.c.indexstore_unit_dependency_get_kind(d) == 2 and str(self.c.indexstore_unit_dependency_get_filepath(d)) == main:
                        records.append(str(self.c.indexstore_unit_dependency_get_name(d)))
                    return True

                self.c.indexstore_unit_reader_dependencies_apply_f(reader, None, Walk(dependency))
                seconds, nanoseconds = ctypes.c_int64(), ctypes.c_int64()
                self.c.indexstore_store_get_unit_modification_time(
                    self.store, unit.encode(), ctypes.byref(seconds), ctypes.byref(nanoseconds), None)
                found.append((main, records[0] if records else None, seconds.value * 10**9 + nanoseconds.value))
            self.c.indexstore_unit_reader_dispose(reader)
        return found

    def read(self, record, file, graph):
        """Adds the definitions and uses of one file to the graph."""
        reader = self.c.indexstore_record_reader_create(self.store, record.encode(), None)
        if not reader:
            raise Trouble(f"{file}: its record is not in the index store {self.path}: {REMEDY}")
        line, column = ctypes.c_uint(), ctypes.c_uint()
        here, column_at = ctypes.byref(line), ctypes.byref(column)
        relations = []

        def relation(_, r):
            symbol = self.c.indexstore_symbol_relation_get_symbol(r)
            relations.append((self.c.indexstore_symbol_relation_get_roles(r), str(self.c.indexstore_symbol_get_usr(symbol))))
            return True

        relate = Walk(relation)

        def occurrence(_, o):
            roles = self.c.indexstore_occurrence_get_roles(o)
            if not roles & (DEFINITION | REFERENCE):
                return True
            symbol = self.c.indexstore_occurrence_get_symbol(o)
            kind = self.c.indexstore_symbol_get_kind(symbol)
            if kind in LEFT_OUT_KINDS:
                return True
            accessor = self.c.indexstore_symbol_get_subkind(symbol) in ACCESSORS
            usr = str(self.c.indexstore_symbol_get_usr(symbol))
            self.c.indexstore_occurrence_get_line_col(o, here, column_at)
            relations.clear()
            self.c.indexstore_occurrence_relations_apply_f(o, None, relate)
            if roles & DEFINITION:
                name = str(self.c.indexstore_symbol_get_name(symbol))
                parent = next((u for r, u in relations if r & CHILD_OF), None)
                if accessor:
                    # What its body uses is told as used inside the property.
                    graph.accessors[usr] = next((u for r, u in relations if u), None)
                else:
                    graph.symbols.setdefault(usr, Symbol(file, line.value, name, kind, parent))
            elif not accessor:
                inside = next((u for r, u in relations if r & (CALLED_BY | CONTAINED_BY)), None)
                graph.uses.append(Use(file, line.value, usr, inside))
            return True

        self.c.indexstore_record_reader_occurrences_apply_f(reader, None, Walk(occurrence))
        self.c.indexstore_record_reader_dispose(reader)


def repository(store):
    """The root of the sources that were built into this store."""
    for place in [store, *store.parents]:
        if (place / "Package.swift").exists():
            return place
    return HERE.parents[1]


def load(path):
    """The graph of the newest build."""
    place = pathlib.Path(path) if path else HERE.parents[1] / ".build/debug/index/store"
    if not place.exists():
        raise Trouble(f"there is no index store at {place}: {REMEDY}")
    place = place.resolve()
    root = repository(place)
    graph = Graph(sorted(str(p.relative_to(root)) for p in root.glob("Sources/*/**/*.swift")))
    graph.root, graph.accessors = root, {}
    newest = {}
    store = Store(place)
    for main, record, time in store.units():
        main = os.path.realpath(os.path.join(root, main))
        if main.startswith(f"{root}/Sources/"):
            file = main[len(str(root)) + 1:]
            newest[file] = max(newest.get(file, (0, None)), (time, record or ""))
    for file in graph.files:
        if file not in newest:
            raise Trouble(f"the index store {place} does not know {file}: {REMEDY}")
        if newest[file][0] < (root / file).stat().st_mtime_ns:
            raise Trouble(f"the index store {place} is older than {file}: {REMEDY}")
        if newest[file][1]:
            store.read(newest[file][1], file, graph)
    types = {usr for usr, symbol in graph.symbols.items() if symbol.kind in TYPES}
    for use in graph.uses:
        use.inside = graph.accessors.get(use.inside, use.inside)
        if use.usr not in graph.symbols:
            # What the compiler writes by itself (allCases, rawValue) is defined nowhere: it stands for its type, whose name begins its own.
            use.usr = next((use.usr[:end] for end in range(len(use.usr), 3, -1) if use.usr[:end] in types), use.usr)
    return graph


# --- The answers


ARTICLE = "Sources/PPTransfer/Documentation.docc/Architecture.md"


def undrawn(rooms, article):
    """Where the tables of the article on the architecture are not what rooms.txt says."""
    drawn, target = {}, None
    for line in article.splitlines():
        if head := re.fullmatch(r"### (\w+)", line):
            target = head[1]
        elif line.startswith("## "):
            target = None
        elif target and (row := re.fullmatch(r"\| (?:`(\w+)`|\(top\)) \| (.*) \|", line)):
            drawn.setdefault(target, {})[row[1] or "."] = row[2]
    return [
        f"{ARTICLE}: the table of {target} is not what Tests/Structure/rooms.txt says"
        for target in rooms
        if list(drawn.get(target, {}).items()) != list(rooms[target].items())
    ] + [f"{ARTICLE}: there is no target {target}" for target in drawn if target not in rooms]


def check(graph, rooms):
    faults = unlisted(rooms, graph.files) or Order(graph, rooms).faults() + undrawn(rooms, (HERE.parents[1] / ARTICLE).read_text())
    for fault in faults:
        print(fault)
    if faults:
        print(f"{len(faults)} faults in the order of rooms (Tests/Structure/rooms.txt)", file=sys.stderr)
    else:
        print(f"{len(graph.files)} files, {sum(map(len, rooms.values()))} rooms: each uses only rooms before it")
    return 1 if faults else 0


def matrix(graph, rooms):
    order = Order(graph, rooms)
    cells, folders, files = Counter(), defaultdict(lambda: defaultdict(set)), defaultdict(lambda: defaultdict(set))
    for use, symbol in graph.between_files():
        target = target_of(use.file)
        if target != target_of(symbol.file):
            continue
        cells[target, room_of(use.file), room_of(symbol.file)] += 1
        files[target][use.file].add(symbol.file)
        if room_of(use.file) != room_of(symbol.file):
            folders[target][room_of(use.file)].add(room_of(symbol.file))
    upward = Counter(target_of(use.file) for use, _ in order.upward())
    for target, names in order.rooms.items():
        print(f"\n== {target}: uses by the room of the line (the room's own are in brackets; upward uses have a star)")
        width = max(len(name) for name in names)
        print(" " * (width + 3) + " ".join(f"{n:>6}" for n in range(len(names))))
        for number, name in enumerate(names):
            row = []
            for other, used in enumerate(names):
                count = cells[target, name, used]
                row.append("" if not count else f"({count})" if other == number else f"*{count}" if other > number else str(count))
            print(f"{number:>2} {name:<{width}}" + " ".join(f"{text:>6}" for text in row))
        parts, inner = knots(folders[target]), knots(files[target])
        print(f"upward uses: {upward[target]}")
        print(f"rooms in knots: {sum(map(len, parts))}" + "".join(f"\n  {', '.join(part)}" for part in parts))
        print(f"files in knots: {sum(map(len, inner))} (the largest: {max(map(len, inner), default=0)})")
    print("\n== sizes")
    texts = {file: (graph.root / file).read_text().splitlines() for file in graph.files}
    public = Counter()
    for symbol in graph.symbols.values():
        if symbol.kind in (ENUM, STRUCT, CLASS, PROTOCOL, TYPEALIAS) and symbol.parent is None:
            if re.search(r"\b(public|open)\b", texts[symbol.file][symbol.line - 1]):
                public[target_of(symbol.file)] += 1
    for target in order.rooms:
        print(f"public types of {target}: {public[target]}")
    print("the longest files:")
    for length, file in sorted(((len(lines), file) for file, lines in texts.items()), reverse=True)[:3]:
        print(f"  {file}: {length} lines")
    print("the longest functions:")
    for length, place in sorted((f for file, lines in texts.items() for f in functions(file, lines)), reverse=True)[:3]:
        print(f"  {place}: {length} lines")
    bare = sorted(
        (s.file, s.line, graph.title(usr)) for usr, s in graph.symbols.items() if s.kind in METHODS and s.name.count("_:") > 2)
    print(f"functions with three or more unlabelled parameters: {len(bare)}")
    for file, line, name in bare:
        print(f"  {file}:{line}: {name}")
    return 0


def functions(file, lines):
    """(lines, place) of each function. The text is formatted: a body ends where a brace stands in the column of its function."""
    begin = re.compile(r"^( *)(?:@\w+ |[a-z]+(?:\(set\))? )*(?:func |init[?(<])")
    for number, line in enumerate(lines):
        start = begin.match(line)
        if not start or line.lstrip().startswith("//") or line.rstrip().endswith("}"):
            continue
        name = re.search(r"func ([^\s(]+)|(init)", line)
        for end in range(number + 1, len(lines)):
            text = lines[end]
            if text.startswith(start[1] + "}"):
                yield end - number + 1, f"{file}:{number + 1}: {name[1] or name[2]}"
                break
            if text.strip() and len(text) - len(text.lstrip()) <= len(start[1]) and not text.lstrip().startswith((")", "{", "->", "where", '"""')):
                break


def suggest(graph, rooms, target):
    order = Order(graph, rooms)
    caused = defaultdict(list)
    for use, symbol in order.upward():
        if target_of(use.file) == target:
            caused[symbol.file].append((use, symbol))
    for file, uses in sorted(caused.items(), key=lambda item: -len(item[1])):
        lowest = min(order.level(use.file) for use, _ in uses)
        floor = order.floor.get(file, 0)
        print(f"\n{file}: {len(uses)} upward uses, the lowest from {order.room(target, lowest)}; itself it uses {order.room(target, floor)} and before")
        print("  the file may move" if floor <= lowest else "  the file uses too much to move: split these symbols off, or move their users up")
        by = defaultdict(lambda: defaultdict(set))
        for use, symbol in uses:
            by[use.usr, symbol.line][use.file].add(use.line)
        for (usr, line), users in sorted(by.items(), key=lambda item: item[0][1]):
            print(f"  {line}: {graph.title(usr)}")
            for user, at in sorted(users.items()):
                print(f"      {user}:{','.join(map(str, sorted(at)))}")
    print(f"\n{sum(map(len, caused.values()))} upward uses in {target}, caused by {len(caused)} files")
    return 0


# --- The rules on made-up sources


def selftest():
    def graph(*uses):
        """Each use: a file and the file whose symbol it uses."""
        made = Graph(sorted({file for use in uses for file in use}))
        for file in made.files:
            made.symbols[file] = Symbol(file, 1, file.split("/")[-1].removesuffix(".swift"))
        made.uses = [Use(user, 2, used) for user, used in uses]
        return made

    rooms = read_rooms("# order\n[T]\nLow  what is low\nMiddle  what is between\nHigh  what is high\n")
    low, middle, high = "Sources/T/Low/A.swift", "Sources/T/Middle/B.swift", "Sources/T/High/C.swift"
    assert list(rooms["T"]) == ["Low", "Middle", "High"]

    down = graph((high, low), (middle, low), (high, middle))
    assert Order(down, rooms).faults() == [] and unlisted(rooms, down.files) == []

    up = graph((high, low), (middle, low), (low, high))
    assert Order(up, rooms).faults() == [
        f"{low}:2: uses 'C' of the room High ({high}:1), which comes after Low: "
        "move what needs it to High or later, or the symbol to Low or before"
    ], Order(up, rooms).faults()

    held = graph((low, high), (high, middle))
    assert "not its whole file, which uses Middle" in Order(held, rooms).faults()[0]

    same = graph((low, "Sources/T/Low/D.swift"), ("Sources/T/Low/D.swift", low))
    assert Order(same, rooms).faults() == []

    other = graph((low, "Sources/U/High/E.swift"))
    assert Order(other, rooms | {"U": {"High": ""}}).faults() == [], "the walls between targets are the compiler's"

    assert "Sources/T/New: not listed" in unlisted(rooms, [low, middle, high, "Sources/T/New/F.swift"])[0]
    assert "Sources/T: not listed" in unlisted(rooms, [low, middle, high, "Sources/T/F.swift"])[0]
    assert "High of [T] holds no Swift file" in unlisted(rooms, [low, middle])[0]
    assert unlisted(rooms, [low, middle, high, "Sources/T/High/Inner/G.swift"]) == []

    for bad in ("Low  no target", "[T]\nLow one space", "[T]\nLow  twice\nLow  twice", "[T]\n[T]"):
        try:
            read_rooms(bad)
        except Trouble:
            continue
        raise AssertionError(bad)

    assert knots({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"f"}, "f": {"e"}}) == [["a", "b", "c"], ["e", "f"]]
    assert knots({"a": {"b", "c"}, "b": {"c"}}) == []
    text = ["struct S {", "    func one() { 1 }", "    func two(", "        a: Int", "    ) {", "        a", "    }", "    func three()", "    let x = 1", "}"]
    assert list(functions("F", text)) == [(5, "F:3: two")]
    print("the rules hold on made-up sources")
    return 0


def main(arguments):
    mode, rest = (arguments[0] if arguments else ""), arguments[1:]
    if mode == "selftest" and not rest:
        return selftest()
    wanted = {"check": 0, "matrix": 0, "suggest": 1}
    if mode not in wanted or not wanted[mode] <= len(rest) <= wanted[mode] + 1:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        rooms = read_rooms((HERE / "rooms.txt").read_text())
        if mode == "suggest" and rest[0] not in rooms:
            raise Trouble(f"there is no target {rest[0]} in rooms.txt")
        graph = load(rest[wanted[mode]] if len(rest) > wanted[mode] else None)
        if mode == "check":
            return check(graph, rooms)
        if unlisted(rooms, graph.files):
            check(graph, rooms)
            return 1
        return matrix(graph, rooms) if mode == "matrix" else suggest(graph, rooms, rest[0])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
