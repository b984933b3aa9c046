"""Chromium as a reader of one page: what it shows, what it complains of, what it asks the network for."""

import functools
import html
import json
import os
import re
import subprocess
import tempfile

# Runs after the page's own script, in a copy of the page without its policy.
PROBE = """
<script>
(() => {
  const found = { loaded: performance.now(), requests: performance.getEntriesByType("resource").map((entry) => entry.name) };
  const part = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map((value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ground = (element) => {
    for (let place = element; place; place = place.parentElement) {
      const colour = part(getComputedStyle(place).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  found.contrasts = {};
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || !element.checkVisibility() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const [a, b] = [luminance(part(getComputedStyle(element).color)), luminance(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), name = element.tagName + "." + element.className;
    found.contrasts[name] = Math.min(found.contrasts[name] ?? 99, contrast);
  }
  const fields = [...document.querySelectorAll("input, select")].filter((field) => field.checkVisibility());
  found.unlabelled = fields.filter((field) => !field.labels.length).map((field) => field.id);
  found.fields = fields.length;
  found.silent = [...document.querySelectorAll("button, a")].filter((item) => !item.textContent.trim()).length;
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  found.twice = ids.filter((id, number) => ids.indexOf(id) !== number);
  found.lost = [...document.querySelectorAll("a[href^='#']")].map((link) => link.getAttribute("href").slice(1))
    .filter((name) => !name.includes("=") && !document.getElementById(name));
  found.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  found.steps = [];
  const look = () => found.steps.push({
    first: document.querySelector("#table tbody th")?.textContent, rows: document.querySelectorAll("#table tbody tr").length,
    count: document.getElementById("count").textContent, address: location.hash, focus: document.activeElement.id,
    sorted: [...document.querySelectorAll("[aria-sort]")].map((head) => [head.dataset.key, head.getAttribute("aria-sort")]),
  });
  const type = (id, text) => {
    document.getElementById(id).value = text;
    document.getElementById(id).dispatchEvent(new Event("input"));
  };
  look();
  for (let count = 0; count < 2; count++) {
    document.querySelector("[data-key=cycle] button").click();
    look();
  }
  document.querySelector("[data-go=next]").click();
  look();
  type("text", "187");
  type("state", "archived");
  look();
  document.querySelector("#controls button[type=reset]").click();
  look();
  document.body.replaceChildren(Object.assign(document.createElement("pre"), { id: "probe", textContent: JSON.stringify(found) }));
})();
</script>
"""


def chromium(*arguments):
    """Returns what it printed, and what it complained of."""
    with tempfile.TemporaryDirectory(prefix="judge-browser-", ignore_cleanup_errors=True) as profile:
        command = [
            "chromium", "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
            f"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
            *(["--no-sandbox"] if os.geteuid() == 0 else []), *arguments,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"chromium left with {done.returncode}\n{done.stderr}"
    return done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


@functools.cache
def shown(page, fragment=""):
    """The page's HTML once its script has run."""
    output, complaints = chromium("--dump-dom", page.as_uri() + fragment)
    assert not complaints, complaints
    return output


@functools.cache
def probed(page, *options):
    """What the probe finds in a copy of the page."""
    text = page.read_text()
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert bare != text
    copy = page.with_suffix(".probe.html")
    copy.write_text(bare.replace("</body>", PROBE + "</body>"))
    output, complaints = chromium("--dump-dom", *options, copy.as_uri())
    assert not complaints, complaints
    return json.loads(html.unescape(re.search(r'<pre id="probe">(.*?)</pre>', output, re.S).group(1)))


def rows(page):
    """The table's cells as text, row by row."""
    body = re.search(r'<table id="table">.*?<tbody>(.*?)</tbody>', page, re.S).group(1)
    return [[plain(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.S)] for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)]


def plain(markup):
    return html.unescape(re.sub(r"<[^>]*>", " ", markup)).strip()
