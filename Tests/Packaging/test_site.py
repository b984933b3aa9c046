"""The site's Markdown, and that each kind of mistake in the documentation is found. Tests/Packaging/run.sh runs it."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import render_site  # noqa: E402 (beside this file)
from markdown import Problem, Renderer  # noqa: E402


class Links:
    """Every link leads somewhere."""

    def target(self, target, line):
        return target

    def article(self, name, line):
        return f"{name}.html", f"Title of {name}"

    def symbol(self, path, line):
        return f"symbols.html#{path}"


def rendered(text):
    return Renderer(Links()).render(text)


class MarkdownTests(unittest.TestCase):
    def test_text_within_a_line(self):
        self.assertEqual(
            rendered("a `<b>` **c *d*** [e `f`](g.md) <doc:H> ``I/j(_:)-swift.method`` & k * l"),
            "<p>a <code>&lt;b&gt;</code> <strong>c <em>d</em></strong> <a href=\"g.md\">e <code>f</code></a> "
            "<a href=\"H.html\">Title of H</a> <a href=\"symbols.html#I/j(_:)-swift.method\"><code>j(_:)</code></a> &amp; k * l</p>")

    def test_code_keeps_its_text(self):
        self.assertEqual(rendered("```sh\na <b> `c`\n\n# d\n```"), '<pre tabindex="0"><code class="language-sh">a &lt;b&gt; `c`\n\n# d\n</code></pre>')
        self.assertEqual(rendered("a:\n\n    b  c\n\n    d\n\ne"), '<p>a:</p>\n<pre tabindex="0"><code>b  c\n\nd\n</code></pre>\n<p>e</p>')

    def test_tables(self):
        text = rendered("| a | b |\n|---|---|\n| `c | d` | e \\| f |")
        self.assertIn("<th>a</th><th>b</th>", text)
        self.assertIn('<td data-label="a"><code>c | d</code></td><td data-label="b">e | f</td>', text)
        with self.assertRaisesRegex(Problem, "3 cells"):
            rendered("| a | b |\n|---|---|\n| c | d | e |")

    def test_lists(self):
        self.assertEqual(rendered("- a\n  b\n- c\n  - d\n\ne"), "<ul><li>a\nb</li>\n<li>c\n<ul><li>d</li>\n</ul></li>\n</ul>\n<p>e</p>")
        self.assertEqual(rendered("1. a\n\n   ```\n   b\n   ```\n2. c").count("<li>"), 2)
        self.assertIn('<ol start="3">', rendered("3. a\n4. b"))

    def test_headings_have_ids_of_their_own(self):
        text = rendered("## What `run` does\n## What run does")
        self.assertIn('id="what-run-does"', text)
        self.assertIn('id="what-run-does-1"', text)

    def test_unknown_forms_are_refused(self):
        for text in ("![a](b.png)", "a <b>c</b>", "@Metadata {", "```\na", "| a |\n| b |"):
            with self.subTest(text), self.assertRaises(Problem):
                rendered(text)


class SiteTests(unittest.TestCase):
    def problems(self, text):
        """What is wrong with the site if an article had this text."""
        site = render_site.Site("1")
        page = site.article("LogIn", "PPTransfer")
        page.text = "# Log in\n\nHow.\n\n" + text
        site.body(page)
        return site.problems

    def test_the_documentation_has_no_mistakes(self):
        with tempfile.TemporaryDirectory() as directory:
            site = render_site.Site("1")
            site.write(pathlib.Path(directory))
            self.assertEqual(site.problems, [])
            self.assertEqual(list(render_site.broken_links(pathlib.Path(directory))), [])

    def test_mistakes_are_found_with_file_and_line(self):
        for text, message in [
            ("<doc:NoSuchArticle>", "there is no article 'NoSuchArticle'"),
            ("``NoSuchType/property``", "no library has a public symbol 'NoSuchType/property'"),
            ("[a](NoSuchFile.md)", "the link to 'NoSuchFile.md' leads to nothing that the site holds"),
            ("[a](../../../Package.swift)", "the link to '../../../Package.swift' leads to nothing that the site holds"),
        ]:
            with self.subTest(text):
                problems = self.problems("## Overview\n\nA paragraph of\ntwo lines: " + text)
                self.assertEqual(len(problems), 1, problems)
                self.assertIn("LogIn.md:8: " + message, problems[0])

    def test_links_to_shipped_files_and_other_articles_are_fine(self):
        self.assertEqual(
            self.problems("<doc:ExitStatuses> ``GlobusClient`` [a](../../../examples/minimal.yaml) [b](../../../examples) [c](LogIn.md)"), [])

    def test_an_article_in_no_topics_section_is_found(self):
        site = render_site.Site("1")
        root = site.article("PPTransfer", "PPTransfer")
        root.text = root.text.replace("- <doc:LogIn>\n", "")
        site.navigation("index.html")
        self.assertEqual(len(site.problems), 1, site.problems)
        self.assertIn("LogIn.md: no 'Topics' section names this article", site.problems[0])

    def test_links_of_files_are_checked(self):
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name).resolve()
            (directory / "a.html").write_text('<p id="b"><a href="#b"></a><a href="#c"></a><a href="d.html"></a><a href="https://e"></a></p>')
            (directory / "README.md").write_text("[a](a.html#b) [b](a.html#f)\n```\n[c](g.html)\n```\n[d](h)")
            found = [problem.split(": ", 1)[1] for problem in render_site.broken_links(directory)]
            self.assertEqual(sorted(found), [
                "the link to '#c' leads to no heading", "the link to 'a.html#f' leads to no heading",
                "the link to 'd.html' leads to no file", "the link to 'h' leads to no file"])


if __name__ == "__main__":
    unittest.main()
