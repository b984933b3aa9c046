"""Chromium judges the page of `pptransfer report`, for campaigns of 3, 300 and 10,000 cycles."""

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import browser
import campaign
from support import tried, wanted

HOSTILE = "<script>alert(1)</script>"
LARGEST = 10_000
# The order of the page's data.
CYCLE, NAME, STATE, STAGES, FILES, BYTES, RATE, TASK = 1, 2, 3, 4, 5, 6, 7, 12


class Reported:
    """A made-up campaign with its page."""

    def __init__(self, program, journal, page):
        self.program, self.journal, self.page = program, journal, page
        begin = time.perf_counter()
        subprocess.run([program, "report", "--journal", journal, "--output", page], check=True, capture_output=True)
        self.seconds = time.perf_counter() - begin
        self.text = page.read_text()
        # Some of it has failed, and so leaves with that.
        status = subprocess.run([program, "status", "--json", "--journal", journal], capture_output=True, text=True)
        self.transfers = json.loads(status.stdout)["transfers"]
        self.data = json.loads(re.search(r'id="data">(.*?)</script>', self.text, re.S).group(1))

    def cycles(self, rows):
        return [(row["cycle"], row["name"]) for row in rows]

    def cells(self, fragment):
        """Cycle and name of each row that the browser shows."""
        several = len(self.data["workflows"]) > 1
        return [tuple(row[several : several + 2]) for row in browser.rows(browser.shown(self.page, fragment))]


class Campaigns:
    def __init__(self, program):
        self.place = Path(tempfile.mkdtemp(prefix="judge-report-"))
        model = campaign.template(program, self.place)
        self.sizes = {}
        for cycles in (3, 300, LARGEST):
            journal = self.place / str(cycles)
            campaign.make(journal, model, cycles)
            if cycles == 300:
                campaign.make(journal, model, 24, workflow="u-cd456/run1", names=("atmos", "ocean"), seed=2)
                campaign.make(journal, model, 5, workflow=HOSTILE, seed=3)
            self.sizes[cycles] = Reported(program, journal, self.place / f"{cycles}.html")
        self.some = self.sizes[300]

    def remove(self):
        shutil.rmtree(self.place, ignore_errors=True)


def the_numbers_are_those_of_status(c):
    for reported in c.sizes.values():
        assert len(reported.data["rows"]) == len(reported.transfers)
        for row, known in zip(reported.data["rows"], reported.transfers):
            shown = [
                reported.data["workflows"][row[0]], row[CYCLE], row[NAME], reported.data["states"][row[STATE]][0], row[FILES], row[BYTES],
                row[RATE] or None, row[TASK] or None]
            names = ("workflow", "cycle", "name", "state", "files", "bytes", "rate", "task")
            assert shown == [known.get(name) for name in names], (row, known)


def the_headlines_count_what_status_counts(c):
    for reported in c.sizes.values():
        sections = re.findall(r'<section class="workflow">(.*?)</section>', browser.shown(reported.page), re.S)
        assert len(sections) == len(reported.data["workflows"])
        for workflow, section in zip(reported.data["workflows"], sections):
            own = [row for row in reported.transfers if row["workflow"] == workflow]
            archived = [row for row in own if row["state"] == "archived"]
            cycles = {row["cycle"] for row in own}
            done = cycles - {row["cycle"] for row in own if row["state"] != "archived"}
            headline = browser.plain(re.search(r'<p class="headline">(.*?)</p>', section, re.S).group(1))
            assert headline.startswith(f"{len(done)} of {len(cycles)} cycles archived"), headline
            assert f": {sum(row['files'] for row in archived)} files, " in headline, headline
            links = {name: int(count) for count, name in re.findall(r"<strong>(\d+)</strong> ([a-z-]+)</a>", section)}
            assert links == Counter(row["state"] for row in own)


def the_script_shows_what_stands_in_the_file(c):
    for cycles in (3, LARGEST):
        reported = c.sizes[cycles]
        assert len(browser.rows(reported.text)) == min(100, cycles)
        assert browser.rows(browser.shown(reported.page)) == browser.rows(reported.text)


def an_address_filters(c):
    assert sorted(c.some.cells("#state=no-space")) == sorted(
        c.some.cycles(row for row in c.some.transfers if row["state"] == "no-space"))
    people = {"session", "no-space", "source-missing", "mismatch"}
    assert sorted(c.some.cells("#workflow=u-cd456%2Frun1&state=person")) == sorted(
        c.some.cycles(row for row in c.some.transfers if row["workflow"] == "u-cd456/run1" and row["state"] in people))
    assert sorted(c.some.cells("#text=185104&workflow=u-ab123")) == [("18510401T0000Z", "atmos")]
    assert c.some.cells("#workflow=%3Cnone%3E") == []


def an_address_sorts_and_turns_pages(c):
    reported = c.sizes[LARGEST]
    done = [row for row in reported.transfers if row["state"] == "archived"]
    fastest = sorted(done, key=lambda row: -row["rate"])
    assert reported.cells("#state=archived&sort=transferred&order=descending") == reported.cycles(fastest[:100])
    smallest = sorted(done, key=lambda row: row["bytes"])
    assert reported.cells("#state=archived&sort=staged&order=ascending&page=2") == reported.cycles(smallest[100:200])
    # What has no rate comes last, whichever way.
    assert [rate[0] for rate in reported.cells("#sort=transferred&order=ascending&page=9999")][-1] in {
        row["cycle"] for row in reported.transfers if row["state"] != "archived"}


def buttons_and_fields_sort_and_filter(c):
    first, up, down, following, typed, reset = browser.probed(c.some.page)["steps"]
    total = len(c.some.transfers)
    assert first["sorted"] == [["cycle", "descending"]] and first["count"].startswith(f"{total} transfers; shown: 1 to 100")
    assert up["sorted"] == [["cycle", "ascending"]] and up["first"] == c.some.transfers[0]["cycle"]
    assert down["first"] == c.some.transfers[-1]["cycle"] and following["count"].endswith("shown: 101 to 200.")
    matching = [row for row in c.some.transfers if row["state"] == "archived" and "187" in row["cycle"] + row["task"]]
    assert typed["count"].startswith(f"{len(matching)} of {total} transfers"), typed
    assert "text=187" in typed["address"] and "state=archived" in typed["address"]
    assert reset["count"].startswith(f"{total} transfers") and "text" not in reset["address"]


def no_request_leaves_the_page(c):
    for reported in c.sizes.values():
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', reported.text).group(1)
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy
        addresses = set(re.findall(r"https?://[^\s\"'<>)]*", reported.text))
        assert all(address.startswith("https://app.globus.org/activity/") for address in addresses), addresses
        assert not re.search(r"\s(src|srcset|style|on\w+)=|url\(|@import", re.sub(r'id="data">.*?</script>', "", reported.text, flags=re.S))
    assert browser.probed(c.some.page)["requests"] == []


def no_name_becomes_markup(c):
    page = browser.shown(c.some.page)
    assert HOSTILE not in page and page.count("<script") == 2
    assert HOSTILE in html.unescape(page) and HOSTILE in c.some.data["workflows"]


def everything_can_be_read_in_light_in_dark_and_on_a_narrow_screen(c):
    for options in (["--blink-settings=preferredColorScheme=1"], ["--blink-settings=preferredColorScheme=0"], ["--window-size=500,900"]):
        found = browser.probed(c.some.page, *options)
        faint = {name: round(contrast, 2) for name, contrast in found["contrasts"].items() if contrast < 4.5}
        assert len(found["contrasts"]) > 15 and not faint, (options, faint)
        assert found["wide"] == 0, f"the page is {found['wide']} pixels wider than the window"
    light, dark = (
        browser.chromium("--dump-dom", f"--blink-settings=preferredColorScheme={scheme}", c.scheme.as_uri())[0] for scheme in (1, 0))
    assert "is-light" in light and "is-dark" in dark


def whoever_cannot_see_it_can_use_it(c):
    found = browser.probed(c.some.page)
    assert found["fields"] == 3 and found["unlabelled"] == [] and found["silent"] == 0
    assert found["twice"] == [] and found["lost"] == []
    assert '<html lang="en">' in c.some.text and c.some.text.count("<h1>") == 1 and "<caption>" in c.some.text
    assert all('scope="' in head for head in re.findall(r"<th\b[^>]*>", c.some.text))
    assert all("aria-label=" in drawing for drawing in re.findall(r'<svg role="img"[^>]*>', c.some.text))


def on_paper_it_is_whole(c):
    pdf = c.place / "page.pdf"
    browser.chromium(f"--print-to-pdf={pdf}", "--no-pdf-header-footer", c.sizes[3].page.as_uri())
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    assert "1 of 3 cycles archived" in text and "Show all" not in text and "Skip to" not in text
    for row in c.sizes[3].transfers:
        assert row["cycle"] in text and row["state"] in text


def the_largest_stays_small(c):
    print(f"      {'cycles':>10} {'written in':>11} {'file':>9} {'shown after':>12}")
    for cycles, reported in c.sizes.items():
        size, shown = reported.page.stat().st_size, browser.probed(reported.page)["loaded"]
        print(f"      {cycles:10,} {reported.seconds:9.2f} s {size / 1000:6.0f} kB {shown:9.0f} ms")
        assert size < 150_000 + 180 * len(reported.transfers), size


JUDGEMENTS = [
    the_numbers_are_those_of_status, the_headlines_count_what_status_counts, the_script_shows_what_stands_in_the_file, an_address_filters,
    an_address_sorts_and_turns_pages, buttons_and_fields_sort_and_filter, no_request_leaves_the_page, no_name_becomes_markup,
    everything_can_be_read_in_light_in_dark_and_on_a_narrow_screen, whoever_cannot_see_it_can_use_it, on_paper_it_is_whole,
    the_largest_stays_small,
]


def main():
    campaigns = Campaigns(Path(sys.argv[1]).resolve())
    campaigns.scheme = campaigns.place / "scheme.html"
    campaigns.scheme.write_text(
        "<!DOCTYPE html><body><script>document.body.className = "
        "matchMedia('(prefers-color-scheme: dark)').matches ? 'is-dark' : 'is-light'</script>")
    try:
        results = [tried(function, name, campaigns) for function, name in wanted(JUDGEMENTS, sys.argv[2] if len(sys.argv) > 2 else None)]
    finally:
        campaigns.remove()
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(0 if results and all(results) else 1)


main()
