#!/usr/bin/env python3
"""Renders the documentation to static HTML: README, the articles of both DocC catalogues, examples, templates, lists of public symbols.

Usage: Tests/Packaging/render_site.py [--version VERSION] [--readme FILE PREFIX]... DIR
       Tests/Packaging/render_site.py --check DIR

DIR                    receives the site, to be put on a web server or read from the disk; everything in it is relative
--readme FILE PREFIX   also writes README.md to FILE, with its links leading to the site at PREFIX
--check                only checks that each link of the HTML and Markdown files in DIR leads to a file there

It fails on a broken link, on an article in no 'Topics' section, and on Markdown that it cannot show.
"""
import argparse
import html
import pathlib
import posixpath
import re
import shutil
import string
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from markdown import Problem, Renderer  # noqa: E402 (beside this file)

TOP = pathlib.Path(__file__).resolve().parents[2]
CATALOGUES = ("PPTransfer", "Globus")
LIBRARIES = ("PPTransfer", "PPTransferTesting", "Globus", "GlobusCLILogin", "GlobusTesting")
PAPERS = {"suite-templates/README.md": "suite-templates", ".github/CONTRIBUTING.md": "contributing", ".github/SECURITY.md": "security"}
# Directories whose files are on the site as they are, and the page that shows them.
SHIPPED = {"examples": "examples.html", "suite-templates": "suite-templates.html"}
UNWANTED = {".build", "__pycache__", ".swiftpm"}
PAGE = string.Template((pathlib.Path(__file__).parent / "site.html").read_text())


class Page:
    """A text of the repository, and its place on the site."""

    def __init__(self, source, name, catalogue=None):
        self.source = source
        self.address = f"{name}.html"
        self.catalogue = catalogue
        self.text = (TOP / source).read_text(encoding="utf-8")
        title = re.search(r"^# +(.*)$", self.text, re.M)
        if not title:
            raise SystemExit(f"error: {source} has no title")
        self.title = title[1].replace("`", "").strip()
        # The paragraph below the title says what the article is for.
        self.abstract = re.split(r"\n\s*\n", self.text[title.end():].strip())[0].replace("\n", " ")

    @property
    def topics(self):
        """Pairs of a section's name and the names of its articles."""
        _, _, topics = self.text.partition("\n## Topics\n")
        for section in re.split(r"^### ", topics, flags=re.M)[1:]:
            name, _, items = section.partition("\n")
            yield name.strip(), re.findall(r"<doc:(?:.*/)?([^>/]+)>", items)


class Site:
    def __init__(self, version):
        self.version = version
        self.pages = {"README.md": Page("README.md", "index")}
        for catalogue in CATALOGUES:
            for path in sorted((TOP / f"Sources/{catalogue}/Documentation.docc").glob("*.md")):
                source = path.relative_to(TOP).as_posix()
                taken = {page.address.lower() for page in self.pages.values()}
                name = path.stem if f"{path.stem}.html".lower() not in taken else f"{catalogue}-{path.stem}"
                self.pages[source] = Page(source, name, catalogue)
        for source, name in PAPERS.items():
            self.pages[source] = Page(source, name)
        self.symbols = {
            library: dict(line.split("  ", 1) for line in (TOP / f"Tests/Structure/api/{library}.txt").read_text().splitlines())
            for library in LIBRARIES
        }
        self.problems = []

    def files(self):
        """The files that are on the site as they are, by their paths in the repository."""
        for directory in SHIPPED:
            for path in sorted((TOP / directory).rglob("*")):
                if path.is_file() and not UNWANTED & set(path.parts) and path.name != "Package.resolved":
                    yield path.relative_to(TOP).as_posix()

    # MARK: links

    def place(self, source, target):
        """Where a link of the repository's text 'source' leads on the site, with its fragment; None if the site does not hold it."""
        path, _, fragment = target.partition("#")
        if not path:
            return self.pages[source].address, fragment
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if path in self.pages:
            return self.pages[path].address, fragment
        if path in SHIPPED:
            return SHIPPED[path], fragment
        if path.split("/")[0] in SHIPPED and (TOP / path).is_file():
            return path, fragment
        if path.split("/")[0] in SHIPPED and (TOP / path).is_dir():
            return SHIPPED[path.split("/")[0]], ""
        return None

    def article(self, name, catalogue):
        """The page of <doc:NAME>; one of the same catalogue comes first."""
        found = [page for page in self.pages.values() if page.catalogue and page.source.endswith(f"/{name.split('/')[-1]}.md")]
        return min(found, key=lambda page: page.catalogue != catalogue, default=None)

    def symbol(self, path, catalogue):
        """The address of ``PATH`` in the list of public symbols."""
        name = re.sub(r"-[a-z.]+$", "", path).replace("/", ".")
        for library in sorted(LIBRARIES, key=lambda library: library != catalogue):
            if name in self.symbols[library]:
                return f"symbols-{library}.html#{name}"
            if name == library:
                return f"symbols-{library}.html"
        return None

    def renderer(self, page):
        site = self

        class Links:
            def target(self, target, line):
                if re.match(r"[a-z][a-z+.-]*:", target):
                    return target
                place = site.place(page.source, target)
                if place is None:
                    raise Problem(line, f"the link to '{target}' leads to nothing that the site holds; write a path of the sources as `code`")
                return place[0] + (f"#{place[1]}" if place[1] else "")

            def article(self, name, line):
                found = site.article(name.partition("#")[0], page.catalogue)
                if found is None:
                    raise Problem(line, f"there is no article '{name}'")
                return found.address + ("#" + name.partition("#")[2] if "#" in name else ""), html.escape(found.title, quote=False)

            def symbol(self, path, line):
                address = site.symbol(path, page.catalogue)
                if address is None:
                    raise Problem(line, f"no library has a public symbol '{path}'")
                return address

        return Renderer(Links())

    # MARK: pages

    def navigation(self, current):
        """Groups of (name, sections), a section being (name, [(address, title)])."""
        root = {catalogue: self.article(catalogue, catalogue) for catalogue in CATALOGUES}
        listed = {page.address for page in root.values()}
        groups = []
        for catalogue in CATALOGUES:
            sections = []
            for name, articles in root[catalogue].topics:
                pages = [self.article(article, catalogue) for article in articles]
                links = [(page.address, page.title) for page in pages if page]
                listed |= {address for address, _ in links}
                if links:
                    sections.append((name, links))
            groups.append((catalogue, sections))
        for page in self.pages.values():
            if page.catalogue and page.address not in listed:
                self.problems.append(f"{page.source}: no 'Topics' section names this article")
        papers = [(self.pages[source].address, self.pages[source].title) for source in PAPERS]
        papers.insert(1, ("examples.html", "Examples"))
        symbols = [(f"symbols-{library}.html", library) for library in LIBRARIES]
        out = [self.list([("index.html", "Read first"), (root["PPTransfer"].address, "All articles")], current)]
        for catalogue, sections in groups:
            if catalogue == "Globus":
                out.append(f"<h2>{self.link(root[catalogue].address, 'The library Globus', current)}</h2>")
            for name, links in sections:
                out.append(f"<h2>{html.escape(name)}</h2>" if catalogue != "Globus" else f"<h3>{html.escape(name)}</h3>")
                out.append(self.list(links, current))
        out += ["<h2>Public symbols</h2>", self.list(symbols, current), "<h2>Examples and papers</h2>", self.list(papers, current)]
        return "\n".join(out)

    @staticmethod
    def link(address, title, current):
        here = ' aria-current="page"' if address == current else ""
        return f'<a href="{address}"{here}>{html.escape(title, quote=False)}</a>'

    def list(self, links, current):
        return "<ul>" + "".join(f"<li>{self.link(address, title, current)}</li>" for address, title in links) + "</ul>"

    def shell(self, address, title, body):
        return PAGE.substitute(
            title=html.escape(title if title == "pptransfer" else f"{title} - pptransfer"), body=body,
            navigation=self.navigation(address), version=html.escape(self.version))

    def body(self, page):
        renderer = self.renderer(page)
        text = page.text
        if page.catalogue:
            # In lists of articles, what each is for, as DocC shows it.
            def with_abstract(found):
                article = self.article(found[2], page.catalogue)
                return found[0] + (f": {article.abstract}" if article else "")
            text = re.sub(r"^(- )<doc:([^>]+)>$", with_abstract, text, flags=re.M)
            # DocC needs it; a reader does not.
            text = re.sub(r"^## Overview$", "", text, flags=re.M)
        try:
            return renderer.render(text), renderer.headings
        except Problem as problem:
            self.problems.append(f"{page.source}:{problem.line}: {problem}")
            return "", []

    def contents(self, headings):
        """A long page begins with a list of its sections."""
        sections = [(name, text) for level, text, name in headings if level == 2]
        if len(sections) < 5:
            return ""
        items = "".join(f'<li><a href="#{html.escape(name)}">{html.escape(text)}</a></li>' for name, text in sections)
        return f"<details class=\"contents\"><summary>On this page</summary><ul>{items}</ul></details>"

    def examples(self):
        parts = ["<h1>Examples</h1>", "<p>Descriptions for <code>pptransfer</code>, and programs on the libraries.</p>"]
        for path in self.files():
            if not path.startswith("examples/") or path.endswith(".sh"):
                continue
            name = path.removeprefix("examples/")
            code = html.escape((TOP / path).read_text(encoding="utf-8"), quote=False)
            parts.append(f'<h2 id="{name}"><a href="{path}">{name}</a></h2>\n<pre tabindex="0"><code>{code}</code></pre>')
        return "\n".join(parts)

    def symbol_list(self, library):
        parts = [f"<h1>Public symbols of {library}</h1>", "<p>Each public declaration; the comments are in the sources and in DocC.</p>"]
        for number, (name, declaration) in enumerate(self.symbols[library].items()):
            if "." not in name and not name.endswith(")"):
                parts.append(("</dl>\n" if number else "") + f"<h2>{html.escape(name)}</h2>\n<dl>")
            elif not number:
                parts.append("<dl>")
            parts.append(f'<dt id="{html.escape(name)}"><code>{html.escape(declaration, quote=False)}</code></dt>')
        return "\n".join(parts) + "\n</dl>"

    def write(self, output):
        output.mkdir(parents=True, exist_ok=True)
        made = {}
        for page in self.pages.values():
            body, headings = self.body(page)
            # Below the paragraph that says what the page is for.
            head, end, rest = body.partition("</p>")
            made[page.address] = self.shell(page.address, page.title, head + end + self.contents(headings) + rest)
        made["examples.html"] = self.shell("examples.html", "Examples", self.examples())
        for library in LIBRARIES:
            address = f"symbols-{library}.html"
            made[address] = self.shell(address, f"Symbols of {library}", self.symbol_list(library))
        for address, text in made.items():
            (output / address).write_text(text, encoding="utf-8")
        shutil.copy(pathlib.Path(__file__).parent / "site.css", output / "site.css")
        for path in self.files():
            (output / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / path, output / path)

    def write_readme(self, file, prefix):
        """README.md with its links leading to the site at PREFIX."""
        def moved(found):
            target = found[1]
            if re.match(r"[a-z][a-z+.-]*:|#", target):
                return found[0]
            place = self.place("README.md", target)
            if place is None:
                return found[0]  # Already a problem of the page.
            return f"]({prefix}{place[0]}{'#' + place[1] if place[1] else ''})"
        parts = re.split(r"(^```.*?^```)", self.pages["README.md"].text, flags=re.M | re.S)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(part if part.startswith("```") else re.sub(r"\]\(([^()\s]+)\)", moved, part) for part in parts), encoding="utf-8")


def broken_links(directory):
    """Links of HTML and Markdown files that lead to no file or id in 'directory'."""
    ids = {}
    files = {path for path in directory.rglob("*") if path.is_file()}
    for path in files:
        if path.suffix == ".html":
            ids[path] = set(map(html.unescape, re.findall(r'\bid="([^"]*)"', path.read_text(encoding="utf-8"))))
    for path in sorted(files):
        if path.suffix == ".html":
            links = map(html.unescape, re.findall(r'\b(?:href|src)="([^"]*)"', path.read_text(encoding="utf-8")))
        elif path.name == "README.md" and "suite-templates" not in path.parts:
            text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
            links = re.findall(r"\]\(([^()\s]+)\)", text)
        else:
            continue
        for link in links:
            if re.match(r"[a-z][a-z+.-]*:", link):
                continue
            target, _, fragment = link.partition("#")
            file = path if not target else (path.parent / target).resolve()
            if file != path and not file.exists():
                yield f"{path}: the link to '{link}' leads to no file"
            elif fragment and file in ids and fragment not in ids[file]:
                yield f"{path}: the link to '{link}' leads to no heading"


def version_of_sources():
    text = (TOP / "Sources/PPTransferCommand/Session/Program.swift").read_text()
    return re.search(r'version = "([^"]+)"', text)[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", default=None)
    parser.add_argument("--readme", nargs=2, action="append", default=[], metavar=("FILE", "PREFIX"))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("directory", type=pathlib.Path)
    arguments = parser.parse_args()
    output = arguments.directory.resolve()
    problems = []
    if not arguments.check:
        site = Site(arguments.version or version_of_sources())
        site.write(output)
        for file, prefix in arguments.readme:
            site.write_readme(pathlib.Path(file), prefix)
        problems += sorted(set(site.problems))
    problems += broken_links(output)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    print(f"{output}: {len(list(output.glob('*.html')))} pages, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
