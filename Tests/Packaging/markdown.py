"""Markdown as the articles use it, rendered to HTML. A form that is not known is an error, so that nothing is shown wrongly.

Known are: headings, paragraphs, fenced and indented code, tables, bullet and numbered lists (nested), quotations with DocC's asides
('> Note: ...'), links, addresses, `code`, ``Symbol``, <doc:Article>, *emphasis* and **strong** text.
"""
import html
import re


class Problem(Exception):
    """What is wrong, with the line in which it is."""

    def __init__(self, line, text):
        super().__init__(text)
        self.line = line


INLINE = re.compile(
    r"(?P<escape>\\[\\`*_{}\[\]()#+.!|<>-])"
    r"|(?P<symbol>``[^`]+``)"
    r"|(?P<code>`[^`]+`)"
    r"|<doc:(?P<doc>[^>\s]+)>"
    r"|<(?P<address>https?://[^>\s]+|mailto:[^>\s]+)>"
    r"|\[(?P<text>(?:[^\[\]`]|`[^`]*`)+)\]\((?P<target>[^()\s]+)\)"
    r"|(?P<bare>https?://[^\s<>\"'`)]*[^\s<>\"'`).,;:?!])"
    r"|\*\*(?P<strong>(?=\S)(?s:.+?)(?<=\S))\*\*(?!\*)"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
    r"|(?P<foreign>!\[|</?[a-zA-Z][^>]*>)")
ITEM = re.compile(r"( *)([-*+]|\d+\.) +(?=\S)")
FENCE = re.compile(r"( *)(```+)(\S*)\s*$")
ASIDE = re.compile(r"(Note|Tip|Important|Warning|Experiment): ")


def slug(text, taken):
    """A heading's id, as GitHub makes it: the second of the same name gets '-1'."""
    name = re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")
    number = taken[name] = taken.get(name, -1) + 1
    return name if number == 0 else f"{name}-{number}"


class Renderer:
    """Renders one text. 'links' has three functions, each of a name and a line: 'target' returns the address of a link, 'article' address
    and title of a <doc:Article>, 'symbol' the address of a ``Symbol``, or None."""

    def __init__(self, links):
        self.links = links
        self.ids = {}
        self.headings = []

    # MARK: text within a line

    def inline(self, text, line):
        out = []
        start = 0
        for found in INLINE.finditer(text):
            out.append(html.escape(text[start:found.start()], quote=False))
            out.append(self.span(found, line + text.count("\n", 0, found.start())))
            start = found.end()
        out.append(html.escape(text[start:], quote=False))
        return "".join(out)

    def span(self, found, line):
        kind = found.lastgroup
        value = found[kind]
        if kind == "escape":
            return html.escape(value[1])
        if kind == "code":
            return f"<code>{html.escape(value[1:-1], quote=False)}</code>"
        if kind == "symbol":
            path = value[2:-2]
            # As DocC shows it: the last part, without what only tells overloads apart.
            shown = f"<code>{html.escape(re.sub(r'-[a-z.]+$', '', path.split('/')[-1]), quote=False)}</code>"
            address = self.links.symbol(path, line)
            return f'<a href="{html.escape(address)}">{shown}</a>' if address else shown
        if kind == "doc":
            address, title = self.links.article(value, line)
            return f'<a href="{html.escape(address)}">{title}</a>'
        if kind in ("address", "bare"):
            return f'<a href="{html.escape(value)}">{html.escape(value.removeprefix("mailto:"), quote=False)}</a>'
        if kind == "target":
            return f'<a href="{html.escape(self.links.target(value, line))}">{self.inline(found["text"], line)}</a>'
        if kind == "strong":
            return f"<strong>{self.inline(value, line)}</strong>"
        if kind == "emphasis":
            return f"<em>{self.inline(value, line)}</em>"
        raise Problem(line, f"'{value}' is no Markdown that the site can show")

    # MARK: blocks

    def render(self, text):
        return self.blocks(list(enumerate(text.splitlines(), 1)))

    def blocks(self, lines):
        """'lines' are pairs of number and text."""
        out = []
        at = 0
        while at < len(lines):
            number, text = lines[at]
            if not text.strip():
                at += 1
                continue
            if FENCE.match(text):
                at = self.fenced(lines, at, out)
            elif text.startswith("    "):
                at = self.indented(lines, at, out)
            elif found := re.match(r"(#{1,6}) +(.*?) *#*$", text):
                self.heading(len(found[1]), found[2], number, out)
                at += 1
            elif text.startswith("|"):
                at = self.table(lines, at, out)
            elif ITEM.match(text):
                at = self.list(lines, at, out)
            elif text.startswith(">"):
                at = self.quotation(lines, at, out)
            elif text.startswith("<!--"):
                while "-->" not in lines[at][1]:
                    at += 1
                at += 1
            elif re.match(r"@\w|(---|===|\*\*\*)\s*$", text):
                raise Problem(number, f"'{text}' is no Markdown that the site can show")
            else:
                at = self.paragraph(lines, at, out)
        return "\n".join(out)

    def heading(self, level, text, number, out):
        shown = self.inline(text, number)
        plain = html.unescape(re.sub(r"<[^>]+>", "", shown))
        name = slug(plain, self.ids)
        self.headings.append((level, plain, name))
        out.append(f'<h{level} id="{html.escape(name)}">{shown}</h{level}>')

    def fenced(self, lines, at, out):
        number = lines[at][0]
        indent, fence, language = FENCE.match(lines[at][1]).groups()
        code = []
        for end in range(at + 1, len(lines)):
            if lines[end][1].strip() == fence:
                break
            code.append(lines[end][1].removeprefix(indent))
        else:
            raise Problem(number, "code that begins here has no end")
        named = f' class="language-{html.escape(language)}"' if language else ""
        body = html.escape("\n".join(code), quote=False)
        out.append(f'<pre tabindex="0"><code{named}>{body}\n</code></pre>')
        return end + 1

    def indented(self, lines, at, out):
        code = []
        while at < len(lines) and (lines[at][1].startswith("    ") or not lines[at][1].strip()):
            code.append(lines[at][1][4:])
            at += 1
        out.append(f'<pre tabindex="0"><code>{html.escape(chr(10).join(code).rstrip(), quote=False)}\n</code></pre>')
        return at

    def table(self, lines, at, out):
        rows = []
        while at < len(lines) and lines[at][1].startswith("|"):
            # A '|' within code or after a backslash is text.
            cells = re.findall(r"((?:\\.|`[^`]*`|[^|\\`])*)\|", lines[at][1].strip()[1:])
            rows.append((lines[at][0], [cell.strip() for cell in cells]))
            at += 1
        if len(rows) < 2 or not all(re.fullmatch(r":?-+:?", cell) for cell in rows[1][1]):
            raise Problem(rows[0][0], "a table needs a line of '---' below its head")
        width = len(rows[0][1])
        for number, cells in rows:
            if len(cells) != width:
                raise Problem(number, f"this row has {len(cells)} cells; its table has {width} columns")

        shown = [self.inline(cell, rows[0][0]) for cell in rows[0][1]]
        # On a small screen each cell is a line, which begins with its column's name.
        labels = [html.escape(html.unescape(re.sub(r"<[^>]+>", "", cell))) for cell in shown]

        def row(number, cells):
            return "<tr>" + "".join(
                f'<td data-label="{label}">{self.inline(cell, number)}</td>' if label else f"<td>{self.inline(cell, number)}</td>"
                for label, cell in zip(labels, cells)) + "</tr>"

        # A head without words would be read out as one.
        head = "<thead><tr>" + "".join(f"<th>{cell}</th>" for cell in shown) + "</tr></thead>\n" if any(shown) else ""
        body = "\n".join(row(*cells) for cells in rows[2:])
        out.append(f'<div class="table" tabindex="0"><table>\n{head}<tbody>\n{body}\n</tbody></table></div>')
        return at

    def list(self, lines, at, out):
        first = ITEM.match(lines[at][1])
        ordered = first[2][0].isdigit()
        items = []
        while at < len(lines):
            found = ITEM.match(lines[at][1])
            if not found or found[1] != first[1] or found[2][0].isdigit() != ordered:
                break
            width = found.end()
            item = [(lines[at][0], lines[at][1][width:])]
            at += 1
            while at < len(lines):
                text = lines[at][1]
                if not text.strip():
                    # A blank line belongs to the item only if more of it follows.
                    after = next((line for _, line in lines[at:] if line.strip()), "")
                    if len(after) - len(after.lstrip()) < width:
                        break
                elif len(text) - len(text.lstrip()) < min(width, 2 + len(first[1])):
                    break
                item.append((lines[at][0], text[:width].lstrip() + text[width:]))
                at += 1
            items.append(item)
            following = next((index for index in range(at, len(lines)) if lines[index][1].strip()), len(lines))
            if following < len(lines) and ITEM.match(lines[following][1]):
                at = following
        tag = "ol" if ordered else "ul"
        start = f' start="{int(first[2][:-1])}"' if ordered and first[2] != "1." else ""
        out.append(f"<{tag}{start}>" + "".join(f"<li>{self.item(item)}</li>\n" for item in items) + f"</{tag}>")
        return at

    def item(self, lines):
        text = self.blocks(lines)
        # An item of one paragraph is shown without the paragraph's space.
        if text.count("<p>") == 1 and text.startswith("<p>"):
            text = text.replace("<p>", "", 1).replace("</p>", "", 1)
        return text

    def quotation(self, lines, at, out):
        inner = []
        while at < len(lines) and lines[at][1].startswith(">"):
            inner.append((lines[at][0], re.sub(r"^> ?", "", lines[at][1])))
            at += 1
        if found := ASIDE.match(inner[0][1]):
            inner[0] = (inner[0][0], f"**{found[1]}:** " + inner[0][1][found.end():])
        out.append(f"<blockquote>\n{self.blocks(inner)}\n</blockquote>")
        return at

    def paragraph(self, lines, at, out):
        number = lines[at][0]
        parts = []
        while at < len(lines):
            text = lines[at][1]
            if not text.strip() or re.match(r"#{1,6} |\||>|```", text) or (parts and ITEM.match(text)):
                break
            parts.append(text.strip())
            at += 1
        out.append(f"<p>{self.inline(chr(10).join(parts), number)}</p>")
        return at
