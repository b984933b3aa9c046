#!/usr/bin/env python3
"""Refuses phrases that have a better word (phrases.txt) in what people read.

Usage: phrases.py check           README, articles, examples, suite templates, string literals of Sources
       phrases.py selftest

Skipped, because they are the program's own words or not prose: captured output (text blocks), code in backticks, commands without their
comments, the rows of statuses, and the articles that the program prints (ExitStatuses) or that quote old texts (ReleaseNotes).
"""
import pathlib, re, sys

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parents[1]
SKIPPED = {"ExitStatuses.md", "ReleaseNotes.md"}


def phrases(text):
    """The lines of phrases.txt: (pattern, what to write)."""
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return [(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), better) for pattern, better in lines]


def blanked(text):
    """The same lines, without their words."""
    return re.sub(r"[^\n]", " ", text)


def prose_of_markdown(text):
    def fence(block):
        language, body = block[1], block[2]
        if language not in ("sh", "yaml", "cylc"):
            return blanked(block[0])
        return re.sub(r"(?m)^.*$", lambda line: prose_of_code(line[0]), blanked("```" + language) + body + "   ")

    text = re.sub(r"(?ms)^```(\w*)(\n.*?)^```", fence, text)
    text = re.sub(r"``?[^`]+``?", lambda span: blanked(span[0]), text)
    text = re.sub(r"\]\([^)]*\)|<doc:\w+>|https?://\S+", lambda link: blanked(link[0]), text)
    return re.sub(r"(?m)^\| *[0-9]+ \|.*$", lambda row: blanked(row[0]), text)


def prose_of_code(text):
    """Comments from '#' on, and the texts of Rose's metadata."""
    def line(match):
        whole = match[0]
        if re.match(r"(description|help|title)=", whole):
            return whole
        comment = re.search(r"(?:^|\s)#(?!!).*", whole)
        return " " * comment.start() + whole[comment.start():] if comment else " " * len(whole)

    return re.sub(r"(?m)^.*$", line, text)


def without_interpolations(text):
    """The same, with blanks for what is code within a literal."""
    kept, end = [], 0
    while (begin := text.find("\\(", end)) >= 0:
        kept.append(text[end:begin])
        depth, end = 1, begin + 2
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        kept.append(blanked(text[begin:end]))
    return "".join(kept) + text[end:]


def literals_of_swift(text):
    text = re.sub(r"(?m)^\s*///?.*$", lambda comment: blanked(comment[0]), text)
    text = without_interpolations(text)
    kept, end = [], 0
    for literal in re.finditer(r'"""(.*?)"""|"((?:\\.|[^"\\\n])*)"', text, re.DOTALL):
        # A single word is a key or a name.
        kept += [blanked(text[end:literal.start()]), literal[0] if " " in literal[0] else blanked(literal[0])]
        end = literal.end()
    return "".join(kept) + blanked(text[end:])


def documents():
    for path in [PACKAGE / "README.md", PACKAGE / "suite-templates/README.md", *sorted(PACKAGE.glob("Sources/*/Documentation.docc/*.md"))]:
        if path.name not in SKIPPED:
            yield path, prose_of_markdown
    for path in sorted(PACKAGE.glob("Sources/*/*/*.yaml")):
        yield path, prose_of_code
    for folder in ("examples", "suite-templates"):
        for path in sorted((PACKAGE / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".md", ".swift") and ".build" not in path.parts:
                yield path, prose_of_code


def sources():
    for path in sorted((PACKAGE / "Sources").rglob("*.swift")):
        yield path, literals_of_swift
    for path in sorted((PACKAGE / "Sources").rglob("statuses.md")):
        yield path, prose_of_markdown


def faults(text, refused):
    """(line, phrase, what to write). A phrase may go over the end of a line."""
    for pattern, better in refused:
        for found in pattern.finditer(text.replace("\n", " ")):
            yield text.count("\n", 0, found.start()) + 1, found[0], better


def check(files, refused):
    count = 0
    for path, prose in files:
        text = prose(path.read_text())
        for line, phrase, better in sorted(faults(text, refused)):
            print(f"{path.relative_to(PACKAGE)}:{line}: '{phrase}': write: {better}")
            count += 1
    return count


def selftest(refused):
    def said(text, prose=prose_of_markdown):
        return [(line, phrase) for line, phrase, _ in faults(prose(text), refused)]

    assert said("It leaves\nwith 61.") == [(1, "leaves with")]
    assert said("`leaves with 61`, [x](anew)") == []
    assert said("```text\nanew\n```\nb anew") == [(4, "anew")]
    assert said("```sh\nanew x  # anew\n```\n") == [(2, "anew")]
    assert said("| 61 | unverified | anew |") == []
    assert said("help=anew\nx=anew", prose_of_code) == [(1, "anew")]
    assert said('let x = "do \\(f(anew)) it"', literals_of_swift) == []
    assert said('/// anew\nlet x = "do it anew" + anew + "anew"', literals_of_swift) == [(2, "anew")]


def main(arguments):
    refused = phrases((HERE / "phrases.txt").read_text())
    if arguments == ["selftest"]:
        selftest(refused)
    elif arguments == ["check"]:
        files = list(documents()) + list(sources())
        count = check(files, refused)
        if count:
            print(f"{count} phrases that have a better word (Tests/Structure/phrases.txt)", file=sys.stderr)
            return 1
        print(f"{len(files)} files, {len(refused)} phrases: none is used")
    else:
        print(__doc__, file=sys.stderr)
        return 64
    return 0


sys.exit(main(sys.argv[1:]))
