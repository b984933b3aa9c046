#!/usr/bin/env python3
"""Chromium as a reader of the documentation's site: no page is wider than a telephone or a desk, nothing is asked of the network, and text
can be told from its ground. Usage: judge_site.py"""

import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from browser import chromium

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (360, 1280)
# A page of frames, which looks into each of them.
PROBE = """
<body><script>
const found = [];
const luminance = (colour) => {
  const [red, green, blue] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
    .map((value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const look = (page, width) => new Promise((seen) => {
  const frame = Object.assign(document.createElement("iframe"), { src: page, width, height: 800 });
  frame.style.border = 0;
  frame.onload = () => {
    const inside = frame.contentDocument, root = inside.documentElement;
    const body = luminance(frame.contentWindow.getComputedStyle(inside.body).backgroundColor);
    const contrasts = [...inside.querySelectorAll("main *, nav *, header *")].filter((element) => element.checkVisibility())
      .map((element) => luminance(frame.contentWindow.getComputedStyle(element).color))
      .map((text) => (Math.max(text, body) + 0.05) / (Math.min(text, body) + 0.05));
    found.push({
      page, width, wide: root.scrollWidth - root.clientWidth, contrast: Math.min(...contrasts),
      requests: frame.contentWindow.performance.getEntriesByType("resource").map((entry) => entry.name),
      headings: inside.querySelectorAll("h1").length, here: inside.querySelectorAll("nav [aria-current]").length,
      text: inside.querySelector("main").getBoundingClientRect().width,
    });
    frame.remove();
    seen();
  };
  document.body.append(frame);
});
(async () => {
  for (const page of PAGES) for (const width of WIDTHS) await look(page, width);
  document.body.replaceChildren(Object.assign(document.createElement("pre"), { id: "probe", textContent: JSON.stringify(found) }));
})();
</script></body>
"""


def main():
    with tempfile.TemporaryDirectory(prefix="judge-site-") as directory:
        site = Path(directory) / "site"
        subprocess.run([sys.executable, ROOT / "Tests/Packaging/render_site.py", site], check=True, stdout=subprocess.DEVNULL)
        pages = sorted(path.name for path in site.glob("*.html"))
        wrapper = site / "probe.html"
        wrapper.write_text("<!DOCTYPE html>" + PROBE.replace("PAGES", json.dumps(pages)).replace("WIDTHS", json.dumps(WIDTHS)))
        output, complaints = chromium(
            "--dump-dom", "--allow-file-access-from-files", "--virtual-time-budget=60000", "--window-size=1400,900", wrapper.as_uri())
        assert not complaints, complaints
        seen = json.loads(html.unescape(re.search(r'<pre id="probe">(.*?)</pre>', output, re.S).group(1)))
        assert len(seen) == len(pages) * len(WIDTHS), len(seen)
        for page in seen:
            assert page["wide"] <= 0, f"{page['page']} is {page['wide']} pixels wider than a window of {page['width']}"
            assert page["contrast"] >= 4.5, f"{page['page']}: a contrast of {page['contrast']:.1f}"
            assert all(address.startswith(site.as_uri()) for address in page["requests"]), page["requests"]
            assert page["headings"] == 1, f"{page['page']} has {page['headings']} titles"
            assert page["here"] == 1, f"{page['page']} is {page['here']} times in the list of pages"
            assert page["text"] >= page["width"] * 0.7 or page["width"] == 1280, f"{page['page']}: the text is {page['text']} pixels wide"
    print(f"ok    the documentation's {len(pages)} pages at widths of {' and '.join(map(str, WIDTHS))}")


main()
